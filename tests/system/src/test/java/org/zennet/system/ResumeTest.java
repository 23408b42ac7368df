package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider's process is killed in the middle of a task, and the lease goes on: one contract, one run of the task, one bill. */
class ResumeTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private Path job() throws Exception {
        Path job = Files.createDirectory(directory.resolve("job"));
        Files.copy(Zennet.ROOT.resolve("examples/folding/fold.wasm"), job.resolve("fold.wasm"));
        return Files.writeString(job.resolve("job.yaml"), """
                zennet: 1
                name: long
                module: fold.wasm
                backend: wasm
                array: { count: 2, first: 1 }
                task: { args: [run, --sequence, S3D-1, --lattice, 3d, --seed, "${index}", --sweeps, "100000"], timeout: 10m }
                resources: { memory: 64MiB, cores: 1 }
                budget: { total: 5 XEN }
                deadline: 20m
                machines: 1
                verification: { replicas: 1, tie-break: 1 }
                terms: { patience: 60s }
                """);
    }

    @Test
    void aTaskOutlivesItsProvidersProcessAndIsBilledOnce() throws Exception {
        try (MarketProcesses market = new MarketProcesses(directory)) {
            market.network();
            market.start("node", "node", "start");
            market.start("miner", "miner", "start");
            market.awaitUp("node");
            market.awaitUp("miner");
            market.start("provider", "provider", "start");
            market.awaitUp("provider");
            String[] submit = {"job", "submit", "--faucet", "--json", "--results", directory.resolve("r").toString(), "--data",
                market.data("publisher").toString(), "--network", "net", "--join", market.join(), job().toString()};
            CompletableFuture<Zennet.Result> publisher = CompletableFuture.supplyAsync(() -> {
                try {
                    return Zennet.run(LIMIT, submit);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            // the meter is read once an interval: a fast machine may be in the second task by then
            JsonNode before = await(market, publisher, "a task works", l -> cpuMillis(l) > 700);
            assertTrue(before.path("tasks").asInt() < 2, "in the middle of a task: " + before);
            market.process("provider").destroyForcibly().waitFor();
            Files.delete(market.log("provider"));
            market.start("provider", "provider", "start");
            market.awaitUp("provider");
            Zennet.Result done = publisher.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertEquals(0, done.code(), done.err() + MarketProcesses.text(market.log("provider")));

            JsonNode job = done.json();
            assertEquals("DONE", job.path("state").asText(), done.out());
            for (JsonNode t : job.path("tasks")) {
                assertEquals(1, t.path("attempts").asInt(), "no task was sent twice: " + t);
            }
            assertEquals(1, job.path("providers").size(), "one lease: " + job.path("providers"));
            JsonNode hired = job.path("providers").path(0);
            assertEquals(before.path("id").asText(), hired.path("lease").asText());
            assertEquals(2, hired.path("tasks").asInt());
            assertTrue(hired.path("paid").asLong() > 0);
            assertEquals(hired.path("promised").asLong(), hired.path("paid").asLong(), "paid to the zen: " + hired);

            JsonNode after = await(market, publisher, "the lease is settled", l -> l.path("state").asText().equals("SETTLED"));
            assertEquals(before.path("id").asText(), after.path("id").asText());
            assertEquals(hired.path("paid").asLong(), after.path("paid").asLong(), "one bill: " + after);
            assertTrue(cpuMillis(after) > cpuMillis(before), "what was used before the crash counts once, and what came after it: " + after);
            long wall = after.path("usage").path("wall").asLong();
            assertTrue(wall > before.path("usage").path("wall").asLong());
            assertTrue(market.ask("node", "chain", "scan").path("holds").asBoolean(), "the chain adds up");
        }
    }

    private static long cpuMillis(JsonNode lease) {
        return lease.path("usage").path("cpu").asLong() / 1000;
    }

    /** The provider's only lease, once something holds for it. */
    private static JsonNode await(MarketProcesses market, CompletableFuture<Zennet.Result> publisher, String what,
            java.util.function.Predicate<JsonNode> holds) throws InterruptedException {
        JsonNode[] lease = new JsonNode[1];
        Zennet.await(what, Duration.ofSeconds(90), () -> {
            try {
                JsonNode all = market.ask("provider", "provider", "leases");
                if (publisher.isCompletedExceptionally() || publisher.isDone() && publisher.join().code() != 0) {
                    throw new AssertionError("the publisher ended: " + publisher.join().err());
                }
                assertTrue(all.size() <= 1, "one lease: " + all);
                lease[0] = all.path(0);
                return all.size() == 1 && holds.test(lease[0]);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        return lease[0];
    }
}
