package org.zennet.benchmark.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.zennet.api.benchmark.BenchmarkResult;

/**
 * Times batches of a kernel. Warms up by time, not by count, because the compiler works in the background: until
 * {@value #STEADY} batches in a row lie within 2 % of each other or two fifths of the budget are gone; then measures
 * for the rest. The score is the median batch, the spread half the distance of the quartiles.
 */
final class Sampler {
    /** How many batches in a row have to agree before the warm-up ends. */
    static final int STEADY = 3;
    /** The fewest batches that are measured, whatever the budget. */
    static final int FEWEST = 5;
    private static final int MOST = 10_000;

    private final LongSupplier nanos;
    /** Depends on all results, so that none can be optimised away. */
    private volatile long sink;

    /**
     * @param nanos a clock that never goes back, in nanoseconds
     */
    Sampler(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * A kernel of a series.
     *
     * @param kernel makes it when its turn comes
     * @param weight its part of the time
     */
    record Part(Supplier<Kernel> kernel, int weight) { }

    /** Measures one after the other; each gets its part of the time that is left, its own preparation included. */
    static List<BenchmarkResult> all(List<Part> parts, long budgetMillis, LongSupplier nanos) throws InterruptedException {
        long end = nanos.getAsLong() + budgetMillis * 1_000_000;
        int weights = parts.stream().mapToInt(Part::weight).sum();
        Sampler sampler = new Sampler(nanos);
        List<BenchmarkResult> results = new ArrayList<>();
        for (Part part : parts) {
            long start = nanos.getAsLong();
            long share = Math.max(0, end - start) / weights * part.weight();
            weights -= part.weight();
            try (Kernel kernel = part.kernel().get()) {
                results.add(sampler.measure(kernel, Math.max(0, share - (nanos.getAsLong() - start)) / 1_000_000));
            }
        }
        return results;
    }

    BenchmarkResult measure(Kernel kernel, long budgetMillis) throws InterruptedException {
        return score(kernel, times(kernel, budgetMillis));
    }

    /** How long batches took, after a warm-up, in nanoseconds. */
    long[] times(Kernel kernel, long budgetMillis) throws InterruptedException {
        long start = nanos.getAsLong();
        long budget = budgetMillis * 1_000_000;
        warmUp(kernel, start, budget * 2 / 5);
        long[] times = new long[16];
        int n = 0;
        while (n < FEWEST || n < MOST && nanos.getAsLong() - start < budget) {
            if (n == times.length) {
                times = Arrays.copyOf(times, 2 * n);
            }
            times[n++] = time(kernel, n);
        }
        return Arrays.copyOf(times, n);
    }

    /** The score of batches of a kernel. */
    static BenchmarkResult score(Kernel kernel, long[] batches) {
        long[] times = batches.clone();
        Arrays.sort(times);
        int n = times.length;
        long median = times[n / 2];
        long spread = (times[n * 3 / 4] - times[n / 4]) / 2 * 1000 / median;
        long milli = kernel.timed() ? Math.multiplyExact(median, 1000L) / kernel.countPerBatch() : milliScore(kernel.countPerBatch(), median);
        return new BenchmarkResult(kernel.id(), kernel.unit(), milli,
                (int) Math.min(spread, Integer.MAX_VALUE));
    }

    private void warmUp(Kernel kernel, long start, long most) throws InterruptedException {
        long[] last = new long[STEADY];
        for (int i = 0; nanos.getAsLong() - start < most; i++) {
            last[i % STEADY] = time(kernel, i);
            long slowest = Arrays.stream(last).max().orElseThrow();
            long fastest = Arrays.stream(last).min().orElseThrow();
            if (i >= STEADY && slowest - fastest <= fastest / 50) {
                return;
            }
        }
    }

    private long time(Kernel kernel, int i) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long before = nanos.getAsLong();
        sink ^= kernel.batch(0x9E3779B97F4A7C15L * (i + 1));
        return Math.max(1, nanos.getAsLong() - before);
    }

    /** Thousandths of millions per second: count / (nanos / 10^9) / 10^6 x 10^3 = count x 10^6 / nanos. */
    static long milliScore(long count, long nanos) {
        long high = Math.multiplyHigh(count, 1_000_000);
        if (high != 0) {
            return count / nanos * 1_000_000;
        }
        return count * 1_000_000 / nanos;
    }
}
