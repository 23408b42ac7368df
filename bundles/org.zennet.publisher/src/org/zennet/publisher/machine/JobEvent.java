package org.zennet.publisher.machine;

import java.util.Set;
import java.util.Optional;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;

/** What may happen to a job. Signatures were verified before. */
public sealed interface JobEvent {
    /** The announcement is on its way to a block. */
    record Announced() implements JobEvent { }

    /** It can't be announced, or another thing without which there is no job. */
    record Broken(String reason) implements JobEvent { }

    /** Both signed a contract. */
    record Agreed(String lease, PublicKey provider, RateVector rates, Terms terms, Resources resources) implements JobEvent { }

    /** The provider reserved its capacity. */
    record Ready(String lease) implements JobEvent { }

    /** The channel could not be funded. */
    record NotFunded(String lease, String reason) implements JobEvent { }

    /** The container runs. */
    record Started(String lease) implements JobEvent { }

    /** A signed usage statement arrived. */
    record Claimed(String lease, int sequence, UsageVector usage) implements JobEvent { }

    /** The channel pays so much in all. */
    record Paid(String lease, Amount total) implements JobEvent { }

    /** The channel can't pay what is due. */
    record Exhausted(String lease, String reason) implements JobEvent { }

    /** A signed result of a task that was sent, and beside it the witness's report. */
    record Answered(String lease, int task, Outcome.Reason reason, int exitCode, Hash output, long bytes,
            UsageVector usage, Optional<Fuel> fuel, Optional<WitnessReport> witness, String log) implements JobEvent {
        /** Without a count. */
        public Answered(String lease, int task, Outcome.Reason reason, int exitCode, Hash output, long bytes, UsageVector usage,
                String log) {
            this(lease, task, reason, exitCode, output, bytes, usage, Optional.empty(), Optional.empty(), log);
        }
    }

    /** The output of a result is here and has its hash. */
    record Delivered(String lease, int task) implements JobEvent { }

    /**
     * The comparer's answer about two outputs of a task.
     *
     * @param why it is unknown, one line; empty when it is known
     */
    record Compared(int task, VerificationMachine.Pair pair, VerificationMachine.Answer answer, String why) implements JobEvent { }

    /** The output of a result did not come. */
    record Undelivered(String lease, int task, String reason) implements JobEvent { }

    /** The provider broke the protocol. */
    record Violated(String lease, String reason) implements JobEvent { }

    /** The provider ends the lease. */
    record Ended(String lease, String reason) implements JobEvent { }

    /** The provider's receipt: nothing more comes of it. */
    record Receipted(String lease, boolean nothingToSettle) implements JobEvent { }

    /**
     * A provider whose connection was gone asks to go on. Its newest payment was checked before.
     *
     * @param sequence of its newest statement
     * @param usage    cumulative
     * @param begun    tasks that wait or run there
     * @param done     tasks with a result there and without a verdict
     */
    record Returned(String lease, int sequence, UsageVector usage, Set<Integer> begun, Set<Integer> done) implements JobEvent {
        /** Copies the sets. */
        public Returned {
            begun = Set.copyOf(begun);
            done = Set.copyOf(done);
        }
    }

    /** The provider's owner holds the lease frozen, or lets it go on. */
    record Paused(String lease, boolean paused, String reason) implements JobEvent { }

    /** The provider's connection is gone. */
    record Lost(String lease, String reason) implements JobEvent { }

    /** The channel was settled or refunded in a block. */
    record Settled(String lease) implements JobEvent { }

    /** The reduce step's input is ready. */
    record ReduceReady() implements JobEvent { }

    /** The results are written. */
    record Finished() implements JobEvent { }

    /** The owner ends the job. */
    record Cancelled() implements JobEvent { }

    /** Time passes. */
    record Tick() implements JobEvent { }
}
