package org.zennet.benchmark.internal.calibration;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.services.market.CalibrationService;

/**
 * Huber-weighted non-negative least squares on relative, scaled rows with a prior; see docs/pricing.md. Intervals by the
 * bootstrap of residuals (B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7, 1979): the runs are a
 * design, so their usages stay and only the errors are drawn.
 */
@Component
public final class Calibration implements CalibrationService {
    /** A job is outside from this part of its price on, owed for counters that no run used, in thousandths. */
    private static final int UNSEEN_PER_MILLE = 20;
    /** Leverage up to this much above that of any run is still measuring noise. */
    private static final double LEVERAGE = 1.2;
    /** A median error above this is worth a warning, in thousandths. */
    private static final int POOR_FIT = 100;

    private final LongFunction<RandomGenerator> random;

    /** With the platform's splittable generator, whose numbers follow from the seed alone. */
    @Activate
    public Calibration() {
        this(SplittableRandom::new);
    }

    Calibration(LongFunction<RandomGenerator> random) {
        this.random = random;
    }

    @Override
    public Report fit(Request request) {
        Design design = new Design(request);
        double condition = design.condition();
        if (design.seen.isEmpty()) {
            return refused("no run used a counter that is to be priced", condition, design);
        }
        if (!(condition <= MAX_CONDITION)) {
            return refused(design.a.length < design.seen.size()
                    ? design.a.length + " runs can't price " + design.seen.size() + " counters: add runs that use mainly one counter each"
                    : "the runs do not tell the counters apart (condition " + text(condition) + ", at most " + text(MAX_CONDITION)
                    + "): add runs that use mainly one counter each", condition, design);
        }
        double level = request.prior().map(design::level).orElse(0.0);
        double[] prior = level > 0 ? design.prior(request.prior().get(), level) : null;
        Robust.Fit fit = Robust.fit(design.a, design.b, prior);

        double[] wanted = new double[Counter.values().length];
        for (int j = 0; j < fit.x().length; j++) {
            wanted[design.seen.get(j).ordinal()] = design.rate(j, fit.x()[j]);
        }
        for (Counter c : design.unseen) {
            wanted[c.ordinal()] = request.prior().map(p -> p.get(c) * level).orElse(0.0);
        }
        for (Counter c : Counter.values()) {
            if (wanted[c.ordinal()] > RateVector.MAX_RATE) {
                return refused("the rate of " + c.id() + " would exceed the largest, " + RateVector.MAX_RATE + " picozen/" + c.unit(), condition, design);
            }
        }
        RateVector rates = rounded(wanted, request.runs());

        double[] off = Robust.residuals(design.a, design.b, fit.x());
        int residual = perMille(Robust.median(off));
        Map<Counter, Interval> intervals = request.draws() == 0 ? Map.of() : intervals(request, design, prior, fit.x());
        return new Report(Optional.of(rates), "", condition, residual, perMille(Arrays.stream(off).max().orElse(0)),
                (int) Arrays.stream(fit.weights()).filter(w -> w < 0.1).count(), set(design.unseen), intervals,
                warnings(request, design, rates, residual, intervals));
    }

    @Override
    public Span span(Request request, RateVector rates, UsageVector usage) {
        Design design = new Design(request);
        if (!(design.condition() <= MAX_CONDITION)) {
            return outside(Double.POSITIVE_INFINITY, "the runs do not tell the counters apart");
        }
        BigInteger all = BigInteger.ZERO;
        for (Counter c : Counter.values()) {
            BigInteger part = BigInteger.valueOf(usage.get(c)).multiply(BigInteger.valueOf(rates.get(c)));
            all = all.add(part);
        }
        if (all.signum() == 0) {
            boolean nothing = request.priced().stream().allMatch(c -> usage.get(c) == 0);
            return nothing ? new Span(true, 0, "") : outside(Double.POSITIVE_INFINITY, "it would cost nothing although it uses something");
        }
        for (Counter c : design.unseen) {
            BigInteger part = BigInteger.valueOf(usage.get(c)).multiply(BigInteger.valueOf(rates.get(c)));
            if (usage.get(c) > 0 && (rates.get(c) == 0
                    || part.multiply(BigInteger.valueOf(1000)).compareTo(all.multiply(BigInteger.valueOf(UNSEEN_PER_MILLE))) > 0)) {
                return outside(Double.POSITIVE_INFINITY, "no run used " + c.id() + ", which is "
                        + part.multiply(BigInteger.valueOf(1000)).divide(all) + "/1000 of the price");
            }
        }
        double leverage = design.leverage(usage, all.doubleValue());
        return leverage <= LEVERAGE ? new Span(true, leverage, "") : outside(leverage,
                "its mix is unlike the runs: leverage " + text(leverage) + " times that of any, the price is extrapolated");
    }

    /** The 5th and the 95th of a hundred refits to the fitted prices with errors drawn from the real ones. */
    private Map<Counter, Interval> intervals(Request request, Design design, double[] prior, double[] x) {
        RandomGenerator dice = random.apply(request.seed());
        int m = design.a.length;
        int n = x.length;
        double[] fitted = new double[m];
        double[] errors = new double[m];
        double widen = m > n ? Math.sqrt((double) m / (m - n)) : 1;
        for (int i = 0; i < m; i++) {
            fitted[i] = Nnls.dot(design.a[i], x);
            errors[i] = (design.b[i] - fitted[i]) * widen;
        }
        double[][] draws = new double[n][request.draws()];
        double[] b = new double[m];
        for (int d = 0; d < request.draws(); d++) {
            for (int i = 0; i < m; i++) {
                b[i] = fitted[i] + errors[dice.nextInt(m)];
            }
            double[] drawn = Robust.fit(design.a, b, prior).x();
            for (int j = 0; j < n; j++) {
                draws[j][d] = drawn[j];
            }
        }
        Map<Counter, Interval> intervals = new EnumMap<>(Counter.class);
        for (int j = 0; j < n; j++) {
            Arrays.sort(draws[j]);
            int last = request.draws() - 1;
            intervals.put(design.seen.get(j), new Interval((long) design.rate(j, draws[j][last * 5 / 100]),
                    (long) Math.ceil(design.rate(j, draws[j][last - last * 5 / 100]))));
        }
        return intervals;
    }

    /**
     * Rounded to whole picozen so that all runs together still cost what they should: each to the nearest but one, which makes
     * up for the others. It is the one of the finest step of those that bring at least a tenth of the sum.
     */
    static RateVector rounded(double[] wanted, List<Run> runs) {
        BigInteger[] used = new BigInteger[wanted.length];
        BigDecimal[] part = new BigDecimal[wanted.length];
        long[] rates = new long[wanted.length];
        BigDecimal sum = BigDecimal.ZERO;
        for (Counter c : Counter.values()) {
            int j = c.ordinal();
            used[j] = runs.stream().map(r -> BigInteger.valueOf(r.usage().get(c))).reduce(BigInteger.ZERO, BigInteger::add);
            part[j] = new BigDecimal(wanted[j]).multiply(new BigDecimal(used[j]));
            rates[j] = new BigDecimal(wanted[j]).setScale(0, RoundingMode.HALF_UP).longValueExact();
            sum = sum.add(part[j]);
        }
        int finest = -1;
        for (int j = 0; j < rates.length; j++) {
            if (part[j].signum() > 0 && part[j].movePointRight(1).compareTo(sum) >= 0 && (finest < 0 || used[j].compareTo(used[finest]) < 0)) {
                finest = j;
            }
        }
        if (finest >= 0) {
            BigDecimal left = sum;
            for (int j = 0; j < rates.length; j++) {
                left = j == finest ? left : left.subtract(new BigDecimal(used[j]).multiply(BigDecimal.valueOf(rates[j])));
            }
            rates[finest] = left.divide(new BigDecimal(used[finest]), 0, RoundingMode.HALF_UP).max(BigDecimal.ZERO)
                    .min(BigDecimal.valueOf(RateVector.MAX_RATE)).longValueExact();
        }
        return RateVector.of(rates);
    }

    private static List<String> warnings(Request request, Design design, RateVector rates, int residual, Map<Counter, Interval> intervals) {
        List<String> warnings = new ArrayList<>();
        if (residual > POOR_FIT) {
            warnings.add("the runs do not follow one set of rates: half of them are more than " + residual + "/1000 off");
        }
        for (Counter c : design.unseen) {
            warnings.add("no run used " + c.id() + ": its rate is " + (request.prior().isPresent() ? "the prior's" : "zero"));
        }
        for (Counter c : design.seen) {
            Interval i = intervals.get(c);
            if (i != null && (double) i.high() - i.low() > rates.get(c)) {
                warnings.add("the rate of " + c.id() + " is uncertain: " + i.low() + " to " + i.high() + " picozen/" + c.unit());
            }
        }
        return warnings;
    }

    private static Report refused(String why, double condition, Design design) {
        return new Report(Optional.empty(), why, condition, 0, 0, 0, set(design.unseen), Map.of(), List.of());
    }

    private static Span outside(double leverage, String why) {
        return new Span(false, leverage, why);
    }

    private static EnumSet<Counter> set(List<Counter> counters) {
        EnumSet<Counter> set = EnumSet.noneOf(Counter.class);
        set.addAll(counters);
        return set;
    }

    private static int perMille(double share) {
        return (int) Math.min(Integer.MAX_VALUE, Math.round(share * 1000));
    }

    private static String text(double number) {
        return Double.isInfinite(number) ? "infinite" : String.format(Locale.ROOT, "%.1f", number);
    }
}
