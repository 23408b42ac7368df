package org.example.sorting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.benchmark.Benchmark;
import org.zennet.api.benchmark.BenchmarkResult;

/**
 * Sorts numbers on one core: {@code sorting/1}, in millions of numbers a second. A third of the time warms up, since the
 * first rounds measure the compiler; then each round is a sample, and the median and the quartiles are told.
 */
@Component(property = Benchmark.ID + "=sorting/1")
public class SortingBenchmark implements Benchmark {
    static final int NUMBERS = 200_000;
    private static final int FEWEST = 3;
    private static final int MOST = 1_000;
    private static final long SEED = 20140915;
    private final LongSupplier nanos;
    private final long[] numbers = new SplittableRandom(SEED).longs(NUMBERS).toArray();

    /** Called by the service component runtime. */
    @Activate
    public SortingBenchmark() {
        this(System::nanoTime);
    }

    SortingBenchmark(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public List<BenchmarkResult> run(long budgetMillis) throws InterruptedException {
        long start = nanos.getAsLong();
        long warm = start + budgetMillis * 1_000_000 / 3;
        long end = start + budgetMillis * 1_000_000;
        List<Long> samples = new ArrayList<>();
        long now = start;
        while (now < end && samples.size() < MOST || samples.size() < FEWEST) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted after " + samples.size() + " rounds");
            }
            long[] copy = numbers.clone();
            long before = nanos.getAsLong();
            Arrays.sort(copy);
            now = nanos.getAsLong();
            if (copy[0] > copy[NUMBERS - 1]) {
                throw new IllegalStateException("this machine can't sort");   // and so that no compiler leaves the work out
            }
            if (now >= warm) {
                // thousandths of a million a second
                samples.add(NUMBERS * 1_000_000L / Math.max(1, now - before));
            }
        }
        Collections.sort(samples);
        long median = samples.get(samples.size() / 2);
        long half = (samples.get(samples.size() * 3 / 4) - samples.get(samples.size() / 4)) / 2;
        return List.of(new BenchmarkResult("sorting/1", "Mnum/s", median, (int) (half * 1000 / Math.max(1, median))));
    }
}
