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
 * {@code demand}: a price that follows what is sold. It starts from the owner's daily target as {@link FullLoad} spreads it (without one,
 * from {@code coreDay}), times a level that moves:
 *
 * <ul>
 * <li>a contract raises the level by {@code stepPerMille} times the part of the machine that is sold;
 * <li>a negotiation without one lowers it by {@code stepPerMille} times the part that is not;
 * <li>{@code idleMinutes} without either lower it likewise.
 * </ul>
 *
 * So a machine that is sold out only goes up, an idle one only down, and in between the level settles where the odds of a contract are
 * those of a free part against a sold one. At most one negotiation counts per {@code pauseSeconds}: a crowd that asks at once is one
 * event, and who negotiates in vain to press the price needs time for each step. The level stays between {@code lowestPerMille} and
 * {@code highestPerMille}.
 *
 * <p><b>Bargaining.</b> As {@link Asking} does it, to {@code floorPerMille} of the price over {@code rounds} rounds.
 */
@Component(name = "org.zennet.pricing.demand", service = PricingStrategy.class,
        property = {PricingStrategy.ID + "=demand", PricingStrategy.LABEL + "=Follows demand", "service.ranking:Integer=-300"})
@Designate(ocd = DemandPricing.Config.class)
public final class DemandPricing implements PricingStrategy {
    /** Defaults of the settings. */
    @ObjectClassDefinition(name = "Follows demand", description = "Dearer when it sells, cheaper when it does not")
    public @interface Config {
        /** The lowest level, in thousandths of the target, 1 to 1000. */
        @AttributeDefinition(name = "Lowest level, thousandths of the target", min = "1", max = "1000") int lowestPerMille() default 300;

        /** The highest level, in thousandths of the target, 1000 to 10,000. */
        @AttributeDefinition(name = "Highest level, thousandths of the target", min = "1000", max = "10000") int highestPerMille() default 3000;

        /** How much one negotiation moves the level at most, in thousandths, 1 to 200. */
        @AttributeDefinition(name = "Step, thousandths", min = "1", max = "200") int stepPerMille() default 20;

        /** The time in which at most one negotiation counts, in seconds, 1 to 86,400. */
        @AttributeDefinition(name = "Pause between steps, seconds", min = "1", max = "86400") int pauseSeconds() default 60;

        /** The time without a move after which the level falls a step, in minutes, 1 to 10,080. */
        @AttributeDefinition(name = "Idle time per step, minutes", min = "1", max = "10080") int idleMinutes() default 60;

        /** The last offer as a share of the first, in thousandths, 1 to 1000. */
        @AttributeDefinition(name = "Last offer, thousandths of the first", min = "1", max = "1000") int floorPerMille() default 900;

        /** Over how many rounds it falls to that, 1 to 8. */
        @AttributeDefinition(name = "Rounds", min = "1", max = "8") int rounds() default 4;

        /** What a core of the reference speed earns in a day where the owner named no target. */
        @AttributeDefinition(name = "Income of a reference core per day without a target") String coreDay() default "1 XEN";
    }

    private final Map<String, String> defaults;

    /** With configured defaults. */
    @Activate
    public DemandPricing(Config c) {
        this(Map.of("lowestPerMille", "" + c.lowestPerMille(), "highestPerMille", "" + c.highestPerMille(), "stepPerMille", "" + c.stepPerMille(),
                "pauseSeconds", "" + c.pauseSeconds(), "idleMinutes", "" + c.idleMinutes(), "floorPerMille", "" + c.floorPerMille(),
                "rounds", "" + c.rounds(), "coreDay", c.coreDay()));
    }

    DemandPricing(Map<String, String> defaults) {
        this.defaults = defaults;
    }

    @Override
    public Quote quote(QuoteRequest request) {
        Settings s = new Settings(request.settings(), defaults);
        Asking asking = Asking.of(s);
        Level.Rule rule = new Level.Rule(s.number("lowestPerMille", 1, 1000) * 1000L, s.number("highestPerMille", 1000, 10_000) * 1000L,
                s.number("stepPerMille", 1, 200), s.number("pauseSeconds", 1, 86_400) * 1000L, s.number("idleMinutes", 1, 10_080) * 60_000L);
        long now = request.now().toEpochMilli();
        int sold = Math.max(0, Math.min(request.utilisationPerMille(), 1000));
        Level level = Level.read(request.state(), now, rule).moved(rule, request.outcomes(), sold, now);

        Amount target = FullLoad.target(request, s);
        BigInteger price = Rates.ceil(Rates.picozen(target).multiply(BigInteger.valueOf(level.millionths())), BigInteger.valueOf(Level.ONE));
        return asking.quote(request, FullLoad.rates(request, price), 1000, level.toBytes(),
                level.millionths() / 1000 + "/1000 of " + target + " a day at full load, by demand");
    }
}
