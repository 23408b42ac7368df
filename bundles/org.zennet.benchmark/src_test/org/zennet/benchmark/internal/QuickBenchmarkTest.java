package org.zennet.benchmark.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.zennet.api.benchmark.BenchmarkResult;

class QuickBenchmarkTest {
    /** A kernel of a million units whose batches take times that the test names, on a clock that only it moves. */
    private static class Scripted implements Kernel, LongSupplier {
        private final long[] nanosPerBatch;
        private long now;
        private int batches;

        Scripted(long... nanosPerBatch) {
            this.nanosPerBatch = nanosPerBatch;
        }

        @Override
        public String id() {
            return "scripted/1";
        }

        @Override
        public String unit() {
            return "Mop/s";
        }

        @Override
        public long countPerBatch() {
            return 1_000_000;
        }

        @Override
        public long batch(long seed) {
            now += nanosPerBatch[Math.min(batches++, nanosPerBatch.length - 1)];
            return seed;
        }

        @Override
        public long getAsLong() {
            return now;
        }
    }

    private static BenchmarkResult measure(Scripted kernel, long budgetMillis) throws InterruptedException {
        return new Sampler(kernel).measure(kernel, budgetMillis);
    }

    @Test
    void aMillionUnitsInTwoMillisecondsAreFiveHundredMillionPerSecond() throws Exception {
        assertEquals(new BenchmarkResult("scripted/1", "Mop/s", 500_000, 0), measure(new Scripted(2_000_000), 100));
    }

    @Test
    void slowBatchesOfTheWarmUpDoNotCount() throws Exception {
        BenchmarkResult r = measure(new Scripted(9_000_000, 8_000_000, 5_000_000, 2_000_000), 100);
        assertEquals(500_000, r.milli());
        assertEquals(0, r.spreadPerMille());
    }

    @Test
    void theWarmUpEndsAtTwoFifthsOfTheBudgetEvenWhenNothingIsSteady() throws Exception {
        long[] times = new long[400];
        for (int i = 0; i < times.length; i++) {
            times[i] = i % 2 == 0 ? 1_000_000 : 2_000_000;
        }
        Scripted kernel = new Scripted(times);
        measure(kernel, 100);
        assertEquals(100, kernel.now / 1_000_000, 2);
    }

    @Test
    void oneOutlierMovesNeitherMedianNorSpread() throws Exception {
        long[] times = new long[60];
        java.util.Arrays.fill(times, 2_000_000);
        times[20] = 40_000_000;
        BenchmarkResult r = measure(new Scripted(times), 100);
        assertEquals(500_000, r.milli());
        assertEquals(0, r.spreadPerMille());
    }

    @Test
    void noBudgetStillGivesTheFewestBatches() throws Exception {
        Scripted kernel = new Scripted(1_000_000);
        measure(kernel, 0);
        assertEquals(Sampler.FEWEST, kernel.batches);
    }

    @Test
    void aScoreBeyondTheRangeOfALongIsStillRight() {
        assertEquals(24_000_000, Sampler.milliScore(48_000_000, 2_000_000), 0);
        assertEquals(Long.MAX_VALUE / 1_000_000_000 * 1_000_000, Sampler.milliScore(Long.MAX_VALUE, 1_000_000_000), 1_000_000);
    }

    @Test
    void theRealKernelsGiveTheirResultsInOrder() throws Exception {
        List<BenchmarkResult> results = new QuickBenchmark(System::nanoTime, "").run(30);
        assertEquals(List.of("integer/1", "memory/1", "sha256/1", "linpack/1", "latency-16m/1"), results.stream().map(BenchmarkResult::id).toList());
        assertTrue(results.stream().allMatch(r -> r.milli() > 0 && r.spreadPerMille() >= 0), results::toString);
    }

    @Test
    void aProcessWithoutTheOptimisingCompilerSaysSoInTheIds() throws Exception {
        assertEquals("", QuickBenchmark.suffix(List.of("-Xmx1g", "-XX:TieredStopAtLevel=4")));
        assertEquals("-c1", QuickBenchmark.suffix(List.of("-XX:TieredStopAtLevel=1")));
        assertEquals("-int", QuickBenchmark.suffix(List.of("-XX:TieredStopAtLevel=1", "-Xint")));
        assertEquals("integer/1-c1", new QuickBenchmark(System::nanoTime, "-c1").run(0).get(0).id());
    }

    @Test
    void theSameSeedDoesTheSameWork() {
        assertEquals(new Kernels.Integers().batch(7), new Kernels.Integers().batch(7));
        assertEquals(new Kernels.Sha256().batch(7), new Kernels.Sha256().batch(7));
        try (var one = new Kernels.Memory(1 << 20); var two = new Kernels.Memory(1 << 20)) {
            assertEquals(one.batch(7), two.batch(7));
        }
    }

    @Test
    void aTimedKernelScoresTheTimeOfOneUnit() throws Exception {
        Scripted kernel = new Scripted(90_000_000) {
            @Override
            public boolean timed() {
                return true;
            }

            @Override
            public String unit() {
                return "ns";
            }
        };
        assertEquals(new BenchmarkResult("scripted/1", "ns", 90_000, 0), measure(kernel, 100));
    }

    @Test
    void theCircleOfTheLatencyGoesThroughAllLines() {
        for (int lines : new int[] {1, 2, 3, 1000, 4096}) {
            try (var latency = new Kernels.Latency("x", lines * 64, 10)) {
                assertEquals(lines, latency.circle());
            }
        }
    }

    @Test
    void linpackSolvesAndTheSieveFindsThePrimes() {
        double[][] columns = {{0, 2, 1}, {1, 1, 0}, {3, 0, -1}};
        double[] b = {0 * 4 + 1 * 5 + 3 * 6, 2 * 4 + 5, 4 - 6};
        Kernels.Linpack.solve(columns, b);
        assertArrayEquals(new double[] {4, 5, 6}, b, 1e-12);
        assertEquals(new Kernels.Linpack().batch(7), new Kernels.Linpack().batch(7));
        assertEquals(148_933, new Kernels.Sieve().batch(0), "primes below two million");
    }

    @Test
    void thePreparationOfAKernelIsPartOfItsTime() throws Exception {
        Scripted clock = new Scripted(1_000_000);
        Supplier<Kernel> slow = () -> {
            clock.now += 100_000_000;
            return clock;
        };
        List<BenchmarkResult> results = Sampler.all(List.of(new Sampler.Part(slow, 1), new Sampler.Part(slow, 3), new Sampler.Part(slow, 1)), 600, clock);
        assertEquals(3, results.size());
        assertEquals(600, clock.now / 1_000_000, 3);
    }

    @Test
    void itEndsWithinItsTime() throws Exception {
        long before = System.nanoTime();
        new QuickBenchmark(System::nanoTime, "").run(750);
        long took = (System.nanoTime() - before) / 1_000_000;
        assertTrue(took >= 500 && took < 6_500, took + " ms: the market gives up on a benchmark after twice its share and 5 s");
    }

    @Test
    void anInterruptEndsTheRun() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> new QuickBenchmark().run(60_000));
    }
}
