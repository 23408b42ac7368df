package org.zennet.provider.internal.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
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

@Timeout(60)
class PulledImagesTest {
    private static final ImageReference IMAGE = ImageReference.parse("registry.example.org/a@sha256:" + "1".repeat(64));
    private static final byte[] ARCHIVE = "an archive".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @TempDir
    Path directory;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile int pulls;
    private volatile boolean interrupted;
    private long free = 1L << 30;
    private PulledImages images;

    private final class Registry implements ImageRegistries {
        @Override
        public Optional<String> objection(ImageReference image) {
            return image.registry().equals("registry.example.org") ? Optional.empty() : Optional.of("not allowed");
        }

        @Override
        public Hash pull(ImageReference image, Path file, Watcher watcher) throws Rejected, IOException, InterruptedException {
            pulls++;
            watcher.size(10);
            begun.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                interrupted = true;
                throw e;
            }
            watcher.moved(10);
            Files.write(file, ARCHIVE);
            return hash();
        }
    }

    private static Hash hash() {
        return Hash.of(Digests.sha256().digest(ARCHIVE));
    }

    @BeforeEach
    void begin() {
        images = images();
    }

    @AfterEach
    void end() {
        go.countDown();
        workers.close();
    }

    private PulledImages images() {
        return new PulledImages(Optional.of(new Registry()), new Modules(directory.resolve("modules"), 1 << 20, Instant::now, () -> free),
                directory.resolve("pulled"));
    }

    private CompletableFuture<PulledImages.Image> get(String lease) {
        return images.get(IMAGE, lease, (bytes, total) -> seen.add(lease + " " + bytes + "/" + total), workers);
    }

    private List<Path> parts() throws IOException {
        try (var all = Files.list(directory.resolve("modules"))) {
            return all.filter(p -> p.toString().endsWith(".part")).toList();
        }
    }

    @Test
    void leasesThatWaitForOneImageShareOnePullAndAllSeeItsProgress() throws Exception {
        CompletableFuture<PulledImages.Image> a = get("a");
        assertTrue(begun.await(30, TimeUnit.SECONDS));
        CompletableFuture<PulledImages.Image> b = get("b");
        go.countDown();
        assertSame(a.get(), b.get());
        assertEquals(1, pulls);
        assertEquals(List.of("a 0/10", "a 10/10", "b 10/10"), List.copyOf(seen));
        assertArrayEquals(ARCHIVE, Files.readAllBytes(a.get().file()));
        assertEquals(hash(), a.get().hash());
    }

    @Test
    void whatWasPulledIsKnownByItsDigestAndNotPulledAgainAlsoInAnotherLife() throws Exception {
        assertEquals(0, images.cached(IMAGE.digest()));
        go.countDown();
        get("a").get();
        assertEquals(ARCHIVE.length, images.cached(IMAGE.digest()));
        images = images();
        assertEquals(ARCHIVE.length, images.cached(IMAGE.digest()));
        assertEquals(hash(), get("b").get().hash());
        assertEquals(1, pulls);
    }

    @Test
    void anArchiveThatWasChangedOrThrownAwayIsPulledAgain() throws Exception {
        go.countDown();
        Path file = get("a").get().file();
        Files.write(file, new byte[ARCHIVE.length]);
        images = images();
        assertArrayEquals(ARCHIVE, Files.readAllBytes(get("b").get().file()));
        Files.delete(file);
        assertEquals(0, images.cached(IMAGE.digest()));
        assertArrayEquals(ARCHIVE, Files.readAllBytes(get("c").get().file()));
        assertEquals(3, pulls);
    }

    @Test
    void aPullEndsWhenTheLastLeaseLeavesAndNotBefore() throws Exception {
        CompletableFuture<PulledImages.Image> a = get("a");
        assertTrue(begun.await(30, TimeUnit.SECONDS));
        get("b");
        images.leave("a");
        assertFalse(a.isDone());
        images.leave("b");
        ExecutionException e = assertThrows(ExecutionException.class, a::get);
        assertTrue(e.getCause().getMessage().contains("no lease waits"), e.getCause().getMessage());
        assertTrue(interrupted);
        assertEquals(List.of(), parts());
        go.countDown();
        assertEquals(hash(), get("c").get().hash());
    }

    @Test
    void withoutRoomOrAgainstTheOwnersListNothingIsPulled() throws Exception {
        free = 1000;
        go.countDown();
        ExecutionException e = assertThrows(ExecutionException.class, () -> get("a").get());
        assertTrue(e.getCause().getMessage().contains("bytes free"), e.getCause().getMessage());
        assertEquals(List.of(), parts());
        ImageReference other = ImageReference.parse("elsewhere.example.org/a@sha256:" + "1".repeat(64));
        ExecutionException refused = assertThrows(ExecutionException.class, () -> images.get(other, "a", (b, t) -> { }, workers).get());
        assertEquals("not allowed", refused.getCause().getMessage());
        assertEquals("this machine pulls no images", new PulledImages(Optional.empty(), new Modules(directory.resolve("m"), 1, Instant::now),
                directory.resolve("p")).objection(other).orElseThrow());
    }
}
