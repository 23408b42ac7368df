package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.osgi.util.NLS;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.Result;
import org.zennet.services.publisher.JobService.TaskInfo;

/** Jobs as lines: each with its providers and its tasks below it. */
public final class JobRows {
    /** The headings. */
    public static final List<String> COLUMNS = List.of(Messages.job, Messages.state, Messages.progress, Messages.spent, Messages.atRisk, Messages.details);

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
            below.add(new Row(j.id() + "/providers", List.of(NLS.bind(Messages.providersCounted, j.providers().size())),
                    j.providers().stream().map(p -> provider(j, p)).toList()));
        }
        if (!j.tasks().isEmpty()) {
            below.add(new Row(j.id() + "/tasks", List.of(NLS.bind(Messages.tasksCounted, j.tasks().size())),
                    j.tasks().stream().map(t -> task(j, t)).toList()));
        }
        String details = j.problem().orElse(j.result().map(r -> r.path().toString()).orElse(j.phase()));
        return new Row(j.id(), List.of(j.name(), Figures.word(j.state()), NLS.bind(Messages.ofTotal, j.tasksDone(), j.tasksTotal()),
                NLS.bind(Messages.ofTotal, j.spent(), j.budget()), risk(j), details), below);
    }

    private static Row result(JobInfo j, Result r) {
        List<Row> lines = new ArrayList<>();
        lines.add(Row.of(j.id() + "/result/sha256", "sha256", "", "", "", "", r.sha256()));
        List<String> summary = r.summary().lines().filter(l -> !l.isBlank()).toList();
        for (int i = 0; i < summary.size(); i++) {
            lines.add(Row.of(j.id() + "/result/" + i, "", "", "", "", "", summary.get(i)));
        }
        return new Row(j.id() + RESULT, List.of(Messages.result, j.recomputed() ? Messages.recomputed : "", "", "", "",
                j.recomputed() ? Messages.recomputedHere : Messages.comparedOnly), lines);
    }

    private static String risk(JobInfo j) {
        return j.exposure().isZero() ? Messages.nothing : j.exposure().toString();
    }

    private static Row provider(JobInfo j, HiredInfo p) {
        String settled = p.settlement().map(s -> NLS.bind(Messages.settledBy, LeaseRows.settled(s, p.settlementHeight()))).orElse("");
        String details = p.caught().map(c -> NLS.bind(Messages.caughtAt, new Object[] {c.task(), Figures.brief(c.signedHash()), c.agreeing().size(), Figures.brief(c.otherHash())}))
                .orElse(settled.isEmpty() ? p.strategy() + ", " + Figures.count(p.rounds(), Messages.oneRound, Messages.rounds) : settled);
        return Row.of(j.id() + "/" + p.lease(), Figures.brief(p.id()), Figures.word(p.state()), Figures.count(p.tasks(), Messages.oneTask, Messages.manyTasks),
                p.paid().toString(), p.withheld().isZero() ? "" : NLS.bind(Messages.amountWithheld, p.withheld()), details);
    }

    private static Row task(JobInfo j, TaskInfo t) {
        String where = String.join(", ", t.providers());
        return Row.of(j.id() + "/task/" + t.id(), t.id(), Figures.word(t.state()), Figures.count(t.attempts(), Messages.oneAttempt, Messages.attempts), "", "",
                t.note().isEmpty() ? where : where.isEmpty() ? t.note() : t.note() + " (" + where + ")");
    }
}
