package org.zennet.virtualization.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Hash;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ImageRegistries;
import org.zennet.virtualization.image.ImageArchive;

/** Pulls from the registry that Docker published and Debian packages, on loopback. */
@Timeout(120)
class RealRegistryTest {
    private static final ImageArchive.Limits LIMITS = new ImageArchive.Limits(64 << 20, 64 << 20, 1000);

    @TempDir
    Path directory;
    private final HttpClient http = HttpClient.newHttpClient();
    private Process registry;
    private String host;

    @AfterEach
    void end() throws InterruptedException {
        http.shutdownNow();
        if (registry != null) {
            registry.destroy();
            registry.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private void start() throws Exception {
        Path program = Stream.of("/usr/bin/docker-registry", "/usr/bin/registry").map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(program != null, "registry: docker-registry is not installed (apt-get install docker-registry)");
        for (int attempt = 0; attempt < 5; attempt++) {
            int port;
            try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = s.getLocalPort();
            }
            host = "127.0.0.1:" + port;
            Path config = Files.writeString(directory.resolve("config.yml"), "version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: "
                    + directory.resolve("registry") + " } }\nhttp: { addr: \"" + host + "\" }\n");
            registry = new ProcessBuilder(program.toString(), "serve", config.toString()).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile()).start();
            if (answers()) {
                return;
            }
            registry.destroyForcibly().waitFor();
        }
        throw new AssertionError("the registry does not start: " + Files.readString(directory.resolve("log")));
    }

    private boolean answers() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (registry.isAlive() && System.nanoTime() < end) {
            try {
                return http.send(HttpRequest.newBuilder(URI.create("http://" + host + "/v2/")).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode() == 200;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        return false;
    }

    private void push(TestImage image, String name) throws Exception {
        for (var blob : image.blobs.entrySet()) {
            HttpResponse<Void> begun = http.send(HttpRequest.newBuilder(URI.create("http://" + host + "/v2/" + name + "/blobs/uploads/"))
                    .POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.discarding());
            URI at = URI.create("http://" + host + "/").resolve(begun.headers().firstValue("location").orElseThrow());
            put(URI.create(at + (at.getQuery() == null ? "?" : "&") + "digest=" + blob.getKey()), "application/octet-stream", blob.getValue());
        }
        put(URI.create("http://" + host + "/v2/" + name + "/manifests/latest"), Media.MANIFEST, image.manifest);
    }

    private void put(URI at, String kind, byte[] body) throws Exception {
        HttpResponse<String> r = http.send(HttpRequest.newBuilder(at).header("Content-Type", kind)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body)).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(201, r.statusCode(), r.body());
    }

    @Test
    void anImageIsPulledByItsDigestAndOneThatIsNotThereIsNot() throws Exception {
        start();
        TestImage image = new TestImage(new byte[200_000], TestImage.text("second"));
        push(image, "team/image");
        RegistriesComponent registries = new RegistriesComponent("http://" + host, 1 << 20, Duration.ofSeconds(60));
        ImageRegistries.Watcher deaf = new ImageRegistries.Watcher() {
            @Override
            public void size(long bytes) {
                assertEquals(image.size(), bytes);
            }

            @Override
            public void moved(long bytes) {
                assertTrue(bytes <= image.size());
            }
        };
        try {
            Path file = directory.resolve("image.tar");
            Hash hash = registries.pull(ImageReference.parse(host + "/team/image:latest@" + TestImage.digest(image.manifest)), file, deaf);
            ImageArchive archive = ImageArchive.read(file, hash, TestImage.architecture(), LIMITS);
            assertEquals(TestImage.digest(image.config), archive.program().id());
            String gone = assertThrows(Rejected.class, () -> registries.pull(ImageReference.parse(host + "/team/image@" + TestImage.digest(TestImage.text("nothing"))),
                    file, deaf)).getMessage();
            assertTrue(gone.contains("has not got the image"), gone);
        } finally {
            registries.close();
        }
    }
}
