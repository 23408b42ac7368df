package org.zennet.api.pricing;

import java.util.Optional;
import org.zennet.api.value.RateVector;

/**
 * The answer to an offer: take it, name other rates, or leave it.
 *
 * @param kind    which
 * @param counter the rates of a counter-offer; present with {@link Kind#COUNTER} only
 * @param reason  one line for people; may be empty
 */
public record Bid(Kind kind, Optional<RateVector> counter, String reason) {
    /** The three answers. */
    public enum Kind {
        /** The offer is taken as it stands. */
        ACCEPT,
        /** The buyer would pay the rates of {@code counter}. */
        COUNTER,
        /** The negotiation ends. */
        REFUSE
    }

    /** Takes the offer. */
    public static Bid accept(String reason) {
        return new Bid(Kind.ACCEPT, Optional.empty(), reason);
    }

    /** Names other rates. */
    public static Bid counter(RateVector rates, String reason) {
        return new Bid(Kind.COUNTER, Optional.of(rates), reason);
    }

    /** Ends the negotiation. */
    public static Bid refuse(String reason) {
        return new Bid(Kind.REFUSE, Optional.empty(), reason);
    }
}
