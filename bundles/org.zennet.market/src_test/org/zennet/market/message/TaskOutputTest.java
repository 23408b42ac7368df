package org.zennet.market.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.FileArchive;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.UsageVector;

class TaskOutputTest {
    private static final Task PLAIN = (Task) MessagesTest.samples().get("task");
    private static final Task WITH_FILES = (Task) MessagesTest.samples().get("task-with-files");

    private static Outcome outcome(String stdout, byte[] files) {
        return new Outcome(Outcome.Reason.EXITED, 0, stdout.getBytes(StandardCharsets.UTF_8), new byte[0], UsageVector.ZERO, "", files);
    }

    private static byte[] archive(String... files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FileArchive.Writer w = new FileArchive.Writer(out)) {
            for (String f : files) {
                w.file(f, false, f.length(), new ByteArrayInputStream(f.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return out.toByteArray();
    }

    private static Map<String, String> read(byte[] result) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        TaskOutput.read(new ByteArrayInputStream(result), stdout, (e, in) -> all.put(e.name(), new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        all.put("", stdout.toString(StandardCharsets.UTF_8));
        return all;
    }

    @Test
    void withoutOutputsTheResultIsWhatTheProgramWrote() {
        Outcome o = outcome("hello", new byte[0]);
        assertSame(o.stdout(), TaskOutput.of(PLAIN, o));
        assertEquals(1 << 20, TaskOutput.most(PLAIN));
    }

    @Test
    void withOutputsItIsAnArchiveOfStandardOutputAndFiles() throws IOException {
        byte[] result = TaskOutput.of(WITH_FILES, outcome("hello", archive("fold.pdb", "log/a")));
        assertEquals(Map.of("", "hello", "fold.pdb", "fold.pdb", "log/a", "log/a"), read(result));
        assertArrayEquals(archive2("hello"), TaskOutput.of(WITH_FILES, outcome("hello", new byte[0])), "files that are not there are left out");
    }

    private static byte[] archive2(String stdout) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FileArchive.Writer w = new FileArchive.Writer(out)) {
            w.file("stdout", false, stdout.length(), new ByteArrayInputStream(stdout.getBytes(StandardCharsets.UTF_8)));
        }
        return out.toByteArray();
    }

    @Test
    void theBytesAreThoseThatWereAgreed() throws Exception {
        byte[] sha = java.security.MessageDigest.getInstance("SHA-256")
                .digest(TaskOutput.of(WITH_FILES, outcome("hello\n", archive("fold.pdb", "log"))));
        // printf 'hello\n' >stdout; printf fold.pdb >fold.pdb; printf log >log
        // tar --format=ustar --mode=0644 --owner=0 --group=0 --numeric-owner --mtime=@0 -b 1 -cf - stdout fold.pdb log | sha256sum
        assertEquals("1c793d1fedae90200296adff6c09075a00de2c04e506d1d0c1c3a0914864f9e1", java.util.HexFormat.of().formatHex(sha));
    }

    @Test
    void whatIsNoResultIsRefused() throws IOException {
        assertTrue(assertThrows(IOException.class, () -> read(archive("fold.pdb"))).getMessage().contains("standard output"));
        assertTrue(assertThrows(IOException.class, () -> read(archive())).getMessage().contains("standard output"));
        assertTrue(assertThrows(IOException.class, () -> read(TaskOutput.of(WITH_FILES, outcome("a", archive("stdout"))))).getMessage().contains("clashes"));
        assertThrows(IOException.class, () -> read(TaskOutput.of(WITH_FILES, outcome("a", new byte[] {1, 2, 3}))));
        assertEquals(List.of("", "a"), read(TaskOutput.of(WITH_FILES, outcome("a", archive("a")))).keySet().stream().sorted().toList());
    }
}
