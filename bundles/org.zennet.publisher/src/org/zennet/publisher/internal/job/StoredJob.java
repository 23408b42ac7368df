package org.zennet.publisher.internal.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.zennet.api.container.Fuel;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Verdict;
import org.zennet.publisher.internal.buyer.Texts;
import org.zennet.services.publisher.JobService.Caught;
import org.zennet.services.publisher.JobService.Drift;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.StartTimes;
import org.zennet.services.publisher.JobService.TaskInfo;
import org.zennet.services.publisher.JobService.TaskState;
import org.zennet.services.publisher.JobService.Witness;

/** A job as it is stored; its tasks and leases stand beside it. */
@Message(Tag.JOB_STATE)
record StoredJob(int version, @Limit(64) String id, @Limit(200) String name, JobState state, @Limit(2000) String phase,
        long submitted, long ended, int total, int done, Amount budget, Amount spent, Amount exposure,
        Optional<StoredResult> result, @Limit(100) Optional<String> announcement, boolean recomputed,
        @Limit(2000) Optional<String> problem) {
    private static final int VERSION = 4;

    StoredJob {
        if (version != VERSION) {
            throw new IllegalArgumentException("unknown version of a stored job: " + version);
        }
    }

    /** The result of a job. */
    record StoredResult(@Limit(4096) String path, @Limit(64) String sha256, @Limit(20_000) String summary) { }

    /** A task. */
    @Message(Tag.JOB_STATE)
    record StoredTask(@Limit(80) String id, TaskState state, @Limit(value = 20, each = 64) List<String> providers,
            @Limit(64) Optional<String> output, int attempts, @Limit(2000) String note,
            Optional<Fuel> fuel) {
        static StoredTask of(TaskInfo t) {
            return new StoredTask(t.id(), t.state(), t.providers().stream().limit(20).toList(), t.outputHash(), t.attempts(), Texts.cut(t.note(), 2000), t.fuel());
        }

        TaskInfo info() {
            return new TaskInfo(id, state, providers, output, attempts, note, fuel);
        }
    }

    /** A lease. */
    @Message(Tag.JOB_STATE)
    record StoredLease(@Limit(64) String provider, @Limit(64) String lease, @Limit(20) String state, int rounds,
            @Limit(200) String strategy, int tasks, UsageVector usage, RateVector rates, Amount promised, Amount paid, Amount released,
            Amount withheld, boolean honest, Optional<StoredCaught> caught, @Limit(100) String channel,
            @Limit(64) Optional<String> settlement, int height, Optional<StoredDrift> drift, Optional<StoredWitness> witness,
            Optional<StoredStart> start) {
        static StoredLease of(HiredInfo h) {
            return new StoredLease(h.id(), h.lease(), h.state(), h.rounds(), Texts.cut(h.strategy(), 200), h.tasks(), h.usage(), h.rates(),
                    h.promised(), h.paid(), h.released(), h.withheld(), h.honest(), h.caught().map(c -> new StoredCaught(c.task(),
                    c.signedHash(), c.otherHash(), c.agreeing())), h.channel(), h.settlement(), h.settlementHeight(),
                    h.drift().map(d -> new StoredDrift(d.statements(), d.perMille(), d.claimed(), d.allowed())),
                    h.witness().map(w -> new StoredWitness(w.reports(), w.silent(), w.cpuSeen(), w.cpuBilled(), w.memorySeen(), w.memoryBilled(), w.far())),
                    h.start().map(s -> new StoredStart(s.match(), s.negotiate(), s.channel(), s.image(), s.start(), s.up())));
        }

        HiredInfo info() {
            return new HiredInfo(provider, lease, state, rounds, strategy, tasks, usage, rates, promised, paid, released, withheld,
                    honest, caught.map(c -> new Caught(c.task(), c.signed(), c.other(), c.agreeing())), channel, settlement, height,
                    drift.map(d -> new Drift(d.statements(), d.perMille(), d.claimed(), d.allowed())),
                    witness.map(w -> new Witness(w.reports(), w.silent(), w.cpuSeen(), w.cpuBilled(), w.memorySeen(), w.memoryBilled(), w.far())),
                    start.map(s -> new StartTimes(s.match(), s.negotiate(), s.channel(), s.image(), s.start(), s.up())));
        }
    }

    /** What a provider claimed beyond the envelope. */
    record StoredDrift(int statements, int perMille, Amount claimed, Amount allowed) { }

    /** What the witness saw. */
    record StoredWitness(int reports, int silent, long cpuSeen, long cpuBilled, long memorySeen, long memoryBilled, int far) { }

    /** How long its start took. */
    record StoredStart(int match, int negotiate, int channel, int image, int start, int up) { }

    /** The evidence against a provider, in short. */
    record StoredCaught(@Limit(80) String task, @Limit(64) String signed, @Limit(64) String other,
            @Limit(value = 5, each = 64) List<String> agreeing) { }

    /** The signed results behind a refused hold-back: the refused one first. */
    @Message(Tag.JOB_STATE)
    record Evidence(@Limit(6) List<Verdict.SignedResult> results) { }

    static StoredJob of(JobInfo j) {
        return new StoredJob(VERSION, j.id(), Texts.cut(j.name(), 200), j.state(), Texts.cut(j.phase(), 2000), j.submitted().toEpochMilli(),
                j.ended().map(Instant::toEpochMilli).orElse(0L), j.tasksTotal(), j.tasksDone(), j.budget(), j.spent(), j.exposure(),
                j.result().map(r -> new StoredResult(r.path().toString(), r.sha256(), Texts.cut(r.summary(), 20_000))), j.announcement(),
                j.recomputed(), j.problem().map(p -> Texts.cut(p, 2000)));
    }

    JobInfo info(List<TaskInfo> tasks, List<HiredInfo> leases) {
        return new JobInfo(id, name, state, phase, Instant.ofEpochMilli(submitted), JobBook.instant(ended), total, done, budget, spent,
                exposure, List.copyOf(tasks), List.copyOf(leases), JobBook.result(result), announcement, recomputed, problem);
    }
}
