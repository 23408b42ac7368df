package org.zennet.pricing.internal;

import java.math.BigInteger;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.BuyingStrategy;

/**
 * {@code concession}: bids low and concedes late, for a publisher with time and several sellers. The time-dependent
 * tactic of P. Faratin, C. Sierra, N. R. Jennings, "Negotiation decision functions for autonomous agents", Robotics and
 * Autonomous Systems 24, 1998, with the exponent 2 (late, "boulware"): the bid of round r of R is
 * start + (end - start) x (r/R)^2. It starts at {@code openingPerMille} of the cheapest offer it knows and ends at that
 * offer or the ceiling, whichever is less. Takes an offer that costs no more than its next bid would.
 */
@Component(name = "org.zennet.buying.concession", service = BuyingStrategy.class,
        property = {BuyingStrategy.ID + "=concession",
        BuyingStrategy.LABEL + "=Low bids, late concessions", "service.ranking:Integer=-100"})
@Designate(ocd = ConcessionBuying.Config.class)
public final class ConcessionBuying implements BuyingStrategy {
    /** Defaults of the settings. */
    @ObjectClassDefinition(name = "Low bids, late concessions", description = "Bargains for several rounds up to the ceiling")
    public @interface Config {
        /** The first bid as a share of the cheapest known offer, in thousandths, 1 to 1000. */
        @AttributeDefinition(name = "First bid, thousandths of the cheapest offer", min = "1", max = "1000") int openingPerMille() default 600;

        /** The most bids, 1 to 7. */
        @AttributeDefinition(name = "Most bids", min = "1", max = "7") int rounds() default 5;
    }

    private final Map<String, String> defaults;

    /** With configured defaults. */
    @Activate
    public ConcessionBuying(Config c) {
        this(Map.of("openingPerMille", "" + c.openingPerMille(), "rounds", "" + c.rounds()));
    }

    ConcessionBuying(Map<String, String> defaults) {
        this.defaults = defaults;
    }

    @Override
    public Bid bid(BidRequest request) {
        Settings settings = new Settings(request.settings(), defaults);
        int opening = settings.number("openingPerMille", 1, 1000);
        int rounds = settings.number("rounds", 1, 7);
        Bargain b = new Bargain(request);
        if (b.settled()) {
            return b.accept();
        }
        if (b.over(rounds)) {
            return b.takeOrLeave();
        }
        BigInteger bid = bid(b, opening, request.round(), rounds);
        if (b.fits() && b.offered().compareTo(bid(b, opening, request.round() + 1, rounds)) <= 0 && request.round() > 0) {
            return b.accept();
        }
        return b.counter(b.previous().map(p -> p.min(b.ceiling()).max(bid)).orElse(bid));
    }

    private static BigInteger bid(Bargain b, int opening, int round, int rounds) {
        BigInteger end = b.cheapest().min(b.ceiling());
        BigInteger start = end.multiply(BigInteger.valueOf(opening)).divide(BigInteger.valueOf(1000));
        int r = Math.min(round, rounds);
        return start.add(end.subtract(start).multiply(BigInteger.valueOf((long) r * r)).divide(BigInteger.valueOf((long) rounds * rounds)));
    }
}
