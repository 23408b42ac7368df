package org.zennet.virtualization.sandbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Container;
import org.zennet.api.container.FileArchive;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/** The publisher's witness in a real guest, beside the provider's meter. */
class WitnessTest {
    private static final Pattern LINE = Pattern.compile("(?s)(.*)zennet-witness 1 cpu=(\\d+) memory=(\\d+) wall=(\\d+)\n");

    @TempDir
    private static Path directory;
    private static Sandboxes sandboxes;

    @BeforeAll
    static void build() throws Exception {
        sandboxes = new Sandboxes(directory);
    }

    @AfterAll
    static void tearDown() throws Exception {
        if (sandboxes != null) {
            sandboxes.close();
        }
    }

    private static TaskSpec task(String id, String line) throws Exception {
        String root = System.getProperty("zennet.root", "");
        Assumptions.assumeTrue(!root.isEmpty(), "SKIPPED: zennet.root names no checkout");
        String arch = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        byte[] program = Files.readAllBytes(Path.of(root, "bundles/org.zennet.publisher/src/org/zennet/publisher/internal/file/witness/witness-" + arch));
        ByteArrayOutputStream files = new ByteArrayOutputStream();
        try (FileArchive.Writer w = new FileArchive.Writer(files)) {
            w.file("zennet-witness", true, program.length, new ByteArrayInputStream(program));
        }
        return new TaskSpec(id, List.of("-c", line), Map.of("PATH", "/usr/bin:/bin"), new byte[0], 30_000, 1 << 20, files.toByteArray(), List.of(),
                List.of("./zennet-witness", "sh"));
    }

    private static List<Long> report(Outcome o) {
        Matcher m = LINE.matcher(Sandboxes.err(o));
        assertTrue(m.matches(), Sandboxes.err(o) + o.detail());
        List<Long> all = new ArrayList<>();
        for (int i = 2; i <= 4; i++) {
            all.add(Long.parseLong(m.group(i)));
        }
        return all;
    }

    @Test
    void itSeesTheProcessorThatTheMeterCountsAndNoMoreMemory() throws Exception {
        Container c = sandboxes.start(sandboxes.shell(), new Resources(1000, 128L << 20, 0));
        UsageVector before = c.usage();
        // the memory is held long enough that one look more or less, a tenth of a second, is small beside it
        // a program, one that it waits for, and one that it leaves to itself and ends before it
        Outcome o = c.run(task("busy", "perl -e '$x = \"y\" x 40_000_000; for (1..70_000_000) {}'; (perl -e 'for (1..8_000_000) {}' &); exec perl -e 'for (1..20_000_000) {}'"));
        UsageVector used = c.usage().since(before);
        assertEquals(Outcome.Reason.EXITED, o.reason(), o.detail());
        List<Long> seen = report(o);
        long metered = used.get(Counter.CPU);
        assertTrue(seen.get(0) >= 300_000, "it saw " + seen.get(0) + " us");
        assertTrue(Math.abs(metered - seen.get(0)) <= metered / 20 + 100_000, "the meter counts " + metered + " us, the witness saw " + seen.get(0));
        assertTrue(seen.get(1) >= 5_000_000, "memory it saw: " + seen.get(1));
        assertTrue(seen.get(1) <= used.get(Counter.MEMORY) * 5 / 4, "the meter counts " + used.get(Counter.MEMORY) + " byte-seconds, the witness saw " + seen.get(1));
    }

    @Test
    void theProgramEndsAsItWouldWithoutIt() throws Exception {
        Container c = sandboxes.start();
        Outcome o = c.run(task("code", "echo out; echo err >&2; cat; exit 7"));
        assertEquals(Outcome.Reason.EXITED, o.reason());
        assertEquals(7, o.exitCode());
        assertEquals("out\n", Sandboxes.out(o));
        assertTrue(Sandboxes.err(o).startsWith("err\nzennet-witness 1 "), Sandboxes.err(o));
        assertTrue(report(o).getFirst() < 200_000);
        Outcome plain = Sandboxes.sh(c, "plain", "kill -SEGV $$");
        Outcome killed = c.run(task("killed", "kill -SEGV $$"));
        assertEquals(plain.reason(), killed.reason());
        assertEquals(plain.exitCode(), killed.exitCode());
    }
}
