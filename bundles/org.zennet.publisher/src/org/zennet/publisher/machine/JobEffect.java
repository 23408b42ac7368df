package org.zennet.publisher.machine;

import java.util.List;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.services.publisher.JobService.JobState;

/** What is to be done, in order, once the state is durable. */
public sealed interface JobEffect permits BuyerEffect, JobEffect.Prepay, JobEffect.Dispatch, JobEffect.Fetch, JobEffect.Compare, JobEffect.Judge, JobEffect.Resume,
        JobEffect.Repay, JobEffect.Decline, JobEffect.PrepareReduce, JobEffect.Finish, JobEffect.Over {
    /** Pay the first interval. */
    record Prepay(String lease, Amount amount) implements JobEffect { }

    /** Send a task. */
    record Dispatch(String lease, int task) implements JobEffect { }

    /** Fetch the output of a result. */
    record Fetch(String lease, int task, Hash output, long bytes) implements JobEffect { }

    /** Ask the job's comparer about two outputs, both of which are here; a {@link JobEvent.Compared} follows in any case. */
    record Compare(int task, VerificationMachine.Pair pair) implements JobEffect { }

    /** Tell what became of a result; the evidence names providers whose results conflict with it. */
    record Judge(String lease, int task, boolean passed, Amount holdBack, List<VerificationMachine.Entry> evidence)
            implements JobEffect { }

    /**
     * Take a lease up again over the connection on which its provider asked.
     *
     * @param sequence of the newest statement
     * @param wanted   tasks whose results are waited for
     */
    record Resume(String lease, int sequence, List<Integer> wanted) implements JobEffect {
        /** Copies the list. */
        public Resume {
            wanted = List.copyOf(wanted);
        }
    }

    /** Pay what is due to the zen, and tell so even where it was paid before. */
    record Repay(String lease, Amount due) implements JobEffect { }

    /**
     * Don't take a lease up again.
     *
     * @param pay whether a last payment of what is due goes with it
     */
    record Decline(String lease, boolean pay, Amount due, String reason) implements JobEffect { }

    /** Put the outputs of all tasks together as the reduce step's input. */
    record PrepareReduce() implements JobEffect { }

    /** Recompute a sample and write the results. */
    record Finish() implements JobEffect { }

    /** The job is over. */
    record Over(JobState state) implements JobEffect { }
}
