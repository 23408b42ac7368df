package org.zennet.workbench.internal.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.osgi.util.NLS;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.publisher.RentService.MachineInfo;
import org.zennet.services.publisher.RentService.RentInfo;

/**
 * What rented machines do now, from the numbers that bill: what the newest usage statement adds to the one before it. Forgets machines that are
 * gone. Not thread-safe.
 */
public final class RentMeter {
    private static final double MICROS_PER_MILLI = 1e3;
    private static final double MILLIS = 1e3;
    private final Map<String, Pair> pairs = new HashMap<>();

    /** The newest usage, and what was new in it. */
    private record Pair(UsageVector newest, UsageVector step) { }

    /** Takes down how machines stand. */
    public void note(List<RentInfo> rents) {
        Set<String> known = new HashSet<>();
        for (RentInfo r : rents) {
            for (MachineInfo m : r.machines()) {
                known.add(m.lease());
                Pair before = pairs.get(m.lease());
                if (before == null || !m.usage().isAtLeast(before.newest())) {
                    pairs.put(m.lease(), new Pair(m.usage(), UsageVector.ZERO));
                } else if (!m.usage().equals(before.newest())) {
                    pairs.put(m.lease(), new Pair(m.usage(), m.usage().since(before.newest())));
                }
            }
        }
        pairs.keySet().retainAll(known);
    }

    /** How much of its budget and time a rent used, and what its machines do together. */
    public List<Gauge> of(RentInfo r, Instant now) {
        List<Gauge> all = new ArrayList<>();
        all.add(new Gauge(Messages.budget, (double) r.paid().zen() / Math.max(1, r.budget().zen()), NLS.bind(Messages.budgetPaid, r.paid(), r.budget())));
        Instant until = r.ended().orElse(now);
        double whole = Duration.between(r.opened(), r.until()).toMillis();
        Duration left = Duration.between(until, r.until());
        all.add(new Gauge(Messages.time, whole <= 0 ? 1 : Duration.between(r.opened(), until).toMillis() / whole,
                r.ended().isPresent() ? Messages.over : NLS.bind(Messages.timeLeft, Figures.duration(left.isNegative() ? Duration.ZERO : left))));
        double cores = 0;
        double memory = 0;
        int ready = 0;
        for (MachineInfo m : r.machines()) {
            UsageVector step = step(m);
            if (running(m)) {
                ready++;
                cores += cores(step);
                memory += memory(step);
            }
        }
        all.addAll(load(cores, memory, r.resources(), Math.max(1, ready)));
        return all;
    }

    /** What one machine does. */
    public List<Gauge> of(RentInfo r, MachineInfo m) {
        List<Gauge> all = new ArrayList<>();
        all.add(new Gauge(Messages.budget, (double) m.paid().zen() * r.wanted() / Math.max(1, r.budget().zen()),
                NLS.bind(Messages.paidAndOwed, m.paid(), m.due().minusOrZero(m.paid()))));
        UsageVector step = running(m) ? step(m) : UsageVector.ZERO;
        all.addAll(load(cores(step), memory(step), r.resources(), 1));
        double seconds = step.get(Counter.WALL) / MILLIS;
        all.add(new Gauge(Messages.traffic, 0, seconds == 0 ? Messages.nothing : NLS.bind(Messages.inAndOut,
                Figures.bytes((long) (step.get(Counter.NETWORK_IN) / seconds)), Figures.bytes((long) (step.get(Counter.NETWORK_OUT) / seconds)))));
        return all;
    }

    private static boolean running(MachineInfo m) {
        return m.state().equals("ready") || m.state().equals("ending");
    }

    private static List<Gauge> load(double cores, double memory, Resources each, int machines) {
        double limit = each.cores() / MILLIS * machines;
        double bytes = (double) each.memory() * machines;
        return List.of(new Gauge(Messages.processor, cores / limit, NLS.bind(Messages.ofTotal, String.format(Locale.ROOT, "%.2f", cores),
                        limit == 1 ? "1 " + Messages.oneCoreUnit : String.format(Locale.ROOT, "%.4f", limit).replaceFirst("\\.?0+$", "") + " " + Messages.manyCores)),
                new Gauge(Messages.memory, memory / bytes, NLS.bind(Messages.ofTotal, Figures.bytes((long) memory), Figures.bytes((long) bytes))));
    }

    private UsageVector step(MachineInfo m) {
        Pair p = pairs.get(m.lease());
        return p == null ? UsageVector.ZERO : p.step();
    }

    private static double cores(UsageVector step) {
        long wall = step.get(Counter.WALL);
        return wall == 0 ? 0 : step.get(Counter.CPU) / MICROS_PER_MILLI / wall;
    }

    private static double memory(UsageVector step) {
        long wall = step.get(Counter.WALL);
        return wall == 0 ? 0 : step.get(Counter.MEMORY) * MILLIS / wall;
    }
}
