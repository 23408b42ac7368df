package org.example.nightrate;

import java.math.BigInteger;
import java.time.ZoneId;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;

/**
 * Sells processor time only, at the owner's target per day, and at half of that between 22 and 6 o'clock. Comes down
 * by a tenth once. Settings: {@code zone} (such as {@code Europe/Berlin}, default UTC) and {@code nightPercent} (default 50).
 */
@Component(property = {PricingStrategy.ID + "=night-rate", PricingStrategy.LABEL + "=Cheaper at night"})
public class NightRatePricing implements PricingStrategy {
    private static final int NIGHT_BEGINS = 22;
    private static final int NIGHT_ENDS = 6;

    @Override
    public Quote quote(QuoteRequest request) {
        ZoneId zone = ZoneId.of(request.settings().getOrDefault("zone", "UTC"));
        int hour = request.now().atZone(zone).getHour();   // never the system's clock: the same request, the same quote
        boolean night = hour >= NIGHT_BEGINS || hour < NIGHT_ENDS;
        int percent = night ? Integer.parseInt(request.settings().getOrDefault("nightPercent", "50")) : 100;
        boolean last = request.round() > 0;
        long rate = perMicrosecond(request, percent, last ? 90 : 100);
        long asked = request.previous().map(p -> Math.min(p.get(Counter.CPU), rate)).orElse(rate);
        return Quote.of(RateVector.ZERO.with(Counter.CPU, asked), last, (night ? "night" : "day") + " rate");
    }

    /** Picozen for a microsecond of one core, so that all cores for 24 hours cost the share of the target. */
    private static long perMicrosecond(QuoteRequest request, int percent, int stepPercent) {
        BigInteger picozen = BigInteger.valueOf(request.targetPerDay().zen()).multiply(BigInteger.TEN.pow(RateVector.SCALE))
                .multiply(BigInteger.valueOf((long) percent * stepPercent));
        BigInteger microseconds = BigInteger.valueOf(request.machine().cores() * 86_400_000L).multiply(BigInteger.valueOf(10_000));
        return picozen.divide(microseconds).min(BigInteger.valueOf(RateVector.MAX_RATE)).longValueExact();
    }
}
