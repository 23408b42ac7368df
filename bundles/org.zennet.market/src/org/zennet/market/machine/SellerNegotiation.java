package org.zennet.market.machine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.zennet.api.pricing.Quote;
import org.zennet.api.value.RateVector;
import org.zennet.market.message.Access;
import org.zennet.market.message.Contract;
import org.zennet.market.message.CounterOffer;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.Offer;
import org.zennet.market.message.Refusal;

/**
 * The provider's side of one negotiation, as a value: {@code (state, event, now) -> (state, effects)}. At most
 * {@value #MAX_ROUNDS} rounds and {@value #MAX_SECONDS} seconds in all.
 *
 * @param phase    where it stands
 * @param deadline when it ends at the latest
 * @param round    of the newest offer
 * @param offer    the newest offer
 * @param counter  the buyer's newest rates
 */
public record SellerNegotiation(Phase phase, Instant deadline, int round, Optional<Offer> offer,
        Optional<RateVector> counter) {
    /** The most rounds. */
    public static final int MAX_ROUNDS = 8;
    /** The most time, in seconds. */
    public static final int MAX_SECONDS = 30;

    /** Where a negotiation stands. */
    public enum Phase { QUOTING, OFFERED, AGREED, ENDED }

    /** What may happen. */
    public sealed interface Event {
        /** The strategy answered; the offer is complete but for its rates and round. */
        record Quoted(Quote quote, Offer frame) implements Event { }

        /** The buyer would pay other rates. */
        record Countered(CounterOffer counter) implements Event { }

        /** The buyer signed a contract; its signature was verified before. */
        record ContractReceived(Contract contract, Descriptor descriptor) implements Event { }

        /** The buyer ended it. */
        record Refused(String reason) implements Event { }

        /** Time passes. */
        record Tick() implements Event { }
    }

    /** What is to be done. */
    public sealed interface Effect {
        /** Ask the strategy for a quote. */
        record AskStrategy(int round, Optional<RateVector> previous, Optional<RateVector> counter) implements Effect { }

        /** Send an offer. */
        record SendOffer(Offer offer) implements Effect { }

        /** Sign the contract and send it back. */
        record Sign(Contract contract) implements Effect { }

        /** Send a refusal. */
        record SendRefusal(Refusal refusal) implements Effect { }

        /** It ended without contract. */
        record End(String reason) implements Effect { }
    }

    /** The state after an event and what is to be done. */
    public record Step(SellerNegotiation state, List<Effect> effects) { }

    /** A fresh negotiation: the strategy is asked first. */
    public static Step start(Instant now) {
        return new Step(new SellerNegotiation(Phase.QUOTING, now.plusSeconds(MAX_SECONDS), 0, Optional.empty(), Optional.empty()),
                List.of(new Effect.AskStrategy(0, Optional.empty(), Optional.empty())));
    }

    /** What follows from an event. An event that does not belong in this phase ends the negotiation. */
    public Step on(Event event, Instant now) {
        if (phase == Phase.AGREED || phase == Phase.ENDED) {
            return new Step(this, List.of());
        }
        if (now.isAfter(deadline)) {
            return end("no agreement within " + MAX_SECONDS + " s", true);
        }
        return switch (event) {
            case Event.Quoted q -> quoted(q);
            case Event.Countered c -> countered(c.counter());
            case Event.ContractReceived c -> contract(c);
            case Event.Refused r -> end("the publisher declined: " + r.reason(), false);
            case Event.Tick t -> new Step(this, List.of());
        };
    }

    private Step quoted(Event.Quoted q) {
        if (phase != Phase.QUOTING) {
            return new Step(this, List.of());
        }
        Offer f = q.frame();
        RateVector rates = offer.map(o -> lower(q.quote().rates(), o.rates())).orElse(q.quote().rates());
        boolean last = q.quote().last() || round + 1 >= MAX_ROUNDS;
        Offer made = new Offer(round, rates, last, f.terms(), f.resources(), f.isolation(), f.strategy(),
                f.strategyVersion(), f.benchmarks(), f.payeeKey(), f.hostKey(), f.cached());
        return new Step(new SellerNegotiation(Phase.OFFERED, deadline, round, Optional.of(made), counter),
                List.of(new Effect.SendOffer(made)));
    }

    private Step countered(CounterOffer c) {
        if (phase != Phase.OFFERED || c.round() != round) {
            return end("a counter-offer out of turn", true);
        }
        if (offer.orElseThrow().last()) {
            return end("the last offer stays above the counter-offer", true);
        }
        return new Step(new SellerNegotiation(Phase.QUOTING, deadline, round + 1, offer, Optional.of(c.rates())),
                List.of(new Effect.AskStrategy(round + 1, offer.map(Offer::rates), Optional.of(c.rates()))));
    }

    private Step contract(Event.ContractReceived e) {
        Contract c = e.contract();
        Descriptor d = e.descriptor();
        Offer o = offer.orElse(null);
        if (phase != Phase.OFFERED || o == null) {
            return end("a contract out of turn", true);
        }
        boolean same = c.rates().equals(o.rates()) && c.terms().equals(o.terms()) && c.payee().equals(o.payeeKey())
                && c.resources().equals(o.resources()) && c.isolation() == o.isolation()
                && c.backend().equals(d.backend()) && c.image().equals(d.image())
                && c.access().map(Access::hostKey).equals(o.hostKey());
        if (!same) {
            return end("the contract differs from the offer", true);
        }
        return new Step(new SellerNegotiation(Phase.AGREED, deadline, round, offer, counter), List.of(new Effect.Sign(c)));
    }

    private Step end(String reason, boolean tell) {
        SellerNegotiation ended = new SellerNegotiation(Phase.ENDED, deadline, round, offer, counter);
        return new Step(ended, tell ? List.of(new Effect.SendRefusal(new Refusal(reason)), new Effect.End(reason))
                : List.of(new Effect.End(reason)));
    }

    private static RateVector lower(RateVector a, RateVector b) {
        return RateVector.of(c -> Math.min(a.get(c), b.get(c)));
    }
}
