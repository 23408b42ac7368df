package org.zennet.publisher.internal.forecast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.publisher.internal.forecast.Evidence.Asked;
import org.zennet.publisher.internal.forecast.Evidence.Lease;
import org.zennet.services.publisher.ForecastService.Forecast;
import org.zennet.services.publisher.ForecastService.OfferCost;
import org.zennet.services.publisher.ForecastService.Outline;

/**
 * Scales what a probe used to the whole job, for each provider by its own runs, else by the mean of all, and applies its rates:
 * <ul>
 * <li>processor, disk, network: every lease has a first run in a cold container and the costs of the container itself; all other runs are warm;
 * <li>memory and wall clock go by the time that a lease lasts: its share of the runs one after the other, the reduce step, and what
 *     lay between runs in the probe.
 * </ul>
 * Floating point: nothing of this is agreed. Pure.
 */
public final class Forecaster {
    /** The least uncertainty of a sum of runs, as a share. */
    private static final double LEAST_SPREAD = 0.05;
    /** Where only one warm run is known. */
    private static final double SPREAD_OF_ONE = 0.25;
    /** Benchmarks that differ by less are taken for the same: they are noisier than that on a busy machine. */
    private static final double SAME_MACHINE = 1.25;

    private final Outline outline;
    private final Evidence evidence;
    private final int leases;

    /** What a lease does, on the mean: a first run, a warm one, the reduce step, what the container takes besides. */
    private record Pattern(double[] first, double[] warm, double[] reduce, double[] besides) {
        Pattern scaled(Counter counter, double factor) {
            return new Pattern(one(first, counter, factor), one(warm, counter, factor), one(reduce, counter, factor), one(besides, counter, factor));
        }

        private static double[] one(double[] v, Counter counter, double factor) {
            double[] w = v.clone();
            w[counter.ordinal()] *= factor;
            return w;
        }
    }

    private Forecaster(Outline outline, Evidence evidence) {
        this.outline = outline;
        this.evidence = evidence;
        this.leases = Math.clamp(evidence.offers().size(), 1, Math.max(1, Math.min(outline.machines(), arrayRuns(outline))));
    }

    private static int arrayRuns(Outline o) {
        return (int) Math.min(Integer.MAX_VALUE, (long) o.tasks() * o.replicas());
    }

    /**
     * What a job would cost.
     *
     * @throws IllegalArgumentException when no run of the probe was delivered
     */
    public static Forecast forecast(Outline outline, Evidence evidence) {
        if (evidence.leases().stream().allMatch(l -> l.runs().isEmpty())) {
            throw new IllegalArgumentException("the probe delivered no run");
        }
        return new Forecaster(outline, evidence).forecast();
    }

    private Forecast forecast() {
        Map<String, Lease> probed = evidence.leases().stream().filter(l -> !l.runs().isEmpty())
                .collect(Collectors.toMap(Lease::provider, l -> l, (a, b) -> a.runs().size() >= b.runs().size() ? a : b));
        List<Pattern> patterns = probed.values().stream().map(this::pattern).toList();
        Pattern mean = new Pattern(mean(patterns, Pattern::first), mean(patterns, Pattern::warm), mean(patterns, Pattern::reduce), mean(patterns, Pattern::besides));
        double spread = spread();
        Amount least = evidence.leases().stream().map(Lease::prepaid).min(Comparator.naturalOrder()).orElse(Amount.ZERO);
        List<OfferCost> offers = new ArrayList<>();
        double wall = 0;
        for (Asked asked : evidence.offers()) {
            Lease lease = probed.get(asked.provider());
            Optional<String> note = Optional.empty();
            Pattern pattern = mean;
            if (lease != null) {
                pattern = pattern(lease);
            } else {
                OptionalDouble faster = speed(asked, probed);
                if (faster.isPresent()) {
                    pattern = mean.scaled(Counter.CPU, 1 / faster.getAsDouble()).scaled(Counter.WALL, 1 / faster.getAsDouble());
                    note = Optional.of(String.format(java.util.Locale.ROOT, "not probed; by its benchmarks %.2f times as fast as those that were", faster.getAsDouble()));
                } else {
                    note = Optional.of("not probed; taken for as fast as those that were");
                }
            }
            double[] usage = whole(pattern);
            wall = Math.max(wall, usage[Counter.WALL.ordinal()] / leases);
            RateVector rates = lease == null ? asked.rates() : lease.rates();
            double cost = Math.max(cost(rates, usage), (double) leases * least.zen());
            offers.add(new OfferCost(asked.provider(), asked.strategy(), rates, lease != null, lease != null, amount(cost * (1 - spread)), amount(cost),
                    amount(cost * (1 + spread)), note));
        }
        offers.sort(Comparator.comparing(OfferCost::cost).thenComparing(OfferCost::provider));
        Amount expected = amount(offers.stream().mapToDouble(o -> o.cost().zen()).average().orElseThrow());
        Amount low = offers.stream().map(OfferCost::low).min(Comparator.naturalOrder()).orElseThrow();
        Amount high = offers.stream().map(OfferCost::high).max(Comparator.naturalOrder()).orElseThrow();
        long longest = evidence.leases().stream().mapToLong(l -> l.usage().get(Counter.WALL)).max().orElse(0);
        long setUp = Math.max(0, evidence.wallMillis() - longest);
        int samples = probed.values().stream().mapToInt(l -> l.runs().size()).sum();
        return new Forecast(outline, low, expected, high, Math.round(wall) + setUp, vector(mean.warm()), samples, evidence.cost(), offers, notes(high, probed));
    }

    private List<String> notes(Amount high, Map<String, Lease> probed) {
        List<String> notes = new ArrayList<>();
        if (high.isMoreThan(outline.budget())) {
            notes.add("the job may cost more than its budget of " + outline.budget() + ": then it fails before its end");
        }
        if (outline.reduce() && evidence.leases().stream().noneMatch(l -> l.reduce().isPresent())) {
            notes.add("the reduce step did not run in the probe: it is counted like a task");
        }
        if (probed.values().stream().allMatch(l -> l.runs().size() == 1)) {
            notes.add("every provider ran one task only: what a cold container costs is not told apart from the work");
        }
        if (evidence.offers().size() < outline.replicas()) {
            notes.add(evidence.offers().size() + " offers came, the job needs " + outline.replicas() + " providers for each task");
        }
        return notes;
    }

    /** How a lease went. Without a warm run the first counts as one; without a reduce step of its own that of another. */
    private Pattern pattern(Lease lease) {
        double[] first = values(lease.runs().getFirst());
        List<double[]> rest = lease.runs().stream().skip(1).map(Forecaster::values).toList();
        double[] warm = rest.isEmpty() ? first : average(rest);
        double[] reduce = lease.reduce().or(() -> evidence.leases().stream().flatMap(l -> l.reduce().stream()).findFirst()).map(Forecaster::values).orElse(warm);
        double[] besides = values(lease.usage());
        for (int c = 0; c < besides.length; c++) {
            for (UsageVector run : lease.runs()) {
                besides[c] -= run.toList().get(c);
            }
            if (lease.reduce().isPresent()) {
                besides[c] -= lease.reduce().get().toList().get(c);
            }
            besides[c] = Math.max(0, besides[c]);
        }
        // memory goes by time: what a millisecond of this lease held
        double rate = lease.usage().get(Counter.WALL) == 0 ? 0 : lease.usage().get(Counter.MEMORY) / (double) lease.usage().get(Counter.WALL);
        int m = Counter.MEMORY.ordinal();
        int w = Counter.WALL.ordinal();
        double[] firstBy = first.clone();
        double[] warmBy = warm.clone();
        double[] reduceBy = reduce.clone();
        firstBy[m] = rate * first[w];
        warmBy[m] = rate * warm[w];
        reduceBy[m] = rate * reduce[w];
        besides[m] = rate * besides[w];
        return new Pattern(firstBy, warmBy, reduceBy, besides);
    }

    /** All leases of the job together, if all went like this one. */
    private double[] whole(Pattern p) {
        double[] all = new double[Counter.values().length];
        double runs = arrayRuns(outline);
        for (Counter c : Counter.values()) {
            int i = c.ordinal();
            boolean byTime = c == Counter.MEMORY || c == Counter.WALL;
            // a lease is held as long as the longest of them works; what it works is divided as it comes out
            double warm = byTime ? leases * Math.ceil(runs / leases) - leases : runs - leases;
            double reduce = !outline.reduce() ? 0 : byTime ? leases : outline.replicas();
            all[i] = leases * (p.first()[i] + p.besides()[i]) + Math.max(0, warm) * p.warm()[i] + reduce * p.reduce()[i];
        }
        return all;
    }

    /** How far warm runs lie from their mean, as a share of it, by their processor time. */
    private double spread() {
        List<Double> shares = new ArrayList<>();
        for (Lease lease : evidence.leases()) {
            List<UsageVector> warm = lease.runs().size() > 1 ? lease.runs().subList(1, lease.runs().size()) : lease.runs();
            warm.forEach(u -> shares.add((double) u.get(Counter.CPU)));
        }
        if (shares.size() < 2) {
            return SPREAD_OF_ONE;
        }
        double mean = shares.stream().mapToDouble(d -> d).average().orElseThrow();
        return Math.min(0.9, Math.max(LEAST_SPREAD, shares.stream().mapToDouble(d -> mean == 0 ? 0 : Math.abs(d - mean) / mean).max().orElseThrow()));
    }

    /** How many times as fast a provider's processor is as the probed ones', by the benchmarks that they have in common. */
    private OptionalDouble speed(Asked asked, Map<String, Lease> probed) {
        Map<String, Double> others = evidence.offers().stream().filter(o -> probed.containsKey(o.provider())).flatMap(o -> o.benchmarks().stream())
                .filter(Forecaster::tellsSpeed).collect(Collectors.groupingBy(BenchmarkResult::id, Collectors.averagingLong(BenchmarkResult::milli)));
        List<Double> ratios = asked.benchmarks().stream().filter(b -> tellsSpeed(b) && others.containsKey(b.id())).map(b -> b.milli() / others.get(b.id())).toList();
        if (ratios.isEmpty()) {
            return OptionalDouble.empty();
        }
        double mean = Math.exp(ratios.stream().mapToDouble(Math::log).average().orElseThrow());
        return mean > SAME_MACHINE || mean < 1 / SAME_MACHINE ? OptionalDouble.of(mean) : OptionalDouble.empty();
    }

    private static boolean tellsSpeed(BenchmarkResult b) {
        return b.milli() > 0 && (b.id().startsWith("integer/") || b.id().startsWith("integer-") || b.id().startsWith("linpack"));
    }

    private static double[] mean(List<Pattern> patterns, java.util.function.Function<Pattern, double[]> part) {
        return average(patterns.stream().map(part).toList());
    }

    private static double[] average(List<double[]> all) {
        double[] sum = new double[Counter.values().length];
        for (double[] v : all) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += v[i] / all.size();
            }
        }
        return sum;
    }

    private static double[] values(UsageVector u) {
        return u.toList().stream().mapToDouble(Long::doubleValue).toArray();
    }

    private static UsageVector vector(double[] v) {
        return UsageVector.of(c -> Math.round(Math.max(0, v[c.ordinal()])));
    }

    private static double cost(RateVector rates, double[] usage) {
        double picozen = 0;
        for (Counter c : Counter.values()) {
            picozen += rates.get(c) * usage[c.ordinal()];
        }
        return picozen / 1e12;
    }

    private static Amount amount(double zen) {
        return new Amount((long) Math.min(Long.MAX_VALUE / 4, Math.max(0, Math.round(zen))));
    }
}
