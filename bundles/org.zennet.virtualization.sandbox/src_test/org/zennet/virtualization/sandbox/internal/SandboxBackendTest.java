package org.zennet.virtualization.sandbox.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.zennet.virtualization.sandbox.internal.Sandboxes.err;
import static org.zennet.virtualization.sandbox.internal.Sandboxes.out;
import static org.zennet.virtualization.sandbox.internal.Sandboxes.sh;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Isolation;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.Reading;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.image.FileArchive;
import org.zennet.virtualization.image.ImageWriter;
import org.zennet.virtualization.seccomp.Processor;

class SandboxBackendTest {
    @TempDir
    static Path directory;
    static Sandboxes boxes;

    @BeforeAll
    static void begin() throws Exception {
        boxes = new Sandboxes(directory);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (Container c : boxes.backend.survivors()) {
            c.stop();
            assertEquals(List.of(), boxes.left(c.leaseId()), "left of " + c.leaseId());
        }
    }

    @AfterAll
    static void end() {
        if (boxes != null) {
            boxes.close();
        }
    }

    @Test
    void theProbeTriesToGetOutAndSellsWhatHeld() throws Exception {
        Capabilities c = boxes.backend.probe();
        assertEquals(Isolation.SANDBOX, c.isolation());
        assertTrue(c.outlivesNode());
        assertTrue(c.largest().disk() > 0, c.notes());
        assertEquals(Set.of("cpu", "memory", "wall", "output", "disk", "pids"), c.limits());
        assertTrue(c.features().containsAll(Set.of(Capabilities.SHELL, Capabilities.FILES, Capabilities.FREEZE,
                Capabilities.PROGRAMS, Capabilities.READOPT)));
    }

    @Test
    void aTaskRunsAsNobodyAndTellsItsExitCodeOutputAndErrors() throws Exception {
        Container c = boxes.start();
        Outcome o = sh(c, "a", "id -u; echo wrong >&2; exit 7");
        assertEquals(Reason.EXITED, o.reason());
        assertEquals(7, o.exitCode());
        assertEquals("65534\n", out(o));
        assertEquals("wrong\n", err(o));
        assertEquals(128 + 11, sh(c, "b", "kill -SEGV $$").exitCode());
        Outcome none = sh(c, "c", ":");
        assertTrue(none.succeeded());
        assertEquals(0, none.stdout().length);
        assertEquals("8\u00e9\u4e16\ud83d\ude00 x", out(c.run(new TaskSpec("d", List.of("-c", "printf %s \"$A\" \"$1\"", "sh", "\u4e16\ud83d\ude00 x"),
                Map.of("A", "8\u00e9"), new byte[0], 10_000, 100))));
    }

    @Test
    void aTaskThatRanIsNotRunAgainAndAnotherOneOfItsNameIsRefused() throws Exception {
        Container c = boxes.start();
        Outcome first = sh(c, "a", "cat /proc/sys/kernel/random/uuid");
        assertEquals(out(first), out(sh(c, "a", "cat /proc/sys/kernel/random/uuid")));
        assertThrows(ContainerException.class, () -> sh(c, "a", "echo other"));
    }

    @Test
    void allContainersAreReadByOneQuestion() throws Exception {
        Container a = boxes.start();
        Container b = boxes.start();
        assertTrue(sh(a, "a", "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done").succeeded());
        UsageVector before = a.usage();
        Map<String, Reading> all = boxes.backend.read(List.of(a, b));
        assertEquals(Set.of(a.leaseId(), b.leaseId()), all.keySet());
        assertTrue(all.get(a.leaseId()).usage().isAtLeast(before));
        assertTrue(all.get(a.leaseId()).usage().get(Counter.CPU) > all.get(b.leaseId()).usage().get(Counter.CPU));
        assertTrue(all.get(b.leaseId()).ended().isEmpty());
        b.stop();
        all = boxes.backend.read(List.of(a, b));
        assertTrue(all.get(b.leaseId()).ended().isPresent());
        assertTrue(all.get(a.leaseId()).ended().isEmpty());
    }

    @Test
    void largeInputAndOutputPassUnchanged() throws Exception {
        Container c = boxes.start();
        byte[] in = new byte[5 << 20];
        new Random(7).nextBytes(in);
        Outcome o = c.run(new TaskSpec("a", List.of("-c", "cat; head -c 3000000 /dev/zero >&2"), Map.of(), in, 30_000, 6 << 20));
        assertEquals(Reason.EXITED, o.reason(), o.detail());
        assertArrayEquals(in, o.stdout());
        assertEquals(64 << 10, o.stderr().length);
        Outcome unread = c.run(new TaskSpec("b", List.of("-c", "exit 3"), Map.of(), in, 30_000, 100));
        assertEquals(3, unread.exitCode());
        Outcome flood = c.run(new TaskSpec("c", List.of("-c", "cat /dev/zero"), Map.of(), new byte[0], 30_000, 100_000));
        assertEquals(Reason.OUTPUT_LIMIT, flood.reason());
        assertEquals(100_000, flood.stdout().length);
    }

    @Test
    void manyLargeInputsAtOnceDoNotFillTheKeeper() throws Exception {
        byte[] in = new byte[16 << 20];
        new Random(3).nextBytes(in);
        java.util.List<CompletableFuture<Outcome>> all = new java.util.ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Container c = boxes.start(boxes.shell(), new Resources(200, 32L << 20, 0));
            all.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return c.run(new TaskSpec("a", List.of("-c", "wc -c"), Map.of("PATH", "/usr/bin:/bin"), in, 60_000, 100));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (CompletableFuture<Outcome> o : all) {
            assertEquals("16777216\n", out(o.get()), o.get().detail());
        }
        assertThrows(ContainerException.class, () -> boxes.start().run(new TaskSpec("b", List.of("x".repeat(3 << 20)), Map.of(),
                new byte[0], 10_000, 100)));
    }

    @Test
    void whatDoesNotEndIsEndedWhateverItIgnores() throws Exception {
        Container c = boxes.start();
        String stubborn = "trap '' TERM INT HUP QUIT; (setsid sh -c 'trap \"\" TERM; sleep 1000' &) ; sleep 1000";
        Outcome late = c.run(new TaskSpec("a", List.of("-c", stubborn), Map.of(), new byte[0], 500, 100));
        assertEquals(Reason.TIMEOUT, late.reason());
        CompletableFuture<Outcome> running = CompletableFuture.supplyAsync(() -> {
            try {
                return c.run(new TaskSpec("b", List.of("-c", "echo up; " + stubborn), Map.of(), new byte[0], 60_000, 100));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        long before = c.usage().get(Counter.CPU);
        while (c.usage().get(Counter.CPU) <= before + 1000 && !running.isDone()) {
            Thread.onSpinWait();
        }
        c.cancel();
        assertEquals(Reason.CANCELLED, running.get().reason());
        assertEquals("", out(sh(c, "c", "grep -l sleep /proc/[0-9]*/comm 2>/dev/null; true")));
    }

    @Test
    void daemonsOfATaskDieWithItAndShellsBesideItDoNot() throws Exception {
        Container c = boxes.start();
        try (var shell = c.exec(new org.zennet.api.container.ExecSpec(List.of("/bin/sh", "-c", "read x; echo $x"), Map.of(),
                java.util.Optional.empty()))) {
            assertTrue(sh(c, "a", "(setsid sleep 999 >/dev/null 2>&1 &); exit 0").succeeded());
            String left = out(sh(c, "b", "grep -l sleep /proc/[0-9]*/comm 2>/dev/null; true"));
            assertEquals("", left);
            shell.stdin().write("still here\n".getBytes(StandardCharsets.UTF_8));
            shell.stdin().flush();
            assertEquals("still here\n", new String(shell.stdout().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(0, shell.exit().get());
        }
    }

    @Test
    void moreMemoryThanRentedEndsTheTaskAndNotTheContainer() throws Exception {
        Container c = boxes.start();
        Outcome o = sh(c, "a", "exec tail /dev/zero");
        assertEquals(Reason.OUT_OF_MEMORY, o.reason(), o.detail() + err(o));
        assertTrue(sh(c, "b", "true").succeeded());
    }

    @Test
    void filesGoInAndComeOutAndTheDirectoryIsTheTasksAlone() throws Exception {
        Container c = boxes.start();
        FileArchive in = new FileArchive(1 << 20);
        in.file("data/in.txt", "hello".getBytes(StandardCharsets.UTF_8), false);
        in.file("run.sh", "#!/bin/sh\ncat data/in.txt".getBytes(StandardCharsets.UTF_8), true);
        in.directory("empty");
        TaskSpec task = new TaskSpec("a", List.of("-c", "./run.sh && test -d empty && mkdir -p out/deep && echo b > out/deep/b "
                + "&& echo a > out/a && chmod +x out/a && ln -s /etc/passwd out/link && mkfifo out/pipe && echo x > ignored"),
                Map.of("PATH", "/usr/bin:/bin"), new byte[0], 20_000, 1 << 20, in.toBytes(), List.of("out", "absent", "run.sh"));
        Outcome o = c.run(task);
        assertEquals(0, o.exitCode(), err(o) + o.detail());
        assertEquals("hello", out(o));
        FileArchive expected = new FileArchive(1 << 20);
        expected.directory("out");
        expected.directory("out/deep");
        expected.file("out/a", "a\n".getBytes(StandardCharsets.UTF_8), true);
        expected.file("out/deep/b", "b\n".getBytes(StandardCharsets.UTF_8), false);
        expected.file("run.sh", "#!/bin/sh\ncat data/in.txt".getBytes(StandardCharsets.UTF_8), true);
        assertArrayEquals(expected.toBytes(), o.files());
        assertArrayEquals(o.files(), c.run(task).files(), "kept");
        assertEquals("/work/b\n", out(sh(c, "b", "ls /work/" + task.taskId() + " 2>/dev/null; ls; pwd")), "nothing of the one before, and a place by its id");
        TaskSpec large = new TaskSpec("c", List.of("-c", "head -c 5000 /dev/zero > big"), Map.of("PATH", "/usr/bin:/bin"), new byte[0], 20_000,
                4999, new byte[0], List.of("big"));
        assertEquals(Reason.OUTPUT_LIMIT, c.run(large).reason());
    }

    @Test
    void aFullDiskIsTheTasksOwnTroubleAndEndsWhereItsSizeDoes() throws Exception {
        Container c = boxes.start(boxes.shell(), new Resources(1000, 64L << 20, 8L << 20));
        Outcome o = sh(c, "a", "head -c 100000000 /dev/zero > big; wc -c < big");
        assertTrue(err(o).contains("No space left"), err(o));
        long written = Long.parseLong(out(o).strip());
        assertTrue(written > 4_000_000 && written < 8 << 20, "written: " + written);
        assertTrue(sh(c, "b", "echo room > again").succeeded());
    }

    @Test
    void whatIsUsedIsMetered() throws Exception {
        Container c = boxes.start();
        UsageVector before = c.usage();
        Outcome o = sh(c, "a", "head -c 4000000 /dev/urandom > f && sync f; i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done");
        assertTrue(o.succeeded(), err(o));
        UsageVector used = c.usage().since(before);
        assertTrue(o.usage().get(Counter.CPU) > 50_000, "cpu: " + o.usage());
        assertTrue(used.get(Counter.CPU) >= o.usage().get(Counter.CPU));
        assertTrue(o.usage().get(Counter.MEMORY) > 0);
        long disk = used.get(Counter.DISK_WRITTEN);
        assertTrue(disk >= 4_000_000 && disk < 5_000_000, "written: " + disk);
        c.stop();
        assertEquals(c.usage(), c.usage());
    }

    @Test
    void frozenItUsesNoProcessorTime() throws Exception {
        Container c = boxes.start();
        var spin = CompletableFuture.supplyAsync(() -> {
            try {
                return c.run(new TaskSpec("a", List.of("-c", "while :; do :; done"), Map.of(), new byte[0], 60_000, 10));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        while (c.usage().get(Counter.CPU) < 100_000) {
            Thread.onSpinWait();
        }
        c.freeze(true);
        UsageVector one = c.usage();
        while (c.usage().get(Counter.WALL) < one.get(Counter.WALL) + 300) {
            Thread.onSpinWait();
        }
        UsageVector two = c.usage();
        assertEquals(one.get(Counter.CPU), two.get(Counter.CPU));
        assertEquals(one.get(Counter.MEMORY), two.get(Counter.MEMORY));
        c.freeze(false);
        while (c.usage().get(Counter.CPU) < two.get(Counter.CPU) + 50_000) {
            Thread.onSpinWait();
        }
        c.freeze(true);
        c.cancel();
        assertEquals(Reason.CANCELLED, spin.get().reason());
    }

    @Test
    void anImageArchiveBecomesTheRoot() throws Exception {
        byte[] busybox = Files.readAllBytes(Path.of("/bin/busybox").toRealPath());
        org.junit.jupiter.api.Assumptions.assumeTrue(new String(busybox, StandardCharsets.ISO_8859_1).contains("BusyBox"),
                "SKIPPED: no static busybox here");
        ImageWriter w = new ImageWriter().program("bin/busybox", busybox).link("bin/sh", "busybox").link("bin/ls", "busybox");
        Path image = boxes.image(w.toBytes(Processor.here().orElseThrow().image(), List.of("/bin/sh"), List.of("-c", "echo by itself")));
        Container c = boxes.start(image, Sandboxes.SMALL);
        assertEquals("by itself\n", out(c.run(new TaskSpec("a", List.of(), Map.of(), new byte[0], 10_000, 1000))));
        assertEquals("bin\ndev\netc\nproc\ntmp\nwork\n", out(c.run(new TaskSpec("b", List.of("/"), Map.of(), new byte[0], 10_000, 1000,
                new byte[0], List.of(), List.of("ls")))));
        Outcome none = c.run(new TaskSpec("c", List.of(), Map.of(), new byte[0], 10_000, 1000, new byte[0], List.of(), List.of("absent")));
        assertEquals(127, none.exitCode());
        assertTrue(none.detail().contains("absent"), none.detail());
    }

    @Test
    void aBrokenImageIsTheGuestsFault() throws Exception {
        Container c = boxes.start(boxes.image("no image at all".getBytes(StandardCharsets.UTF_8)), Sandboxes.SMALL);
        Outcome o = sh(c, "a", "true");
        assertEquals(Reason.INVALID_IMAGE, o.reason());
        assertFalse(o.detail().isEmpty());
    }

    @Test
    void timeAndNeglectEndIt() throws Exception {
        Container wall = boxes.start(boxes.shell(), Sandboxes.SMALL, 1500, 60_000);
        Container idle = boxes.start(boxes.shell(), Sandboxes.SMALL, 60_000, 1000);
        Outcome o = sh(wall, "a", "sleep 100");
        assertEquals(Reason.CONTAINER_ENDED, o.reason());
        assertTrue(wall.ended().orElse("").contains("wall-clock"), wall.ended().toString());
        while (idle.ended().isEmpty()) {
            Thread.onSpinWait();
        }
        assertTrue(idle.ended().get().contains("nobody touched it"), idle.ended().toString());
    }

    @Test
    void twoOfThemDoNotSeeEachOther() throws Exception {
        Container a = boxes.start();
        Container b = boxes.start();
        assertTrue(sh(a, "a", "echo mine > /tmp/x; echo mine > /work/x").succeeded());
        assertEquals("", out(sh(b, "a", "cat /tmp/x /work/x 2>/dev/null")));
        assertEquals("lo\n", out(sh(a, "b", "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")));
    }

}
