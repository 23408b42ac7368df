package org.zennet.pricing.internal;

import java.math.BigInteger;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;

/**
 * {@code cost-plus}: what the machine costs its owner, and a margin. The daily target of the owner is not looked at.
 *
 * <p><b>Cost.</b> What runs on without work (the hardware over its lifetime, the electricity of an idle machine, other costs of
 * a day) is spread over the part of the machine that the owner expects to sell. What work adds (the electricity between idle and
 * full) is the processor's alone. The former is divided between processor and memory as {@link FullLoad} does; disk and network
 * come on top as there.
 *
 * <p><b>Bargaining.</b> As {@link Asking} does it, down to the cost and {@code leastMarginPerMille}.
 */
@Component(name = "org.zennet.pricing.cost-plus", service = PricingStrategy.class,
        property = {PricingStrategy.ID + "=cost-plus", PricingStrategy.LABEL + "=Cost and a margin", "service.ranking:Integer=-900"})
@Designate(ocd = CostPlusPricing.Config.class)
public final class CostPlusPricing implements PricingStrategy {
    private static final BigInteger THOUSAND = BigInteger.valueOf(1000);
    private static final BigInteger HOURS = BigInteger.valueOf(24);
    private static final int MOST_WATTS = 1_000_000;

    /** Defaults of the settings: a small server. */
    @ObjectClassDefinition(name = "Cost and a margin", description = "From electricity and hardware to rates")
    public @interface Config {
        /** What a kilowatt-hour costs. */
        @AttributeDefinition(name = "Price of a kilowatt-hour") String electricityKwh() default "0.3 XEN";

        /** What the idle machine draws, 0 to 1,000,000. */
        @AttributeDefinition(name = "Watts when idle", min = "0", max = "1000000") int idleWatts() default 40;

        /** What it draws at full load, idleWatts to 1,000,000. */
        @AttributeDefinition(name = "Watts at full load") int fullWatts() default 150;

        /** What the machine cost. */
        @AttributeDefinition(name = "Price of the hardware") String hardware() default "1500 XEN";

        /** Over how many days that is earned back, 1 to 36,500. */
        @AttributeDefinition(name = "Lifetime of the hardware, days", min = "1", max = "36500") int lifetimeDays() default 1460;

        /** Room, line, care. */
        @AttributeDefinition(name = "Other costs of a day") String otherPerDay() default "0 XEN";

        /** How much of the machine is sold on the average, in thousandths, 1 to 1000. */
        @AttributeDefinition(name = "Expected part sold, thousandths", min = "1", max = "1000") int expectedPerMille() default 500;

        /** What is asked first above the cost, in thousandths of it, 0 to 10,000. */
        @AttributeDefinition(name = "Margin, thousandths of the cost", min = "0", max = "10000") int marginPerMille() default 200;

        /** What is left of the margin at the end of bargaining, 0 to marginPerMille. */
        @AttributeDefinition(name = "Least margin, thousandths of the cost") int leastMarginPerMille() default 50;

        /** Over how many rounds it falls to that, 1 to 8. */
        @AttributeDefinition(name = "Rounds", min = "1", max = "8") int rounds() default 4;
    }

    private final Map<String, String> defaults;

    /** With configured defaults. */
    @Activate
    public CostPlusPricing(Config c) {
        this(Map.of("electricityKwh", c.electricityKwh(), "idleWatts", "" + c.idleWatts(), "fullWatts", "" + c.fullWatts(), "hardware", c.hardware(),
                "lifetimeDays", "" + c.lifetimeDays(), "otherPerDay", c.otherPerDay(), "expectedPerMille", "" + c.expectedPerMille(),
                "marginPerMille", "" + c.marginPerMille(), "leastMarginPerMille", "" + c.leastMarginPerMille(), "rounds", "" + c.rounds()));
    }

    CostPlusPricing(Map<String, String> defaults) {
        this.defaults = defaults;
    }

    @Override
    public Quote quote(QuoteRequest request) {
        Settings s = new Settings(request.settings(), defaults);
        int idle = s.number("idleWatts", 0, MOST_WATTS);
        int full = s.number("fullWatts", idle, MOST_WATTS);
        int expected = s.number("expectedPerMille", 1, 1000);
        int margin = s.number("marginPerMille", 0, 10_000);
        int least = s.number("leastMarginPerMille", 0, margin);
        // all in thousandths of a picozen a day
        BigInteger watt = Rates.picozen(s.amount("electricityKwh")).multiply(HOURS);
        BigInteger standing = Rates.ceil(Rates.picozen(s.amount("hardware")).multiply(THOUSAND), BigInteger.valueOf(s.number("lifetimeDays", 1, 36_500)))
                .add(watt.multiply(BigInteger.valueOf(idle)))
                .add(Rates.picozen(s.amount("otherPerDay")).multiply(THOUSAND));
        BigInteger spread = Rates.ceil(standing.multiply(THOUSAND), BigInteger.valueOf(expected));
        BigInteger work = watt.multiply(BigInteger.valueOf(full - idle));

        BigInteger memory = spread.multiply(BigInteger.valueOf(1000 - FullLoad.cpuShare(request.benchmarks()))).divide(THOUSAND);
        BigInteger cpu = spread.subtract(memory).add(work);
        BigInteger factor = BigInteger.valueOf(1000 + margin);
        Amount cost = Rates.amount(spread.add(work).divide(THOUSAND));
        int floor = (1000 * (1000 + least) + 999 + margin) / (1000 + margin);
        return new Asking(floor, s.number("rounds", 1, 8)).quote(request,
                FullLoad.rates(request, Rates.ceil(cpu.multiply(factor), THOUSAND), Rates.ceil(memory.multiply(factor), THOUSAND)), 1000, new byte[0],
                "the cost of " + cost + " a day at full load and " + margin + "/1000");
    }
}
