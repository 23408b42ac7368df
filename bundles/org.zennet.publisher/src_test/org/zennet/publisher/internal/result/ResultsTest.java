package org.zennet.publisher.internal.result;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsTest {
    @TempDir
    Path directory;

    private static byte[] entry(String name, byte[] content, char type) {
        byte[] h = new byte[512];
        put(h, 0, name);
        put(h, 100, "0000644\0" + "0000000\0" + "0000000\0" + "%011o\0".formatted(content.length) + "00000000000\0" + "        " + type);
        put(h, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : h) {
            sum += b & 0xFF;
        }
        put(h, 148, "%06o\0 ".formatted(sum));
        byte[] all = Arrays.copyOf(h, 512 + (content.length + 511) / 512 * 512);
        System.arraycopy(content, 0, all, 512, content.length);
        return all;
    }

    private static void put(byte[] to, int at, String text) {
        byte[] b = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(b, 0, to, at, b.length);
    }

    private static byte[] archive(byte[]... entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] e : entries) {
            out.writeBytes(e);
        }
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    @Test
    void filesAreRead() throws IOException {
        byte[] a = "hello".getBytes(StandardCharsets.UTF_8);
        byte[] b = new byte[1000];
        Map<String, byte[]> files = Ustar.read(archive(entry("a.txt", a, '0'), entry("sub/", new byte[0], '5'), entry("sub/b.bin", b, '0')));
        assertEquals(List.of("a.txt", "sub/b.bin"), List.copyOf(files.keySet()));
        assertArrayEquals(a, files.get("a.txt"));
        assertArrayEquals(b, files.get("sub/b.bin"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "a/../../b", "a//b", ".", "..", "a/..", "x\ny", "a\\b", "C:x", " x", "", "x.", "a/./b"})
    void namesThatCouldEscapeAreRefused(String name) {
        assertThrows(IOException.class, () -> Ustar.read(archive(entry(name, new byte[1], '0'))));
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '6', '7', 'x', 'g', 'L', 'K', 'S'})
    void nothingButRegularFilesIsTaken(char type) {
        assertThrows(IOException.class, () -> Ustar.read(archive(entry("a", new byte[0], type))));
    }

    @Test
    void damageIsRefused() {
        byte[] good = archive(entry("a", new byte[600], '0'));
        for (int at : new int[] {0, 100, 124, 148, 257, 345}) {
            byte[] bad = good.clone();
            bad[at] ^= 0x41;
            assertThrows(IOException.class, () -> Ustar.read(bad), "at " + at);
        }
        assertThrows(IOException.class, () -> Ustar.read(Arrays.copyOf(good, 700)));
        assertThrows(IOException.class, () -> Ustar.read(Arrays.copyOf(good, good.length - 1024)));
        assertThrows(IOException.class, () -> Ustar.read(new byte[100]));
        assertThrows(IOException.class, () -> Ustar.read(archive(entry("a", new byte[1], '0'), entry("A", new byte[1], '0'))));
        assertThrows(IOException.class, () -> Ustar.read(archive(entry("a", new byte[1], '0'), entry("a/b", new byte[1], '0'))));
        Random r = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] noise = good.clone();
            for (int k = 0; k < 3; k++) {
                noise[r.nextInt(noise.length)] = (byte) r.nextInt();
            }
            try {
                Ustar.read(noise);
            } catch (IOException e) {
                assertFalse(e.getMessage().isEmpty());
            }
        }
    }

    @Test
    void resultsAppearWholeInANewOrEmptyDirectory() throws IOException {
        Path target = directory.resolve("deep/results");
        Path written = ResultWriter.write(target, "id", f -> {
            f.file("a/b.txt", new byte[] {1});
            f.file("summary.txt", "x".getBytes(StandardCharsets.UTF_8));
            f.directory("a/c");
        });
        assertEquals(target, written);
        assertTrue(Files.exists(target.resolve("a/b.txt")));
        assertEquals(List.of("results"), Files.list(target.getParent()).map(p -> p.getFileName().toString()).toList());
        assertTrue(ResultWriter.objection(target).isEmpty());
        assertTrue(ResultWriter.objection(target.resolve("summary.txt")).orElseThrow().contains("is not a directory"));
        assertTrue(ResultWriter.objection(target.resolve("summary.txt/x")).orElseThrow().contains("is not a directory"));
        assertEquals(directory.resolve("deep/results-1"), ResultWriter.write(target, "id", f -> f.file("c", new byte[0])), "never overwritten");
        assertThrows(IOException.class, () -> ResultWriter.write(directory.resolve("other"), "id", f -> f.file("../../x", new byte[0])));
        assertThrows(IOException.class, () -> ResultWriter.write(directory.resolve("other"), "id", f -> {
            f.file("x", new byte[0]);
            f.file("x", new byte[0]);
        }), "no name twice");
        assertEquals(List.of("deep"), Files.list(directory).map(p -> p.getFileName().toString()).toList(), "nothing half is left");
    }

    @Test
    void theSummaryIsShortAndPrintable() throws IOException {
        String text = "line\u001b[31m one\n" + "more\n".repeat(100);
        Files.writeString(directory.resolve("summary.txt"), text);
        String summary = ResultWriter.summary(directory);
        assertEquals(40, summary.lines().count());
        assertFalse(summary.contains("\u001b"));
        Files.delete(directory.resolve("summary.txt"));
        assertEquals("", ResultWriter.summary(directory));
    }
}
