package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.Result;
import org.zennet.services.publisher.JobService.TaskInfo;

/** Jobs as lines: each with its providers and its tasks below it. */
public final class JobRows {
    /** The headings. */
    public static final List<String> COLUMNS = List.of("Job", "State", "Progress", "Spent", "At risk", "Details");

    /** How the id of a result's line ends. */
    static final String RESULT = "/result";

    private JobRows() { }

    /** One line per job. */
    public static List<Row> of(List<JobInfo> jobs) {
        return jobs.stream().map(JobRows::job).toList();
    }

    private static Row job(JobInfo j) {
        List<Row> below = new ArrayList<>();
        j.result().ifPresent(r -> below.add(result(j, r)));
        if (!j.providers().isEmpty()) {
            below.add(new Row(j.id() + "/providers", List.of("Providers (" + j.providers().size() + ")"),
                    j.providers().stream().map(p -> provider(j, p)).toList()));
        }
        if (!j.tasks().isEmpty()) {
            below.add(new Row(j.id() + "/tasks", List.of("Tasks (" + j.tasks().size() + ")"),
                    j.tasks().stream().map(t -> task(j, t)).toList()));
        }
        String details = j.problem().orElse(j.result().map(r -> r.path().toString()).orElse(j.phase()));
        return new Row(j.id(), List.of(j.name(), Figures.word(j.state()), j.tasksDone() + " of " + j.tasksTotal(),
                j.spent() + " of " + j.budget(), risk(j), details), below);
    }

    private static Row result(JobInfo j, Result r) {
        List<Row> lines = new ArrayList<>();
        lines.add(Row.of(j.id() + "/result/sha256", "sha256", "", "", "", "", r.sha256()));
        List<String> summary = r.summary().lines().filter(l -> !l.isBlank()).toList();
        for (int i = 0; i < summary.size(); i++) {
            lines.add(Row.of(j.id() + "/result/" + i, "", "", "", "", "", summary.get(i)));
        }
        return new Row(j.id() + RESULT, List.of("Result", j.recomputed() ? "recomputed" : "", "", "", "",
                j.recomputed() ? "a sample and the result were computed here too: same bytes" : "compared, not computed here"), lines);
    }

    private static String risk(JobInfo j) {
        return j.exposure().isZero() ? "nothing" : j.exposure().toString();
    }

    private static Row provider(JobInfo j, HiredInfo p) {
        String settled = p.settlement().map(s -> "settled by " + Figures.brief(s)
                + (p.settlementHeight() == 0 ? ", waits for a block" : " in block " + p.settlementHeight())).orElse("");
        String details = p.caught().map(c -> "caught at " + c.task() + ": signed " + Figures.brief(c.signedHash()) + ", "
                + c.agreeing().size() + " others " + Figures.brief(c.otherHash()))
                .orElse(settled.isEmpty() ? p.strategy() + ", " + Figures.count(p.rounds(), "round", "rounds") : settled);
        return Row.of(j.id() + "/" + p.lease(), Figures.brief(p.id()), p.state(), Figures.count(p.tasks(), "task", "tasks"),
                p.paid().toString(), p.withheld().isZero() ? "" : p.withheld() + " withheld", details);
    }

    private static Row task(JobInfo j, TaskInfo t) {
        String where = String.join(", ", t.providers());
        return Row.of(j.id() + "/task/" + t.id(), t.id(), Figures.word(t.state()), Figures.count(t.attempts(), "attempt", "attempts"), "", "",
                t.note().isEmpty() ? where : where.isEmpty() ? t.note() : t.note() + " (" + where + ")");
    }
}
