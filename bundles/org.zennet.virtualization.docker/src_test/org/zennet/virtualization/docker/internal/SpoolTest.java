package org.zennet.virtualization.docker.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.Outcomes;

class SpoolTest {
    @TempDir
    private Path directory;

    private static final TaskSpec TASK = new TaskSpec("t-1", List.of("a"), Map.of(), new byte[] {7}, 5000, 100, new byte[0],
            List.of("out"));

    private static Spool.Begun begun(int number) {
        return new Spool.Begun(number, "t-1", Outcomes.fingerprint(TASK), UsageVector.ZERO.with(Counter.CPU, 9), 2, 5000, 100);
    }

    private Path inside(Spool s) {
        return s.outside().resolve(s.name());
    }

    private void exit(Spool s, int number, int... words) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int w : words) {
            b.putInt(w);
        }
        Files.write(inside(s).resolve(number + ".exit"), b.array());
    }

    @Test
    void othersPassTheDirectoryAndDoNotSeeWhatIsIn() throws IOException {
        Spool s = new Spool(directory, false);
        assertEquals("rwx--x--x", PosixFilePermissions.toString(Files.getPosixFilePermissions(s.outside())));
        assertTrue(s.name().matches("[0-9a-f]{32}"), s.name());
        assertEquals(s.name(), new Spool(directory, false).name(), "the same in another life");
    }

    @Test
    void anotherLifeFindsWhatWasBegun() throws IOException {
        new Spool(directory, false).begin(begun(77), TASK, List.of("/bin/x", "a"), List.of("K=V"), new byte[] {1, 2});
        Spool later = new Spool(directory, false);
        assertEquals(Optional.of(begun(77)), later.begun());
        assertArrayEquals(new byte[] {7}, later.read(77, ".in", 10));
        assertArrayEquals(new byte[] {1, 2}, later.read(77, ".tar", 10));
        later.remove(77);
        assertEquals(Optional.empty(), later.begun());
        assertEquals(0, later.read(77, ".in", 10).length);
    }

    @Test
    void theOrderIsAsTheFirstProcessReadsIt() throws IOException {
        Spool s = new Spool(directory, false);
        s.begin(begun(1), TASK, List.of("/bin/x", "a"), List.of("K=V"), new byte[0]);
        ByteBuffer b = ByteBuffer.wrap(s.read(1, ".task", 1000)).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(5000, b.getLong());
        assertEquals(100, b.getLong());
        assertEquals(List.of(2, 1, 1, 0), List.of(b.getInt(), b.getInt(), b.getInt(), b.getInt()));
        byte[] words = new byte[b.remaining()];
        b.get(words);
        assertEquals("/bin/x\0a\0K=V\0out\0", new String(words, StandardCharsets.UTF_8));
    }

    @Test
    void anEndIsReadAndNonsenseRefused() throws IOException {
        Spool s = new Spool(directory, false);
        assertEquals(Optional.empty(), s.exit(5));
        exit(s, 5, 1, 0, 42, 0, 1000, 0);
        assertEquals(new Spool.Exit(Spool.End.EXITED, 42, 0), s.exit(5).orElseThrow());
        exit(s, 6, 1, 4, 0, 2, 1000, 0);
        assertEquals(Spool.End.NOT_STARTED, s.exit(6).orElseThrow().end());
        exit(s, 7, 2, 0, 0, 0, 0, 0);
        assertThrows(IOException.class, () -> s.exit(7));
        exit(s, 8, 1, 99, 0, 0, 0, 0);
        assertThrows(IOException.class, () -> s.exit(8));
        exit(s, 9, 1);
        assertThrows(IOException.class, () -> s.exit(9));
    }

    @Test
    void linksAreNotReadAndNoMoreThanAsked() throws IOException {
        Spool s = new Spool(directory, false);
        Path secret = Files.writeString(directory.resolve("secret"), "s");
        Files.createSymbolicLink(inside(s).resolve("3.out"), secret);
        assertEquals(0, s.read(3, ".out", 10).length);
        Files.write(inside(s).resolve("4.out"), new byte[100]);
        assertEquals(10, s.read(4, ".out", 10).length);
    }

    @Test
    void argumentsWithoutEndAreRefused() throws IOException {
        Spool s = new Spool(directory, false);
        assertThrows(IOException.class, () -> s.begin(begun(1), TASK, List.of("x".repeat(2 << 20)), List.of(), new byte[0]));
        assertFalse(Files.exists(inside(s).resolve("1.task")));
    }
}
