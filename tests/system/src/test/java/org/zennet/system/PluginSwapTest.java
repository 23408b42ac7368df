package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pricing strategy, built elsewhere with a JDK 17, comes into a running provider and goes while a lease is on. */
class PluginSwapTest {
    private static final Path PLUGIN = Zennet.ROOT.resolve("tests/org.zennet.registry.tests/target/night-rate.jar");
    private static final Duration JOB = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void theNextOfferUsesWhatWasInstalledAndFallsBackWhenItIsRemovedDuringUse() throws Exception {
        Assumptions.assumeTrue(Files.exists(PLUGIN), "the example plug-in was not built: no JDK 17, or no mvn on the PATH");
        Files.copy(Zennet.ROOT.resolve("examples/folding/fold.wasm"), directory.resolve("fold.wasm"));
        try (MarketProcesses market = new MarketProcesses(directory)) {
            market.network();
            market.start("node", "node", "start");
            market.start("miner", "miner", "start");
            market.start("plain", "provider", "start");
            market.start("swapped", "provider", "start", "--strategy", "night-rate");
            for (String name : new String[] {"node", "miner", "plain", "swapped"}) {
                market.awaitUp(name);
            }
            String identity = market.ask("swapped", "provider", "status").path("identity").asText();
            String plain = market.ask("plain", "provider", "status").path("identity").asText();

            assertEquals("calibrated", strategy(job(market, 1, 500), identity), "nothing of that name is there yet");

            Zennet.Result installed = Zennet.run(JOB, "plugins", "install", PLUGIN.toString(), "--data", market.data("swapped").toString(),
                    "--network", "net");
            assertEquals(0, installed.code(), installed.err());
            assertTrue(installed.out().contains("unsigned"), "it says whose code it is: " + installed.out());
            settingsOfThePlugin(market);
            Process running = market.start("publisher-2", "job", "submit", "--json", "--faucet", "--results", directory.resolve("r2").toString(),
                    file(2, 30_000).toString());
            await(market, "swapped", leases -> leases.path(0).path("state").asText().equals("RUNNING"));
            await(market, "plain", leases -> leases.size() == 2);
            settingsOfTheProvider(market);
            Zennet.Result removed = Zennet.run(JOB, "plugins", "remove", "org.example.nightrate", "--data", market.data("swapped").toString(),
                    "--network", "net");
            assertEquals(0, removed.code(), removed.err());
            assertTrue(running.waitFor(JOB.toSeconds(), java.util.concurrent.TimeUnit.SECONDS), "the job ends");
            String text = MarketProcesses.text(market.log("publisher-2"));
            JsonNode second = Zennet.JSON.readTree(text.substring(text.indexOf("\n{") + 1));
            assertEquals("DONE", second.path("state").asText(), text);
            assertEquals("night-rate", strategy(second, identity), "the offer after the installation");
            assertEquals("calibrated", strategy(second, plain), "a lease that runs keeps the terms of its contract");

            JsonNode third = job(market, 3, 500);
            assertEquals("calibrated", strategy(third, identity), "the offer after the removal");
            assertEquals("fixed", strategy(third, plain), "the offer after another strategy was set");
        }
    }

    private static void await(MarketProcesses market, String name, java.util.function.Predicate<JsonNode> holds) throws InterruptedException {
        JsonNode[] last = {null};
        try {
            Zennet.await("the lease of " + name, JOB, () -> {
                try {
                    last[0] = market.ask(name, "provider", "leases");
                    return holds.test(last[0]);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ": " + last[0], e);
        }
    }

    /** A running provider takes another strategy and other limits by {@code config set}, and refuses what it could not read. */
    private void settingsOfTheProvider(MarketProcesses market) throws Exception {
        JsonNode set = market.ask("plain", "config", "set", "provider.strategy", "fixed");
        assertEquals("fixed FILE true false", set.path("value").asText() + " " + set.path("source").asText() + " " + set.path("live").asText() + " "
                + set.path("pending").asText());
        assertTrue(set.path("choices").findValuesAsText("value").containsAll(java.util.List.of("fixed", "calibrated")), set.toString());
        Zennet.Result refused = Zennet.run(JOB, "config", "set", "provider.schedule", "someday", "--data", market.data("plain").toString(), "--network", "net");
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("provider.schedule: 'someday' is no window"), refused.err());
        JsonNode listen = market.ask("plain", "config", "set", "network.listen", "127.0.0.1:7399");
        assertEquals("false true", listen.path("live").asText() + " " + listen.path("pending").asText(), "where it listens it goes on to do so");
    }

    /** What the plug-in's metatype describes can be set while it runs, and survives an update of it. */
    private void settingsOfThePlugin(MarketProcesses market) throws Exception {
        String key = "org.example.nightrate.nightPercent";
        JsonNode before = market.ask("swapped", "config", "get", key);
        assertEquals("50 INTEGER 1 to 100 DEFAULT true", before.path("value").asText() + " " + before.path("type").asText() + " "
                + before.path("range").asText() + " " + before.path("source").asText() + " " + before.path("live").asText());
        Zennet.Result refused = Zennet.run(JOB, "config", "set", key, "101", "--data", market.data("swapped").toString(), "--network", "net");
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("is 1 to 100, not '101'"), refused.err());
        market.ask("swapped", "config", "set", key, "40");
        market.ask("swapped", "plugins", "update", PLUGIN.toString());
        JsonNode after = market.ask("swapped", "config", "get", key);
        assertEquals("40 FILE false", after.path("value").asText() + " " + after.path("source").asText() + " " + after.path("pending").asText());
    }

    private JsonNode job(MarketProcesses market, int number, int sweeps) throws Exception {
        Zennet.Result r = Zennet.run(JOB, "job", "submit", "--json", "--faucet", "--join", market.join(), "--data",
                market.data("publisher-" + number).toString(), "--results", directory.resolve("r" + number).toString(), file(number, sweeps).toString());
        assertEquals(0, r.code(), r.err() + r.out());
        return r.json();
    }

    private Path file(int number, int sweeps) throws Exception {
        return Files.writeString(directory.resolve("job-" + number + ".yaml"), """
                zennet: 1
                name: small-%d
                module: fold.wasm
                backend: wasm
                array: { count: 2, first: 1 }
                task:
                  args: [run, --sequence, S3D-1, --lattice, 3d, --seed, "${index}", --sweeps, "%d"]
                  timeout: 60s
                resources: { memory: 64MiB, cores: 1 }
                budget: { total: 5 XEN }
                deadline: 5m
                verification: { replicas: 2, tie-break: 3 }
                """.formatted(number, sweeps));
    }

    /** The strategy that a provider's contract names, without its version. */
    private static String strategy(JsonNode job, String identity) {
        for (JsonNode p : job.path("providers")) {
            if (p.path("id").asText().equals(identity)) {
                return p.path("strategy").asText().split(" ")[0];
            }
        }
        throw new AssertionError("the provider was not hired: " + job.path("providers"));
    }
}
