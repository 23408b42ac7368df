package org.zennet.publisher.machine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.zennet.api.value.Amount;
import org.zennet.api.value.PublicKey;
import org.zennet.services.publisher.RentService.RentState;
import org.zennet.services.publisher.RentService.WitnessPolicy;

/** What one event does to a rent. Used once, by one thread. */
final class RentTurn {
    private final RentPlan plan;
    private final Instant now;
    private final Map<String, RentedMachine> leases;
    private final Set<PublicKey> barred;
    private final List<RentEffect> effects = new ArrayList<>();
    private RentState phase;
    private int failures;
    private Optional<String> ending;
    private String note;

    RentTurn(RentMachine m, Instant now) {
        this.plan = m.plan();
        this.now = now;
        this.leases = new LinkedHashMap<>(m.leases());
        this.barred = new HashSet<>(m.barred());
        this.phase = m.phase();
        this.failures = m.failures();
        this.ending = m.ending();
        this.note = m.note();
    }

    private RentMachine state() {
        return new RentMachine(plan, phase, leases, barred, failures, ending, note);
    }

    RentMachine.Step on(RentEvent event) {
        switch (event) {
            case BuyerEvent.Announced _ -> phase = phase == RentState.ANNOUNCING ? RentState.OPEN : phase;
            case BuyerEvent.Broken e -> end(e.reason());
            case BuyerEvent.Agreed e -> agreed(e);
            case BuyerEvent.Ready e -> in(e.lease(), this::ready, LeaseStage.AGREED);
            case BuyerEvent.NotFunded e -> in(e.lease(), l -> {
                note = "a channel could not be funded: " + e.reason();
                drop(l, note, false);
            }, LeaseStage.FUNDED);
            case BuyerEvent.Started e -> in(e.lease(), this::started, LeaseStage.FUNDED);
            case BuyerEvent.Claimed e -> in(e.lease(), l -> claimed(l, e), LeaseStage.RUNNING, LeaseStage.DRAINING);
            case BuyerEvent.Paid e -> any(e.lease(), l -> put(l.with(l.ledger().paid(e.total()))));
            case BuyerEvent.Exhausted e -> in(e.lease(), l -> drop(l, e.reason(), false), LeaseStage.FUNDED, LeaseStage.RUNNING, LeaseStage.DRAINING);
            case BuyerEvent.Violated e -> in(e.lease(), l -> violated(l, e.reason()), LeaseStage.AGREED, LeaseStage.FUNDED, LeaseStage.RUNNING, LeaseStage.ABSENT,
                    LeaseStage.DRAINING);
            case BuyerEvent.Ended e -> in(e.lease(), l -> {
                note = "a provider ended its lease: " + e.reason();
                drop(l, "the provider ended it: " + e.reason(), true);
            }, LeaseStage.AGREED, LeaseStage.FUNDED, LeaseStage.RUNNING, LeaseStage.ABSENT, LeaseStage.DRAINING);
            case BuyerEvent.Receipted e -> any(e.lease(), l -> receipted(l, e.nothingToSettle()));
            case BuyerEvent.Lost e -> any(e.lease(), l -> lost(l, e.reason()));
            case BuyerEvent.Paused e -> in(e.lease(), l -> {
                put(l.with(l.ledger().held(e.paused(), now)));
                note = e.paused() ? "the owner of a machine wants it: frozen, and not paid" : "";
            }, LeaseStage.RUNNING, LeaseStage.DRAINING);
            case RentEvent.Returned e -> any(e.lease(), l -> returned(l, e));
            case BuyerEvent.Settled e -> any(e.lease(), l -> put(l.settled(true)));
            case RentEvent.Observed e -> in(e.lease(), l -> observed(l, e), LeaseStage.RUNNING);
            case RentEvent.Unobserved e -> any(e.lease(), l -> put(l.observed(l.observed().silent(e.reason()))));
            case RentEvent.Closed e -> end(e.reason());
            case BuyerEvent.Tick _ -> { }
        }
        overdue();
        progress();
        return new RentMachine.Step(state(), effects);
    }

    private void any(String lease, Consumer<RentedMachine> action) {
        Optional.ofNullable(leases.get(lease)).ifPresent(action);
    }

    private void in(String lease, Consumer<RentedMachine> action, LeaseStage... stages) {
        any(lease, l -> {
            if (List.of(stages).contains(l.stage())) {
                action.accept(l);
            }
        });
    }

    private void put(RentedMachine lease) {
        leases.put(lease.id(), lease);
    }

    // ---- leases

    private void agreed(BuyerEvent.Agreed e) {
        RentMachine before = state();
        boolean dear = before.bound().plus(e.terms().capacity()).isMoreThan(plan.budget());
        boolean needed = phase == RentState.OPEN && before.live() < plan.machines() && before.mayHire(e.provider());
        if (dear || !needed || leases.containsKey(e.lease())) {
            effects.add(new BuyerEffect.Close(e.lease(), false, Amount.ZERO, dear ? "the budget is bound" : "not needed any more"));
            return;
        }
        put(RentedMachine.start(e.lease(), e.provider(), LeaseLedger.start(e.resources(), e.rates(), e.terms(), JobPlan.USUAL_DRIFT_LIMIT), now));
    }

    private void ready(RentedMachine l) {
        put(l.at(LeaseStage.FUNDED, now, ""));
        effects.add(new BuyerEffect.Fund(l.id()));
    }

    private void started(RentedMachine l) {
        put(l.with(l.ledger().started(now)).at(LeaseStage.RUNNING, now, ""));
        effects.add(new RentEffect.Begin(l.id(), l.ledger().bill().due()));
        note = "";
    }

    private void claimed(RentedMachine l, BuyerEvent.Claimed e) {
        LeaseLedger.Statement s = l.ledger().statement(e.sequence(), e.usage(), e.relayed(), now, plan.waits().envelope());
        RentedMachine next = l.with(s.ledger());
        put(next);
        if (s.objection().isPresent()) {
            violated(next, s.objection().get());
        } else if (l.stage() == LeaseStage.DRAINING) {
            RentedMachine last = next.with(next.ledger().closed());
            Amount due = last.ledger().bill().due();
            put(last.at(LeaseStage.CLOSING, now, ""));
            effects.add(new BuyerEffect.Answer(l.id(), e.sequence(), due, true, s.countersign()));
            effects.add(new BuyerEffect.Close(l.id(), true, due, l.note()));
        } else {
            Amount due = s.ledger().bill().due();
            effects.add(new BuyerEffect.Answer(l.id(), e.sequence(), due, false, s.countersign()));
            if (watches()) {
                next = next.observed(next.observed().stated(s.ledger().bill().usage(), now, s.ledger().bill().terms()));
                put(next);
            }
            if (!s.ledger().bill().terms().capacity().isMoreThan(due)) {
                note = "the budget of a machine is used up";
                drop(next, "its channel is used up", true);
            }
        }
    }

    private boolean watches() {
        return plan.witness() != WitnessPolicy.OFF;
    }

    /** The witness can be fooled, so nobody is called a liar by it, and what is due is paid; but nobody has to go on with a provider. */
    private void observed(RentedMachine l, RentEvent.Observed e) {
        Observations o = l.observed().read(e.reading(), e.taken(), l.ledger().resources(), l.ledger().bill().terms());
        RentedMachine next = l.observed(o);
        put(next);
        Optional<String> why = plan.witness() == WitnessPolicy.END ? o.contradiction(l.ledger().driftLimit()) : Optional.empty();
        why.ifPresent(reason -> {
            barred.add(l.provider());
            note = "a machine was given back: " + reason;
            drop(next, reason, true);
        });
    }

    private void violated(RentedMachine l, String reason) {
        barred.add(l.provider());
        note = "a provider broke the rules: " + reason;
        drop(l, reason, false);
    }

    /** Ends a lease at once; in good order with a last payment. */
    private void drop(RentedMachine lease, String reason, boolean orderly) {
        boolean started = lease.ledger().started().isPresent();
        RentedMachine l = orderly ? lease.with(lease.ledger().closed()) : lease;
        if (!started) {
            failures++;
        }
        put(l.at(LeaseStage.CLOSING, now, reason));
        effects.add(new RentEffect.Shut(l.id()));
        effects.add(new BuyerEffect.Close(l.id(), orderly && started, l.ledger().bill().due(), reason));
    }

    /** Lets a lease end with its next usage statement. */
    private void drain(RentedMachine lease, String reason) {
        if (lease.stage() == LeaseStage.RUNNING) {
            put(lease.at(LeaseStage.DRAINING, now, reason));
            effects.add(new RentEffect.Shut(lease.id()));
        } else if (lease.live()) {
            drop(lease, reason, lease.ledger().started().isPresent());
        }
    }

    private void receipted(RentedMachine l, boolean nothingToSettle) {
        if (l.live() || l.stage() == LeaseStage.DRAINING) {
            drop(l, "the provider ended it", true);
        }
        RentedMachine r = leases.get(l.id());
        put(r.at(LeaseStage.ENDED, r.stage() == LeaseStage.ENDED ? r.since() : now, "").settled(r.settled() || nothingToSettle));
    }

    private void lost(RentedMachine l, String reason) {
        RentedMachine gone = l.connected(false);
        if (l.stage() == LeaseStage.RUNNING && l.ledger().bill().terms().patienceMillis() > 0) {
            put(gone.at(LeaseStage.ABSENT, now, reason));
        } else if (l.live() && l.stage() != LeaseStage.ABSENT || l.stage() == LeaseStage.DRAINING) {
            note = "the connection to a provider was lost: " + reason;
            put(gone.at(LeaseStage.LOST, now, reason));
            effects.add(new RentEffect.Shut(l.id()));
        } else {
            put(gone);
        }
    }

    /** A provider whose connection was lost asks to go on: same contract, same channel, one bill. */
    private void returned(RentedMachine l, RentEvent.Returned e) {
        boolean awaited = l.stage() == LeaseStage.ABSENT || l.stage() == LeaseStage.RUNNING;
        Optional<String> objection = l.ledger().objection(e.sequence(), e.usage());
        if (!awaited) {
            effects.add(new RentEffect.Decline(l.id(), l.note().isEmpty() ? "it is not needed any more" : l.note()));
        } else if (objection.isPresent()) {
            effects.add(new RentEffect.Decline(l.id(), objection.get()));
            violated(l, objection.get());
        } else {
            put(l.connected(true).with(l.ledger().held(false, now)).at(LeaseStage.RUNNING, now, ""));
            effects.add(new RentEffect.Resume(l.id(), l.ledger().sequence(), l.ledger().bill().due()));
        }
    }

    // ---- time

    private void overdue() {
        if (!now.isBefore(plan.until())) {
            end("its time is over");
        }
        for (RentedMachine l : List.copyOf(leases.values())) {
            switch (l.stage()) {
                case AGREED, FUNDED -> {
                    if (passed(l, plan.waits().start())) {
                        note = "a machine did not start within " + plan.waits().start() / 1000 + " s";
                        drop(l, "it did not start within " + plan.waits().start() / 1000 + " s", false);
                    }
                }
                case ABSENT -> {
                    if (passed(l, l.ledger().bill().terms().patienceMillis())) {
                        note = "a provider did not come back: " + l.note();
                        put(l.at(LeaseStage.LOST, now, "it did not come back: " + l.note()));
                        effects.add(new RentEffect.Shut(l.id()));
                    }
                }
                case RUNNING -> {
                    if (l.ledger().heldTooLong(now, plan.waits().start())) {
                        note = "the owner of a machine kept it";
                        drop(l, "its owner held it frozen for longer than the contract says", true);
                    }
                }
                case DRAINING -> {
                    if (passed(l, 2L * l.ledger().bill().terms().intervalMillis() + 1000)) {
                        drop(l, l.note(), true);
                    }
                }
                default -> { }
            }
        }
        if (failures > 2 * plan.machines() + RentMachine.MAX_FAILURES) {
            end(failures + " machines ended before anybody could log in" + (note.isEmpty() ? "" : "; " + note));
        }
    }

    private boolean passed(RentedMachine l, long millis) {
        return !now.isBefore(l.since().plusMillis(millis));
    }

    private void end(String why) {
        if (ending.isPresent()) {
            return;
        }
        ending = Optional.of(why);
        phase = RentState.CLOSING;
        effects.add(new BuyerEffect.StopHiring(why));
        List.copyOf(leases.values()).forEach(l -> drain(l, why));
    }

    private void progress() {
        if (phase == RentState.CLOSING && leases.values().stream().noneMatch(this::awaited)) {
            boolean used = leases.values().stream().anyMatch(l -> l.ledger().started().isPresent());
            phase = used ? RentState.DONE : RentState.FAILED;
            note = ending.orElse("");
            effects.add(new RentEffect.Over());
        }
    }

    /** Whether the rent waits for the end of a lease. */
    private boolean awaited(RentedMachine l) {
        return switch (l.stage()) {
            case AGREED, FUNDED, RUNNING, ABSENT, DRAINING -> true;
            case CLOSING, LOST, ENDED -> !l.settled() && !l.ledger().paid().isZero() && !passed(l, plan.waits().settle());
        };
    }
}
