package org.example.sorting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.zennet.api.benchmark.BenchmarkResult;

class SortingBenchmarkTest {
    /** A clock on which each look takes as long as the test says. */
    private static SortingBenchmark withSteps(long first, long later, int change) {
        AtomicLong now = new AtomicLong();
        AtomicLong looks = new AtomicLong();
        return new SortingBenchmark(() -> now.getAndAdd(looks.getAndIncrement() < change ? first : later));
    }

    @Test
    void itTellsNumbersPerSecondInThousandthsOfAMillion() throws Exception {
        BenchmarkResult r = withSteps(10_000_000, 10_000_000, 0).run(300).get(0);
        assertEquals("sorting/1 Mnum/s", r.id() + " " + r.unit());
        assertEquals(20_000, r.milli(), "200,000 numbers in 10 ms");
        assertEquals(0, r.spreadPerMille());
    }

    @Test
    void theFirstThirdOfTheTimeIsNotMeasured() throws Exception {
        // ten times slower while the compiler is at work
        assertEquals(20_000, withSteps(100_000_000, 10_000_000, 3).run(600).get(0).milli());
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> withSteps(1, 1, 0).run(1_000_000));
    }
}
