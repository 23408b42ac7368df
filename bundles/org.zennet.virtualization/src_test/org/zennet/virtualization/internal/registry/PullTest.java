package org.zennet.virtualization.internal.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Hash;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ImageRegistries;
import org.zennet.virtualization.image.ImageArchive;

/** Pulls from a registry on loopback that does what the test says. */
@Timeout(60)
class PullTest {
    private static final ImageArchive.Limits LIMITS = new ImageArchive.Limits(64 << 20, 64 << 20, 1000);

    @TempDir
    Path directory;
    private final Map<String, byte[]> content = new HashMap<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch never = new CountDownLatch(1);
    private HttpServer server;
    private String host;
    private RegistriesComponent registries;
    private TestImage image;
    /** Answers before the content does; true when it did. */
    private Answer before = x -> false;

    private interface Answer {
        boolean to(HttpExchange x) throws IOException, InterruptedException;
    }

    private final class Watch implements ImageRegistries.Watcher {
        private long size = -1;
        private final List<Long> moved = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch some = new CountDownLatch(1);

        @Override
        public void size(long bytes) {
            size = bytes;
        }

        @Override
        public void moved(long bytes) {
            moved.add(bytes);
            some.countDown();
        }
    }

    private final Watch watch = new Watch();

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", x -> {
            asked.add(x.getRequestURI() + " " + x.getRequestHeaders().getOrDefault("Authorization", List.of("-")).getFirst());
            try {
                if (!before.to(x)) {
                    byte[] b = content.get(x.getRequestURI().getPath());
                    answer(x, b == null ? 404 : 200, b == null ? new byte[0] : b);
                }
            } catch (InterruptedException e) {
                x.close();
            }
        });
        server.start();
        host = "localhost:" + server.getAddress().getPort();
        byte[] noise = new byte[300_000];
        new Random(7).nextBytes(noise);
        image = new TestImage(noise, TestImage.text("second"));
        serve(image);
        registries = registries(1 << 20, 30);
    }

    @AfterEach
    void end() {
        never.countDown();
        registries.close();
        server.stop(0);
    }

    private RegistriesComponent registries(long largest, int seconds) {
        return new RegistriesComponent("http://" + host, largest, Duration.ofSeconds(seconds));
    }

    private void serve(TestImage i) {
        content.put("/v2/team/image/manifests/" + TestImage.digest(i.manifest), i.manifest);
        content.put("/v2/team/image/manifests/" + TestImage.digest(i.index), i.index);
        i.blobs.forEach((digest, b) -> content.put("/v2/team/image/blobs/" + digest, b));
    }

    private static void answer(HttpExchange x, int code, byte[] body) throws IOException {
        x.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        x.getResponseBody().write(body);
        x.close();
    }

    private ImageReference reference(byte[] manifest) {
        return ImageReference.parse(host + "/team/image@" + TestImage.digest(manifest));
    }

    private Hash pull(byte[] manifest) throws Exception {
        return registries.pull(reference(manifest), directory.resolve("image.tar"), watch);
    }

    private String refused(byte[] manifest) {
        String why = assertThrows(Rejected.class, () -> pull(manifest)).getMessage();
        assertFalse(why.contains("\n"), why);
        return why;
    }

    private String layer() {
        return "/v2/team/image/blobs/" + image.layers.getFirst();
    }

    @Test
    void theArchiveHoldsWhatTheDigestNamesAndIsAnImageByTheRules() throws Exception {
        Hash hash = pull(image.manifest);
        ImageArchive archive = ImageArchive.read(directory.resolve("image.tar"), hash, TestImage.architecture(), LIMITS);
        assertEquals(2, archive.layers());
        assertEquals(TestImage.digest(image.config), archive.program().id());
        assertEquals(List.of("/file-0"), archive.program().command());
    }

    @Test
    void anIndexLeadsToTheManifestForThisProcessorAndTheSameBytes() throws Exception {
        Hash one = pull(image.manifest);
        byte[] first = Files.readAllBytes(directory.resolve("image.tar"));
        Hash other = pull(image.index);
        assertEquals(one, other);
        assertArrayEquals(first, Files.readAllBytes(directory.resolve("image.tar")));
    }

    @Test
    void theWatcherHearsTheSizeFirstAndThenEveryByte() throws Exception {
        pull(image.manifest);
        assertEquals(image.size(), watch.size);
        assertEquals(image.size(), watch.moved.getLast());
        assertTrue(watch.moved.size() > 3, "several steps: " + watch.moved);
    }

    @Test
    void otherBytesThanTheDigestNamesAreRefusedInManifestAndLayer() {
        byte[] bad = content.get(layer()).clone();
        bad[bad.length / 2] ^= 1;
        content.put(layer(), bad);
        assertTrue(refused(image.manifest).contains("the digest does not match"));
        content.put("/v2/team/image/manifests/" + TestImage.digest(image.manifest), new TestImage(TestImage.text("other")).manifest);
        assertTrue(refused(image.manifest).contains("the digest does not match"));
    }

    @Test
    void moreAndLessBytesThanTheManifestSaysAreRefused() {
        byte[] right = content.get(layer());
        content.put(layer(), java.util.Arrays.copyOf(right, right.length + 1));
        assertTrue(refused(image.manifest).contains("gave more than"));
        content.put(layer(), java.util.Arrays.copyOf(right, right.length - 1));
        assertTrue(refused(image.manifest).contains("gave less than"));
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeALayerIsAskedFor() {
        registries = registries(image.size() - 1, 30);
        assertTrue(refused(image.manifest).contains("more than the"));
        assertTrue(asked.stream().noneMatch(a -> a.contains("/blobs/")), asked.toString());
    }

    @Test
    void whereThereIsNoRoomNothingIsFetched() {
        IOException e = assertThrows(IOException.class, () -> registries.pull(reference(image.manifest), directory.resolve("x"), new ImageRegistries.Watcher() {
            @Override
            public void size(long bytes) throws IOException {
                throw new IOException("no room for " + bytes);
            }

            @Override
            public void moved(long bytes) {
                throw new AssertionError();
            }
        }));
        assertEquals("no room for " + image.size(), e.getMessage());
        assertTrue(asked.stream().noneMatch(a -> a.contains("/blobs/")), asked.toString());
    }

    @Test
    void aRegistryThatStallsIsLeftWhenTheTimeIsOver() {
        before = x -> {
            if (x.getRequestURI().getPath().equals(layer())) {
                x.sendResponseHeaders(200, content.get(layer()).length);
                x.getResponseBody().write(content.get(layer()), 0, 1000);
                x.getResponseBody().flush();
                never.await();
            }
            return false;
        };
        registries = registries(1 << 20, 1);
        assertTrue(refused(image.manifest).contains("did not come within 1 s"));
        assertFalse(Thread.interrupted(), "nothing is left of the alarm");
    }

    @Test
    void anInterruptEndsAPull() throws Exception {
        before = x -> {
            if (x.getRequestURI().getPath().equals(layer())) {
                x.sendResponseHeaders(200, content.get(layer()).length);
                x.getResponseBody().write(content.get(layer()), 0, 1000);
                x.getResponseBody().flush();
                never.await();
            }
            return false;
        };
        CompletableFuture<Hash> end = new CompletableFuture<>();
        Thread t = Thread.ofVirtual().start(() -> {
            try {
                end.complete(pull(image.manifest));
            } catch (Exception e) {
                end.completeExceptionally(e);
            }
        });
        assertTrue(watch.some.await(30, TimeUnit.SECONDS));
        t.interrupt();
        ExecutionException e = assertThrows(ExecutionException.class, () -> end.get(30, TimeUnit.SECONDS));
        assertEquals(InterruptedException.class, e.getCause().getClass(), String.valueOf(e.getCause()));
    }

    @Test
    void aTokenForEverybodyIsFetchedOnceAndGoesToTheRegistryAlone() throws Exception {
        before = x -> {
            String path = x.getRequestURI().getPath();
            if (path.equals("/token")) {
                answer(x, 200, TestImage.text("{\"token\":\"for-all\"}"));
            } else if (!"Bearer for-all".equals(x.getRequestHeaders().getFirst("Authorization"))) {
                x.getResponseHeaders().add("WWW-Authenticate", "Bearer realm=\"http://" + host + "/token\",service=\"reg\",scope=\"repository:evil:push\"");
                answer(x, 401, new byte[0]);
            } else {
                return false;
            }
            return true;
        };
        pull(image.manifest);
        List<String> tokens = asked.stream().filter(a -> a.startsWith("/token")).toList();
        assertEquals(List.of("/token?service=reg&scope=repository%3Ateam%2Fimage%3Apull -"), tokens, "this image, to read, and as nobody");
    }

    @Test
    void whatIsNotForEverybodyIsRefusedAndNoNameIsGiven() {
        before = x -> {
            x.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"x\"");
            answer(x, 401, new byte[0]);
            return true;
        };
        assertTrue(refused(image.manifest).contains("to everybody"));
        assertTrue(asked.stream().allMatch(a -> a.endsWith(" -")), asked.toString());
    }

    @Test
    void redirectionsLeadNeitherIntoThePrivateNetworkNorOutOfHttps() {
        for (String to : new String[] {"https://127.0.0.1:1/x", "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/x", "https://[::1]/x", "https://[fd00::1]/x"}) {
            before = x -> {
                x.getResponseHeaders().add("Location", to);
                answer(x, 307, new byte[0]);
                return true;
            };
            assertTrue(refused(image.manifest).contains("private network"), to);
        }
        for (String to : new String[] {"http://192.0.2.1/x", "file:///etc/passwd", "ftp://192.0.2.1/", "https://user@192.0.2.1/x", ""}) {
            before = x -> {
                x.getResponseHeaders().add("Location", to);
                answer(x, 307, new byte[0]);
                return true;
            };
            assertTrue(refused(image.manifest).contains("redirects to"), to);
        }
    }

    @Test
    void redirectionsInsideTheRegistryAreFollowedAndNotForEver() throws Exception {
        before = x -> {
            if (x.getRequestURI().getPath().equals(layer())) {
                x.getResponseHeaders().add("Location", "/elsewhere");
                answer(x, 302, new byte[0]);
                return true;
            }
            return false;
        };
        content.put("/elsewhere", content.get(layer()));
        pull(image.manifest);
        before = x -> {
            x.getResponseHeaders().add("Location", x.getRequestURI().getPath());
            answer(x, 302, new byte[0]);
            return true;
        };
        assertTrue(refused(image.manifest).contains("without end"));
    }

    @Test
    void layersOfOtherKindsAndOtherProcessorsAreRefused() {
        for (String kind : new String[] {"application/vnd.oci.image.layer.v1.tar+zstd", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"}) {
            TestImage other = new TestImage(kind, TestImage.text("x"));
            serve(other);
            assertTrue(refused(other.manifest).contains("a layer that is not a tar"), kind);
        }
        byte[] elsewhere = TestImage.text(new String(image.index, java.nio.charset.StandardCharsets.UTF_8)
                .replace("\"" + TestImage.architecture() + "\"", "\"riscv64\""));
        content.put("/v2/team/image/manifests/" + TestImage.digest(elsewhere), elsewhere);
        assertTrue(refused(elsewhere).contains("is not there for linux/" + TestImage.architecture()));
    }

    @Test
    void whatIsMissingAndWhatFailsIsToldInOneLine() {
        assertTrue(refused(TestImage.text("nothing")).contains("has not got the image"));
        for (int code : new int[] {403, 429, 500}) {
            before = x -> {
                answer(x, code, TestImage.text("<html>\n"));
                return true;
            };
            refused(image.manifest);
        }
        byte[] noise = TestImage.text("{\"schemaVersion\":2");
        before = x -> false;
        content.put("/v2/team/image/manifests/" + TestImage.digest(noise), noise);
        assertTrue(refused(noise).contains("not valid JSON"));
    }
}
