package org.zennet.publisher.machine;

import java.math.BigInteger;
import java.util.Optional;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;

/**
 * What the witness saw of one lease, beside what was billed. It lowers and raises no bill. Judged is the processor alone: the
 * meter counts files in memory as memory too, and the witness sees none. Immutable.
 *
 * @param reports results with a report
 * @param silent  results without one: nothing is said against them, and their own usage counts as seen
 * @param cpu     seen by the witness, in microseconds
 * @param memory  seen by the witness, in byte-seconds
 * @param taken   the processor time of silent results, by the provider's word, in microseconds
 * @param far      results after which more was billed than the contract tolerates, in a row
 * @param farInAll of all results
 */
public record Witnessed(int reports, int silent, long cpu, long memory, long taken, int far, int farInAll) {
    /** Of a lease without results. */
    public static final Witnessed NOTHING = new Witnessed(0, 0, 0, 0, 0, 0, 0);
    /** What the guest's own upkeep may take around a task, where no witness runs, in microseconds. */
    private static final long AROUND_A_TASK = 100_000;
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
        Witnessed next = new Witnessed(reports + (report.isPresent() ? 1 : 0), silent + (report.isPresent() ? 0 : 1),
                sum(cpu, report.map(WitnessReport::cpu).orElse(0L)), sum(memory, report.map(WitnessReport::memory).orElse(0L)),
                sum(taken, report.isPresent() ? 0 : taskUsage.get(Counter.CPU)), far, farInAll);
        boolean beyond = next.beyond(billed, resources, terms);
        return new Witnessed(next.reports, next.silent, next.cpu, next.memory, next.taken, beyond ? far + 1 : 0, farInAll + (beyond ? 1 : 0));
    }

    /** What is billed may lead by one interval, in which the next task runs already, and by the upkeep; beyond that the contract's drift counts. */
    private boolean beyond(UsageVector billed, Resources resources, Terms terms) {
        long ahead = Math.multiplyExact((long) terms.intervalMillis(), (long) resources.cores());
        BigInteger seen = BigInteger.valueOf(cpu).add(BigInteger.valueOf(taken))
                .multiply(BigInteger.valueOf(1000L + terms.driftPerMille())).divide(BigInteger.valueOf(1000));
        BigInteger allowed = seen.add(BigInteger.valueOf(ahead)).add(BigInteger.valueOf(AROUND_A_TASK * (reports + (long) silent)));
        return BigInteger.valueOf(billed.get(Counter.CPU)).compareTo(allowed) > 0;
    }

    private static long sum(long a, long b) {
        return Math.min(MOST, a + Math.min(MOST, b));
    }
}
