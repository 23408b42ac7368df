package org.zennet.services.publisher;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.zennet.api.container.Fuel;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;

/** Jobs of this process. Thread-safe; immutable snapshots. */
public interface JobService {
    /**
     * Reads and checks a job file and starts the job.
     *
     * @param file      the YAML file; paths in it are relative to it
     * @param results   the directory for results; made if it isn't there
     * @return the job's id
     * @throws Rejected with all that is wrong with the file, or that funds are missing
     */
    String submit(Path file, Path results) throws Rejected;

    /** One job. */
    Optional<JobInfo> job(String id);

    /** All jobs, newest first. */
    List<JobInfo> jobs();

    /** Ends a job: tasks stop, leases are closed and paid for what was used. */
    void cancel(String id) throws Rejected;

    /** Is told of every change; on a worker thread, at most ten times a second. */
    Registration watch(Runnable changed);

    /** Where a job stands. The order is part of the stored encoding. */
    enum JobState { ANNOUNCING, HIRING, RUNNING, REDUCING, SETTLING, DONE, FAILED, CANCELLED }

    /** Where a task stands. The order is part of the stored encoding. */
    enum TaskState { WAITING, RUNNING, COMPARING, VERIFIED, FAILED }

    /**
     * One job.
     *
     * @param phase     one line for people
     * @param spent     promised to providers in all
     * @param exposure  paid and not verified now
     * @param recomputed whether the publisher's own recomputation of a sample and of the reduce step gave the same bytes
     */
    record JobInfo(String id, String name, JobState state, String phase, Instant submitted, Optional<Instant> ended,
            int tasksTotal, int tasksDone, Amount budget, Amount spent, Amount exposure, List<TaskInfo> tasks,
            List<HiredInfo> providers, Optional<Result> result, Optional<String> announcement, boolean recomputed,
            Optional<String> problem) { }

    /**
     * One task: its replicas' providers as short ids, the accepted output hash.
     *
     * @param fuel what at least two of its providers counted, where they count
     */
    record TaskInfo(String id, TaskState state, List<String> providers, Optional<String> outputHash, int attempts,
            String note, Optional<Fuel> fuel) {
        /** Not counted. */
        public TaskInfo(String id, TaskState state, List<String> providers, Optional<String> outputHash, int attempts,
                String note) {
            this(id, state, providers, outputHash, attempts, note, Optional.empty());
        }
    }

    /**
     * One provider of a job.
     *
     * @param id        its identity, hex
     * @param lease     the lease's id
     * @param state     {@code starting}, {@code pulling} (its image comes from a registry), {@code running}, {@code frozen} (its owner wants the machine), {@code away} (its
     *                  connection was lost and may come back), {@code ended}, {@code lost}, {@code caught}, {@code settled}
     * @param rounds    of negotiation
     * @param promised  due in all by the bill
     * @param paid      by vouchers and ticks in all
     * @param released  hold-backs released
     * @param withheld  hold-backs withheld
     * @param honest    whether no signed result of it was outvoted
     * @param caught    the two differing signed hashes, where one was
     * @param channel   the funding outpoint
     * @param settlement txid; height of its block, 0 while it waits
     * @param drift     where it claimed more than the own clock allows
     * @param witness   what the witness in the guest saw, where the job has one
     * @param start     how long its start took, once it is up
     */
    record HiredInfo(String id, String lease, String state, int rounds, String strategy, int tasks, UsageVector usage,
            RateVector rates, Amount promised, Amount paid, Amount released, Amount withheld, boolean honest,
            Optional<Caught> caught, String channel, Optional<String> settlement, int settlementHeight, Optional<Drift> drift,
            Optional<Witness> witness, Optional<StartTimes> start) {
        /** Of one that is not up, and never claimed too much. */
        public HiredInfo(String id, String lease, String state, int rounds, String strategy, int tasks, UsageVector usage, RateVector rates,
                Amount promised, Amount paid, Amount released, Amount withheld, boolean honest, Optional<Caught> caught, String channel,
                Optional<String> settlement, int settlementHeight) {
            this(id, lease, state, rounds, strategy, tasks, usage, rates, promised, paid, released, withheld, honest, caught, channel,
                    settlement, settlementHeight, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /**
     * How long the phases of a lease's start took, in milliseconds. The container starts while the funding is waited for.
     *
     * @param match     from the announcement, or from this provider's contract before, until it called
     * @param negotiate until both had signed the contract
     * @param channel   from the contract until the funding was as deep as agreed; as the provider says
     * @param image     for fetching the module or image, about 0 where the provider had it; as the provider says
     * @param start     of the container; as the provider says
     * @param up        from the contract until the provider's word that it is up arrived, by the own clock
     */
    record StartTimes(int match, int negotiate, int channel, int image, int start, int up) {
        /** What of {@code up} neither the funding alone nor fetching and starting alone explain. */
        public int other() {
            return (int) Math.max(0, up - Math.max(channel, (long) image + start));
        }
    }

    /**
     * Claims of a provider beyond what the container's limits and the own clock allow. Paid is what they allow.
     *
     * @param statements how many usage statements
     * @param perMille   by how much the worst of them was beyond, in thousandths
     * @param claimed    the metered price of all that it claims
     * @param allowed    what of it counts
     */
    record Drift(int statements, int perMille, Amount claimed, Amount allowed) { }

    /**
     * What the job's own witness in the guest saw, beside what was billed, of all results so far. A diagnostic: it changes no bill, and
     * the provider could forge it. Statements cover what ran since, and the upkeep of the container, so a bill may lead a little.
     *
     * @param reports      results with a report
     * @param silent       results without one
     * @param cpuSeen      microseconds of processor
     * @param cpuBilled    microseconds of processor: the smaller of claim and envelope
     * @param memorySeen   byte-seconds of what processes held alone
     * @param memoryBilled byte-seconds, files in memory too
     * @param far          results after which more processor was billed than seen and tolerated by the contract
     */
    record Witness(int reports, int silent, long cpuSeen, long cpuBilled, long memorySeen, long memoryBilled, int far) { }

    /** The evidence against a provider: what it signed for a task, and what at least two others signed. */
    record Caught(String task, String signedHash, String otherHash, List<String> agreeing) { }

    /**
     * A job's result.
     *
     * @param path   the directory with its files
     * @param sha256 of the reduce step's output
     * @param summary what the result says of itself, a few lines; may be empty
     */
    record Result(Path path, String sha256, String summary) { }
}
