package org.zennet.pricing.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.zennet.pricing.internal.Strategies.CALIBRATED;
import static org.zennet.pricing.internal.Strategies.CEILING;
import static org.zennet.pricing.internal.Strategies.CONCESSION;
import static org.zennet.pricing.internal.Strategies.FIXED;
import static org.zennet.pricing.internal.Strategies.TASK;
import static org.zennet.pricing.internal.Strategies.bid;
import static org.zennet.pricing.internal.Strategies.first;
import static org.zennet.pricing.internal.Strategies.negotiate;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BuyingStrategy;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;

class BuyingTest {
    private static final Amount TARGET = Amount.ofXen(4);

    private static Amount listCost() {
        return CALIBRATED.quote(first(TARGET)).rates().cost(TASK);
    }

    @Test
    void anOrdinaryNegotiationHasOneCounterOfferAndEndsBelowTheFirstPrice() {
        for (BuyingStrategy buyer : List.of(CEILING, CONCESSION)) {
            Strategies.End end = negotiate(CALIBRATED, buyer, TARGET, TASK, listCost().times(10), 0);
            assertTrue(end.agreed().isPresent());
            assertTrue(end.counters() >= 1);
            assertTrue(end.agreed().get().cost(TASK).compareTo(listCost()) < 0, buyer + " pays " + end.agreed().get().cost(TASK));
        }
        assertEquals(1, negotiate(CALIBRATED, CEILING, TARGET, TASK, listCost().times(10), 0).counters());
    }

    @Test
    void theFirstBidIsFourFifthsOfTheOffer() {
        RateVector offer = CALIBRATED.quote(first(TARGET)).rates();
        Bid b = CEILING.bid(bid(offer, false, Optional.empty(), TASK, listCost().times(10), 0));
        assertEquals(Bid.Kind.COUNTER, b.kind());
        assertEquals(offer.get(Counter.CPU) * 8 / 10, b.counter().get().get(Counter.CPU), 2);
        assertEquals(offer.get(Counter.MEMORY) * 8 / 10, b.counter().get().get(Counter.MEMORY), 2);
    }

    @Test
    void aListPriceIsTakenOrLeft() {
        Amount cost = FIXED.quote(first(TARGET)).rates().cost(TASK);
        assertEquals(0, negotiate(FIXED, CEILING, TARGET, TASK, cost.times(2), 0).counters());
        assertTrue(negotiate(FIXED, CEILING, TARGET, TASK, cost.times(2), 0).agreed().isPresent());
        assertTrue(negotiate(FIXED, CEILING, TARGET, TASK, new Amount(cost.zen() / 2), 0).agreed().isEmpty());
    }

    @Test
    void everyNegotiationEndsWithinEightRoundsAndNobodyGoesBeyondItsLimit() {
        Random random = new Random(11);
        int agreed = 0;
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            PricingStrategy seller = random.nextInt(5) == 0 ? FIXED : CALIBRATED;
            BuyingStrategy buyer = random.nextBoolean() ? CEILING : CONCESSION;
            UsageVector usage = UsageVector.of(random.nextLong(1L << 40), random.nextLong(1L << 50), random.nextLong(1L << 32),
                    random.nextLong(1L << 32), random.nextInt(2) * random.nextLong(1L << 32), 0, random.nextLong(1L << 30));
            Amount target = new Amount(1 + random.nextLong(10_000_000_000L));
            int utilisation = random.nextInt(1001);
            Amount list = seller.quote(Strategies.ask(Strategies.MACHINE, target, utilisation, 0, Optional.empty(), Optional.empty(),
                    List.of(), java.util.Map.of())).rates().cost(usage);
            Amount ceiling = new Amount(list.zen() / 1000 * (500 + random.nextInt(800)));
            Strategies.End end = negotiate(seller, buyer, target, usage, ceiling, utilisation);
            assertTrue(end.counters() < 8);
            if (end.agreed().isPresent()) {
                agreed++;
                assertTrue(!end.agreed().get().cost(usage).isMoreThan(ceiling));
                assertTrue(end.agreed().get().isAtMost(end.firstAsk()));
            } else {
                refused++;
                assertTrue(seller == FIXED || ceiling.zen() < list.zen() / 10 * 8 + list.zen() / 100 + 2000, () -> "refused " + ceiling + " of " + list);
            }
        }
        assertTrue(agreed > 500 && refused > 500, agreed + " agreed, " + refused + " refused");
    }

    @Test
    void aRateOnWhatTheTaskShouldNotUseIsSeen() {
        RateVector trap = CALIBRATED.quote(first(TARGET)).rates().with(Counter.NETWORK_OUT, RateVector.MAX_RATE);
        assertEquals(Bid.Kind.REFUSE, CEILING.bid(bid(trap, true, Optional.empty(), TASK, listCost().times(10), 0)).kind());
        Bid counter = CEILING.bid(bid(trap, false, Optional.empty(), TASK, listCost().times(10), 0));
        assertTrue(counter.counter().get().cost(TASK.with(Counter.NETWORK_OUT, Bargain.ALLOWANCE_BYTES)).compareTo(listCost().times(10)) <= 0);
    }

    @Test
    void whatIsFreeIsTakenAtOnce() {
        for (BuyingStrategy buyer : List.of(CEILING, CONCESSION)) {
            assertEquals(Bid.Kind.ACCEPT, buyer.bid(bid(RateVector.ZERO, false, Optional.empty(), TASK, Amount.ZERO, 0)).kind());
        }
    }

    @Test
    void aSellerThatNeverSaysLastIsLeftAfterSixBids() {
        RateVector dear = CALIBRATED.quote(first(TARGET)).rates();
        Amount ceiling = new Amount(listCost().zen() / 2);
        assertEquals(Bid.Kind.COUNTER, CEILING.bid(bid(dear, false, Optional.empty(), TASK, ceiling, 5)).kind());
        assertEquals(Bid.Kind.REFUSE, CEILING.bid(bid(dear, false, Optional.empty(), TASK, ceiling, 6)).kind());
    }

    @Test
    void theLargestRatesAndUsageOverflowNothing() {
        RateVector most = RateVector.of(c -> RateVector.MAX_RATE);
        UsageVector much = UsageVector.of(c -> Long.MAX_VALUE);
        for (BuyingStrategy buyer : List.of(CEILING, CONCESSION)) {
            assertEquals(Bid.Kind.REFUSE, buyer.bid(bid(most, true, Optional.empty(), much, new Amount(Long.MAX_VALUE), 0)).kind());
            assertEquals(Bid.Kind.COUNTER, buyer.bid(bid(most, false, Optional.empty(), much, new Amount(Long.MAX_VALUE), 0)).kind());
        }
    }

    @Test
    void concessionAimsAtTheCheapestSeller() {
        RateVector dear = CALIBRATED.quote(first(TARGET)).rates();
        RateVector cheap = RateVector.of(c -> dear.get(c) / 2);
        Bid alone = CONCESSION.bid(bid(dear, false, Optional.empty(), TASK, listCost().times(2), 0));
        Bid rivals = CONCESSION.bid(new org.zennet.api.pricing.BidRequest(dear, false, Optional.empty(), TASK, listCost().times(2), List.of(),
                List.of(cheap), 0, java.util.Map.of()));
        assertEquals(alone.counter().get().get(Counter.CPU) / 2, rivals.counter().get().get(Counter.CPU), 2);
    }
}
