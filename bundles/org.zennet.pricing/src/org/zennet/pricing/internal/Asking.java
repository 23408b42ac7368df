package org.zennet.pricing.internal;

import java.math.BigInteger;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.RateVector;

/**
 * How the built-in sellers bargain: the price falls in equal steps over some rounds to a floor, then it is the last. When the
 * buyer's bid reaches the step of this round on every counter, the bid is taken as it is. Never above the own last quote.
 *
 * @param floor  the lowest price as a share of the first, in thousandths, 1 to 1000
 * @param rounds over how many rounds it falls to that, 1 to 8
 */
record Asking(int floor, int rounds) {
    /** The owner's {@code floorPerMille} and {@code rounds}. */
    static Asking of(Settings settings) {
        return new Asking(settings.number("floorPerMille", 1, 1000), settings.number("rounds", 1, 8));
    }

    /** The step of this round, in thousandths of the first price. */
    int step(QuoteRequest request) {
        int round = Math.min(Math.max(request.round(), 0), rounds - 1);
        return rounds == 1 ? 1000 : 1000 - (1000 - floor) * round / (rounds - 1);
    }

    /**
     * The quote of this round.
     *
     * @param price    the rates before bargaining
     * @param perMille what they are raised to for another reason, 1000 for none
     * @param state    to be stored
     * @param reason   of the price; the step goes before it
     */
    Quote quote(QuoteRequest request, RateVector price, int perMille, byte[] state, String reason) {
        int step = step(request);
        RateVector asked = Rates.min(Rates.timesUp(price, BigInteger.valueOf((long) step * perMille), BigInteger.valueOf(1_000_000)),
                request.previous());
        boolean last = request.round() >= rounds - 1;
        if (request.counter().isPresent() && asked.isAtMost(request.counter().get())) {
            RateVector taken = Rates.min(request.counter().get(), request.previous());
            return new Quote(taken, last, state, "the bid reaches " + step + "/1000 of the price");
        }
        return new Quote(asked, last, state, step + "/1000 of " + reason);
    }
}
