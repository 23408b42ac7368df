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

    private static final String TASK = "/task/";
    private static final int MANY = 1_000;

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
                    tasks(j)));
        }
        String details = j.problem().orElse(j.result().map(r -> r.path().toString()).orElse(j.phase()));
        return new Row(j.id(), List.of(j.name(), Figures.word(j.state()), NLS.bind(Messages.ofTotal, j.tasksDone(), j.tasksTotal()),
                NLS.bind(Messages.ofTotal, j.spent(), j.budget()), risk(j), details), below, () -> details(j));
    }

    /** One line per task; made when they are looked at where there are very many. */
    public static List<Row> tasks(JobInfo j) {
        LazyRows<TaskInfo> all = LazyRows.of(j.tasks(), t -> j.id() + TASK + t.id(), t -> task(j, t));
        return j.tasks().size() > MANY ? all : List.copyOf(all);
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
        String details = fate(p);
        return Row.of(j.id() + "/" + p.lease(), Figures.brief(p.id()), Figures.word(p.state()), Figures.count(p.tasks(), Messages.oneTask, Messages.manyTasks),
                p.paid().toString(), p.withheld().isZero() ? "" : NLS.bind(Messages.amountWithheld, p.withheld()), details).with(() -> details(p));
    }

    /** How a provider was caught, else how it settled, else by which strategy it sells. */
    static String fate(HiredInfo p) {
        String settled = p.settlement().map(s -> NLS.bind(Messages.settledBy, LeaseRows.settled(s, p.settlementHeight()))).orElse("");
        return p.caught().map(c -> NLS.bind(Messages.caughtAt, new Object[] {c.task(), Figures.brief(c.signedHash()), c.agreeing().size(), Figures.brief(c.otherHash())}))
                .orElse(settled.isEmpty() ? p.strategy() + ", " + Figures.count(p.rounds(), Messages.oneRound, Messages.rounds) : settled);
    }

    /** What the Properties view shows of a job. */
    static List<Detail> details(JobInfo j) {
        List<Detail> all = new ArrayList<>();
        all.add(new Detail(Messages.job, Messages.name, j.name()));
        all.add(new Detail(Messages.job, Messages.id, j.id()));
        all.add(new Detail(Messages.job, Messages.state, Figures.word(j.state()) + ": " + j.phase()));
        j.problem().ifPresent(p -> all.add(new Detail(Messages.job, Messages.problem, p)));
        all.add(new Detail(Messages.job, Messages.submitted, Figures.time(j.submitted())));
        j.ended().ifPresent(e -> all.add(new Detail(Messages.job, Messages.ended, NLS.bind(Messages.endedAfter, Figures.time(e), JobPages.took(j, e)))));
        all.add(new Detail(Messages.job, Messages.tasks, NLS.bind(Messages.ofTotal, j.tasksDone(), j.tasksTotal())));
        all.add(new Detail(Messages.job, Messages.providers, String.valueOf(j.providers().size())));
        j.announcement().ifPresent(a -> all.add(new Detail(Messages.job, Messages.announcement, a)));
        all.add(new Detail(Messages.money, Messages.budget, j.budget().toString()));
        all.add(new Detail(Messages.money, Messages.spent, j.spent().toString()));
        all.add(new Detail(Messages.money, Messages.atRisk, risk(j)));
        j.result().ifPresent(r -> {
            all.add(new Detail(Messages.result, Messages.directory, r.path().toString()));
            all.add(new Detail(Messages.result, "SHA-256", r.sha256()));
            all.add(new Detail(Messages.result, Messages.checked, j.recomputed() ? Messages.recomputedHere : Messages.comparedOnly));
        });
        return all;
    }

    /** What the Properties view shows of a task. */
    static List<Detail> details(JobInfo j, TaskInfo t) {
        List<Detail> all = new ArrayList<>();
        all.add(new Detail(Messages.task, Messages.id, t.id()));
        all.add(new Detail(Messages.task, Messages.job, j.name()));
        all.add(new Detail(Messages.task, Messages.state, Figures.word(t.state())));
        all.add(new Detail(Messages.task, Messages.attemptsTitle, String.valueOf(t.attempts())));
        all.add(new Detail(Messages.task, Messages.providers, t.providers().isEmpty() ? Messages.noneYet : String.join(", ", t.providers())));
        t.outputHash().ifPresent(h -> all.add(new Detail(Messages.task, Messages.acceptedOutput, h)));
        t.fuel().ifPresent(f -> all.add(new Detail(Messages.task, Messages.fuel, f.toString())));
        if (!t.note().isEmpty()) {
            all.add(new Detail(Messages.task, Messages.note, t.note()));
        }
        return all;
    }

    /** What the Properties view shows of a provider of a job. */
    static List<Detail> details(HiredInfo p) {
        List<Detail> all = new ArrayList<>();
        all.add(new Detail(Messages.provider, Messages.identity, p.id()));
        all.add(new Detail(Messages.provider, Messages.state, Figures.word(p.state())));
        all.add(new Detail(Messages.provider, Messages.lease, p.lease()));
        all.add(new Detail(Messages.provider, Messages.tasks, String.valueOf(p.tasks())));
        all.add(new Detail(Messages.provider, Messages.honest, p.honest() ? Messages.asCompared
                : Messages.outvoted));
        p.caught().ifPresent(c -> all.add(new Detail(Messages.provider, Messages.caught, NLS.bind(Messages.caughtAt, new Object[] {c.task(), c.signedHash(), c.agreeing().size(), c.otherHash()}))));
        p.drift().ifPresent(d -> all.add(new Detail(Messages.provider, Messages.beyondClock, NLS.bind(Messages.drift,
                new Object[] {d.statements(), d.perMille(), d.claimed(), d.allowed()}))));
        p.witness().ifPresent(w -> all.addAll(WitnessRows.of(w)));
        all.add(new Detail(Messages.money, Messages.strategy, p.strategy() + ", " + Figures.count(p.rounds(), Messages.oneRound, Messages.rounds)));
        all.add(new Detail(Messages.money, Messages.rates, p.rates().describe()));
        all.add(new Detail(Messages.money, Messages.used, Figures.usage(p.usage())));
        all.add(new Detail(Messages.money, Messages.promised, p.promised().toString()));
        all.add(new Detail(Messages.money, Messages.paid, p.paid().toString()));
        all.add(new Detail(Messages.money, Messages.released, p.released().toString()));
        all.add(new Detail(Messages.money, Messages.withheld, p.withheld().toString()));
        all.add(new Detail(Messages.money, Messages.channel, p.channel()));
        p.settlement().ifPresent(x -> all.add(new Detail(Messages.money, Messages.settlement, LeaseRows.settled(x, p.settlementHeight()))));
        return all;
    }

    private static Row task(JobInfo j, TaskInfo t) {
        String where = String.join(", ", t.providers());
        return Row.of(j.id() + TASK + t.id(), t.id(), Figures.word(t.state()), Figures.count(t.attempts(), Messages.oneAttempt, Messages.attempts), "", "",
                t.note().isEmpty() ? where : where.isEmpty() ? t.note() : t.note() + " (" + where + ")").with(() -> details(j, t));
    }
}
