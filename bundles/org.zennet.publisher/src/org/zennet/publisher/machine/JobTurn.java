package org.zennet.publisher.machine;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Amount;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.TaskState;

/** What one event does to a job. Used once, by one thread. */
final class JobTurn extends JobDraft {
    private static final int LOG_CHARS = 300;
    /** So many verified results and usage statements tell what a provider's work costs: one statement more or less is no difference. */
    private static final int KNOWN_BY = 4;
    private static final int KNOWN_FOR = 10;

    JobTurn(JobMachine state, Instant now) {
        super(state, now);
    }

    JobMachine.Step on(JobEvent event) {
        switch (event) {
            case BuyerEvent.Announced _ -> phase = phase == JobState.ANNOUNCING ? JobState.HIRING : phase;
            case BuyerEvent.Broken e -> end(JobState.FAILED, e.reason());
            case BuyerEvent.Agreed e -> agreed(e);
            case BuyerEvent.Ready e -> in(e.lease(), l -> ready(l), LeaseStage.AGREED);
            case BuyerEvent.NotFunded e -> in(e.lease(), l -> notFunded(l, e.reason()), LeaseStage.FUNDED);
            case BuyerEvent.Started e -> in(e.lease(), l -> started(l), LeaseStage.FUNDED);
            case BuyerEvent.Claimed e -> in(e.lease(), l -> claimed(l, e), LeaseStage.RUNNING, LeaseStage.DRAINING);
            case BuyerEvent.Paid e -> Optional.ofNullable(leases.get(e.lease())).ifPresent(l -> put(l.with(l.ledger().paid(e.total()))));
            case BuyerEvent.Exhausted e -> in(e.lease(), l -> drop(l, e.reason(), false, false), LeaseStage.FUNDED, LeaseStage.RUNNING, LeaseStage.DRAINING);
            case JobEvent.Answered e -> in(e.lease(), l -> answered(l, e), LeaseStage.RUNNING);
            case JobEvent.Delivered e -> in(e.lease(), l -> delivered(l, e.task()), LeaseStage.RUNNING);
            case JobEvent.Compared e -> compared(e);
            case JobEvent.Undelivered e -> in(e.lease(), l -> undelivered(l, e.task(), e.reason()), LeaseStage.RUNNING);
            case BuyerEvent.Violated e -> in(e.lease(), l -> violated(l, e.reason()), LeaseStage.AGREED, LeaseStage.FUNDED, LeaseStage.RUNNING,
                    LeaseStage.DRAINING);
            case BuyerEvent.Ended e -> in(e.lease(), l -> drop(l, "the provider ended it: " + e.reason(), true, true), LeaseStage.AGREED,
                    LeaseStage.FUNDED, LeaseStage.RUNNING, LeaseStage.DRAINING);
            case BuyerEvent.Receipted e -> Optional.ofNullable(leases.get(e.lease())).ifPresent(l -> receipted(l, e));
            case BuyerEvent.Lost e -> Optional.ofNullable(leases.get(e.lease())).ifPresent(l -> lost(l, e.reason()));
            case BuyerEvent.Paused e -> in(e.lease(), l -> put((e.paused() ? l : l.fresh(now)).with(l.ledger().held(e.paused(), now))),
                    LeaseStage.RUNNING, LeaseStage.DRAINING);
            case JobEvent.Returned e -> Optional.ofNullable(leases.get(e.lease())).ifPresent(l -> returned(l, e));
            case BuyerEvent.Settled e -> Optional.ofNullable(leases.get(e.lease())).ifPresent(l -> put(l.settled(true)));
            case JobEvent.ReduceReady _ -> {
                if (phase == JobState.REDUCING && tasks.size() == plan.tasks()) {
                    tasks.add(TaskRun.start(plan));
                }
            }
            case JobEvent.Finished _ -> written = true;
            case JobEvent.Cancelled _ -> end(JobState.CANCELLED, "cancelled");
            case BuyerEvent.Tick _ -> { }
        }
        overdue();
        progress();
        contradicted();
        if (phase == JobState.RUNNING) {
            leave();
        }
        assign();
        return new JobMachine.Step(state(), List.copyOf(effects));
    }

    private void in(String lease, Consumer<LeaseRun> action, LeaseStage... stages) {
        LeaseRun l = leases.get(lease);
        if (l != null && List.of(stages).contains(l.stage())) {
            action.accept(l);
        }
    }

    // ---- leases

    private void agreed(BuyerEvent.Agreed e) {
        JobMachine before = state();
        boolean dear = before.bound().plus(e.terms().capacity()).isMoreThan(plan.budget());
        if (ending.isPresent() || dear || !before.mayHire(e.provider()) || leases.containsKey(e.lease())) {
            effects.add(new BuyerEffect.Close(e.lease(), false, Amount.ZERO,
                    dear ? "the budget is bound" : "not needed any more"));
            return;
        }
        put(LeaseRun.start(e.lease(), e.provider(), LeaseLedger.start(e.resources(), e.rates(), e.terms(), plan.driftLimit()), now));
    }

    private void ready(LeaseRun l) {
        put(l.at(LeaseStage.FUNDED, now, ""));
        effects.add(new BuyerEffect.Fund(l.id()));
    }

    private void notFunded(LeaseRun l, String reason) {
        note = "a channel could not be funded: " + reason;
        drop(l, note, false, false);
    }

    private void started(LeaseRun l) {
        put(l.with(l.ledger().started(now)).at(LeaseStage.RUNNING, now, ""));
        effects.add(new JobEffect.Prepay(l.id(), l.ledger().bill().due()));
        note = "";
        if (phase == JobState.HIRING) {
            phase = JobState.RUNNING;
        }
    }

    private void claimed(LeaseRun l, BuyerEvent.Claimed e) {
        LeaseLedger.Statement s = l.ledger().statement(e.sequence(), e.usage(), now, plan.waits().envelope());
        LeaseRun next = l.with(s.ledger());
        put(next);
        if (s.objection().isPresent()) {
            violated(next, s.objection().get());
        } else if (l.stage() == LeaseStage.DRAINING) {
            finalAnswer(next, e.sequence(), s.countersign());
        } else {
            Amount due = s.ledger().bill().due();
            effects.add(new BuyerEffect.Answer(l.id(), e.sequence(), due, false, s.countersign()));
            if (!s.ledger().bill().terms().capacity().isMoreThan(due)) {
                drop(next, "its channel is used up", false, true);
            }
        }
    }

    private void violated(LeaseRun l, String reason) {
        barred.add(l.provider());
        drop(l, reason, false, false);
    }

    private void receipted(LeaseRun l, BuyerEvent.Receipted e) {
        if (l.live() || l.stage() == LeaseStage.DRAINING) {
            drop(l, "the provider ended it", true, true);
        }
        LeaseRun r = leases.get(l.id());
        put(r.at(LeaseStage.ENDED, r.stage() == LeaseStage.ENDED ? r.since() : now, "").settled(r.settled() || e.nothingToSettle()));
    }

    private void lost(LeaseRun l, String reason) {
        boolean working = l.live() || l.stage() == LeaseStage.DRAINING;
        LeaseRun gone = l.disconnected();
        if (l.stage() == LeaseStage.ABSENT) {
            return;
        }
        if (l.stage() == LeaseStage.RUNNING && l.ledger().bill().terms().patienceMillis() > 0) {
            put(gone.at(LeaseStage.ABSENT, now, reason)); // its tasks stay with it: a second copy would be paid twice
            return;
        }
        put(working ? free(gone).at(LeaseStage.LOST, now, reason) : gone);
    }

    /** A provider whose connection was lost asks to go on: same contract, same channel, one bill. */
    private void returned(LeaseRun l, JobEvent.Returned e) {
        boolean awaited = l.stage() == LeaseStage.ABSENT || l.stage() == LeaseStage.RUNNING;
        Optional<String> objection = l.ledger().objection(e.sequence(), e.usage());
        if (awaited && objection.isPresent()) {
            violated(l, objection.get());
            effects.add(new JobEffect.Decline(l.id(), false, Amount.ZERO, objection.get()));
        } else if (awaited) {
            resume(l.returned(now), e);
        } else {
            decline(l);
        }
    }

    private void resume(LeaseRun l, JobEvent.Returned e) {
        put(l);
        effects.add(new JobEffect.Resume(l.id(), l.ledger().sequence(), l.queue()));
        effects.add(new JobEffect.Repay(l.id(), l.ledger().bill().due()));
        l.queue().stream().filter(t -> !e.begun().contains(t) && !e.done().contains(t))
                .forEach(t -> effects.add(new JobEffect.Dispatch(l.id(), t)));
        l.fetching().forEach((t, f) -> f.key().output().ifPresent(o -> effects.add(new JobEffect.Fetch(l.id(), t, o, f.bytes()))));
        l.judged().forEach((t, j) -> {
            if (e.done().contains(t)) {
                effects.add(new JobEffect.Judge(l.id(), t, j.passed(), l.ledger().bill().holdBack(j.usage()), j.evidence()));
            }
        });
    }

    /** Too late, or not needed any more. What is due is paid all the same, while the budget has it. */
    private void decline(LeaseRun l) {
        Amount due = l.ledger().bill().due();
        boolean fits = !state().bound().plus(due.minusOrZero(l.ledger().paid())).isMoreThan(plan.budget());
        boolean pay = l.stage() == LeaseStage.LOST && l.ledger().started().isPresent() && l.caught().isEmpty() && !barred.contains(l.provider()) && fits;
        effects.add(new JobEffect.Decline(l.id(), pay, due, l.note().isEmpty() ? "it is not needed any more" : l.note()));
    }

    // ---- tasks

    private void answered(LeaseRun l, JobEvent.Answered e) {
        if (!l.queue().contains(e.task())) {
            violated(l, "a result of " + (e.task() >= 0 && e.task() <= plan.tasks() ? plan.id(e.task()) : "a task") + " that was not sent");
            return;
        }
        Instant sent = tasks.get(e.task()).running().stream().filter(r -> r.lease().equals(l.id())).map(TaskRun.Run::sent)
                .findFirst().orElse(l.headSince());
        Optional<String> objection = l.ledger().objection(e.usage(), sent, now, plan.waits().envelope());
        if (objection.isPresent()) {
            violated(l, objection.get());
            return;
        }
        VerificationMachine.Key key = VerificationMachine.Key.of(e.reason(), e.exitCode(), e.output());
        LeaseLedger ledger = plan.witness() ? l.ledger().witnessed(e.witness(), e.usage()) : l.ledger();
        LeaseRun next = l.with(ledger.delivered(e.usage())).answered(e.task(), e.usage(), key, e.fuel(), e.bytes(), now);
        put(next);
        TaskRun t = tasks.get(e.task());
        if (e.reason() == Outcome.Reason.CANCELLED || e.reason() == Outcome.Reason.CONTAINER_ENDED) {
            put(next.fetched(e.task()).faulty());
            tasks.set(e.task(), t.gone(l.id()));
            if (e.reason() == Outcome.Reason.CONTAINER_ENDED) {
                drop(leases.get(l.id()), "its container ended", true, false);
            } else {
                dropFaulty(leases.get(l.id()));
            }
        } else if (t.decided()) {
            put(next.fetched(e.task()));
            tasks.set(e.task(), t.gone(l.id()));
            late(new VerificationMachine.Entry(l.provider(), l.id(), key, e.fuel()), e.task());
        } else if (key.good()) {
            effects.add(new JobEffect.Fetch(l.id(), e.task(), e.output(), e.bytes()));
        } else {
            String log = e.log().strip();
            tasks.set(e.task(), new TaskRun(t.state(), t.verification(), t.running(), t.attempts(),
                    log.substring(0, Math.min(LOG_CHARS, log.length()))));
            count(next, e.task());
        }
    }

    private void delivered(LeaseRun l, int task) {
        if (l.fetching().containsKey(task)) {
            count(l, task);
        }
    }

    /** A result counts: its output is here, or it has none. */
    private void count(LeaseRun l, int task) {
        LeaseRun.Fetching came = l.fetching().get(task);
        VerificationMachine.Entry entry = new VerificationMachine.Entry(l.provider(), l.id(), came.key(), came.fuel());
        put(l.fetched(task));
        TaskRun t = tasks.get(task).gone(l.id());
        tasks.set(task, t);
        if (t.decided()) {
            late(entry, task);
        } else {
            Set<VerificationMachine.Pair> before = t.verification().unasked();
            tasks.set(task, t.with(t.verification().with(entry)));
            tasks.get(task).verification().unasked().stream().filter(p -> !before.contains(p))
                    .forEach(p -> effects.add(new JobEffect.Compare(task, p)));
            decide(task);
        }
    }

    private void compared(JobEvent.Compared e) {
        TaskRun t = tasks.get(e.task());
        if (t.decided()) {
            return;
        }
        VerificationMachine v = t.verification().said(e.pair(), e.answer());
        tasks.set(e.task(), e.why().isEmpty() ? t.with(v)
                : new TaskRun(t.state(), v, t.running(), t.attempts(), "results could not be compared: " + e.why()));
        decide(e.task());
    }

    private void undelivered(LeaseRun l, int task, String reason) {
        if (l.fetching().containsKey(task)) {
            drop(l, "the output of " + plan.id(task) + " did not come: " + reason, true, false);
        }
    }

    // ---- time

    private void overdue() {
        if (!now.isBefore(plan.deadline()) && ending.isEmpty()) {
            JobMachine m = state();
            end(JobState.FAILED, "the deadline passed with " + m.verified() + " of " + m.total() + " tasks verified"
                    + (note.isEmpty() ? "" : " (" + note + ")"));
        }
        for (LeaseRun l : List.copyOf(leases.values())) {
            switch (l.stage()) {
                case AGREED, FUNDED -> {
                    if (passed(l.since(), plan.waits().start())) {
                        drop(l, "it did not start within " + plan.waits().start() / 1000 + " s", false, false);
                    }
                }
                case RUNNING -> stuck(l);
                case ABSENT -> {
                    int patience = l.ledger().bill().terms().patienceMillis();
                    if (passed(l.since(), patience)) {
                        put(free(l).at(LeaseStage.LOST, now, "it did not come back within " + patience / 1000 + " s"));
                    }
                }
                case DRAINING -> {
                    if (passed(l.since(), 2L * l.ledger().bill().terms().intervalMillis() + 1000)) {
                        drop(l, l.note(), true, true);
                    }
                }
                default -> { }
            }
        }
    }

    private void stuck(LeaseRun l) {
        if (l.held()) {
            if (l.ledger().heldTooLong(now, plan.waits().result())) {
                drop(l, "its owner held it frozen for longer than the contract says", true, true);
            }
            return;
        }
        if (!l.queue().isEmpty() && passed(l.headSince(), plan.millis(l.queue().getFirst()) + plan.waits().result())) {
            drop(l, "no result of " + plan.id(l.queue().getFirst()) + " within its time", true, false);
            return;
        }
        l.fetching().entrySet().stream().filter(f -> passed(f.getValue().since(), plan.waits().result())).findFirst()
                .ifPresent(f -> undelivered(l, f.getKey(), "no answer within " + plan.waits().result() / 1000 + " s"));
    }

    private boolean passed(Instant since, long millis) {
        return !now.isBefore(since.plusMillis(millis));
    }

    private void progress() {
        if (phase == JobState.RUNNING && tasks.stream().allMatch(t -> t.state() == TaskState.VERIFIED)) {
            if (plan.reduce()) {
                phase = JobState.REDUCING;
                effects.add(new JobEffect.PrepareReduce());
                prune();
            } else {
                end(JobState.DONE, "");
            }
        } else if (phase == JobState.REDUCING && tasks.size() > plan.tasks()
                && tasks.get(plan.tasks()).state() == TaskState.VERIFIED) {
            end(JobState.DONE, "");
        } else if (phase == JobState.SETTLING && written && leases.values().stream().noneMatch(this::awaited)) {
            phase = ending.orElse(JobState.FAILED);
            effects.add(new JobEffect.Over(phase));
        }
    }

    /** Whether the job waits for the end of a lease. */
    private boolean awaited(LeaseRun l) {
        return switch (l.stage()) {
            case AGREED, FUNDED, RUNNING, ABSENT, DRAINING -> true;
            case CLOSING, LOST, ENDED -> !l.settled() && !l.ledger().paid().isZero() && !passed(l.since(), plan.waits().settle());
        };
    }

    /** Lets go whom the reduce step can't use: the most verified work for the least money stays. */
    private void prune() {
        List<LeaseRun> running = leases.values().stream().filter(l -> l.stage() == LeaseStage.RUNNING)
                .sorted(Comparator.comparingInt((LeaseRun l) -> -l.verified()).thenComparing(l -> l.ledger().paid())).toList();
        running.stream().skip(plan.tieBreak()).forEach(l -> drain(leases.get(l.id()), "its work is done"));
    }

    /** Leaves in good order whose bill is far above what the witness saw: the witness can be fooled, so nobody is called a liar by it. */
    private void contradicted() {
        for (LeaseRun l : List.copyOf(leases.values())) {
            Optional<String> why = l.stage() == LeaseStage.RUNNING && l.fetching().isEmpty() ? l.ledger().contradiction() : Optional.empty();
            why.ifPresent(reason -> {
                barred.add(l.provider());
                drain(l, reason);
            });
        }
    }

    /**
     * Leaves whom the same work costs much more with than with the others: what a meter says within the clock's bounds can't be
     * disproved, but nobody has to buy it. Where no more others are here than agree on a result, it is hired again when a tie needs it.
     */
    private void leave() {
        if (!leaveByReplicas()) {
            leaveByStatements();
        }
        leases.values().stream().filter(l -> l.stage() == LeaseStage.RUNNING && dear.contains(l.provider()) && l.queue().isEmpty()
                && l.fetching().isEmpty() && pick(l).isEmpty()).toList().forEach(l -> drain(l, "what it was needed for is done"));
    }

    /** By what the very same tasks cost with others: as soon as there are enough of them. */
    private boolean leaveByReplicas() {
        for (String id : judgedNow) {
            LeaseRun l = leases.get(id);
            if (l.stage() != LeaseStage.RUNNING || dear.contains(l.provider())) {
                continue;
            }
            Optional<ReplicaPrices.Dear> found = prices(l).dear(l.provider());
            if (found.isPresent()) {
                boolean spare = leases.values().stream().filter(o -> o.stage() == LeaseStage.RUNNING && !o.provider().equals(l.provider())
                        && !dear.contains(o.provider())).count() >= plan.tieBreak();
                dear(l, "the same tasks cost " + found.get().share() / 10 + " % of what they cost with " + found.get().others() + " others", spare);
                return true;
            }
        }
        return false;
    }

    /** By what all results of a provider cost: tasks that nobody else did count too. */
    private void leaveByStatements() {
        List<LeaseRun> known = leases.values().stream().filter(l -> l.stage() == LeaseStage.RUNNING && l.verified() >= KNOWN_BY
                && l.ledger().sequence() >= KNOWN_FOR && !dear.contains(l.provider())).toList();
        for (LeaseRun l : known) {
            List<Long> others = known.stream().filter(o -> !o.provider().equals(l.provider())).map(JobTurn::price).sorted().toList();
            if (others.size() < Math.max(2, plan.replicas())) {
                break;
            }
            long usual = others.get(others.size() / 2);
            if (price(l) > usual + usual / 2) {
                dear(l, "its results cost " + new Amount(price(l)) + " each, those of others " + new Amount(usual), others.size() >= plan.tieBreak());
                break;
            }
        }
    }

    private void dear(LeaseRun l, String why, boolean spare) {
        (spare ? barred : dear).add(l.provider());
        drain(l, why + (spare ? "" : "; it is asked again only where a result needs it"));
    }

    /** What a lease's tasks cost, with it and with all who are not known as dear or worse; of each the newest results. */
    private ReplicaPrices prices(LeaseRun of) {
        ReplicaPrices prices = new ReplicaPrices();
        for (LeaseRun l : leases.values()) {
            if (l.provider().equals(of.provider()) || !dear.contains(l.provider()) && !barred.contains(l.provider())) {
                for (int task : of.judged().keySet()) {
                    LeaseRun.Judged j = l.judged().get(task);
                    if (j != null && j.passed() && task < plan.tasks()) {
                        prices.add(l.provider(), task, l.ledger().bill().rates().cost(j.usage()));
                    }
                }
            }
        }
        return prices;
    }

    /** What a verified result has cost so far. */
    private static long price(LeaseRun l) {
        return l.ledger().bill().metered().zen() / l.verified();
    }

    // ---- assignment

    private void assign() {
        if (phase != JobState.RUNNING && phase != JobState.REDUCING) {
            return;
        }
        for (int depth = 0; depth < 2; depth++) {
            if (depth == 1 && !plenty()) {
                break;
            }
            List<LeaseRun> running = leases.values().stream().filter(l -> l.stage() == LeaseStage.RUNNING).toList();
            for (LeaseRun l : running) {
                if (l.queue().size() == depth && !l.held() && l.ledger().mayDispatch()) {
                    pick(l).ifPresent(task -> dispatch(l, task));
                }
            }
        }
        if (leases.values().stream().allMatch(l -> l.queue().isEmpty() && l.fetching().isEmpty())) {
            unlock();
        }
    }

    /** When all exposures are used up by results that wait for each other's replicas, the least exposed goes on. */
    private void unlock() {
        leases.values().stream().filter(l -> l.stage() == LeaseStage.RUNNING && !l.held() && pick(l).isPresent())
                .min(Comparator.comparing((LeaseRun l) -> l.ledger().exposure()).thenComparing(LeaseRun::id))
                .ifPresent(l -> dispatch(l, pick(l).getAsInt()));
    }

    /** Whether so much is left to send that queueing ahead can't keep work from a provider that is free sooner. */
    private boolean plenty() {
        long providers = leases.values().stream().filter(l -> l.stage() == LeaseStage.RUNNING).count();
        return tasks.stream().mapToInt(TaskRun::missing).sum() > 2 * providers;
    }

    /** Ties first, then second replicas, then fresh tasks. */
    private OptionalInt pick(LeaseRun l) {
        OptionalInt best = OptionalInt.empty();
        int most = -1;
        for (int i = 0; i < tasks.size(); i++) {
            TaskRun t = tasks.get(i);
            if (t.missing() > 0 && t.open(l.provider()) && (!dear.contains(l.provider()) || only(l, t))) {
                int begun = t.verification().entries().size() * 2 + t.running().size();
                if (begun > most) {
                    most = begun;
                    best = OptionalInt.of(i);
                }
            }
        }
        return best;
    }

    /** Whether nobody else that is here may run a task. */
    private boolean only(LeaseRun l, TaskRun t) {
        return leases.values().stream().noneMatch(o -> o.live() && !dear.contains(o.provider()) && t.open(o.provider()));
    }

    private void dispatch(LeaseRun l, int task) {
        tasks.set(task, tasks.get(task).sent(new TaskRun.Run(l.id(), l.provider(), now)));
        put(l.queued(task, now));
        effects.add(new JobEffect.Dispatch(l.id(), task));
    }
}
