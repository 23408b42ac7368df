package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.osgi.util.NLS;
import org.zennet.api.value.Counter;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.RentService;

/** What the publisher's own witness saw, beside what was billed, in words. A diagnostic: no bill follows from it. */
final class WitnessRows {
    private static final Map<String, Counter> COUNTERS = List.of(Counter.values()).stream().collect(Collectors.toMap(Counter::id, c -> c));

    private WitnessRows() { }

    /** On a rented machine. */
    static List<Detail> of(RentService.Witness w) {
        List<Detail> all = new ArrayList<>();
        all.add(line(Messages.witnessReadings, String.valueOf(w.readings())));
        all.add(line(Messages.witnessJudged, NLS.bind(Messages.witnessJudgedOf, w.judged(), w.silent())));
        all.add(line(Messages.witnessBeyond, beyond(w.far())));
        for (RentService.Compared c : w.compared()) {
            Counter counter = COUNTERS.get(c.counter());
            all.add(line(Figures.word(c.counter()), counter == null ? NLS.bind(Messages.witnessSeen, c.seen(), c.billed()) : seen(counter, c.seen(), c.billed())));
        }
        if (!w.problem().isEmpty()) {
            all.add(line(Messages.problem, w.problem()));
        }
        all.add(line(Messages.note, Messages.witnessNote));
        return all;
    }

    /** In the guests of a job on one provider. */
    static List<Detail> of(JobService.Witness w) {
        List<Detail> all = new ArrayList<>();
        all.add(line(Messages.witnessReports, NLS.bind(Messages.witnessReportsOf, w.reports(), w.silent())));
        all.add(line(Messages.witnessBeyond, beyond(w.far())));
        if (w.reports() > 0) {
            all.add(line(Figures.word(Counter.CPU.id()), seen(Counter.CPU, w.cpuSeen(), w.cpuBilled())));
            all.add(line(Figures.word(Counter.MEMORY.id()), seen(Counter.MEMORY, w.memorySeen(), w.memoryBilled())));
        }
        all.add(line(Messages.note, Messages.witnessNote));
        return all;
    }

    /** The same in one line. */
    static String brief(JobService.Witness w) {
        return of(w).stream().filter(d -> !d.name().equals(Messages.note)).map(d -> d.name() + ": " + d.value()).collect(Collectors.joining("; "));
    }

    /** Why a machine's line says something of the witness; empty where nothing is to be said. */
    static String alarm(RentService.Witness w) {
        return w.far() > 0 ? NLS.bind(Messages.witnessAlarm, w.far(), w.judged()) : w.problem();
    }

    private static Detail line(String name, String value) {
        return new Detail(Messages.witness, name, value);
    }

    private static String beyond(int far) {
        return far == 0 ? Messages.never : NLS.bind(Messages.witnessTimes, far);
    }

    private static String seen(Counter counter, long seen, long billed) {
        return NLS.bind(Messages.witnessSeen, Figures.amount(counter, seen), Figures.amount(counter, billed));
    }
}
