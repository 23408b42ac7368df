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
 * {@code ceiling}, the default: takes what costs at most the ceiling of a task, after one attempt to get it for less.
 *
 * <p>To a first offer that is not the last it bids {@code openingPerMille} of the offer (or of the ceiling, where that is
 * less). Later it accepts whatever is within the ceiling; above it, it bids half of the way from its last bid to the
 * ceiling, from the third bid on the ceiling itself, never more, and gives up after {@code rounds} bids. A last offer is
 * taken or left. Single rates may have bounds of their own ({@link Caps}): a bid is cut to them rate by rate, and what stays above them is refused.
 */
@Component(name = "org.zennet.buying.ceiling", service = BuyingStrategy.class,
        property = {BuyingStrategy.ID + "=ceiling", BuyingStrategy.LABEL + "=Up to a ceiling",
        "service.ranking:Integer=-1000"})
@Designate(ocd = CeilingBuying.Config.class)
public final class CeilingBuying implements BuyingStrategy {
    /** From which bid on, counted from 0, the ceiling itself is bid. */
    private static final int FULL = 2;

    /** Defaults of the settings. */
    @ObjectClassDefinition(name = "Up to a ceiling", description = "Bids once below the offer, then pays up to the ceiling")
    public @interface Config {
        /** The first bid as a share of the offer, in thousandths, 1 to 1000. */
        @AttributeDefinition(name = "First bid, thousandths of the offer", min = "1", max = "1000") int openingPerMille() default 800;

        /** The most bids, 1 to 8. */
        @AttributeDefinition(name = "Most bids", min = "1", max = "8") int rounds() default 6;
    }

    private final Map<String, String> defaults;

    /** With configured defaults. */
    @Activate
    public CeilingBuying(Config c) {
        this(Map.of("openingPerMille", "" + c.openingPerMille(), "rounds", "" + c.rounds()));
    }

    CeilingBuying(Map<String, String> defaults) {
        this.defaults = defaults;
    }

    @Override
    public Bid bid(BidRequest request) {
        Settings settings = new Settings(request.settings(), defaults);
        int opening = settings.number("openingPerMille", 1, 1000);
        int rounds = settings.number("rounds", 1, 8);
        Bargain b = new Bargain(request);
        Caps caps = Caps.of(settings);
        boolean allowed = caps.allow(request.offer());
        if (allowed && (b.settled() || b.fits() && request.round() > 0)) {
            return b.accept();
        }
        if (b.over(rounds)) {
            return allowed ? b.takeOrLeave() : Bid.refuse("above what is paid at most for " + caps.above(request.offer()));
        }
        Bid bid = next(request, b, opening);
        return allowed && caps.allow(bid.counter().orElseThrow()) ? bid
                : Bid.counter(caps.cut(bid.counter().orElseThrow()), bid.reason() + "; no more than the bounds of single rates");
    }

    private static Bid next(BidRequest request, Bargain b, int opening) {
        BigInteger first = b.offered().min(b.ceiling()).multiply(BigInteger.valueOf(opening)).divide(BigInteger.valueOf(1000));
        if (request.round() == 0 || b.previous().isEmpty()) {
            return b.counter(first);
        }
        BigInteger before = b.previous().get().min(b.ceiling());
        return b.counter(request.round() >= FULL ? b.ceiling() : before.add(b.ceiling()).add(BigInteger.ONE).shiftRight(1));
    }
}
