package org.zennet.pricing.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;

/** Bounds of single rates, and counter-offers rate by rate over several rounds. */
class CapsTest {
    private static final Amount CEILING = Amount.ofXen(1);
    /** 0.0001 XEN a GiB, in picozen a byte: 10,000 zen x 10^12 / 2^30. */
    private static final long CAP = 9_313_225L;

    private static Bid bid(RateVector offer, boolean last, Optional<RateVector> previous, int round) {
        return Strategies.CEILING.bid(new BidRequest(offer, last, previous, Strategies.TASK, CEILING, List.of(), List.of(), round,
                Map.of("mostNetworkOutGib", "0.0001 XEN")));
    }

    private static RateVector offer(long networkOut) {
        return RateVector.ZERO.with(Counter.CPU, 1_000_000_000L).with(Counter.NETWORK_OUT, networkOut);
    }

    @Test
    void oneRateAloneIsBidDownAndTheOthersAsEver() {
        RateVector first = bid(offer(10 * CAP), false, Optional.empty(), 0).counter().orElseThrow();
        assertEquals(CAP, first.get(Counter.NETWORK_OUT));
        assertEquals(Strategies.CEILING.bid(Strategies.bid(offer(10 * CAP), false, Optional.empty(), Strategies.TASK, CEILING, 0)).counter().orElseThrow()
                .get(Counter.CPU), first.get(Counter.CPU), "the others as without the bound");
        Bid second = bid(offer(9 * CAP), false, Optional.of(first), 1);
        assertEquals(Bid.Kind.COUNTER, second.kind());
        assertEquals(CAP, second.counter().orElseThrow().get(Counter.NETWORK_OUT));
        assertTrue(second.counter().get().get(Counter.CPU) >= first.get(Counter.CPU), "bids rise");
    }

    @Test
    void anOfferWithinTheCeilingIsStillLeftWhenARateStaysAboveItsBound() {
        Bid left = bid(offer(2 * CAP), true, Optional.empty(), 3);
        assertEquals(Bid.Kind.REFUSE, left.kind());
        assertTrue(left.reason().contains("network-out"), left.reason());
        assertEquals(Bid.Kind.ACCEPT, bid(offer(CAP), true, Optional.empty(), 3).kind());
    }

    @Test
    void aBoundThatCantBeReadQuarantinesAndIsNeverGuessed() {
        assertThrows(IllegalArgumentException.class, () -> Strategies.CEILING.bid(new BidRequest(offer(1), false, Optional.empty(), Strategies.TASK, CEILING,
                List.of(), List.of(), 0, Map.of("mostWallHour", "much"))));
    }
}
