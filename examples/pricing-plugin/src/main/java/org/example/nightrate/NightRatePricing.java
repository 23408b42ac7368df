package org.example.nightrate;

import java.math.BigInteger;
import java.time.ZoneId;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;

/**
 * Sells processor time only, at the owner's target per day, and at half of that between 22 and 6 o'clock. Comes down
 * by a tenth once. Its settings appear in {@code zennet config} and in the workbench's Preferences from what {@link Config} says of
 * them; those that the provider hands to its strategy ({@code strategy.zone}) go before them.
 */
@Component(name = "org.example.nightrate", property = {PricingStrategy.ID + "=night-rate", PricingStrategy.LABEL + "=Cheaper at night"})
@Designate(ocd = NightRatePricing.Config.class)
public class NightRatePricing implements PricingStrategy {
    /** The settings. */
    @ObjectClassDefinition(name = "Cheaper at night", description = "Half the price between 22 and 6 o'clock")
    public @interface Config {
        /** Whose night. */
        @AttributeDefinition(name = "Time zone", description = "Whose night is meant, such as Europe/Berlin", max = "60") String zone() default "UTC";

        /** The price at night. */
        @AttributeDefinition(name = "Price at night", description = "In percent of the price by day", min = "1", max = "100")
        int nightPercent() default 50;
    }

    private static final int NIGHT_BEGINS = 22;
    private static final int NIGHT_ENDS = 6;
    private final Map<String, String> settings;

    /** With what its owner set. */
    @Activate
    public NightRatePricing(Config config) {
        this(Map.of("zone", config.zone(), "nightPercent", Integer.toString(config.nightPercent())));
    }

    NightRatePricing(Map<String, String> settings) {
        this.settings = settings;
    }

    @Override
    public Quote quote(QuoteRequest request) {
        ZoneId zone = ZoneId.of(setting(request, "zone"));
        int hour = request.now().atZone(zone).getHour();   // never the system's clock: the same request, the same quote
        boolean night = hour >= NIGHT_BEGINS || hour < NIGHT_ENDS;
        int percent = night ? Integer.parseInt(setting(request, "nightPercent")) : 100;
        boolean last = request.round() > 0;
        long rate = perMicrosecond(request, percent, last ? 90 : 100);
        long asked = request.previous().map(p -> Math.min(p.get(Counter.CPU), rate)).orElse(rate);
        return Quote.of(RateVector.ZERO.with(Counter.CPU, asked), last, (night ? "night" : "day") + " rate");
    }

    private String setting(QuoteRequest request, String name) {
        return request.settings().getOrDefault(name, settings.get(name));
    }

    /** Picozen for a microsecond of one core, so that all cores for 24 hours cost the share of the target. */
    private static long perMicrosecond(QuoteRequest request, int percent, int stepPercent) {
        BigInteger picozen = BigInteger.valueOf(request.targetPerDay().zen()).multiply(BigInteger.TEN.pow(RateVector.SCALE))
                .multiply(BigInteger.valueOf((long) percent * stepPercent));
        BigInteger microseconds = BigInteger.valueOf(request.machine().cores() * 86_400_000L).multiply(BigInteger.valueOf(10_000));
        return picozen.divide(microseconds).min(BigInteger.valueOf(RateVector.MAX_RATE)).longValueExact();
    }
}
