package org.zennet.publisher.machine;

import java.util.Set;
import java.util.Optional;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;

/** What may happen to a job. Signatures were verified before. */
public sealed interface JobEvent permits BuyerEvent, JobEvent.Answered, JobEvent.Delivered, JobEvent.Compared, JobEvent.Undelivered, JobEvent.Returned,
        JobEvent.ReduceReady, JobEvent.Finished, JobEvent.Cancelled {
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

    /** The reduce step's input is ready. */
    record ReduceReady() implements JobEvent { }

    /** The results are written. */
    record Finished() implements JobEvent { }

    /** The owner ends the job. */
    record Cancelled() implements JobEvent { }
}
