package org.zennet.pricing.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.zennet.pricing.internal.Strategies.CALIBRATED;
import static org.zennet.pricing.internal.Strategies.FIXED;
import static org.zennet.pricing.internal.Strategies.MACHINE;
import static org.zennet.pricing.internal.Strategies.ask;
import static org.zennet.pricing.internal.Strategies.first;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

class PricingTest {
    /** All cores busy and all memory held for 24 hours. */
    private static UsageVector fullDay(Resources machine) {
        return UsageVector.ZERO.with(Counter.CPU, machine.cores() * 86_400_000L).with(Counter.MEMORY, machine.memory() * 86_400L);
    }

    private static List<BenchmarkResult> scores(long integer, long memory) {
        return List.of(new BenchmarkResult("integer/1", "Mop/s", integer, 0), new BenchmarkResult("memory/1", "MB/s", memory, 0));
    }

    @Test
    void aFullDayCostsWhatTheOwnerNames() {
        assertEquals(5.0, FixedAsXen.xen(CALIBRATED.quote(first(Amount.ofXen(5))).rates().cost(fullDay(MACHINE))), 0.001);
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            Resources machine = new Resources(1 + random.nextInt(128_000), (1L << 20) + random.nextLong(1L << 40), 0);
            Amount target = new Amount(1 + random.nextLong(1_000_000_000_000L));
            QuoteRequest request = ask(machine, target, random.nextInt(501), 0, Optional.empty(), Optional.empty(),
                    scores(1 + random.nextLong(2_000_000), 1 + random.nextLong(100_000_000)), Map.of());
            Amount cost = CALIBRATED.quote(request).rates().cost(fullDay(machine));
            long slack = 1 + (machine.cores() * 86_400_000L + machine.memory() / 1000 * 86_400) / 1_000_000_000L;
            assertTrue(cost.zen() >= target.zen() && cost.zen() - target.zen() <= slack + 100,
                    () -> request + " costs " + cost);
        }
    }

    @Test
    void itFallsStepByStepToTheFloorAndSaysSo() {
        Optional<RateVector> previous = Optional.empty();
        for (int round = 0; round < 6; round++) {
            Quote q = CALIBRATED.quote(ask(MACHINE, Amount.ofXen(10), 0, round, previous, Optional.of(RateVector.ZERO), List.of(), Map.of()));
            assertEquals(round >= 3, q.last(), "round " + round);
            previous.ifPresent(p -> assertTrue(q.rates().isAtMost(p)));
            previous = Optional.of(q.rates());
        }
        assertEquals(8.0, FixedAsXen.xen(previous.get().cost(fullDay(MACHINE))), 0.001);
    }

    @Test
    void aBidThatReachesTheStepIsTakenAsItIs() {
        RateVector asked = CALIBRATED.quote(first(Amount.ofXen(10))).rates();
        RateVector bid = RateVector.of(c -> asked.get(c) * 95 / 100);
        Quote q = CALIBRATED.quote(ask(MACHINE, Amount.ofXen(10), 0, 1, Optional.of(asked), Optional.of(bid), List.of(), Map.of()));
        assertEquals(bid, q.rates());
    }

    @Test
    void aBidAboveTheLastQuoteBringsNoMoreThanTheQuote() {
        RateVector asked = CALIBRATED.quote(first(Amount.ofXen(10))).rates();
        RateVector bid = RateVector.of(c -> asked.get(c) * 3 + 7);
        Quote q = CALIBRATED.quote(ask(MACHINE, Amount.ofXen(10), 0, 1, Optional.of(asked), Optional.of(bid), List.of(), Map.of()));
        assertTrue(q.rates().isAtMost(asked));
    }

    @Test
    void aBusyMachineAsksMoreButAtMostATenthMore() {
        long before = 0;
        for (int utilisation = 0; utilisation <= 1000; utilisation += 50) {
            long cpu = CALIBRATED.quote(ask(MACHINE, Amount.ofXen(10), utilisation, 0, Optional.empty(), Optional.empty(), List.of(), Map.of()))
                    .rates().get(Counter.CPU);
            assertTrue(cpu >= before);
            before = cpu;
        }
        long idle = CALIBRATED.quote(first(Amount.ofXen(10))).rates().get(Counter.CPU);
        assertEquals(idle * 11 / 10, before, 2);
    }

    @Test
    void fastMemoryMovesTheWeightWithinItsBounds() {
        assertEquals(750, FullLoad.cpuShare(List.of()));
        assertEquals(750, FullLoad.cpuShare(scores(500_000, 25_000_000)));
        assertEquals(600, FullLoad.cpuShare(scores(1, Long.MAX_VALUE)));
        assertEquals(857, FullLoad.cpuShare(scores(Long.MAX_VALUE, 1)));
        assertEquals(750, FullLoad.cpuShare(scores(0, 0)), "a score of zero is no score");
    }

    @Test
    void withoutATargetASlowMachineAsksLess() {
        Quote fast = CALIBRATED.quote(ask(MACHINE, Amount.ZERO, 0, 0, Optional.empty(), Optional.empty(), scores(500_000, 25_000_000), Map.of()));
        Quote slow = CALIBRATED.quote(ask(MACHINE, Amount.ZERO, 0, 0, Optional.empty(), Optional.empty(), scores(250_000, 12_500_000), Map.of()));
        assertEquals(4.0, FixedAsXen.xen(fast.rates().cost(fullDay(MACHINE))), 0.001);
        assertEquals(2.0, FixedAsXen.xen(slow.rates().cost(fullDay(MACHINE))), 0.001);
    }

    @Test
    void theSameRequestGivesTheSameQuote() {
        QuoteRequest request = ask(MACHINE, Amount.ofXen(3), 700, 1, Optional.empty(), Optional.empty(), scores(400_000, 9_000_000), Map.of());
        assertEquals(CALIBRATED.quote(request).rates(), CALIBRATED.quote(request).rates());
        assertEquals(CALIBRATED.quote(request).reason(), CALIBRATED.quote(request).reason());
    }

    @Test
    void theLargestTargetOnTheSmallestMachineStaysWithinTheLargestRate() {
        Quote q = CALIBRATED.quote(ask(new Resources(1, 1 << 20, 0), new Amount(Long.MAX_VALUE), 1000, 0, Optional.empty(), Optional.empty(),
                List.of(), Map.of()));
        assertTrue(q.rates().toList().stream().allMatch(r -> r >= 0 && r <= RateVector.MAX_RATE));
    }

    @Test
    void theListPriceIsWhatItSaysAndTheLastWord() {
        Quote q = FIXED.quote(first(Amount.ofXen(1)));
        assertTrue(q.last());
        assertEquals(Amount.parse("0.04 XEN"), q.rates().cost(UsageVector.ZERO.with(Counter.CPU, 3_600_000_000L)));
        assertEquals(0.005, FixedAsXen.xen(q.rates().cost(UsageVector.ZERO.with(Counter.MEMORY, 3600L << 30))), 0.000001);
        assertEquals(Amount.parse("0.002 XEN"), q.rates().cost(UsageVector.ZERO.with(Counter.NETWORK_OUT, 1L << 30)));
        assertEquals(0, q.rates().get(Counter.WALL));
    }

    @Test
    void theOwnersSettingsGoBeforeTheDefaults() {
        Quote q = FIXED.quote(ask(MACHINE, Amount.ofXen(1), 0, 0, Optional.empty(), Optional.empty(), List.of(),
                Map.of("cpuCoreHour", "3600 zen", "another", "setting")));
        assertEquals(1_000_000, q.rates().get(Counter.CPU));
    }

    @Test
    void aSettingThatCannotBeReadIsNamed() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> FIXED.quote(ask(MACHINE, Amount.ofXen(1), 0, 0, Optional.empty(),
                Optional.empty(), List.of(), Map.of("cpuCoreHour", "cheap"))));
        assertTrue(e.getMessage().contains("cpuCoreHour") && e.getMessage().contains("cheap"), e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> CALIBRATED.quote(ask(MACHINE, Amount.ofXen(1), 0, 0, Optional.empty(),
                Optional.empty(), List.of(), Map.of("rounds", "9"))));
        assertTrue(e.getMessage().contains("rounds") && e.getMessage().contains("9"), e.getMessage());
        assertFalse(e.getMessage().contains("\n"));
    }

    /** Whole coins for comparisons with a tolerance. */
    private static final class FixedAsXen {
        static double xen(Amount amount) {
            return amount.zen() / 1e8;
        }
    }
}
