package org.zennet.services.market;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.zennet.api.benchmark.BenchmarkResult;

/**
 * What scores are compared with: round figures near those of one virtual machine with two cores of a 3.6 GHz server processor. Not a
 * machine's index: the figures never change, so that ratios of different times can be compared. Pure.
 */
public final class ReferenceScores {
    /** Scores in the unit that each id's results have. */
    private static final Map<String, Double> SCORES = Map.ofEntries(
            Map.entry("integer/1", 500.0), Map.entry("memory/1", 25_000.0), Map.entry("sha256/1", 1_500.0), Map.entry("linpack/1", 6_000.0),
            Map.entry("latency-16m/1", 180.0),
            Map.entry("suite-integer/1", 500.0), Map.entry("suite-sieve/1", 700.0), Map.entry("suite-linpack/1", 8_000.0),
            Map.entry("suite-sha256/1", 1_500.0), Map.entry("suite-memory/1", 20_000.0), Map.entry("suite-latency-32k/1", 1.5),
            Map.entry("suite-latency-1m/1", 7.0), Map.entry("suite-latency-16m/1", 150.0), Map.entry("suite-latency-128m/1", 200.0),
            Map.entry("suite-integer-all/1", 1_000.0), Map.entry("suite-linpack-all/1", 16_000.0), Map.entry("suite-sha256-all/1", 3_000.0),
            Map.entry("suite-memory-all/1", 30_000.0), Map.entry("suite-disk-read/1", 3_000.0), Map.entry("suite-disk-write/1", 3_000.0),
            Map.entry("suite-disk-random/1", 20.0), Map.entry("suite-disk-sync/1", 10.0), Map.entry("suite-loopback/1", 2_500.0));
    private static final Set<String> LESS_IS_BETTER = Set.of("ns");

    private ReferenceScores() { }

    /** How many times as good as the reference a result is; empty for what has none. */
    public static OptionalDouble ratio(BenchmarkResult result) {
        Double reference = SCORES.get(result.id());
        if (reference == null || result.milli() <= 0) {
            return OptionalDouble.empty();
        }
        double score = result.milli() / 1000.0;
        return OptionalDouble.of(LESS_IS_BETTER.contains(result.unit()) ? reference / score : score / reference);
    }

    /** Whether a result tells what all processors do together. */
    public static boolean allCores(BenchmarkResult result) {
        return result.id().contains("-all/");
    }

    /** The geometric mean of the ratios of some results; empty when none has a reference. */
    public static OptionalDouble mean(Iterable<BenchmarkResult> results) {
        double logarithms = 0;
        int n = 0;
        for (BenchmarkResult r : results) {
            OptionalDouble ratio = ratio(r);
            if (ratio.isPresent()) {
                logarithms += Math.log(ratio.getAsDouble());
                n++;
            }
        }
        return n == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.exp(logarithms / n));
    }
}
