package org.zennet.market.machine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.zennet.api.pricing.Bid;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.market.message.Access;
import org.zennet.market.message.Contract;
import org.zennet.market.message.CounterOffer;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.LeaseKind;
import org.zennet.market.message.Offer;
import org.zennet.market.message.Refusal;

/**
 * The publisher's side of one negotiation, as a value: {@code (state, event, now) -> (state, effects)}.
 *
 * @param phase      where it stands
 * @param deadline   when it ends at the latest
 * @param descriptor what is needed
 * @param parties    who and on which chain, for the contract
 * @param offer      the seller's newest offer
 * @param counter    the own newest counter-offer
 */
public record BuyerNegotiation(Phase phase, Instant deadline, Descriptor descriptor, Parties parties,
        Optional<Offer> offer, Optional<RateVector> counter) {

    /** Where a negotiation stands. */
    public enum Phase { WAITING, DECIDING, ACCEPTED, AGREED, ENDED }

    /** Who and on which chain; the nonce is fresh for each negotiation, and so is the key that may log in where shells are needed. */
    public record Parties(Hash network, Hash nonce, PublicKey publisher, PublicKey provider, Hash descriptorHash, Optional<String> userKey) {
        /** For tasks. */
        public Parties(Hash network, Hash nonce, PublicKey publisher, PublicKey provider, Hash descriptorHash) {
            this(network, nonce, publisher, provider, descriptorHash, Optional.empty());
        }
    }

    /** What may happen. */
    public sealed interface Event {
        /** An offer arrived. */
        record Offered(Offer offer) implements Event { }

        /** The strategy answered. */
        record Decided(Bid bid) implements Event { }

        /** The provider signed too; its signature was verified before. */
        record Countersigned(Contract contract) implements Event { }

        /** The provider ended it. */
        record Refused(String reason) implements Event { }

        /** The publisher needs no more machines. */
        record Withdrawn(String reason) implements Event { }

        /** Time passes. */
        record Tick() implements Event { }
    }

    /** What is to be done. */
    public sealed interface Effect {
        /** Ask the buying strategy. */
        record AskStrategy(Offer offer, Optional<RateVector> previous) implements Effect { }

        /** Send a counter-offer. */
        record SendCounter(CounterOffer counter) implements Effect { }

        /** Sign this contract and send it. */
        record SignAndSend(Contract contract) implements Effect { }

        /** Both signed. */
        record Agreed(Contract contract) implements Effect { }

        /** Send a refusal. */
        record SendRefusal(Refusal refusal) implements Effect { }

        /** It ended without contract. */
        record End(String reason) implements Effect { }
    }

    /** The state after an event and what is to be done. */
    public record Step(BuyerNegotiation state, List<Effect> effects) { }

    /** A fresh negotiation; the descriptor was sent. */
    public static BuyerNegotiation start(Descriptor descriptor, Parties parties, Instant now) {
        return new BuyerNegotiation(Phase.WAITING, now.plusSeconds(SellerNegotiation.MAX_SECONDS), descriptor, parties,
                Optional.empty(), Optional.empty());
    }

    /** What follows from an event. */
    public Step on(Event event, Instant now) {
        if (phase == Phase.AGREED || phase == Phase.ENDED) {
            return new Step(this, List.of());
        }
        if (now.isAfter(deadline)) {
            return end("no agreement within " + SellerNegotiation.MAX_SECONDS + " s", true);
        }
        return switch (event) {
            case Event.Offered o -> offered(o.offer());
            case Event.Decided d -> decided(d.bid());
            case Event.Countersigned c -> countersigned(c.contract());
            case Event.Refused r -> end("the provider declined: " + r.reason(), false);
            case Event.Withdrawn w -> end(w.reason(), true);
            case Event.Tick t -> new Step(this, List.of());
        };
    }

    private Step offered(Offer o) {
        if (phase != Phase.WAITING) {
            return end("an offer out of turn", true);
        }
        int expected = offer.map(p -> p.round() + 1).orElse(0);
        if (o.round() != expected || o.round() >= SellerNegotiation.MAX_ROUNDS) {
            return end("an offer of round " + o.round() + " where " + expected + " was due", true);
        }
        if (offer.isPresent() && !o.rates().isAtMost(offer.get().rates())) {
            return end("an offer above the one before it", true);
        }
        if (offer.isPresent() && !o.payeeKey().equals(offer.get().payeeKey())) {
            return end("an offer with another key than the one before it", true);
        }
        if (!o.resources().equals(descriptor.resources())) { // more would be more that may be claimed
            return end("resources other than what is needed: " + o.resources(), true);
        }
        if (o.isolation().compareTo(descriptor.isolation()) < 0) {
            return end("isolation " + o.isolation() + " where " + descriptor.isolation() + " is needed", true);
        }
        if (o.hostKey().isPresent() != (descriptor.kind() == LeaseKind.SHELL)
                || offer.isPresent() && !o.hostKey().equals(offer.get().hostKey())) {
            return end(o.hostKey().isPresent() ? "a host key that was not asked for, or another than before" : "an offer without a host key", true);
        }
        Optional<String> objection = TermsRule.objection(descriptor.terms(), o.terms());
        if (objection.isPresent()) {
            return end(objection.get(), true);
        }
        return new Step(new BuyerNegotiation(Phase.DECIDING, deadline, descriptor, parties, Optional.of(o), counter),
                List.of(new Effect.AskStrategy(o, counter)));
    }

    private Step decided(Bid bid) {
        if (phase != Phase.DECIDING) {
            return new Step(this, List.of());
        }
        Offer o = offer.orElseThrow();
        return switch (bid.kind()) {
            case REFUSE -> end(bid.reason().isEmpty() ? "too dear" : bid.reason(), true);
            case ACCEPT -> accept(o);
            case COUNTER -> {
                RateVector rates = bid.counter().orElseThrow();
                if (o.rates().isAtMost(rates)) {
                    yield accept(o);
                }
                if (o.last()) {
                    yield end("the provider's last offer stays above the bid", true);
                }
                yield new Step(new BuyerNegotiation(Phase.WAITING, deadline, descriptor, parties, offer, Optional.of(rates)),
                        List.of(new Effect.SendCounter(new CounterOffer(o.round(), rates))));
            }
        };
    }

    private Step accept(Offer o) {
        Contract c = new Contract(parties.network(), parties.nonce(), parties.publisher(), parties.provider(), o.payeeKey(),
                parties.descriptorHash(), descriptor.backend(), descriptor.image(), o.isolation(), o.resources(), o.rates(),
                o.terms(), o.strategy() + " " + o.strategyVersion(), o.hostKey().map(host -> new Access(parties.userKey().orElseThrow(), host)));
        return new Step(new BuyerNegotiation(Phase.ACCEPTED, deadline, descriptor, parties, offer, counter),
                List.of(new Effect.SignAndSend(c)));
    }

    private Step countersigned(Contract c) {
        if (phase != Phase.ACCEPTED) {
            return end("a contract out of turn", true);
        }
        return new Step(new BuyerNegotiation(Phase.AGREED, deadline, descriptor, parties, offer, counter),
                List.of(new Effect.Agreed(c)));
    }

    private Step end(String reason, boolean tell) {
        BuyerNegotiation ended = new BuyerNegotiation(Phase.ENDED, deadline, descriptor, parties, offer, counter);
        return new Step(ended, tell ? List.of(new Effect.SendRefusal(new Refusal(reason)), new Effect.End(reason))
                : List.of(new Effect.End(reason)));
    }
}
