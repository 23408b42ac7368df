package org.zennet.publisher.machine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.container.Fuel;
import org.zennet.api.value.Amount;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.UsageVector;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.TaskState;

/** A job's state while one event is worked in: what can be done to leases and tasks. Used once, by one thread. */
class JobDraft {
    final JobPlan plan;
    final Instant now;
    final List<TaskRun> tasks;
    final Map<String, LeaseRun> leases;
    final Set<PublicKey> barred;
    final Set<PublicKey> dear;
    final List<JobEffect> effects = new ArrayList<>();
    /** Leases that got a verdict. */
    final Set<String> judgedNow = new LinkedHashSet<>();
    JobState phase;
    Optional<JobState> ending;
    boolean written;
    String note;

    JobDraft(JobMachine m, Instant now) {
        this.plan = m.plan();
        this.now = now;
        this.tasks = new ArrayList<>(m.tasks());
        this.leases = new LinkedHashMap<>(m.leases());
        this.barred = new HashSet<>(m.barred());
        this.dear = new HashSet<>(m.dear());
        this.phase = m.phase();
        this.ending = m.ending();
        this.written = m.written();
        this.note = m.note();
    }

    JobMachine state() {
        return new JobMachine(plan, phase, tasks, leases, barred, dear, ending, written, note);
    }

    void put(LeaseRun lease) {
        leases.put(lease.id(), lease);
    }

    // ---- ends of leases

    /** Ends a lease at once; what it had in work goes elsewhere. In good order: nobody contradicted its results, so they pass. */
    void drop(LeaseRun lease, String reason, boolean pay, boolean orderly) {
        LeaseRun l = free(lease);
        if (orderly) {
            l = release(l);
            l = l.with(l.ledger().closed());
        }
        boolean started = l.ledger().started().isPresent();
        put(l.at(LeaseStage.CLOSING, now, reason));
        effects.add(new BuyerEffect.Close(l.id(), pay && started, l.ledger().bill().due(), reason));
    }

    /** Lets a lease end with its next usage statement. */
    void drain(LeaseRun lease, String reason) {
        if (lease.stage() == LeaseStage.RUNNING) {
            put(release(free(lease)).at(LeaseStage.DRAINING, now, reason));
        } else if (lease.stage() == LeaseStage.ABSENT) {
            LeaseRun l = release(free(lease));
            put(l.with(l.ledger().closed()).at(LeaseStage.LOST, now, reason));
        } else if (lease.live()) {
            drop(lease, reason, false, false);
        }
    }

    /** The last payment of a lease that was drained. */
    void finalAnswer(LeaseRun lease, int sequence, boolean countersign) {
        LeaseRun l = lease.with(lease.ledger().closed());
        Amount due = l.ledger().bill().due();
        put(l.at(LeaseStage.CLOSING, now, ""));
        effects.add(new BuyerEffect.Answer(l.id(), sequence, due, true, countersign));
        effects.add(new BuyerEffect.Close(l.id(), true, due, l.note()));
    }

    /** Takes everything back that a provider has in work. */
    LeaseRun free(LeaseRun lease) {
        for (int i = 0; i < tasks.size(); i++) {
            TaskRun t = tasks.get(i);
            if (t.running().stream().anyMatch(r -> r.lease().equals(lease.id()))) {
                tasks.set(i, t.gone(lease.id()));
            }
        }
        return lease.idle();
    }

    /** Passes all results without a verdict: a hold-back is refused on evidence only. */
    private LeaseRun release(LeaseRun lease) {
        LeaseRun l = lease;
        for (Map.Entry<Integer, UsageVector> e : lease.unjudged().entrySet()) {
            l = judge(l, e.getKey(), true, List.of());
        }
        return l;
    }

    // ---- verdicts

    private LeaseRun judge(LeaseRun lease, int task, boolean passed, List<VerificationMachine.Entry> evidence) {
        UsageVector usage = lease.unjudged().get(task);
        if (usage == null) {
            return lease;
        }
        judgedNow.add(lease.id());
        LeaseLedger ledger = passed ? lease.ledger().passed(usage) : lease.ledger().refused(usage);
        if (lease.connected()) {
            effects.add(new JobEffect.Judge(lease.id(), task, passed, lease.ledger().bill().holdBack(usage), evidence));
        }
        return lease.with(ledger).judged(task, passed, evidence);
    }

    /** Works in what the comparison of a task says now. */
    void decide(int task) {
        TaskRun t = tasks.get(task);
        VerificationMachine v = t.verification();
        if (t.decided() || v.standing() == VerificationMachine.Standing.OPEN) {
            return;
        }
        switch (v.standing()) {
            case VERIFIED -> tasks.set(task, t.ended(TaskState.VERIFIED, ""));
            case FAILED -> tasks.set(task, t.ended(TaskState.FAILED, failure(v.winner().orElseThrow(), t.note())));
            default -> tasks.set(task, t.ended(TaskState.FAILED, v.entries().size() + " providers gave different results: "
                    + (t.note().isEmpty() ? "the program is not deterministic, or several of them lie" : t.note())));
        }
        VerificationMachine.Ruling ruling = v.ruling();
        for (VerificationMachine.Entry e : ruling.passed()) {
            LeaseRun l = leases.get(e.lease());
            if (l.stage() == LeaseStage.RUNNING || l.stage() == LeaseStage.ABSENT) {
                put(judge(l, task, true, List.of()));
            }
        }
        for (VerificationMachine.Entry e : ruling.refused()) {
            refuse(e, task, ruling.agreed(), ruling.liars().contains(e));
        }
        v.miscounted().forEach(e -> miscounted(e, "it counted " + e.fuel().orElseThrow() + " for " + plan.id(task) + ", others "
                + v.fuel().orElseThrow()));
        if (v.fuelDisputed()) {
            weighCounts();
        }
        if (tasks.get(task).state() == TaskState.FAILED) {
            end(JobState.FAILED, plan.id(task) + " failed: " + tasks.get(task).note());
        }
    }

    /** A result for a task that was decided without it. */
    void late(VerificationMachine.Entry entry, int task) {
        VerificationMachine v = tasks.get(task).verification();
        List<VerificationMachine.Entry> winners = v.ruling().agreed();
        VerificationMachine.Key winner = v.winner().orElse(null);
        // Other bytes that no comparer looked at were not found wrong.
        boolean unlooked = winner != null && v.compares() && winner.good() && entry.key().good();
        if (winner == null || entry.key().equals(winner) || unlooked || winners.size() < 2) {
            put(judge(leases.get(entry.lease()), task, true, List.of()));
            if (winner != null && entry.key().equals(winner) && Fuel.contradict(entry.fuel(), v.fuel())) {
                miscounted(entry, "it counted " + entry.fuel().orElseThrow() + " for " + plan.id(task) + ", others "
                        + v.fuel().orElseThrow());
            }
        } else {
            refuse(entry, task, winners, winner.good() && entry.key().good());
        }
    }

    /**
     * One count against one says nothing. But who is contradicted by at least two others, each about a task of its own, and by
     * more than any of these is, did not tell the truth about its work.
     */
    private void weighCounts() {
        Map<PublicKey, Set<PublicKey>> opponents = new LinkedHashMap<>();
        Map<PublicKey, VerificationMachine.Entry> entries = new LinkedHashMap<>();
        for (TaskRun t : tasks) {
            if (t.decided() && t.verification().fuelDisputed()) {
                for (VerificationMachine.Entry e : t.verification().passed()) {
                    opponents.computeIfAbsent(e.provider(), k -> new HashSet<>()).addAll(t.verification().opponents(e));
                    entries.putIfAbsent(e.provider(), e);
                }
            }
        }
        opponents.forEach((provider, others) -> {
            int most = others.stream().mapToInt(o -> opponents.get(o).size()).max().orElse(0);
            if (others.size() >= 2 && others.size() > most && !barred.contains(provider)) {
                miscounted(entries.get(provider), "its counts of fuel are contradicted by " + others.size() + " others");
            }
        });
    }

    /**
     * A provider gave the right bytes and a count that is not true. Nothing was paid by that count, so nothing is taken back:
     * it is paid for its work, let go, and not hired again.
     */
    private void miscounted(VerificationMachine.Entry entry, String why) {
        barred.add(entry.provider());
        leases.values().stream().filter(o -> o.provider().equals(entry.provider()) && o.live()).toList()
                .forEach(o -> drain(o, why));
    }

    private void refuse(VerificationMachine.Entry entry, int task, List<VerificationMachine.Entry> winners, boolean lied) {
        LeaseRun l = leases.get(entry.lease());
        if (l.stage() == LeaseStage.RUNNING || l.stage() == LeaseStage.ABSENT || l.stage() == LeaseStage.LOST) {
            l = judge(l, task, false, winners);
            put(l);
        }
        if (!lied) {
            if (l.stage() == LeaseStage.RUNNING) {
                put(l.faulty());
                dropFaulty(l.faulty());
            }
            return;
        }
        LeaseRun.Caught evidence = new LeaseRun.Caught(task, entry.key().output().orElseThrow(),
                winners.getFirst().key().output().orElseThrow(), winners.stream().map(VerificationMachine.Entry::provider).toList());
        put(l.caught().isPresent() ? l : l.caught(evidence));
        barred.add(entry.provider());
        for (int i = 0; i < tasks.size(); i++) {
            if (!tasks.get(i).decided() && tasks.get(i).verification().has(entry.provider())) {
                tasks.set(i, tasks.get(i).with(tasks.get(i).verification().without(entry.provider())));
            }
        }
        leases.values().stream().filter(o -> o.provider().equals(entry.provider())).filter(o -> o.live()
                || o.stage() == LeaseStage.DRAINING).toList()
                .forEach(o -> drop(o, "a signed result for " + plan.id(task) + " was outvoted", false, false));
    }

    void dropFaulty(LeaseRun lease) {
        if (lease.faults() >= 2) {
            drop(lease, lease.faults() + " tasks failed here that others can do", true, false);
        }
    }

    private static String failure(VerificationMachine.Key key, String log) {
        String how = switch (key.reason()) {
            case EXITED -> "exit code " + key.exitCode();
            case TRAPPED -> "it trapped";
            case TIMEOUT -> "it took longer than its timeout";
            case OUT_OF_MEMORY -> "it needs more memory than the job asks for";
            case OUTPUT_LIMIT -> "it wrote more than it may";
            case INVALID_IMAGE -> "the module is not valid";
            default -> key.reason().name();
        };
        return log.isEmpty() ? how : how + ": " + log;
    }

    // ---- the end

    /** The job ends so; the first reason stays. */
    void end(JobState how, String why) {
        if (ending.isPresent()) {
            if (how == JobState.FAILED && ending.get() == JobState.DONE) {
                ending = Optional.of(how);
                note = why;
            }
            return;
        }
        ending = Optional.of(how);
        phase = JobState.SETTLING;
        note = why;
        written = how != JobState.DONE;
        effects.add(new BuyerEffect.StopHiring(why.isEmpty() ? "the job is done" : why));
        if (how == JobState.DONE) {
            effects.add(new JobEffect.Finish());
        }
        String reason = how == JobState.DONE ? "the job is done" : how == JobState.CANCELLED ? "the job was cancelled" : "the job failed";
        List.copyOf(leases.values()).forEach(l -> drain(l, reason));
    }
}
