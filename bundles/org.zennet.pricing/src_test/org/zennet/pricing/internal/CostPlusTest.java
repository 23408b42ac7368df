package org.zennet.pricing.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.zennet.pricing.internal.Strategies.CEILING;
import static org.zennet.pricing.internal.Strategies.CONCESSION;
import static org.zennet.pricing.internal.Strategies.COST_PLUS;
import static org.zennet.pricing.internal.Strategies.MACHINE;
import static org.zennet.pricing.internal.Strategies.TASK;
import static org.zennet.pricing.internal.Strategies.ask;
import static org.zennet.pricing.internal.Strategies.first;
import static org.zennet.pricing.internal.Strategies.negotiate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.pricing.Quote;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

class CostPlusTest {
    private static Quote quote(Resources machine, int round, Map<String, String> settings) {
        return COST_PLUS.quote(ask(machine, Amount.ZERO, 0, round, Optional.empty(), Optional.of(RateVector.ZERO), List.of(), settings));
    }

    private static double xen(RateVector rates, UsageVector usage) {
        return rates.cost(usage).zen() / 1e8;
    }

    @Test
    void aFullDayCostsWhatItCostsTheOwnerAndTheMargin() {
        // hardware 1 a day, 100 W idle = 2.4 kWh at 0.5 = 1.2, other 0.8: 3.0, half sold: 6.0; work 200 W = 4.8 kWh = 2.4; 25 % on top
        Map<String, String> s = Map.of("hardware", "1000 XEN", "lifetimeDays", "1000", "electricityKwh", "0.5 XEN", "idleWatts", "100",
                "fullWatts", "300", "otherPerDay", "0.8 XEN", "expectedPerMille", "500", "marginPerMille", "250", "leastMarginPerMille", "100");
        RateVector asked = quote(MACHINE, 0, s).rates();
        assertEquals((6.0 + 2.4) * 1.25, xen(asked, Strategies.fullDay(MACHINE)), 0.001);
        // only what stands is divided: memory has a quarter of it, and none of the electricity of work
        assertEquals(6.0 * 0.25 * 1.25, xen(asked, UsageVector.of(0, MACHINE.memory() * 86_400, 0, 0, 0, 0, 0)), 0.001);
        Quote last = quote(MACHINE, 3, s);
        assertTrue(last.last());
        assertEquals((6.0 + 2.4) * 1.1, xen(last.rates(), Strategies.fullDay(MACHINE)), 0.01);
        assertTrue(last.reason().contains("the cost of 8.4 XEN a day"), last.reason());
    }

    @Test
    void theOwnerNeverLosesAtTheExpectedSalesAndNoCostLowersAPrice() {
        Random random = new Random(31);
        String[] costs = {"hardware", "electricityKwh", "otherPerDay"};
        for (int i = 0; i < 2000; i++) {
            Map<String, String> s = new HashMap<>();
            long hardware = random.nextLong(1_000_000_000_000L);
            long kwh = random.nextLong(1_000_000_000L);
            long other = random.nextLong(1_000_000_000L);
            int days = 1 + random.nextInt(3000);
            int idle = random.nextInt(1000);
            int full = idle + random.nextInt(1000);
            int expected = 1 + random.nextInt(1000);
            int margin = random.nextInt(2000);
            int least = random.nextInt(margin + 1);
            s.putAll(Map.of("hardware", hardware + " zen", "electricityKwh", kwh + " zen", "otherPerDay", other + " zen", "lifetimeDays", "" + days,
                    "idleWatts", "" + idle, "fullWatts", "" + full, "expectedPerMille", "" + expected, "marginPerMille", "" + margin,
                    "leastMarginPerMille", "" + least));
            Resources machine = new Resources(1 + random.nextInt(128_000), (1L << 20) + random.nextLong(1L << 40), 0);
            RateVector lowest = quote(machine, 7, s).rates();
            double sold = expected / 1000.0;
            double cost = (double) hardware / days + kwh * 0.024 * idle + other + kwh * 0.024 * (full - idle) * sold;
            double revenue = Strategies.zen(lowest, Strategies.fullDay(machine)) * sold;
            assertTrue(revenue >= cost * (1000 + least) / 1000 * (1 - 1e-9), () -> s + " on " + machine + " earns " + revenue + " at a cost of " + cost);

            RateVector asked = quote(machine, 0, s).rates();
            assertTrue(lowest.isAtMost(asked));
            String dearer = costs[random.nextInt(3)];
            Map<String, String> more = new HashMap<>(s);
            more.merge(dearer, "", (old, none) -> Long.parseLong(old.replace(" zen", "")) + 1_000_000 + " zen");
            assertTrue(asked.isAtMost(quote(machine, 0, more).rates()), dearer);
        }
    }

    @Test
    void itBargainsWithBothBuyers() {
        Amount list = COST_PLUS.quote(first(Amount.ZERO)).rates().cost(TASK);
        for (var buyer : List.of(CEILING, CONCESSION)) {
            Strategies.End end = negotiate(COST_PLUS, buyer, Amount.ZERO, TASK, list.times(2), 0);
            assertTrue(end.agreed().isPresent() && end.agreed().get().cost(TASK).compareTo(list) < 0);
            assertTrue(negotiate(COST_PLUS, buyer, Amount.ZERO, TASK, new Amount(list.zen() / 2), 0).agreed().isEmpty());
        }
    }

    @Test
    void theTargetOfTheOwnerDoesNotMatterHere() {
        assertEquals(COST_PLUS.quote(first(Amount.ofXen(1))).rates(), COST_PLUS.quote(first(Amount.ofXen(1000))).rates());
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        for (var e : Map.of("fullWatts", "39", "leastMarginPerMille", "201", "lifetimeDays", "0", "expectedPerMille", "0", "hardware", "much",
                "idleWatts", "-1", "rounds", "9", "marginPerMille", "10001").entrySet()) {
            Exception thrown = assertThrows(IllegalArgumentException.class, () -> quote(MACHINE, 0, Map.of(e.getKey(), e.getValue())));
            assertTrue(thrown.getMessage().startsWith("setting " + e.getKey() + ":"), thrown.getMessage());
        }
    }

    @Test
    void theLargestCostsOverflowNothing() {
        Quote q = quote(new Resources(1, 1 << 20, 0), 0, Map.of("hardware", Long.MAX_VALUE + " zen", "lifetimeDays", "1", "electricityKwh",
                Long.MAX_VALUE + " zen", "fullWatts", "1000000", "expectedPerMille", "1", "marginPerMille", "10000"));
        assertEquals(RateVector.MAX_RATE, q.rates().get(org.zennet.api.value.Counter.CPU));
    }
}
