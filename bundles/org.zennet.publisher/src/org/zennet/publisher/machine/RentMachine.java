package org.zennet.publisher.machine;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.zennet.api.value.Amount;
import org.zennet.api.value.PublicKey;
import org.zennet.services.publisher.RentService.RentState;

/**
 * A rent from its announcement to its end, as a value: {@code (state, event, now) -> (state, effects)}. Hires machines, also
 * several of one provider, replaces those that end, pays by what was used, and never promises more than the budget.
 *
 * @param plan     what is wanted
 * @param phase    where it stands
 * @param leases   by id, in the order of agreement, those that ended too
 * @param barred   providers that are not hired again
 * @param failures how many machines ended before anybody could log in
 * @param ending   why it closes, once it does
 * @param note     what stands in the way now, or how it ended; may be empty
 */
public record RentMachine(RentPlan plan, RentState phase, Map<String, RentedMachine> leases, Set<PublicKey> barred, int failures,
        Optional<String> ending, String note) {
    /** So many machines that never started, beyond twice the number that is wanted, end a rent. */
    public static final int MAX_FAILURES = 10;

    /** Copies the collections. */
    public RentMachine {
        leases = Collections.unmodifiableMap(new LinkedHashMap<>(leases));
        barred = Set.copyOf(barred);
    }

    /** The state after an event and what is to be done. */
    public record Step(RentMachine state, List<RentEffect> effects) {
        /** Copies the list. */
        public Step {
            effects = List.copyOf(effects);
        }
    }

    /** A fresh rent; it is to be announced. */
    public static RentMachine start(RentPlan plan) {
        return new RentMachine(plan, RentState.ANNOUNCING, Map.of(), Set.of(), 0, Optional.empty(), "");
    }

    /** What follows from an event. */
    public Step on(RentEvent event, Instant now) {
        return over() ? new Step(this, List.of()) : new RentTurn(this, now).on(event);
    }

    /** Whether it ended. */
    public boolean over() {
        return phase == RentState.DONE || phase == RentState.FAILED;
    }

    /** Whether a further negotiation makes sense while so many are under way. */
    public boolean wants(int negotiations) {
        return phase == RentState.OPEN && live() + negotiations < plan.machines()
                && !bound().plus(plan.capacity().times(negotiations + 1L)).isMoreThan(plan.budget());
    }

    /** Whether this provider may be hired, once more or for the first time. */
    public boolean mayHire(PublicKey provider) {
        return !barred.contains(provider);
    }

    /** How many machines are there or about to be. */
    public long live() {
        return leases.values().stream().filter(RentedMachine::live).count();
    }

    /** How many machines people can log in to. */
    public long running() {
        return leases.values().stream().filter(l -> l.stage() == LeaseStage.RUNNING).count();
    }

    private long absent() {
        return leases.values().stream().filter(l -> l.stage() == LeaseStage.ABSENT).count();
    }

    /** What of the budget is bound. */
    public Amount bound() {
        return sum(RentedMachine::bound);
    }

    /** What was paid in all. */
    public Amount paid() {
        return sum(l -> l.ledger().paid());
    }

    private Amount sum(Function<RentedMachine, Amount> what) {
        return leases.values().stream().map(what).reduce(Amount.ZERO, Amount::plus);
    }

    /** Where it stands, one line for people. */
    public String text() {
        String waits = note.isEmpty() ? "" : "; " + note;
        return switch (phase) {
            case ANNOUNCING -> "announcing";
            case OPEN -> running() + " of " + plan.machines() + " machines are ready"
                    + (live() - absent() > running() ? ", " + (live() - absent() - running()) + " start" : "")
                    + (absent() > 0 ? ", " + absent() + " are waited for: their connection was lost" : "") + waits;
            case CLOSING -> ending.orElse("closing") + "; settling with " + leases.values().stream()
                    .filter(l -> !l.ledger().paid().isZero() && !l.settled()).map(RentedMachine::provider).distinct().count() + " providers";
            case DONE, FAILED -> note;
        };
    }
}
