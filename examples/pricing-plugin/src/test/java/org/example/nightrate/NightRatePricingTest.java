package org.example.nightrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

class NightRatePricingTest {
    private static final Resources MACHINE = new Resources(4000, 8L << 30, 0);
    private static final UsageVector FULL_DAY = UsageVector.ZERO.with(Counter.CPU, 4 * 86_400_000_000L);

    private static Quote quote(String time, int round, Optional<RateVector> previous, Map<String, String> settings) {
        return new NightRatePricing(Map.of("zone", "UTC", "nightPercent", "50")).quote(new QuoteRequest(Instant.parse(time), MACHINE, MACHINE, List.of(), Amount.ofXen(8), 0, round,
                previous, Optional.empty(), List.of(), settings, new byte[0]));
    }

    @Test
    void aDayCostsTheTargetAndANightHalfOfIt() {
        assertEquals(8.0, xen(quote("2026-03-01T12:00:00Z", 0, Optional.empty(), Map.of())), 0.0001);
        assertEquals(4.0, xen(quote("2026-03-01T23:00:00Z", 0, Optional.empty(), Map.of())), 0.0001);
    }

    @Test
    void nightIsWhereTheOwnerIs() {
        assertEquals(4.0, xen(quote("2026-03-01T12:00:00Z", 0, Optional.empty(), Map.of("zone", "Pacific/Auckland"))), 0.0001);
    }

    @Test
    void itComesDownByATenthOnceAndNeverGoesUpAgain() {
        Quote first = quote("2026-03-01T12:00:00Z", 0, Optional.empty(), Map.of());
        Quote second = quote("2026-03-01T12:00:00Z", 1, Optional.of(first.rates()), Map.of());
        assertFalse(first.last());
        assertTrue(second.last());
        assertEquals(7.2, xen(second), 0.0001);
        Quote morning = quote("2026-03-01T06:00:00Z", 1, Optional.of(quote("2026-03-01T05:59:59Z", 0, Optional.empty(), Map.of()).rates()), Map.of());
        assertEquals(4.0, xen(morning), 0.0001);
    }

    private static double xen(Quote quote) {
        return quote.rates().cost(FULL_DAY).zen() / 1e8;
    }
}
