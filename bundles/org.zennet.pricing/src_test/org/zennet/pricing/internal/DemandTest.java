package org.zennet.pricing.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.zennet.pricing.internal.Strategies.CEILING;
import static org.zennet.pricing.internal.Strategies.CONCESSION;
import static org.zennet.pricing.internal.Strategies.DEMAND;
import static org.zennet.pricing.internal.Strategies.MACHINE;
import static org.zennet.pricing.internal.Strategies.TASK;
import static org.zennet.pricing.internal.Strategies.first;
import static org.zennet.pricing.internal.Strategies.negotiate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.pricing.QuoteRequest.Outcome;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;

class DemandTest {
    /** A provider: keeps the state and the newest hundred outcomes, as the core does. */
    private static final class Seller {
        private final Map<String, String> settings;
        private final List<Outcome> outcomes = new ArrayList<>();
        private byte[] state = new byte[0];
        private Instant now = Instant.ofEpochSecond(1_800_000_000);

        Seller(Map<String, String> settings) {
            this.settings = settings;
            level(0);
        }

        /** Asks for a first price and gives what a full day costs, in thousandths of the target. */
        long level(int sold) {
            Quote q = DEMAND.quote(request(sold));
            assertEquals(q.rates(), DEMAND.quote(request(sold)).rates(), "the same request, the same quote");
            state = q.state();
            return q.rates().cost(Strategies.fullDay(MACHINE)).zen() / Amount.ofXen(1).zen();
        }

        private QuoteRequest request(int sold) {
            return new QuoteRequest(now, Strategies.SMALL, MACHINE, List.of(), Amount.ofXen(1000), sold, 0, Optional.empty(), Optional.empty(),
                    outcomes, settings, state);
        }

        /** A negotiation ends some time later. */
        void outcome(Duration after, boolean agreed) {
            now = now.plus(after);
            outcomes.addFirst(new Outcome(now, agreed ? Optional.of(RateVector.ZERO) : Optional.empty(), RateVector.ZERO));
            if (outcomes.size() > 100) {
                outcomes.removeLast();
            }
        }
    }

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void itStartsAtTheTargetAndForgetsWhatWasBefore() {
        Seller seller = new Seller(Map.of());
        assertEquals(1000, seller.level(0));
        seller.state = new byte[0];
        seller.outcome(MINUTE, false);
        assertEquals(1000, seller.level(0), "without state the past does not count");
    }

    @Test
    void contractsOfABusyMachineRaiseAndRefusalsOfAnIdleOneLower() {
        Seller busy = new Seller(Map.of());
        busy.outcome(MINUTE, true);
        assertEquals(1020, busy.level(1000));
        busy.outcome(MINUTE, false);
        assertEquals(1020, busy.level(1000), "sold out: who does not buy tells nothing");
        Seller idle = new Seller(Map.of());
        idle.outcome(MINUTE, false);
        assertEquals(980, idle.level(0));
        idle.outcome(MINUTE, true);
        assertEquals(980, idle.level(0), "nearly empty: one sale is no reason to ask more");
        Seller half = new Seller(Map.of());
        half.outcome(MINUTE, true);
        assertEquals(1010, half.level(500));
    }

    @Test
    void aCrowdAtOnceIsOneEvent() {
        Seller seller = new Seller(Map.of());
        seller.now = seller.now.plus(MINUTE);
        for (int i = 0; i < 100; i++) {
            seller.outcome(Duration.ofMillis(300), true);
        }
        assertEquals(1020, seller.level(1000));
        assertEquals(1020, seller.level(1000), "what was counted is not counted again");
    }

    @Test
    void anIdleHourLowersOneStepHoweverOftenItIsAsked() {
        Seller often = new Seller(Map.of());
        Seller once = new Seller(Map.of());
        for (int i = 0; i < 300; i++) {
            often.now = often.now.plus(MINUTE);
            often.level(0);
        }
        once.now = once.now.plus(Duration.ofMinutes(300));
        assertEquals(often.level(0), once.level(0));
        assertEquals(905, once.level(0), 1.0, "five steps of a fiftieth");
        once.now = once.now.plus(Duration.ofDays(10_000));
        assertEquals(300, once.level(0));
    }

    @Test
    void theLevelStaysWithinTheBoundsWhateverHappens() {
        Random random = new Random(41);
        for (int run = 0; run < 50; run++) {
            int lowest = 1 + random.nextInt(1000);
            int highest = 1000 + random.nextInt(9001);
            Seller seller = new Seller(Map.of("lowestPerMille", "" + lowest, "highestPerMille", "" + highest, "stepPerMille", "" + (1 + random.nextInt(200))));
            double luck = random.nextDouble();
            for (int i = 0; i < 300; i++) {
                seller.outcome(Duration.ofSeconds(random.nextInt(600)), random.nextDouble() < luck);
                long level = seller.level(random.nextInt(1001));
                assertTrue(level >= lowest - 1 && level <= highest + 1, level + " outside " + lowest + " to " + highest);
            }
        }
    }

    /** Buyers whose limits are spread evenly around twice the target: the price has to find them. */
    @Test
    void thePriceFindsTheLevelAtWhichTheMachineSells() {
        Random random = new Random(42);
        Seller seller = new Seller(Map.of());
        double sold = 0;
        long sum = 0;
        for (int i = 0; i < 4000; i++) {
            long level = seller.level((int) sold);
            boolean deal = sold < 1000 && 1500 + random.nextInt(1000) >= level;
            sold = Math.max(0, sold * 0.99 + (deal ? 20 : 0));    // each contract is a fiftieth of the machine for about a hundred rounds
            seller.outcome(MINUTE, deal);
            sum += i >= 2000 ? level : 0;
        }
        assertTrue(sum / 2000 > 1700 && sum / 2000 < 2400, "mean level " + sum / 2000);
    }

    @Test
    void aStateThatCannotBeReadOrLiesInTheFutureStartsAnew() {
        for (String state : List.of("", "2 5 5", "1 x y", "1 -5 3", "1 1000000", "\u0000\u0001", "1 " + "9".repeat(80) + " 1")) {
            Seller seller = new Seller(Map.of());
            seller.state = state.getBytes(StandardCharsets.UTF_8);
            assertEquals(1000, seller.level(0), state);
        }
        Seller seller = new Seller(Map.of());
        seller.state = "1 999999999999 999999999999999".getBytes(StandardCharsets.US_ASCII);
        assertEquals(3000, seller.level(0), "the bounds of today hold");
        seller.state = "1 2000000 999999999999999".getBytes(StandardCharsets.US_ASCII);
        seller.level(0);
        seller.outcome(MINUTE, false);
        assertEquals(1960, seller.level(0), 1.0, "a clock that was set back does not stop the price");
    }

    @Test
    void itBargainsWithBothBuyersAndKeepsItsStateInEveryRound() {
        Amount list = DEMAND.quote(first(Amount.ofXen(4))).rates().cost(TASK);
        for (var buyer : List.of(CEILING, CONCESSION)) {
            assertTrue(negotiate(DEMAND, buyer, Amount.ofXen(4), TASK, list.times(2), 0).agreed().isPresent());
            assertTrue(negotiate(DEMAND, buyer, Amount.ofXen(4), TASK, new Amount(list.zen() / 2), 0).agreed().isEmpty());
        }
        QuoteRequest bid = Strategies.ask(MACHINE, Amount.ofXen(4), 0, 1, Optional.empty(), Optional.of(RateVector.of(c -> RateVector.MAX_RATE)),
                List.of(), Map.of());
        assertTrue(DEMAND.quote(bid).state().length > 0);
        assertTrue(new String(DEMAND.quote(bid).state(), StandardCharsets.US_ASCII).startsWith("1 1000000 "));
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        for (var e : Map.of("lowestPerMille", "0", "highestPerMille", "999", "stepPerMille", "201", "pauseSeconds", "0", "idleMinutes", "10081",
                "floorPerMille", "1001", "rounds", "0").entrySet()) {
            Exception thrown = assertThrows(IllegalArgumentException.class, () -> new Seller(Map.of(e.getKey(), e.getValue())));
            assertTrue(thrown.getMessage().startsWith("setting " + e.getKey() + ":"), thrown.getMessage());
        }
    }
}
