package org.zennet.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableStoreTest {
    @TempDir
    Path directory;

    @Test
    void whatWasCommittedSurvivesACopyOfTheFileTakenAtOnce() throws Exception {
        Path file = directory.resolve("a.mv");
        try (DurableStore store = DurableStore.open(file, 1)) {
            store.map("m").put("kept", new byte[] {1, 2});
            store.commit();
            store.map("m").put("lost", new byte[] {3});
            Path crashed = directory.resolve("crashed.mv");
            Files.copy(file, crashed);
            try (DurableStore again = DurableStore.open(crashed, 1)) {
                assertArrayEquals(new byte[] {1, 2}, again.map("m").get("kept").orElseThrow());
                assertTrue(again.map("m").get("lost").isEmpty());
            }
        }
    }

    @Test
    void aNewerSchemaIsRefusedWithAReason() {
        Path file = directory.resolve("b.mv");
        DurableStore.open(file, 3).close();
        StoreException e = assertThrows(StoreException.class, () -> DurableStore.open(file, 2));
        assertTrue(e.getMessage().contains("newer version"), e.getMessage());
        DurableStore.open(file, 3).close();
    }

    @Test
    void aSecondProcessIsToldThatTheFileIsInUse() {
        Path file = directory.resolve("c.mv");
        try (DurableStore open = DurableStore.open(file, 1)) {
            StoreException e = assertThrows(StoreException.class, () -> DurableStore.open(file, 1));
            assertFalse(e.getMessage().contains("\n"));
        }
    }

    @Test
    void aLargeChangeIsNotCommittedByItself() throws Exception {
        Path file = directory.resolve("large.mv");
        try (DurableStore store = DurableStore.open(file, 1)) {
            for (int i = 0; i < 400; i++) {
                store.map("m").put("k" + i, new byte[100_000]);
            }
            Path crashed = directory.resolve("crashed-large.mv");
            Files.copy(file, crashed);
            try (DurableStore again = DurableStore.open(crashed, 1)) {
                assertEquals(0, again.map("m").size());
            }
        }
    }

    @Test
    void anInterruptedThreadDoesNotBreakTheStore() throws Exception {
        try (DurableStore store = DurableStore.open(directory.resolve("i.mv"), 1)) {
            Thread thread = new Thread(() -> {
                Thread.currentThread().interrupt();
                store.map("m").put("a", new byte[] {1});
                store.commit();
            });
            thread.start();
            thread.join();
            store.map("m").put("b", new byte[] {2});
            store.commit();
        }
        try (DurableStore store = DurableStore.open(directory.resolve("i.mv"), 1)) {
            assertEquals(2, store.map("m").size());
        }
    }

    @Test
    void aBackupHoldsAllMaps() {
        Path copy = directory.resolve("copy.mv");
        try (DurableStore store = DurableStore.open(directory.resolve("d.mv"), 1)) {
            store.map("x").put("1", new byte[] {1});
            store.map("y").put("2", new byte[] {2});
            store.backup(copy);
        }
        try (DurableStore store = DurableStore.open(copy, 1)) {
            assertEquals(1, store.map("x").size());
            assertArrayEquals(new byte[] {2}, store.map("y").get("2").orElseThrow());
        }
    }
}
