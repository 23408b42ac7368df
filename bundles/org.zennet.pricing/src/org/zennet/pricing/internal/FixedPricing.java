package org.zennet.pricing.internal;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.RateVector;

/**
 * {@code fixed}: the owner's list price, take it or leave it. Settings of the request go before the configuration of
 * the component, under the same names; each is an amount with its unit. The last resort when other strategies fail.
 */
@Component(name = "org.zennet.pricing.fixed", service = PricingStrategy.class,
        property = {PricingStrategy.ID + "=fixed", PricingStrategy.LABEL + "=Fixed rates",
        "service.ranking:Integer=-1000"})
@Designate(ocd = FixedPricing.Config.class)
public final class FixedPricing implements PricingStrategy {
    /** The list price. About one XEN for a core-day. */
    @ObjectClassDefinition(name = "Fixed rates", description = "What one unit of each resource costs, such as 0.04 XEN")
    public @interface Config {
        /** For an hour of one core's time. */
        @AttributeDefinition(name = "Core-hour") String cpuCoreHour() default "0.04 XEN";

        /** For a GiB of memory held for an hour. */
        @AttributeDefinition(name = "GiB-hour of memory") String memoryGibHour() default "0.005 XEN";

        /** For a GiB read from disk. */
        @AttributeDefinition(name = "GiB read from disk") String diskReadGib() default "0.0001 XEN";

        /** For a GiB written to disk. */
        @AttributeDefinition(name = "GiB written to disk") String diskWrittenGib() default "0.0002 XEN";

        /** For a GiB received. */
        @AttributeDefinition(name = "GiB received") String networkInGib() default "0.001 XEN";

        /** For a GiB sent. */
        @AttributeDefinition(name = "GiB sent") String networkOutGib() default "0.002 XEN";

        /** For an hour of holding a container, beside what it uses. */
        @AttributeDefinition(name = "Hour of a container") String wallHour() default "0 XEN";
    }

    private final Map<String, String> defaults;

    /** With the configured list price. */
    @Activate
    public FixedPricing(Config c) {
        this(Map.of("cpuCoreHour", c.cpuCoreHour(), "memoryGibHour", c.memoryGibHour(), "diskReadGib", c.diskReadGib(),
                "diskWrittenGib", c.diskWrittenGib(), "networkInGib", c.networkInGib(), "networkOutGib", c.networkOutGib(),
                "wallHour", c.wallHour()));
    }

    FixedPricing(Map<String, String> defaults) {
        this.defaults = defaults;
    }

    @Override
    public Quote quote(QuoteRequest request) {
        Settings s = new Settings(request.settings(), defaults);
        RateVector rates = RateVector.of(c -> switch (c) {
            case CPU -> Rates.rate(s.amount("cpuCoreHour"), Rates.CORE_HOUR);
            case MEMORY -> Rates.rate(s.amount("memoryGibHour"), Rates.GIB_HOUR);
            case DISK_READ -> Rates.rate(s.amount("diskReadGib"), Rates.GIB);
            case DISK_WRITTEN -> Rates.rate(s.amount("diskWrittenGib"), Rates.GIB);
            case NETWORK_IN -> Rates.rate(s.amount("networkInGib"), Rates.GIB);
            case NETWORK_OUT -> Rates.rate(s.amount("networkOutGib"), Rates.GIB);
            case WALL -> Rates.rate(s.amount("wallHour"), Rates.HOUR);
        });
        return Quote.of(rates, true, "list price");
    }
}
