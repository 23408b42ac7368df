package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.TaskInfo;

/** Jobs as lines: each with its providers and its tasks below it. */
public final class JobRows {
    /** The headings. */
    public static final List<String> COLUMNS = List.of("Job", "State", "Progress", "Spent", "At risk", "Details");

    private JobRows() { }

    /** One line per job. */
    public static List<Row> of(List<JobInfo> jobs) {
        return jobs.stream().map(JobRows::job).toList();
    }

    private static Row job(JobInfo j) {
        List<Row> below = new ArrayList<>();
        below.add(new Row(j.id() + "/providers", List.of("Providers (" + j.providers().size() + ")"),
                j.providers().stream().map(p -> provider(j, p)).toList()));
        below.add(new Row(j.id() + "/tasks", List.of("Tasks (" + j.tasks().size() + ")"),
                j.tasks().stream().map(t -> task(j, t)).toList()));
        String details = j.problem().orElse(j.result().map(r -> r.path().toString()).orElse(j.phase()));
        return new Row(j.id(), List.of(j.name(), lower(j.state()), j.tasksDone() + " of " + j.tasksTotal(),
                j.spent() + " of " + j.budget(), j.exposure().toString(), details), below);
    }

    private static Row provider(JobInfo j, HiredInfo p) {
        String details = p.caught().map(c -> "caught at " + c.task() + ": signed " + c.signedHash().substring(0, 12) + ", "
                + c.agreeing().size() + " others " + c.otherHash().substring(0, 12))
                .orElse(p.settlement().map(s -> "settled by " + s.substring(0, Math.min(12, s.length())) + " in block " + p.settlementHeight())
                        .orElse(p.strategy() + ", " + p.rounds() + " rounds"));
        return Row.of(j.id() + "/" + p.lease(), p.id().substring(0, Math.min(12, p.id().length())), p.state(), p.tasks() + " tasks",
                p.paid().toString(), p.withheld().isZero() ? "" : p.withheld() + " withheld", details);
    }

    private static Row task(JobInfo j, TaskInfo t) {
        return Row.of(j.id() + "/task/" + t.id(), t.id(), lower(t.state()), t.attempts() + " attempts", "", "",
                t.note().isEmpty() ? String.join(", ", t.providers()) : t.note());
    }

    private static String lower(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT);
    }
}
