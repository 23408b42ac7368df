package org.zennet.provider.internal.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Protocols;

class ModulesTest {
    @TempDir
    Path directory;
    private long now = 1_800_000_000_000L;
    private long free = 1L << 40;
    private final List<Hash> fetched = new ArrayList<>();

    private Modules modules(long most) {
        return new Modules(directory.resolve("modules"), most, () -> Instant.ofEpochMilli(now += 1000), () -> free);
    }

    private static byte[] content(int n, int size) {
        byte[] b = new byte[size];
        java.util.Arrays.fill(b, (byte) n);
        return b;
    }

    private Path get(Modules m, byte[] content) {
        Hash hash = Digests.sha256(content);
        return m.get(hash, content.length, "lease", (h, size, file) -> {
            fetched.add(h);
            try {
                return CompletableFuture.completedFuture(Files.write(file, content));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, Runnable::run).join();
    }

    @Test
    void whatIsHereIsNotFetchedAgain() throws IOException {
        Modules m = modules(1000);
        Path file = get(m, content(1, 100));
        assertEquals(file, get(m, content(1, 100)));
        assertArrayEquals(content(1, 100), Files.readAllBytes(file));
        assertEquals(file, get(modules(1000), content(1, 100)), "another life finds it");
        assertEquals(1, fetched.size());
    }

    @Test
    void whatChangedOnTheDiskIsFetchedAgain() throws IOException {
        Modules m = modules(1000);
        Path file = get(m, content(1, 100));
        Files.write(file, content(2, 100));
        Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(now + 5));
        assertArrayEquals(content(1, 100), Files.readAllBytes(get(m, content(1, 100))));
        assertEquals(2, fetched.size());
    }

    @Test
    void theOneThatWasNotUsedForLongestGoesFirst() {
        Modules m = modules(300);
        Path one = get(m, content(1, 100));
        Path two = get(m, content(2, 100));
        get(m, content(3, 100));
        get(m, content(1, 100));
        get(m, content(4, 100));
        assertTrue(Files.exists(one));
        assertFalse(Files.exists(two));
    }

    @Test
    void aFullDiskIsToldAndTheCacheGivesWay() {
        Modules m = modules(1L << 40);
        Path one = get(m, content(1, 100));
        free = 1000;
        String why = assertThrows(CompletionException.class, () -> get(m, content(2, 100))).getCause().getMessage();
        assertTrue(why.contains("1000 bytes free"), why);
        assertFalse(Files.exists(one));
    }

    @Test
    void whatIsLargerThanAnyImageIsNotAskedFor() {
        Modules m = modules(1L << 40);
        for (long size : new long[] {0, Protocols.MAX_IMAGE + 1}) {
            CompletableFuture<Path> f = m.get(Digests.sha256(content(1, 1)), size, "lease", (h, s, file) -> {
                throw new AssertionError("fetched");
            }, Runnable::run);
            assertTrue(assertThrows(CompletionException.class, f::join).getCause().getMessage().contains("not taken"));
        }
    }
}
