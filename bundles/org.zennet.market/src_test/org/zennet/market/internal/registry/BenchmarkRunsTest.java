package org.zennet.market.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.benchmark.Benchmark;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;
import org.zennet.services.node.NodeContext;

class BenchmarkRunsTest {
    @TempDir
    Path directory;

    private final ExtensionRegistry registry = new ExtensionRegistry();

    private static BenchmarkResult result(String id, long milli) {
        return new BenchmarkResult(id, "Mop/s", milli, 1);
    }

    private void bind(String id, long least, Optional<String> missing) {
        registry.bindBenchmark(new Benchmark() {
            @Override
            public List<BenchmarkResult> run(long budget) {
                return List.of(result(id, budget));
            }

            @Override
            public long leastMillis() {
                return least;
            }

            @Override
            public Optional<String> missing() {
                return missing;
            }
        }, new Fakes.Reference<Benchmark>(Benchmark.ID, id, 0, id, "1.0.0"));
    }

    private NodeContext node(Path where) {
        return new NodeContext() {
            @Override
            public Path directory() {
                return where;
            }

            @Override
            public JoinLine network() {
                throw new UnsupportedOperationException();
            }

            @Override
            public String role() {
                return "zennet-provider";
            }

            @Override
            public Path directory(String name) {
                return where.resolve(name);
            }

            @Override
            public Optional<char[]> passphrase() {
                return Optional.empty();
            }
        };
    }

    @Test
    void whoNeedsMoreTimeThanItsShareIsLeftOutAndTakesNoShare() throws Exception {
        bind("quick", 0, Optional.empty());
        bind("long", 20_000, Optional.empty());
        bind("absent", 0, Optional.of("apt-get install absent"));
        assertEquals(List.of(result("quick", 750)), registry.run(750).get(30, TimeUnit.SECONDS));
        assertEquals(List.of(result("quick", 20_000), result("long", 20_000)), registry.run(40_000).get(30, TimeUnit.SECONDS));
    }

    @Test
    void oneThatIsAskedForTellsItsResultsAndIsNotOffered() throws Exception {
        bind("a", 0, Optional.empty());
        bind("b", 0, Optional.empty());
        List<BenchmarkResult> told = new ArrayList<>();
        assertEquals(List.of(result("b", 100)), registry.run(List.of("b"), 100, told::add).get(30, TimeUnit.SECONDS));
        assertEquals(List.of(result("b", 100)), told);
        assertEquals(List.of(), registry.newest());
    }

    @Test
    void whatCantRunSaysWhy() {
        bind("absent", 0, Optional.of("apt-get install absent"));
        Rejected missing = assertThrows(Rejected.class, () -> registry.run(List.of("absent"), 100, r -> { }));
        assertTrue(missing.getMessage().contains("apt-get install absent"), missing.getMessage());
        Rejected unknown = assertThrows(Rejected.class, () -> registry.run(List.of("other"), 100, r -> { }));
        assertTrue(unknown.getMessage().contains("there are absent"), unknown.getMessage());
    }

    @Test
    void twoRunsDontGoOnAtOnce() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        registry.bindBenchmark(budget -> {
            release.await();
            return List.of();
        }, new Fakes.Reference<Benchmark>(Benchmark.ID, "a", 0, "a", "1.0.0"));
        var one = registry.run(List.of("a"), 1000, r -> { });
        assertThrows(Rejected.class, () -> registry.run(List.of("a"), 1000, r -> { }));
        release.countDown();
        one.get(30, TimeUnit.SECONDS);
    }

    @Test
    void whatIsSavedIsOfferedNowAndByTheNextLife() throws Exception {
        bind("quick", 0, Optional.empty());
        registry.bindNode(node(directory));
        registry.run(100).get(30, TimeUnit.SECONDS);
        registry.save(directory, List.of(result("quick", 7), result("suite", 8)));
        assertEquals(List.of(result("quick", 7), result("suite", 8)), registry.newest());
        registry.save(directory, List.of(result("suite", 9)));
        ExtensionRegistry next = new ExtensionRegistry();
        next.bindNode(node(directory));
        assertEquals(List.of(result("suite", 9), result("quick", 7)), next.newest());
        next.unbindNode(node(directory));
        assertEquals(List.of(), next.newest());
    }

    @Test
    void whatAnotherMachineMeasuredAndWhatCantBeReadIsNotOffered() throws Exception {
        new BenchmarkFile(directory, "4 x another").write(List.of(result("suite", 9)));
        assertEquals(List.of(), new BenchmarkFile(directory, "2 x this").read());
        assertEquals(List.of(result("suite", 9)), new BenchmarkFile(directory, "4 x another").read());
        Path file = directory.resolve("market/benchmarks");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i++) {
            Files.write(file, java.util.Arrays.copyOf(bytes, i));
            assertEquals(List.of(), new BenchmarkFile(directory, "4 x another").read(), "cut at " + i);
        }
        Files.write(file, new byte[100_000]);
        assertEquals(List.of(), new BenchmarkFile(directory, "4 x another").read());
    }

    @Test
    void offersCarryThirtyTwoAtMost() throws Exception {
        registry.bindNode(node(directory));
        registry.save(directory, IntStream.range(0, 30).mapToObj(i -> result("a" + i, 1)).toList());
        registry.save(directory, IntStream.range(0, 30).mapToObj(i -> result("b" + i, 1)).toList());
        assertEquals(32, registry.newest().size());
        assertTrue(registry.newest().contains(result("b29", 1)), "the newest stay");
    }
}
