package org.zennet.api.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileArchiveTest {
    private static byte[] bytes(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    private interface Filling {
        void fill(FileArchive.Writer w) throws IOException;
    }

    private static byte[] archive(Filling filling) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FileArchive.Writer w = new FileArchive.Writer(out)) {
            filling.fill(w);
        }
        return out.toByteArray();
    }

    private static void file(FileArchive.Writer w, String name, String content) throws IOException {
        w.file(name, false, bytes(content).length, new ByteArrayInputStream(bytes(content)));
    }

    private static Map<String, String> read(byte[] archive) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        FileArchive.read(new ByteArrayInputStream(archive), (e, in) -> all.put(e.name(), e.directory() ? "directory"
                : (e.executable() ? "x " : "") + new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        return all;
    }

    private static String refusal(byte[] archive) {
        return assertThrows(IOException.class, () -> read(archive)).getMessage();
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        String deep = "d/".repeat(70) + "läßt sich".repeat(6) + ".txt";
        byte[] a = archive(w -> {
            w.directory("data");
            file(w, "data/ein Wert.txt", "x".repeat(513));
            file(w, "empty", "");
            w.file("run", true, 3, new ByteArrayInputStream(bytes("#!x")));
            file(w, deep, "deep");
        });
        assertEquals(Map.of("data", "directory", "data/ein Wert.txt", "x".repeat(513), "empty", "", "run", "x #!x", deep, "deep"), read(a));
        assertEquals(0, a.length % FileArchive.BLOCK);
    }

    @Test
    void theBytesOfAHeaderAreThoseOfTheFormat() throws IOException {
        byte[] a = archive(w -> file(w, "a", "hello"));
        assertEquals(4 * 512, a.length);
        String h = new String(a, 0, 512, StandardCharsets.ISO_8859_1);
        assertEquals("a", h.substring(0, 100).strip().replace("\0", ""));
        assertEquals("0000644\0" + "0000000\0" + "0000000\0" + "00000000005\0" + "00000000000\0", h.substring(100, 148));
        assertEquals("0ustar\00000", h.substring(156, 157) + h.substring(257, 265));
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? 32 : a[i] & 0xFF;
        }
        assertEquals(String.format("%06o\0 ", sum), h.substring(148, 156));
    }

    @Test
    void theSystemsTarReadsIt(@org.junit.jupiter.api.io.TempDir java.nio.file.Path dir) throws Exception {
        java.nio.file.Path file = dir.resolve("a.tar");
        java.nio.file.Files.write(file, archive(w -> {
            w.directory("out");
            file(w, "out/" + "n".repeat(99), "far");
            file(w, "p".repeat(120) + "/q", "split");
        }));
        Process tar = new ProcessBuilder("tar", "-tvf", file.toString()).redirectErrorStream(true).start();
        String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, tar.waitFor(), said);
        assertTrue(said.contains("drwxr-xr-x") && said.contains("out/" + "n".repeat(99)) && said.contains("p".repeat(120) + "/q"), said);
    }

    @Test
    void whatLeadsOutOrIsNoFileIsRefused() throws IOException {
        byte[] good = archive(w -> file(w, "aa/bb", "hello"));
        assertTrue(refusal(renamed(good, "../bb")).contains("no safe name"));
        assertTrue(refusal(renamed(good, "/a/bb")).contains("no safe name"));
        assertTrue(refusal(renamed(good, "aa//b")).contains("no safe name"));
        assertTrue(refusal(renamed(good, "a\nabb")).contains("no safe name"));
        for (char type : "12346xLgSK".toCharArray()) {
            byte[] b = good.clone();
            b[156] = (byte) type;
            assertTrue(refusal(summed(b)).contains("neither a file nor a directory"), "" + type);
        }
        byte[] damaged = good.clone();
        damaged[3] ^= 1;
        assertTrue(refusal(damaged).contains("damaged"));
        for (int cut : new int[] {0, 1, 511, 512, 600, 1024, 1500, good.length - 1}) {
            refusal(Arrays.copyOf(good, cut));
        }
        assertTrue(refusal(concat(good, new byte[] {1})).contains("behind its end"));
        assertEquals(Map.of("aa/bb", "hello"), read(concat(good, new byte[7168])));
        assertTrue(refusal(concat(good, new byte[1 << 20])).contains("behind its end"));
    }

    @Test
    void namesThatClashAreRefused() throws IOException {
        assertTrue(refusal(archive(w -> {
            file(w, "a", "");
            file(w, "a", "");
        })).contains("clashes"));
        assertTrue(refusal(archive(w -> {
            file(w, "a", "");
            file(w, "a/b", "");
        })).contains("clashes"));
        assertTrue(refusal(archive(w -> {
            file(w, "a/b/c", "");
            file(w, "a/b", "");
        })).contains("clashes"));
        assertEquals(2, read(archive(w -> {
            file(w, "a/b", "");
            w.directory("a");
        })).size());
    }

    @Test
    void aWriterRefusesWhatCantBeRead() {
        assertThrows(IOException.class, () -> archive(w -> file(w, "../a", "")));
        assertThrows(IOException.class, () -> archive(w -> file(w, "n".repeat(101), "")));
        assertThrows(IOException.class, () -> archive(w -> w.file("a", false, 5, InputStream.nullInputStream())));
    }

    @Test
    void noGarbageIsReadWithoutEnd() throws IOException {
        byte[] good = archive(w -> {
            w.directory("d");
            file(w, "d/a", "hello");
        });
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] b = good.clone();
            b[random.nextInt(b.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                read(random.nextBoolean() ? b : summed(b));
            } catch (IOException e) {
                assertTrue(e.getMessage() != null);
            }
        }
    }

    private static byte[] renamed(byte[] archive, String name) {
        byte[] b = archive.clone();
        System.arraycopy(bytes(name), 0, b, 0, 5);
        return summed(b);
    }

    private static byte[] summed(byte[] archive) {
        byte[] b = archive.clone();
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? 32 : b[i] & 0xFF;
        }
        System.arraycopy(bytes(String.format("%06o\0 ", sum)), 0, b, 148, 8);
        return b;
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    @Test
    void theBytesOfFilesAreReadUnchanged() throws IOException {
        byte[] data = new byte[100_000];
        new Random(2).nextBytes(data);
        byte[] a = archive(w -> w.file("data", false, data.length, new ByteArrayInputStream(data)));
        FileArchive.read(new ByteArrayInputStream(a), (e, in) -> assertArrayEquals(data, in.readAllBytes()));
    }
}
