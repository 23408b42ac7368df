package org.zennet.publisher.machine;

import java.time.Instant;
import org.zennet.api.value.Amount;

/**
 * What a job asks of its machine.
 *
 * @param tasks        how many tasks the array has; the reduce step, where there is one, is task number {@code tasks}
 * @param first        the index of the first of them, for people
 * @param reduce       whether there is a reduce step
 * @param replicas     on how many providers each task runs at first, 1 to 3
 * @param tieBreak     on how many at most when results differ, {@code replicas} to 5
 * @param machines     how many providers are hired at most at a time
 * @param budget       what may be promised in all
 * @param capacity     of one provider's channel
 * @param taskMillis   the wall-clock limit of a task
 * @param reduceMillis the wall-clock limit of the reduce step
 * @param deadline     when the job fails
 * @param waits        how long others may take
 * @param driftLimit   how many usage statements in a row may claim more than the contract tolerates, before the lease ends;
 *                     0: it goes on, and only what the own clock allows is paid
 * @param compares     whether a comparer is asked about results whose bytes differ
 * @param witness      whether a witness runs beside the program of each task
 */
public record JobPlan(int tasks, long first, boolean reduce, int replicas, int tieBreak, int machines, Amount budget,
        Amount capacity, long taskMillis, long reduceMillis, Instant deadline, Waits waits, int driftLimit,
        boolean compares, boolean witness) {
    /** The usual limit of statements beyond what is tolerated. */
    public static final int USUAL_DRIFT_LIMIT = 3;

    /** Refuses what no job can have. */
    public JobPlan {
        if (tasks < 1 || replicas < 1 || replicas > 3 || tieBreak < replicas || tieBreak > 5 || machines < 1) {
            throw new IllegalArgumentException("no such job: " + tasks + " tasks, " + replicas + " replicas, " + tieBreak
                    + " for a tie-break, " + machines + " machines");
        }
    }

    /** With the usual limit of drift and without a comparer. */
    public JobPlan(int tasks, long first, boolean reduce, int replicas, int tieBreak, int machines, Amount budget, Amount capacity,
            long taskMillis, long reduceMillis, Instant deadline, Waits waits) {
        this(tasks, first, reduce, replicas, tieBreak, machines, budget, capacity, taskMillis, reduceMillis, deadline, waits, USUAL_DRIFT_LIMIT, false, false);
    }

    /** The same job with a witness. */
    public JobPlan witnessed() {
        return new JobPlan(tasks, first, reduce, replicas, tieBreak, machines, budget, capacity, taskMillis, reduceMillis, deadline, waits, driftLimit,
                compares, true);
    }

    /** The same job with a comparer. */
    public JobPlan comparing() {
        return new JobPlan(tasks, first, reduce, replicas, tieBreak, machines, budget, capacity, taskMillis, reduceMillis, deadline, waits, driftLimit,
                true, witness);
    }

    /**
     * How long others may take, in milliseconds.
     *
     * @param start    from a contract to the provider's ready, and from the funding to its started
     * @param result   for a result beyond the task's own limit, and for the delivery of an output
     * @param settle   from the end of a lease to its settlement in a block
     * @param envelope by which a usage claim may be ahead of the own clock
     */
    public record Waits(long start, long result, long settle, long envelope) { }

    /** How many results have to agree. */
    public int quorum() {
        return Math.min(2, replicas);
    }

    /** The id of a task by its number. */
    public String id(int task) {
        return task == tasks ? "reduce" : "task-" + (first + task);
    }

    /** The wall-clock limit of a task by its number. */
    public long millis(int task) {
        return task == tasks ? reduceMillis : taskMillis;
    }
}
