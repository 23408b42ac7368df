package org.zennet.publisher.internal.rent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.value.RateVector;
import org.zennet.market.message.Contract;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.Offer;
import org.zennet.publisher.internal.buyer.MarketSession;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** A rent's session with one provider: each has a key of its own that will log in. */
final class RentSession extends MarketSession<RentLink> {
    private final RentRunner rent;
    private final UserKey key = UserKey.draw();

    RentSession(RentRunner rent, PeerConnection peer, MessageStream stream, Optional<RentLink> link) {
        super(rent, peer, stream, link);
        this.rent = rent;
    }

    /** Who calls again for another machine may be here before its signature under the contract for the last one. */
    @Override
    protected boolean replaces(MarketSession<RentLink> older) {
        return !((RentSession) older).signed();
    }

    @Override
    protected String outline(Descriptor d) {
        return d.name() + " to log in to, " + (d.resources().memory() >> 20) + " MiB each";
    }

    @Override
    protected Optional<String> userKey() {
        return Optional.of(key.text());
    }

    @Override
    protected String strategy() {
        return rent.settings().buying();
    }

    @Override
    protected BidRequest question(Offer offer, Optional<RateVector> previous, List<RateVector> others) {
        return new BidRequest(offer.rates(), offer.last(), previous, RentProposal.expected(rent.request()), rent.plan().capacity(),
                offer.benchmarks(), others, offer.round(), Map.of());
    }

    @Override
    protected RentLink lease(Contract contract, int rounds) {
        return new RentLink(contract, rent.names().take(), key, stream(), watch());
    }

    @Override
    protected void declined(String reason) {
        rent.declined(reason);
    }
}
