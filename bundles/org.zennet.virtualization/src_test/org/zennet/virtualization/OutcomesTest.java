package org.zennet.virtualization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.cgroup.Meter;

class OutcomesTest {
    @TempDir
    private Path directory;

    private static TaskSpec task(byte[] files, String... outputs) {
        return new TaskSpec("t", List.of("a"), Map.of("K", "V"), new byte[] {1}, 1000, 10, files, List.of(outputs));
    }

    private static Outcome outcome(int bytes) {
        return new Outcome(Reason.EXITED, 3, new byte[bytes], "err".getBytes(StandardCharsets.UTF_8),
                UsageVector.ZERO.with(Counter.CPU, 5), "as told", new byte[] {9, 8});
    }

    @Test
    void anotherLifeFindsTheWholeOutcome() throws IOException {
        Hash print = Outcomes.fingerprint(task(new byte[0]));
        new Outcomes(directory).keep("t", print, outcome(4));
        Outcomes later = new Outcomes(directory);
        Outcome o = later.get("t").orElseThrow();
        assertEquals(print, later.fingerprint("t").orElseThrow());
        assertEquals(Reason.EXITED, o.reason());
        assertEquals(3, o.exitCode());
        assertEquals(4, o.stdout().length);
        assertArrayEquals(new byte[] {9, 8}, o.files());
        assertEquals(5, o.usage().get(Counter.CPU));
        assertEquals("as told", o.detail());
    }

    @Test
    void theFingerprintTellsFilesOutputsAndCommandsApart() {
        Hash plain = Outcomes.fingerprint(task(new byte[0]));
        assertNotEquals(plain, Outcomes.fingerprint(task(new byte[512])));
        assertNotEquals(plain, Outcomes.fingerprint(task(new byte[0], "out")));
        TaskSpec t = task(new byte[0]);
        assertNotEquals(plain, Outcomes.fingerprint(new TaskSpec(t.taskId(), t.args(), t.environment(), t.stdin(), t.timeoutMillis(), t.maxOutput(),
                t.files(), t.outputs(), List.of("/bin/sh"))));
        assertEquals(plain, Outcomes.fingerprint(task(new byte[0])));
    }

    @Test
    void theOldestOutputsGoAndThatTheyRanIsKept() throws IOException {
        Outcomes all = new Outcomes(directory);
        Hash print = Outcomes.fingerprint(task(new byte[0]));
        for (int i = 0; i < 5; i++) {
            all.keep("t" + i, print, outcome(16 << 20));
        }
        assertTrue(all.get("t0").isEmpty());
        assertTrue(all.fingerprint("t0").isPresent());
        assertTrue(all.get("t4").isPresent());
        Outcomes later = new Outcomes(directory);
        assertTrue(later.get("t0").isEmpty());
        assertTrue(later.get("t4").isPresent());
    }

    @Test
    void anotherLifeKnowsWhereTheMeterStoodAndWhetherItWasFrozen() throws IOException {
        for (boolean frozen : new boolean[] {true, false}) {
            Meter.Stand s = new Meter.Stand(UsageVector.ZERO.with(Counter.CPU, 7), 1, 2, 3, 4, 5, 6, 8, frozen);
            new Outcomes(directory).stand(s);
            assertEquals(s, new Outcomes(directory).stand().orElseThrow());
        }
        // as an earlier version wrote it
        Path file = directory.resolve("meter");
        String words = Files.readString(file);
        Files.writeString(file, words.substring(0, words.lastIndexOf(' ')));
        assertEquals(8, new Outcomes(directory).stand().orElseThrow().networkOut());
        Files.writeString(file, words + " 1");
        assertTrue(new Outcomes(directory).stand().isEmpty());
    }

    @Test
    void aCutOutcomeIsLeftOut() throws IOException {
        new Outcomes(directory).keep("t", Outcomes.fingerprint(task(new byte[0])), outcome(4));
        Path file = directory.resolve("t.outcome");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 3));
        assertTrue(new Outcomes(directory).fingerprint("t").isEmpty());
    }
}
