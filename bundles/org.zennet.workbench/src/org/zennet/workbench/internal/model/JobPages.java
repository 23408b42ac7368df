package org.zennet.workbench.internal.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.osgi.util.NLS;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.TaskInfo;

/** One job in all its parts. */
public final class JobPages {
    /** The headings of what is known of it. */
    public static final List<String> OVERVIEW = List.of(Messages.property, Messages.value);
    /** The headings of its tasks. */
    public static final List<String> TASKS = List.of(Messages.task, Messages.state, Messages.attemptsTitle, Messages.providers,
            Messages.output, Messages.fuel, Messages.note);
    /** The headings of its providers. */
    public static final List<String> PROVIDERS = List.of(Messages.provider, Messages.state, Messages.tasks, Messages.used, Messages.promised, Messages.paid,
            Messages.released, Messages.withheld, Messages.strategy, Messages.details);
    /** The headings of its files. */
    public static final List<String> FILES = List.of(Messages.file, Messages.size);

    private JobPages() { }

    /** The page that a line of the view of jobs belongs to: 0 overview, 1 tasks, 2 providers, 4 result. */
    public static int page(String rowId) {
        int slash = rowId.indexOf('/');
        String rest = slash < 0 ? "" : rowId.substring(slash + 1);
        return rest.isEmpty() ? 0 : rest.startsWith("task") ? 1 : rest.startsWith("result") ? 4 : 2;
    }

    /** How far it is, what it spent and how much of its money is not verified. */
    public static List<Gauge> gauges(JobInfo j) {
        return List.of(new Gauge(Messages.tasks, j.tasksDone() / (double) Math.max(1, j.tasksTotal()), NLS.bind(Messages.tasksDone, j.tasksDone(), j.tasksTotal())),
                new Gauge(Messages.budget, j.spent().zen() / (double) Math.max(1, j.budget().zen()), NLS.bind(Messages.budgetSpent, j.spent(), j.budget())),
                new Gauge(Messages.atRisk, j.exposure().zen() / (double) Math.max(1, j.spent().zen()), j.exposure().isZero() ? Messages.allVerified
                        : NLS.bind(Messages.unverified, j.exposure())));
    }

    /** What is known of it, a line each. */
    public static List<Row> overview(JobInfo j) {
        return JobRows.details(j).stream().map(d -> Row.of(d.name(), d.name(), d.value())).toList();
    }

    /** One line per task; made when they are looked at. */
    public static List<Row> tasks(JobInfo j) {
        return LazyRows.of(j.tasks(), TaskInfo::id, t -> new Row(t.id(), List.of(t.id(), Figures.word(t.state()), String.valueOf(t.attempts()),
                String.join(", ", t.providers()), t.outputHash().map(Figures::brief).orElse(""), t.fuel().map(f -> String.valueOf(f)).orElse(""), t.note()),
                List.of(), () -> JobRows.details(j, t)));
    }

    /** One line per provider. */
    public static List<Row> providers(JobInfo j) {
        return j.providers().stream().map(p -> new Row(p.lease(), List.of(Figures.brief(p.id()), Figures.word(p.state()), String.valueOf(p.tasks()), Figures.usage(p.usage()),
                p.promised().toString(), p.paid().toString(), p.released().toString(), p.withheld().toString(), p.strategy(), JobRows.fate(p)), List.of(),
                () -> JobRows.details(p))).toList();
    }

    /** What one task did, in words: who ran it, what they signed, and what it wrote to its standard output where that is known. */
    public static String log(JobInfo j, TaskInfo t, String output) {
        StringBuilder s = new StringBuilder();
        JobRows.details(j, t).forEach(d -> s.append(d.name()).append(": ").append(d.value()).append('\n'));
        String ran = j.providers().stream().filter(p -> t.providers().stream().anyMatch(id -> p.id().startsWith(id)))
                .map(p -> "  " + Figures.brief(p.id()) + " (" + Figures.word(p.state()) + "): " + p.rates().describe()
                        + p.witness().map(w -> "\n    " + Messages.witness + ": " + WitnessRows.brief(w)).orElse("")).collect(Collectors.joining("\n"));
        if (!ran.isEmpty()) {
            s.append(Messages.ranOn).append('\n').append(ran).append('\n');
        }
        j.providers().stream().filter(p -> p.caught().filter(c -> c.task().equals(t.id())).isPresent()).map(HiredInfo::id).forEach(id ->
                s.append(NLS.bind(Messages.lied, id)).append('\n'));
        return s.append(output.isEmpty() ? "" : "\n" + Messages.standardOutput + "\n" + output).toString();
    }

    /** How long it takes or took. */
    static String took(JobInfo j, Instant now) {
        Duration d = Duration.between(j.submitted(), j.ended().orElse(now));
        return Figures.duration(d.isNegative() ? Duration.ZERO : d);
    }

    /** Its files, and how large they are. */
    public static List<Row> files(List<ResultFiles.Found> files) {
        List<Row> all = new ArrayList<>();
        files.forEach(f -> all.add(Row.of(f.name(), f.name(), Figures.bytes(f.bytes()))));
        return all;
    }
}
