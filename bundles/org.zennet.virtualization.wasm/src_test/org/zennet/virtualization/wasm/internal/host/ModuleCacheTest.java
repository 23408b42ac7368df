package org.zennet.virtualization.wasm.internal.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of compiled modules. */
class ModuleCacheTest {
    @TempDir
    Path directory;

    private static byte[] bytes(int seed, int size) {
        byte[] b = new byte[size];
        new Random(seed).nextBytes(b);
        return b;
    }

    @Test
    void whatIsKeptComesBackUnderTheNameOfItsModuleAndItsMakerOnly() throws Exception {
        ModuleCache cache = new ModuleCache(directory, 1 << 20);
        String name = ModuleCache.name(bytes(1, 10), "a");
        cache.put(name, bytes(2, 1000));
        assertArrayEquals(bytes(2, 1000), new ModuleCache(directory, 1 << 20).get(name).orElseThrow());
        assertNotEquals(name, ModuleCache.name(bytes(1, 10), "b"));
        assertNotEquals(name, ModuleCache.name(bytes(1, 11), "a"));
        assertTrue(cache.get(ModuleCache.name(bytes(1, 10), "b")).isEmpty());
    }

    @Test
    void whatWasDamagedIsRemoved() throws Exception {
        ModuleCache cache = new ModuleCache(directory, 1 << 20);
        for (int cut : new int[] {-1, 0, 20, 32, 500}) {
            cache.put("name", bytes(2, 1000));
            byte[] all = Files.readAllBytes(directory.resolve("name"));
            if (cut < 0) {
                all[700]++;
            } else {
                all = java.util.Arrays.copyOf(all, cut);
            }
            Files.write(directory.resolve("name"), all);
            assertTrue(cache.get("name").isEmpty(), "cut at " + cut);
            assertFalse(Files.exists(directory.resolve("name")));
        }
    }

    @Test
    void whatWasNotUsedForLongestGoesFirst() throws Exception {
        ModuleCache cache = new ModuleCache(directory, 3000);
        cache.put("a", bytes(1, 900));
        cache.put("b", bytes(2, 900));
        cache.put("c", bytes(3, 900));
        Files.setLastModifiedTime(directory.resolve("a"), FileTime.fromMillis(1000));
        Files.setLastModifiedTime(directory.resolve("b"), FileTime.fromMillis(2000));
        Files.setLastModifiedTime(directory.resolve("c"), FileTime.fromMillis(3000));
        assertTrue(cache.get("a").isPresent());
        cache.put("d", bytes(4, 900));
        assertTrue(cache.get("b").isEmpty());
        assertTrue(cache.get("a").isPresent() && cache.get("c").isPresent() && cache.get("d").isPresent());
        cache.put("large", bytes(5, 4000));
        assertTrue(cache.get("large").isEmpty());
        try (var files = Files.list(directory)) {
            assertEquals(3, files.count());
        }
    }
}
