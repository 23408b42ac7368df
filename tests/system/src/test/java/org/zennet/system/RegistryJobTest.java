package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job and a rent whose image lies in a registry: pulled by its digest by a provider that allows the registry, and run by a Docker engine. */
class RegistryJobTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String KIND = "application/vnd.oci.image.manifest.v1+json";

    @TempDir
    Path directory;
    private final HttpClient http = HttpClient.newHttpClient();
    /** The registry's own address, and that of what stands before it. */
    private String origin;
    private String front;
    /** How the first half of the layer waits for the second. */
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger layers = new AtomicInteger();
    private volatile boolean spoilt;

    private Process registry() throws Exception {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "in the full tier only");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/docker-registry")), "registry: docker-registry is not installed (apt-get install docker-registry)");
        int port;
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = s.getLocalPort();
        }
        origin = "http://127.0.0.1:" + port;
        Path config = Files.writeString(directory.resolve("registry.yml"), "version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: "
                + directory.resolve("registry") + " } }\nhttp: { addr: \"127.0.0.1:" + port + "\" }\n");
        Process p = new ProcessBuilder("/usr/bin/docker-registry", "serve", config.toString()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("registry.log").toFile()).start();
        Zennet.await("the registry answers", LIMIT, () -> {
            try {
                return http.send(HttpRequest.newBuilder(URI.create(origin + "/v2/")).build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return p;
    }

    /** Pushes busybox with a megabyte more to wait for; its digest. */
    private String push(String name) throws Exception {
        Path image = Files.createDirectories(directory.resolve("image"));
        DockerEngine.busybox(image);
        StringBuilder parts = new StringBuilder();
        for (String part : new String[] {"config.json", "layer.tar"}) {
            HttpResponse<Void> begun = http.send(HttpRequest.newBuilder(URI.create(origin + "/v2/" + name + "/blobs/uploads/"))
                    .POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.discarding());
            String at = URI.create(origin + "/").resolve(begun.headers().firstValue("location").orElseThrow()).toString();
            String digest = DockerEngine.digest(image.resolve(part));
            put(at + (at.contains("?") ? "&" : "?") + "digest=" + digest, "application/octet-stream", image.resolve(part));
            parts.append(parts.isEmpty() ? "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"" : "},\"layers\":[{\"mediaType\":"
                    + "\"application/vnd.oci.image.layer.v1.tar\"").append(",\"digest\":\"").append(digest).append("\",\"size\":")
                    .append(Files.size(image.resolve(part)));
        }
        Path manifest = Files.writeString(image.resolve("manifest"), "{\"schemaVersion\":2,\"mediaType\":\"" + KIND + "\"," + parts + "}]}");
        put(origin + "/v2/" + name + "/manifests/latest", KIND, manifest);
        return DockerEngine.digest(manifest);
    }

    private void put(String at, String kind, Path body) throws Exception {
        HttpResponse<String> r = http.send(HttpRequest.newBuilder(URI.create(at)).header("Content-Type", kind)
                .PUT(HttpRequest.BodyPublishers.ofFile(body)).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(201, r.statusCode(), r.body());
    }

    /** Stands before the registry: gives half of a layer, and the rest when the test says so; and other bytes when it wants. */
    private HttpServer front() throws IOException {
        HttpServer s = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        s.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        s.createContext("/", this::pass);
        s.start();
        front = "127.0.0.1:" + s.getAddress().getPort();
        return s;
    }

    private void pass(HttpExchange x) throws IOException {
        try (x) {
            HttpResponse<byte[]> r = http.send(HttpRequest.newBuilder(URI.create(origin + x.getRequestURI())).header("Accept", KIND).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            byte[] b = r.body();
            boolean layer = b.length > 500_000;
            if (layer) {
                layers.incrementAndGet();
                if (spoilt) {
                    b[b.length / 2] ^= 1;
                }
            }
            x.sendResponseHeaders(r.statusCode(), b.length == 0 ? -1 : b.length);
            OutputStream out = x.getResponseBody();
            out.write(b, 0, b.length / 2);
            out.flush();
            if (layer && !go.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
            out.write(b, b.length / 2, b.length - b.length / 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path job(String image) throws IOException {
        return Files.writeString(directory.resolve("job.yaml"), """
                zennet: 1
                name: by digest
                image: %s
                backend: docker
                task: { command: [/bin/sh, -c], args: ["echo from $(cat /etc/passwd 2>/dev/null | wc -l) $((6 * 7))"], timeout: 60s }
                resources: { memory: 64MiB, cores: 1 }
                budget: { total: 5 XEN }
                deadline: 10m
                machines: 1
                verification: { replicas: 1, tie-break: 1 }
                """.formatted(image));
    }

    private Process submit(MarketProcesses market, String name, String image) throws Exception {
        return market.start(name, "job", "submit", "--faucet", "--json", "--results", directory.resolve("results-" + name).toString(), job(image).toString());
    }

    private static String end(MarketProcesses market, String name, int code) throws Exception {
        assertTrue(market.process(name).waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), MarketProcesses.text(market.log(name)));
        assertEquals(code, market.process(name).exitValue(), MarketProcesses.text(market.log(name)));
        return MarketProcesses.text(market.log(name));
    }

    @Test
    void aJobRunsInAnImageThatItsProviderPullsByItsDigestAndBothSeeHowFarItIs() throws Exception {
        Process registry = registry();
        HttpServer server = front();
        try (DockerEngine engine = DockerEngine.start(); MarketProcesses market = new MarketProcesses(directory)) {
            String digest = push("team/busybox");
            market.network();
            market.start("node", "miner", "start");
            market.awaitUp("node");
            market.start("provider", "provider", "start", "--backends", "docker", "--docker-socket", engine.socket(), "--registries", "http://" + front);
            market.awaitUp("provider");

            submit(market, "publisher", front + "/team/busybox@" + digest);
            Zennet.await("the provider sees how far the image is", LIMIT, () -> ask(market, "provider", "provider", "leases").findValuesAsText("note").stream()
                    .anyMatch(n -> n.contains("pulls its image: ")));
            Zennet.await("and so does the publisher", LIMIT, () -> {
                JsonNode all = ask(market, "publisher", "job", "list");
                return all.toString().contains("a provider pulls the image: ");
            });
            go.countDown();
            String log = end(market, "publisher", 0);
            assertTrue(log.contains("DONE"), log);
            assertEquals("from 0 42\n", Files.readString(Files.list(directory.resolve("results-publisher")).filter(f -> f.toString().endsWith(".out"))
                    .findFirst().orElseThrow()));
            assertEquals(1, layers.get());

            assertEquals(0, submit(market, "second", front + "/team/busybox@" + digest).waitFor(), MarketProcesses.text(market.log("second")));
            assertEquals(1, layers.get(), "it is here already, and the offer says so");

            Path rent = directory.resolve("machines");
            Process renting = market.start("rent", "rent", "-n", "1", "-m", "64M", "--cores", "0.3", "--backend", "docker", "--image",
                    front + "/team/busybox@" + digest, "--faucet", "--json", "--dir", rent.toString());
            Zennet.await("the machine is there", LIMIT, () -> !renting.isAlive() || MarketProcesses.text(market.log("rent")).lines().anyMatch(l -> l.startsWith("{")));
            assertEquals(new Logins.Ran(0, "42\n", ""), new Logins(directory, rent).ssh("zennet-1", "echo $((6 * 7))"));
            renting.destroy();
            assertTrue(renting.waitFor(60, TimeUnit.SECONDS));
        } finally {
            go.countDown();
            server.stop(0);
            registry.destroy();
            registry.waitFor(30, TimeUnit.SECONDS);
            http.shutdownNow();
        }
    }

    @Test
    void otherBytesThanTheDigestNamesAndOtherRegistriesThanTheOwnersAreRefused() throws Exception {
        Process registry = registry();
        HttpServer server = front();
        go.countDown();
        spoilt = true;
        try (DockerEngine engine = DockerEngine.start(); MarketProcesses market = new MarketProcesses(directory)) {
            String digest = push("team/busybox");
            market.network();
            market.start("node", "miner", "start");
            market.awaitUp("node");
            market.start("provider", "provider", "start", "--backends", "docker", "--docker-socket", engine.socket(), "--registries", "http://" + front + "/team");
            market.awaitUp("provider");
            submit(market, "publisher", front + "/team/busybox@" + digest);
            Zennet.await("the lease ends with the reason", LIMIT, () -> ask(market, "provider", "provider", "leases").findValuesAsText("note").stream()
                    .anyMatch(n -> n.contains("the digest does not match")));
            market.process("publisher").destroy();
            assertTrue(market.process("publisher").waitFor(60, TimeUnit.SECONDS));
            submit(market, "other", front + "/elsewhere/busybox@" + digest);
            Zennet.await("the other is told why", LIMIT, () -> ask(market, "other", "offers", "--explain").toString().contains("its owner allows only " + front + "/team"));
            market.process("other").destroy();
            assertTrue(market.process("other").waitFor(60, TimeUnit.SECONDS));
        } finally {
            server.stop(0);
            registry.destroy();
            registry.waitFor(30, TimeUnit.SECONDS);
            http.shutdownNow();
        }
    }

    private static JsonNode ask(MarketProcesses market, String name, String... words) {
        try {
            return market.ask(name, words);
        } catch (AssertionError e) {
            return Zennet.JSON.createObjectNode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
