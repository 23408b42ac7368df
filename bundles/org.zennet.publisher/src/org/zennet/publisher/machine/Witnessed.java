package org.zennet.publisher.machine;

import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;

/**
 * What the witness saw of one lease of a job, beside what was billed, task by task. It lowers and raises no bill. Judged are processor and
 * memory; of disks a task's witness sees nothing. Immutable.
 *
 * @param reports  results with a report
 * @param silent   results without one: nothing is said against them, and their own usage counts as seen
 * @param seen     by the witness, in the units of the counters
 * @param taken    what silent results used, by the provider's word
 * @param far      results after which more was billed than the contract tolerates, in a row
 * @param farInAll of all results
 */
public record Witnessed(int reports, int silent, UsageVector seen, UsageVector taken, int far, int farInAll) {
    /** Of a lease without results. */
    public static final Witnessed NOTHING = new Witnessed(0, 0, UsageVector.ZERO, UsageVector.ZERO, 0, 0);
    /** The counters that are judged. */
    static final Set<Counter> JUDGED = Set.of(Counter.CPU, Counter.MEMORY);
    /** What a container holds besides its programs, in bytes. */
    static final long HELD_BESIDE = 1 << 20;
    /** What the guest's own upkeep may take around a task, where no witness runs, in microseconds; all memory may be held for as long and half again. */
    private static final long AROUND_A_TASK = 100_000;
    private static final int MEMORY_AROUND = 4;
    /** The most that is believed of any sum. */
    private static final long MOST = Long.MAX_VALUE / 8;

    /**
     * A result arrived.
     *
     * @param report    of the witness
     * @param taskUsage of this task, by the provider's word
     * @param billed    of the lease until now: the smaller of claim and envelope
     */
    Witnessed with(Optional<WitnessReport> report, UsageVector taskUsage, UsageVector billed, Resources resources, Terms terms) {
        UsageVector saw = report.map(r -> UsageVector.ZERO.with(Counter.CPU, r.cpu()).with(Counter.MEMORY, r.memory())).orElse(UsageVector.ZERO);
        Witnessed next = new Witnessed(reports + (report.isPresent() ? 1 : 0), silent + (report.isPresent() ? 0 : 1), sum(seen, saw),
                sum(taken, report.isPresent() ? UsageVector.ZERO : taskUsage), far, farInAll);
        boolean beyond = JUDGED.stream().anyMatch(c -> next.beyond(c, billed, resources, terms));
        return new Witnessed(next.reports, next.silent, next.seen, next.taken, beyond ? far + 1 : 0, farInAll + (beyond ? 1 : 0));
    }

    /** The first counter of which more is billed than the contract tolerates. */
    Optional<Counter> beyond(UsageVector billed, Resources resources, Terms terms) {
        return JUDGED.stream().sorted().filter(c -> beyond(c, billed, resources, terms)).findFirst();
    }

    /** What is billed may lead by one interval, in which the next task runs already, and by the upkeep; beyond that the contract's drift counts. */
    private boolean beyond(Counter c, UsageVector billed, Resources resources, Terms terms) {
        BigInteger tasks = BigInteger.valueOf(reports + (long) silent);
        BigInteger interval = BigInteger.valueOf(terms.intervalMillis());
        BigInteger beside = c == Counter.CPU
                ? interval.multiply(BigInteger.valueOf(resources.cores())).add(tasks.multiply(BigInteger.valueOf(AROUND_A_TASK)))
                : interval.multiply(BigInteger.valueOf(resources.memory())).divide(BigInteger.valueOf(1000))
                        .add(tasks.multiply(BigInteger.valueOf(resources.memory() / MEMORY_AROUND)))
                        .add(BigInteger.valueOf(billed.get(Counter.WALL)).multiply(BigInteger.valueOf(HELD_BESIDE)).divide(BigInteger.valueOf(1000)));
        BigInteger allowed = BigInteger.valueOf(seen.get(c)).add(BigInteger.valueOf(taken.get(c)))
                .multiply(BigInteger.valueOf(1000L + terms.driftPerMille())).divide(BigInteger.valueOf(1000)).add(beside);
        return BigInteger.valueOf(billed.get(c)).compareTo(allowed) > 0;
    }

    private static UsageVector sum(UsageVector a, UsageVector b) {
        return UsageVector.of(c -> Math.min(MOST, a.get(c) + Math.min(MOST, b.get(c))));
    }
}
