package org.zennet.workbench.internal.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.osgi.util.NLS;
import org.zennet.services.publisher.JobService.JobInfo;

/**
 * What jobs had spent and had at risk at each moment that it was told of them. Bounded: of a long job every second
 * point is dropped when there are too many. Thread-safe.
 */
public final class JobHistory {
    /** The most points of a job. */
    static final int MOST = 1_000;
    private static final int MOST_JOBS = 50;
    private static final double ZEN = 1e8;
    private final Map<String, List<Point>> points = new LinkedHashMap<>();

    private record Point(Instant at, long spent, long risk) { }

    /** Takes down how jobs stand; nothing where nothing changed. */
    public synchronized void note(List<JobInfo> jobs, Instant now) {
        for (JobInfo j : jobs) {
            List<Point> all = points.computeIfAbsent(j.id(), id -> new ArrayList<>(List.of(new Point(j.submitted(), 0, 0))));
            Point last = all.getLast();
            if (j.spent().zen() == last.spent() && j.exposure().zen() == last.risk() || now.isBefore(last.at())) {
                continue;
            }
            if (all.size() >= MOST) {
                List<Point> half = new ArrayList<>();
                for (int i = 0; i < all.size(); i += 2) {
                    half.add(all.get(i));
                }
                all.clear();
                all.addAll(half);
            }
            all.add(new Point(now, j.spent().zen(), j.exposure().zen()));
        }
        while (points.size() > MOST_JOBS) {
            points.remove(points.keySet().iterator().next());
        }
    }

    /** What a job spent and had at risk over time, in XEN. */
    public synchronized ChartData spending(Optional<JobInfo> job) {
        List<Point> all = job.map(j -> points.getOrDefault(j.id(), List.of())).orElse(List.of());
        return new ChartData(job.map(j -> NLS.bind(Messages.spendingOf, j.name())).orElse(Messages.spending), "XEN", all.stream().map(Point::at).toList(), List.of(), List.of(
                new ChartData.Series(Messages.seriesSpent, all.stream().map(p -> p.spent() / ZEN).toList()),
                new ChartData.Series(Messages.seriesAtRisk, all.stream().map(p -> p.risk() / ZEN).toList())));
    }
}
