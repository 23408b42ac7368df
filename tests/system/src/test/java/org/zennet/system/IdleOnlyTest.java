package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An idle-only provider whose owner loads every core with real programs, or comes to a real terminal. */
class IdleOnlyTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    @Test
    void loadOfTheOwnerFreezesLeasesWithinFiveSecondsUnpaidAndTheyGoOnWhenItIsQuiet() throws Exception {
        List<String[]> loops = new ArrayList<>();
        // several for each core, each with a session of its own, which the kernel gives its share: the lease is no foreign load and holds one until it is frozen
        for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
            loops.add(new String[] {"setsid", "sh", "-c", "while :; do :; done"});
        }
        frozenBy("75", loops);
    }

    @Test
    void aTerminalThatIsUsedFreezesLeasesWithinFiveSecondsUnpaidAndTheyGoOnWhenItIsQuiet() throws Exception {
        List<String[]> terminal = new ArrayList<>();
        terminal.add(new String[] {"script", "-qfc", "cat", "/dev/null"});
        frozenBy("100", terminal);
    }

    private void frozenBy(String foreignLimit, List<String[]> programs) throws Exception {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "the owner of a machine comes and goes with './zennet test --full'");
        Path job = Files.createDirectory(directory.resolve("job"));
        Files.copy(Zennet.ROOT.resolve("examples/folding/fold.wasm"), job.resolve("fold.wasm"));
        Files.writeString(job.resolve("job.yaml"), """
                zennet: 1
                name: idle
                module: fold.wasm
                backend: wasm
                array: { count: 1, first: 1 }
                task: { args: [run, --sequence, S3D-1, --lattice, 3d, --seed, "${index}", --sweeps, "300000"], timeout: 30m }
                resources: { memory: 64MiB, cores: 1 }
                budget: { total: 5 XEN }
                deadline: 60m
                machines: 1
                verification: { replicas: 1, tie-break: 1 }
                terms: { freeze: 5m }
                """);
        List<Process> owner = new ArrayList<>();
        try (MarketProcesses market = new MarketProcesses(directory)) {
            market.network();
            market.start("node", "node", "start");
            market.start("miner", "miner", "start");
            market.awaitUp("node");
            market.awaitUp("miner");
            market.start("provider", "provider", "start", "--idle-only", "--foreign-limit", foreignLimit, "--quiet", "25");
            market.awaitUp("provider");
            String[] submit = {"job", "submit", "--faucet", "--json", "--results", directory.resolve("r").toString(), "--data",
                market.data("publisher").toString(), "--network", "net", "--join", market.join(), job.resolve("job.yaml").toString()};
            CompletableFuture<Zennet.Result> publisher = CompletableFuture.supplyAsync(() -> {
                try {
                    return Zennet.run(LIMIT, submit);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            await(market, "the task works", s -> s.path("lease").path("usage").path("cpu").asLong() > 1_000_000
                    && s.path("owner").path("frozen").asInt() == 0);
            Instant began = Instant.now();
            for (String[] words : programs) {
                owner.add(new ProcessBuilder(words).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
            }
            await(market, "the lease is frozen", s -> s.path("owner").path("frozen").asInt() == 1);
            Instant frozen = frozenSince(market, began);
            assertTrue(Duration.between(began, frozen).toMillis() <= 5_000, "frozen " + Duration.between(began, frozen) + " after the load began");
            JsonNode one = lease(market);
            TimeUnit.SECONDS.sleep(4);
            JsonNode two = lease(market);
            assertTrue(two.path("note").asText().contains("frozen for the owner"), two.toString());
            assertEquals(one.path("usage"), two.path("usage"), "nothing is counted, not even the time");
            owner.forEach(Process::destroyForcibly);
            Zennet.Result done = publisher.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertEquals(0, done.code(), done.err());
            JsonNode hired = done.json().path("providers").path(0);
            assertEquals(1, done.json().path("providers").size(), "the same lease: " + done.out());
            assertEquals(hired.path("promised").asLong(), hired.path("paid").asLong());
            assertTrue(hired.path("drift").isNull() || hired.path("drift").isMissingNode(), "both sides leave the frozen time out: " + hired);
        } finally {
            owner.forEach(Process::destroyForcibly);
        }
    }

    /** What the provider's log says. */
    private static Instant frozenSince(MarketProcesses market, Instant after) throws Exception {
        try (Stream<Path> logs = Files.list(market.data("provider").resolve("net/logs"))) {
            for (Path log : logs.toList()) {
                for (String line : Files.readAllLines(log)) {
                    if (line.contains("0.0 % of the machine is for rent") && Instant.parse(line.substring(0, 24)).isAfter(after)) {
                        return Instant.parse(line.substring(0, 24));
                    }
                }
            }
        }
        throw new AssertionError("the log does not tell");
    }

    private static JsonNode lease(MarketProcesses market) throws Exception {
        return market.ask("provider", "provider", "leases").path(0);
    }

    private static void await(MarketProcesses market, String what, java.util.function.Predicate<JsonNode> holds) throws InterruptedException {
        Zennet.await(what, Duration.ofSeconds(120), () -> {
            try {
                TimeUnit.SECONDS.sleep(1); // asking is a program too
                com.fasterxml.jackson.databind.node.ObjectNode s = (com.fasterxml.jackson.databind.node.ObjectNode) market.ask("provider", "provider", "filter");
                s.set("lease", lease(market));
                return holds.test(s);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }
}
