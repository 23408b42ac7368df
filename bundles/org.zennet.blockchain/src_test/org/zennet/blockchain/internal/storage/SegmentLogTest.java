package org.zennet.blockchain.internal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.blockchain.internal.storage.SegmentLog.Item;
import org.zennet.blockchain.internal.storage.SegmentLog.Position;
import org.zennet.store.StoreException;

class SegmentLogTest {
    @TempDir
    Path directory;

    private static Item item(int n) {
        return new Item(n % 3, new byte[] {(byte) n, 1, 2, 3});
    }

    private List<Item> all(SegmentLog log) {
        List<Item> found = new ArrayList<>();
        log.scan(SegmentLog.START, (position, item) -> found.add(item));
        return found;
    }

    @Test
    void aRecordHasTheseBytes() throws Exception {
        try (SegmentLog log = new SegmentLog(directory, 1_000)) {
            log.append(List.of(new Item(1, new byte[] {5, 6})));
        }
        assertEquals("5a4e534547303031" + "00000003" + "beac2f47" + "01" + "0506",
                HexFormat.of().formatHex(Files.readAllBytes(directory.resolve("00000.blocks"))));
    }

    @Test
    void recordsAreReadAgainAcrossSegments() {
        List<Position> positions = new ArrayList<>();
        try (SegmentLog log = new SegmentLog(directory, 50)) {
            for (int i = 0; i < 20; i++) {
                positions.addAll(log.append(List.of(item(i), item(i + 100))));
            }
        }
        try (SegmentLog log = new SegmentLog(directory, 50)) {
            assertEquals(40, all(log).size());
            assertEquals(9, positions.getLast().segment());
            for (int i = 0; i < 20; i++) {
                assertArrayEquals(item(i).body(), log.read(positions.get(2 * i)).body());
            }
        }
    }

    @Test
    void aTailCutAnywhereLosesOnlyTheLastRecord() throws Exception {
        Path file = directory.resolve("00000.blocks");
        try (SegmentLog log = new SegmentLog(directory, 1_000)) {
            log.append(List.of(item(1), item(2)));
            log.append(List.of(item(3)));
        }
        long full = Files.size(file);
        for (long length = full - 1; length >= full - 12; length--) {
            try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
                raw.setLength(length);
            }
            try (SegmentLog log = new SegmentLog(directory, 1_000)) {
                assertEquals(2, all(log).size());
                log.append(List.of(item(4)));
                assertEquals(3, all(log).size());
            }
        }
    }

    @Test
    void aFlippedByteInTheTailIsCutAndInTheMiddleOfOldSegmentsItIsAnError() throws Exception {
        try (SegmentLog log = new SegmentLog(directory, 20)) {
            log.append(List.of(item(1)));
            log.append(List.of(item(2)));
        }
        flip(directory.resolve("00001.blocks"));
        try (SegmentLog log = new SegmentLog(directory, 20)) {
            assertEquals(1, all(log).size());
        }
        flip(directory.resolve("00000.blocks"));
        try (SegmentLog log = new SegmentLog(directory, 20)) {
            assertThrows(StoreException.class, () -> all(log));
            assertThrows(StoreException.class, () -> log.read(SegmentLog.START));
        }
    }

    private static void flip(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
    }
}
