package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backend that runs a lease's container is updated, then removed, while a task is in it: the lease goes on, nothing is done twice. */
class BackendUpdateTest {
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final String NAME = "org.example.wasm";

    @TempDir
    Path directory;

    @Test
    void aContainerIsTakenOverByTheNextVersionOfItsBackendAndFinishedWhenTheBackendIsRemoved() throws Exception {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "a backend is updated under a running lease with './zennet test --full'");
        Files.copy(Zennet.ROOT.resolve("examples/folding/fold.wasm"), directory.resolve("fold.wasm"));
        try (MarketProcesses market = new MarketProcesses(directory)) {
            market.network();
            market.start("node", "node", "start");
            market.start("miner", "miner", "start");
            market.start("plain", "provider", "start");
            market.start("swapped", "provider", "start");
            for (String name : new String[] {"node", "miner", "plain", "swapped"}) {
                market.awaitUp(name);
            }
            String identity = market.ask("swapped", "provider", "status").path("identity").asText();
            market.ask("swapped", "plugins", "install", backend(1).toString());
            assertEquals(NAME + " 1.0.0", asked(market));

            JsonNode first = during(market, 1, "plugins", "update", backend(2).toString());
            assertEquals(NAME + " 2.0.0", asked(market));
            assertGoneOn(market, first, identity);

            JsonNode second = during(market, 2, "plugins", "remove", NAME);
            assertEquals("org.zennet.virtualization.wasm", asked(market).split(" ")[0]);
            assertGoneOn(market, second, identity);
        }
    }

    /** Runs a job, and a command at the provider while its container works. */
    private JsonNode during(MarketProcesses market, int number, String... command) throws Exception {
        Path file = Files.writeString(directory.resolve("job-" + number + ".yaml"), """
                zennet: 1
                name: long
                module: fold.wasm
                backend: wasm
                array: { count: 2, first: 1 }
                task:
                  args: [run, --sequence, S3D-1, --lattice, 3d, --seed, "${index}", --sweeps, "150000"]
                  timeout: 120s
                resources: { memory: 64MiB, cores: 1 }
                budget: { total: 20 XEN }
                deadline: 10m
                verification: { replicas: 2, tie-break: 3 }
                """);
        String publisher = "publisher-" + number;
        Process job = market.start(publisher, "job", "submit", "--json", "--faucet", "--results", directory.resolve("r" + number).toString(), file.toString());
        Zennet.await("the container of the lease works", LONG, () -> {
            try {
                JsonNode lease = market.ask("swapped", "provider", "leases").path(0);
                return lease.path("state").asText().equals("RUNNING") && lease.path("usage").path("cpu").asLong() > 1_000_000;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        market.ask("swapped", command);
        JsonNode lease = market.ask("swapped", "provider", "leases").path(0);
        assertEquals("RUNNING", lease.path("state").asText(), "the lease goes on: " + lease);
        assertTrue(job.isAlive(), "the command came while the job ran");
        assertTrue(job.waitFor(LONG.toSeconds(), TimeUnit.SECONDS), "the job ends");
        String text = MarketProcesses.text(market.log(publisher));
        JsonNode info = Zennet.JSON.readTree(text.substring(text.indexOf("\n{") + 1));
        assertEquals("DONE", info.path("state").asText(), text);
        return info;
    }

    private static void assertGoneOn(MarketProcesses market, JsonNode job, String identity) throws Exception {
        assertEquals(2, job.path("providers").size(), "nobody was replaced: " + job.path("providers"));
        JsonNode lease = market.ask("swapped", "provider", "leases").path(0);
        assertEquals(2, lease.path("tasks").asInt(), "each task once: " + lease);
        assertTrue(lease.path("paid").asLong() > 0, lease.toString());
        for (JsonNode p : job.path("providers")) {
            assertTrue(p.path("paid").asLong() > 0, "paid: " + p);
        }
        assertTrue(job.path("providers").findValuesAsText("id").contains(identity));
    }

    /** The bundle and version that is asked for containers of the kind wasm. */
    private static String asked(MarketProcesses market) throws Exception {
        for (JsonNode e : market.ask("swapped", "plugins", "list").path("extensions")) {
            if (e.path("kind").asText().equals("BACKEND") && e.path("id").asText().equals("wasm")) {
                return e.path("bundle").asText() + " " + e.path("version").asText();
            }
        }
        throw new AssertionError("no backend wasm");
    }

    /** The product's own backend under another name and a higher ranking, as somebody who mends it would offer it. */
    private Path backend(int version) throws IOException {
        Path jar = directory.resolve("backend-" + version + ".jar");
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("zennet.product"), "plugins"));
                JarFile own = new JarFile(all.filter(p -> p.getFileName().toString().startsWith("org.zennet.virtualization.wasm_")).findFirst().orElseThrow().toFile())) {
            Manifest manifest = new Manifest(own.getManifest());
            manifest.getMainAttributes().putValue("Bundle-SymbolicName", NAME);
            manifest.getMainAttributes().putValue("Bundle-Version", version + ".0.0");
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
                for (JarEntry e : Collections.list(own.entries())) {
                    if (!e.isDirectory() && !e.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(e.getName()));
                        try (InputStream in = own.getInputStream(e)) {
                            byte[] bytes = in.readAllBytes();
                            out.write(e.getName().matches("OSGI-INF/[^/]*\\.xml") ? ranked(bytes) : bytes);
                        }
                        out.closeEntry();
                    }
                }
            }
        }
        return jar;
    }

    private static byte[] ranked(byte[] component) {
        return new String(component, StandardCharsets.UTF_8).replaceFirst("<property ", "<property name=\"service.ranking\" type=\"Integer\" value=\"10\"/><property ")
                .getBytes(StandardCharsets.UTF_8);
    }
}
