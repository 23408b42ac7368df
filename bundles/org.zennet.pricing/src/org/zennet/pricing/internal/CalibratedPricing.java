package org.zennet.pricing.internal;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;

/**
 * {@code calibrated}, the default, in its first form: from "so many coins a day at full load" to rates.
 *
 * <p><b>Price.</b> All cores busy and all memory held for 24 hours cost the owner's target, rounded up by less than a
 * picozen per unit. {@value #CPU_SHARE} thousandths of it are for the processor, the rest for memory; where the machine's
 * memory is faster in relation to its processor than the reference machine's, memory's part grows in proportion, at most
 * to double (and shrinks at most to half). Disk and network are charged on top: a GiB read or written on disk, received or
 * sent costs as much as {@value #DISK_READ}, {@value #DISK_WRITTEN}, {@value #NETWORK_IN}, {@value #NETWORK_OUT} seconds of one
 * core. Holding a container costs nothing beyond its memory. Without a target (zero), {@code coreDay} for a core of the
 * reference speed is taken.
 *
 * <p><b>Demand.</b> Above half utilisation the price rises in a straight line to {@code premiumPerMille} more when all is sold.
 *
 * <p><b>Bargaining.</b> Falls in equal steps over {@code rounds} rounds to {@code floorPerMille} of the price, then says
 * it is the last. When the buyer's bid reaches the step of this round on every counter, the bid is taken as it is. Never
 * above the own last quote.
 */
@Component(name = "org.zennet.pricing.calibrated", service = PricingStrategy.class,
        property = {PricingStrategy.ID + "=calibrated",
        PricingStrategy.LABEL + "=Calibrated to a daily income"})
@Designate(ocd = CalibratedPricing.Config.class)
public final class CalibratedPricing implements PricingStrategy {
    /** The processor's part of the target, in thousandths, on a machine like the reference. */
    static final int CPU_SHARE = 750;
    static final int DISK_READ = 2;
    static final int DISK_WRITTEN = 4;
    static final int NETWORK_IN = 30;
    static final int NETWORK_OUT = 60;
    /** Scores of the reference machine, in thousandths: measured for docs/pricing.md. */
    static final long REFERENCE_INTEGER = 500_000;
    static final long REFERENCE_MEMORY = 25_000_000;

    private static final BigInteger DAY_MICROS_PER_MILLICORE = BigInteger.valueOf(86_400_000L);
    private static final BigInteger DAY_SECONDS = BigInteger.valueOf(86_400L);

    /** Defaults of the settings. */
    @ObjectClassDefinition(name = "Calibrated to a daily income", description = "From coins a day at full load to rates")
    public @interface Config {
        /** The lowest price as a share of the first, in thousandths, 1 to 1000. */
        @AttributeDefinition(name = "Lowest price, thousandths of the target") int floorPerMille() default 800;

        /** Over how many rounds it falls to that, 1 to 8. */
        @AttributeDefinition(name = "Rounds") int rounds() default 4;

        /** How much more it asks when all is sold, in thousandths, 0 to 1000. */
        @AttributeDefinition(name = "Premium when all is sold, thousandths") int premiumPerMille() default 100;

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
        int floor = settings.number("floorPerMille", 1, 1000);
        int rounds = settings.number("rounds", 1, 8);
        int premium = settings.number("premiumPerMille", 0, 1000);
        Amount target = request.targetPerDay().isZero() ? derived(request, settings.amount("coreDay")) : request.targetPerDay();

        int round = Math.min(Math.max(request.round(), 0), rounds - 1);
        int step = rounds == 1 ? 1000 : 1000 - (1000 - floor) * round / (rounds - 1);
        int demand = 1000 + premium * Math.max(0, Math.min(request.utilisationPerMille(), 1000) - 500) / 500;
        RateVector asked = Rates.min(Rates.timesUp(full(request, target), BigInteger.valueOf((long) step * demand),
                BigInteger.valueOf(1_000_000)), request.previous());
        boolean last = request.round() >= rounds - 1;
        if (request.counter().isPresent() && asked.isAtMost(request.counter().get())) {
            RateVector taken = Rates.min(request.counter().get(), request.previous());
            return Quote.of(taken, last, "the bid reaches " + step + "/1000 of the price");
        }
        return Quote.of(asked, last, step + "/1000 of " + target + " a day at full load"
                + (demand > 1000 ? ", with " + (demand - 1000) + "/1000 for demand" : ""));
    }

    /** The rates at which a full day of all cores and all memory costs the target. */
    private static RateVector full(QuoteRequest request, Amount target) {
        int cpuShare = cpuShare(request.benchmarks());
        BigInteger picozen = Rates.picozen(target);
        BigInteger cpuDay = BigInteger.valueOf(request.machine().cores()).multiply(DAY_MICROS_PER_MILLICORE);
        BigInteger memoryDay = BigInteger.valueOf(request.machine().memory()).multiply(DAY_SECONDS);
        BigInteger thousand = BigInteger.valueOf(1000);
        BigInteger cpu = up(picozen.multiply(BigInteger.valueOf(cpuShare)), cpuDay.multiply(thousand));
        BigInteger memory = up(picozen.multiply(BigInteger.valueOf(1000 - cpuShare)), memoryDay.multiply(thousand));
        return RateVector.of(c -> switch (c) {
            case CPU -> clamp(cpu);
            case MEMORY -> clamp(memory);
            case DISK_READ -> perGib(cpu, DISK_READ);
            case DISK_WRITTEN -> perGib(cpu, DISK_WRITTEN);
            case NETWORK_IN -> perGib(cpu, NETWORK_IN);
            case NETWORK_OUT -> perGib(cpu, NETWORK_OUT);
            case WALL -> 0;
        });
    }

    /** The processor's part in thousandths: less where memory is fast for the processor, between 600 and 857. */
    static int cpuShare(List<BenchmarkResult> benchmarks) {
        long integer = score(benchmarks, "integer/1", REFERENCE_INTEGER);
        long memory = score(benchmarks, "memory/1", REFERENCE_MEMORY);
        BigInteger tilt = BigInteger.valueOf(memory).multiply(BigInteger.valueOf(REFERENCE_INTEGER)).multiply(BigInteger.valueOf(1000))
                .divide(BigInteger.valueOf(integer).multiply(BigInteger.valueOf(REFERENCE_MEMORY)));
        int bounded = tilt.min(BigInteger.valueOf(2000)).max(BigInteger.valueOf(500)).intValueExact();
        return CPU_SHARE * 1000 / (CPU_SHARE + (1000 - CPU_SHARE) * bounded / 1000);
    }

    /** Cores times the price of a reference core-day times the speed against the reference. */
    private static Amount derived(QuoteRequest request, Amount coreDay) {
        return Rates.amount(Rates.picozen(coreDay).multiply(BigInteger.valueOf(request.machine().cores()))
                .multiply(BigInteger.valueOf(score(request.benchmarks(), "integer/1", REFERENCE_INTEGER)))
                .divide(BigInteger.valueOf(REFERENCE_INTEGER).multiply(BigInteger.valueOf(1000))));
    }

    private static long score(List<BenchmarkResult> benchmarks, String id, long otherwise) {
        return benchmarks.stream().filter(b -> b.id().equals(id) && b.milli() > 0).mapToLong(BenchmarkResult::milli).findFirst()
                .orElse(otherwise);
    }

    private static long perGib(BigInteger cpu, int seconds) {
        return clamp(up(cpu.multiply(BigInteger.valueOf(seconds * 1_000_000L)), Rates.GIB));
    }

    private static BigInteger up(BigInteger dividend, BigInteger divisor) {
        return dividend.add(divisor).subtract(BigInteger.ONE).divide(divisor);
    }

    private static long clamp(BigInteger rate) {
        return rate.min(BigInteger.valueOf(RateVector.MAX_RATE)).longValueExact();
    }
}
