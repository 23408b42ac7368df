package org.zennet.virtualization.sandbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Container;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.FileArchive;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/** The publisher's witness in a real guest, beside the provider's meter. */
class WitnessTest {
    private static final Pattern LINE = Pattern.compile("(?s)(.*)zennet-witness 1 cpu=(\\d+) memory=(\\d+) wall=(\\d+)\n");

    private static final Pattern WATCH = Pattern.compile("zennet-witness 2 wall=(\\d+) cpu=(\\d+) memory=(\\d+) held=\\d+ read=(\\d+|-) written=(\\d+|-)");

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

    private static byte[] witness() throws Exception {
        String root = System.getProperty("zennet.root", "");
        Assumptions.assumeTrue(!root.isEmpty(), "SKIPPED: zennet.root names no checkout");
        String arch = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        return Files.readAllBytes(Path.of(root, "bundles/org.zennet.publisher/src/org/zennet/publisher/internal/file/witness/witness-" + arch));
    }

    private static TaskSpec task(String id, String line) throws Exception {
        byte[] program = witness();
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
        assertTrue(seen.get(1) >= used.get(Counter.MEMORY) * 4 / 5 - 5_000_000 && seen.get(1) <= used.get(Counter.MEMORY) * 5 / 4 + 5_000_000, "the meter counts " + used.get(Counter.MEMORY) + " byte-seconds, the witness saw " + seen.get(1));
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

    private static void run(Container c, String line) throws Exception {
        try (GuestProcess p = c.exec(new ExecSpec(List.of("/bin/sh", "-c", line), Map.of(), Optional.empty()))) {
            p.stdin().close();
            assertEquals(0, p.exit().get(60, TimeUnit.SECONDS));
        }
    }

    /** The last line that says something of a guest, word by word. */
    private static Map<String, Long> reading(BufferedReader from, long after) throws Exception {
        while (true) {
            Matcher m = WATCH.matcher(String.valueOf(from.readLine()));
            assertTrue(m.matches(), "the witness goes on");
            if (Long.parseLong(m.group(1)) >= after) {
                return Map.of("wall", Long.parseLong(m.group(1)), "cpu", Long.parseLong(m.group(2)), "memory", Long.parseLong(m.group(3)), "written",
                        m.group(5).equals("-") ? -1 : Long.parseLong(m.group(5)));
            }
        }
    }

    @Test
    void besideThePeopleOfARentedMachineItSeesWhatTheirProgramsUseThatCameAndWent() throws Exception {
        Container c = sandboxes.start(sandboxes.shell(), new Resources(1000, 128L << 20, 0));
        byte[] program = witness();
        try (GuestProcess w = c.exec(new ExecSpec(List.of("/bin/sh", "-c", "head -c " + program.length + " >w && chmod 700 w && exec ./w --watch 250"), Map.of(),
                Optional.empty())); BufferedReader said = new BufferedReader(new InputStreamReader(w.stdout(), StandardCharsets.UTF_8))) {
            w.stdin().write(program);
            w.stdin().flush();
            Map<String, Long> first = reading(said, 0);
            long began = System.nanoTime();
            UsageVector before = c.usage();
            run(c, "test ! -e w"); // it removed its file
            for (int i = 0; i < 20; i++) { // each is gone before anybody looks again
                run(c, "perl -e 'for (1..1_000_000) {}'");
            }
            run(c, "(perl -e 'for (1..10_000_000) {}' &); true"); // left behind, with nobody who waits for it but the first process
            // a file in memory and memory of its own, held for a while
            run(c, "head -c 30000000 /dev/zero >file; perl -e '$x = \"y\" x 30_000_000; for (1..40_000_000) {}'; rm file");
            UsageVector used = c.usage().since(before);
            Map<String, Long> last = reading(said, first.get("wall") + (System.nanoTime() - began) / 1_000_000 + 250); // what was said in the meantime waits here
            long cpu = last.get("cpu") - first.get("cpu");
            assertTrue(used.get(Counter.CPU) >= 500_000, "the meter counts " + used.get(Counter.CPU) + " us");
            assertTrue(used.get(Counter.CPU) <= cpu * 21 / 20 + 100_000, "the meter counts " + used.get(Counter.CPU) + " us, the witness saw " + cpu);
            assertTrue(cpu <= used.get(Counter.CPU) * 3 / 2 + 300_000, "the meter counts " + used.get(Counter.CPU) + " us, the witness saw " + cpu);
            long memory = last.get("memory") - first.get("memory");
            assertTrue(used.get(Counter.MEMORY) >= 20_000_000, "the meter counts " + used.get(Counter.MEMORY) + " byte-seconds");
            assertTrue(used.get(Counter.MEMORY) <= memory * 5 / 4 + 20_000_000, "the meter counts " + used.get(Counter.MEMORY) + ", the witness saw " + memory);
        }
    }
}
