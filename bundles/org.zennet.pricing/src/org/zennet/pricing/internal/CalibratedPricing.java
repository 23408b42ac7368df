package org.zennet.pricing.internal;

import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;

/**
 * {@code calibrated}, the default: from "so many coins a day at full load" to rates, by the owner's calibration where the setting
 * {@code calibration} holds one ({@link Calibrated}), else as {@link FullLoad} does it. Without a target (zero), {@code coreDay} for a core of the reference speed is taken.
 *
 * <p><b>Demand.</b> Above half utilisation the price rises in a straight line to {@code premiumPerMille} more when all is sold.
 *
 * <p><b>Bargaining.</b> As {@link Asking} does it, to {@code floorPerMille} of the price over {@code rounds} rounds.
 */
@Component(name = "org.zennet.pricing.calibrated", service = PricingStrategy.class,
        property = {PricingStrategy.ID + "=calibrated",
        PricingStrategy.LABEL + "=Calibrated to a daily income"})
@Designate(ocd = CalibratedPricing.Config.class)
public final class CalibratedPricing implements PricingStrategy {
    /** Defaults of the settings. */
    @ObjectClassDefinition(name = "Calibrated to a daily income", description = "From coins a day at full load to rates")
    public @interface Config {
        /** The lowest price as a share of the first, in thousandths, 1 to 1000. */
        @AttributeDefinition(name = "Lowest price, thousandths of the target", min = "1", max = "1000") int floorPerMille() default 800;

        /** Over how many rounds it falls to that, 1 to 8. */
        @AttributeDefinition(name = "Rounds", min = "1", max = "8") int rounds() default 4;

        /** How much more it asks when all is sold, in thousandths, 0 to 1000. */
        @AttributeDefinition(name = "Premium when all is sold, thousandths", min = "0", max = "1000") int premiumPerMille() default 100;

        /** What a core of the reference speed earns in a day where the owner named no target. */
        @AttributeDefinition(name = "Income of a reference core per day without a target") String coreDay() default "1 XEN";
    }

    private final Map<String, String> defaults;

    /** With configured defaults. */
    @Activate
    public CalibratedPricing(Config c) {
        this(Map.of("floorPerMille", "" + c.floorPerMille(), "rounds", "" + c.rounds(), "premiumPerMille", "" + c.premiumPerMille(),
                "coreDay", c.coreDay()));
    }

    CalibratedPricing(Map<String, String> defaults) {
        this.defaults = defaults;
    }

    @Override
    public Quote quote(QuoteRequest request) {
        Settings settings = new Settings(request.settings(), defaults);
        Asking asking = Asking.of(settings);
        int premium = settings.number("premiumPerMille", 0, 1000);
        Amount target = FullLoad.target(request, settings);
        int demand = 1000 + premium * Math.max(0, Math.min(request.utilisationPerMille(), 1000) - 500) / 500;
        Optional<Calibrated> fitted = settings.optional("calibration").map(Calibrated::parse);
        RateVector rates = fitted.map(f -> f.rates(request, Rates.picozen(target))).orElseGet(() -> FullLoad.rates(request, Rates.picozen(target)));
        return asking.quote(request, rates, demand, new byte[0],
                target + " a day at full load" + (fitted.isPresent() ? " by calibration" : "") + (demand > 1000 ? ", with " + (demand - 1000) + "/1000 for demand" : ""));
    }
}
