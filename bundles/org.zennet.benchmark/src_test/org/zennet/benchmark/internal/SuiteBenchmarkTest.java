package org.zennet.benchmark.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.benchmark.BenchmarkResult;

class SuiteBenchmarkTest {
    @TempDir
    Path directory;

    private SuiteBenchmark suite(Path where) {
        return new SuiteBenchmark(System::nanoTime, "", where, 2);
    }

    @Test
    void withLessThanTwentySecondsItMeasuresNothing() throws Exception {
        long before = System.nanoTime();
        assertEquals(List.of(), suite(directory).run(19_999));
        assertTrue(System.nanoTime() - before < 1_000_000_000);
    }

    @Test
    void allPartsGiveAScoreWithinTheLimitsOfAnOffer() throws Exception {
        List<BenchmarkResult> results = suite(directory).measure(0);
        Set<String> ids = results.stream().map(BenchmarkResult::id).collect(Collectors.toSet());
        assertEquals(results.size(), ids.size());
        assertTrue(ids.containsAll(Set.of("suite-integer/1", "suite-sieve/1", "suite-linpack/1", "suite-sha256/1", "suite-memory/1", "suite-latency-32k/1",
                "suite-latency-1m/1", "suite-latency-16m/1", "suite-latency-128m/1", "suite-integer-all/1", "suite-linpack-all/1", "suite-sha256-all/1",
                "suite-memory-all/1", "suite-loopback/1")), ids::toString);
        for (BenchmarkResult r : results) {
            assertTrue(r.milli() > 0 && r.spreadPerMille() >= 0 && (r.id() + "-int").length() <= 40 && r.unit().length() <= 16, r::toString);
        }
        assertTrue(results.size() + 5 <= 32, "with those of quick/1 all go into an offer");
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList(), "no file is left behind");
        }
    }

    @Test
    void withoutADiskTheRestIsMeasured() throws Exception {
        List<BenchmarkResult> results = suite(directory.resolve("absent")).measure(0);
        assertTrue(results.stream().noneMatch(r -> r.id().contains("disk")) && results.size() == 14, results::toString);
    }

    @Test
    void aDiskIsMeasuredPastTheCacheOrNotAtAll() {
        for (Disk.Access access : Disk.Access.values()) {
            try (Disk disk = Disk.in(directory, access)) {
                disk.batch(5);
                assertTrue(disk.countPerBatch() >= 1000);
            } catch (IOException e) {
                assertTrue(e.getMessage() != null);    // such as in memory: then there is no score
            }
        }
    }

    @Test
    void allCoresCountWhatAllThreadsDo() {
        try (AllCores all = new AllCores(Kernels.Sha256::new, 3, 5)) {
            assertEquals("sha256-all/1", all.id());
            assertEquals(15L << 20, all.countPerBatch());
            assertEquals(all.batch(9), all.batch(9));
        }
    }

    @Test
    void anInterruptEndsTheRun() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> suite(directory).run(60_000));
    }

    @Test
    void anInterruptInTheMidstOfTheDiskIsNoFailureOfTheDisk() throws Exception {
        try (Disk disk = Disk.in(directory, Disk.Access.READ)) {
            Thread.currentThread().interrupt();
            UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> disk.batch(1));
            assertTrue(SuiteBenchmark.interrupted(e));
            assertTrue(Thread.interrupted());
        } catch (IOException e) {
            assumeTrue(false, "no disk here: " + e.getMessage());
        }
        assertFalse(SuiteBenchmark.interrupted(new UncheckedIOException(new IOException("full"))));
    }
}
