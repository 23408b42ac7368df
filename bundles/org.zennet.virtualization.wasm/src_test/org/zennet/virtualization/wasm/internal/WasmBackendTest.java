package org.zennet.virtualization.wasm.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.FileArchive;
import org.zennet.api.container.Isolation;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/** What well-behaved work sees. */
class WasmBackendTest {
    @TempDir(cleanup = CleanupMode.ALWAYS)
    static Path directory;
    static Bench bench;

    @BeforeAll
    static void open() throws Exception {
        bench = new Bench(directory);
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @Test
    void aProbeTellsWhatIsReallyEnforced() throws Exception {
        Capabilities c = bench.backend.probe();
        assertEquals(sandbox() ? Isolation.WASM_SANDBOXED : Isolation.WASM, c.isolation(), c.notes());
        assertTrue(c.deterministic() && c.outlivesNode());
        assertTrue(c.limits().containsAll(List.of("memory", "wall", "output")));
        assertEquals(0, c.largest().disk());
        assertEquals(java.util.Set.of(Capabilities.FILES, Capabilities.FREEZE, Capabilities.READOPT), c.features());
        System.out.println("probe: " + c);
    }

    private static boolean sandbox() {
        return Files.exists(Path.of("/usr/bin/bwrap"));
    }

    /** The child itself, where a sandbox is around it. */
    private static long inner(long pid) throws Exception {
        String children = Files.readString(Path.of("/proc/" + pid + "/task/" + pid + "/children")).strip();
        return children.isEmpty() ? pid : Long.parseLong(children);
    }

    @Test
    void aChildInASandboxSeesNothingOfThisMachine() throws Exception {
        assumeTrue(sandbox(), "the sandbox around children needs bubblewrap (releng/os-packages.sh test)");
        Container c = bench.start("boxed", Wasm.loop());
        long outer = bench.children().stream().filter(p -> commandLine(p).contains("zennet.lease=boxed")).findFirst().orElseThrow();
        Path inner = Path.of("/proc/" + inner(outer));
        for (String space : List.of("net", "mnt", "pid", "ipc", "uts", "user", "cgroup")) {
            assertFalse(Files.readSymbolicLink(inner.resolve("ns/" + space)).equals(Files.readSymbolicLink(Path.of("/proc/self/ns/" + space))),
                    space);
        }
        String status = Files.readString(inner.resolve("status"));
        assertTrue(status.contains("Seccomp:\t2") && status.contains("CapEff:\t0000000000000000"), status);
        assertFalse(status.matches("(?s).*Uid:[0-9\\s]*\\s0\\s.*Gid.*"), status);
        try (var root = Files.list(inner.resolve("root"))) {
            List<String> names = root.map(p -> p.getFileName().toString()).sorted().toList();
            assertTrue(List.of("dev", "etc", "lib", "lib32", "lib64", "proc", "run", "tmp", "usr", "opt").containsAll(names), "" + names);
        }
        assertFalse(Files.exists(inner.resolve("root/etc/passwd")));
        String mounts = Files.readString(inner.resolve("mounts"));
        assertTrue(mounts.lines().filter(l -> l.contains(" rw,")).allMatch(l -> l.matches("\\S+ (/tmp|/dev/shm|/proc|/dev/pts|/dev/[a-z]+) .*")), mounts);
        try (var fds = Files.list(inner.resolve("fd"))) {
            assertTrue(fds.count() < 30);
        }
        c.stop();
        Bench.await("it ends with its sandbox", () -> {
            try {
                return Files.readString(inner.resolve("status")).contains("State:\tZ");
            } catch (java.io.IOException e) {
                return true;
            }
        });
    }

    @Test
    void withoutASandboxItWorksAndSellsLess() throws Exception {
        try (Bench plain = new Bench(directory.resolve("plain"), 2000, true, 0, false, 30)) {
            assertEquals(Isolation.WASM, plain.backend.probe().isolation());
            assertTrue(plain.backend.probe().notes().contains("no sandbox around children"));
            assertTrue(plain.once("plain", Wasm.nothing(), Bench.task("t")).succeeded());
        }
    }

    @Test
    void aTaskReadsItsInputAndWritesItsOutput() throws Exception {
        byte[] input = new byte[300_000];
        new Random(1).nextBytes(input);
        Container c = bench.start("echo", Wasm.echo());
        Outcome o = c.run(Bench.task("first", input));
        assertEquals(Reason.EXITED, o.reason(), o.detail());
        assertEquals(0, o.exitCode());
        assertArrayEquals(input, o.stdout());
        assertTrue(o.succeeded());
        assertEquals(0, c.run(Bench.task("second")).stdout().length);
        c.stop();
        assertEquals("stopped", c.ended().orElseThrow());
        c.stop();
    }

    @Test
    void moreThanSixteenMebibytesPassThroughBothEndsOfASmallContainer() throws Exception {
        byte[] input = new byte[(40 << 20) + 77];
        new Random(2).nextBytes(input);
        Container c = bench.start(bench.spec("stream", Wasm.echo(), 16 * Bench.MEBIBYTE, 600_000, 600_000));
        Outcome o = c.run(Bench.task("t", input, 60_000, input.length));
        assertEquals(Reason.EXITED, o.reason(), o.detail());
        assertArrayEquals(input, o.stdout());
        byte[] most = new byte[64 << 20];
        assertTrue(c.run(Bench.task("unread", most, 60_000, 1)).reason() == Reason.OUTPUT_LIMIT, "it stops in the middle");
        assertThrows(ContainerException.class, () -> c.run(Bench.task("more", new byte[most.length + 1], 60_000, 1)));
        assertArrayEquals(new byte[] {5}, c.run(Bench.task("after", new byte[] {5})).stdout());
        c.stop();
    }

    @Test
    void outputLargerThanMemoryOfTheKeeperPassesThrough() throws Exception {
        Outcome o = bench.once("pages", Wasm.pages(320), Bench.task("t", new byte[0], 20_000, 32 << 20));
        assertEquals(Reason.EXITED, o.reason(), o.detail());
        assertEquals(320 << 16, o.stdout().length);
    }

    private static byte[] archive(String name, byte[] content) throws Exception {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        FileArchive.Writer w = new FileArchive.Writer(out);
        w.file(name, false, content.length, new java.io.ByteArrayInputStream(content));
        w.close();
        return out.toByteArray();
    }

    @Test
    void filesGoInAndOut() throws Exception {
        byte[] content = new byte[50_000];
        new Random(3).nextBytes(content);
        TaskSpec task = new TaskSpec("t", List.of(), Map.of(), new byte[0], 20_000, 1 << 20, archive("in/a", content),
                List.of("out", "absent"));
        Container c = bench.start("files", Wasm.copy());
        Outcome o = c.run(task);
        assertEquals(Reason.EXITED, o.reason(), o.detail());
        assertArrayEquals(content, o.stdout());
        assertArrayEquals(archive("out", content), o.files());
        Outcome again = c.run(task);
        assertArrayEquals(o.files(), again.files(), "kept with the outcome");
        assertEquals(o.fuel(), again.fuel());
        Outcome without = c.run(new TaskSpec("u", List.of(), Map.of(), new byte[0], 20_000, 1 << 20));
        assertEquals(Reason.TRAPPED, without.reason(), "nothing of one task's files is left for the next");
        Outcome much = c.run(new TaskSpec("v", List.of(), Map.of(), new byte[0], 20_000, 49_999, archive("in/a", content),
                List.of("out")));
        assertEquals(Reason.OUTPUT_LIMIT, much.reason(), much.detail());
        assertEquals(0, much.files().length);
        Outcome none = c.run(new TaskSpec("w", List.of(), Map.of(), new byte[0], 20_000, 1000, "no archive".getBytes(), List.of()));
        assertEquals(Reason.INVALID_IMAGE, none.reason());
        assertTrue(none.detail().contains("files"), none.detail());
        TaskSpec command = new TaskSpec("x", List.of(), Map.of(), new byte[0], 20_000, 1000, new byte[0], List.of(),
                List.of("/bin/sh"));
        assertEquals(Reason.INVALID_IMAGE, c.run(command).reason());
        c.stop();
    }

    @Test
    void manyMebibytesOfFilesGoInAndOut() throws Exception {
        byte[] content = new byte[40 << 20];
        new Random(4).nextBytes(content);
        Wasm w = new Wasm().memory(1);
        w.main(Wasm.code().op(0x01));
        Outcome o = bench.once("large-files", w.toBytes(), new TaskSpec("t", List.of(), Map.of(), new byte[0], 60_000, 64 << 20,
                archive("large", content), List.of("large")));
        assertEquals(Reason.EXITED, o.reason(), o.detail());
        assertArrayEquals(archive("large", content), o.files());
    }

    @Test
    void theExitCodeIsTold() throws Exception {
        Outcome o = bench.once("exit", Wasm.exit(7), Bench.task("t"));
        assertEquals(Reason.EXITED, o.reason());
        assertEquals(7, o.exitCode());
        assertFalse(o.succeeded());
    }

    @Test
    void theSameInputGivesTheSameBytesInEveryContainer() throws Exception {
        Outcome a = bench.once("world-a", Wasm.world(), Bench.task("t"));
        Outcome b = bench.once("world-b", Wasm.world(), Bench.task("u"));
        assertEquals(Reason.EXITED, a.reason(), a.detail());
        assertArrayEquals(a.stdout(), b.stdout());
        assertEquals(a.fuel(), b.fuel());
        assertTrue(a.fuel().isPresent());
        String text = new String(a.stdout(), StandardCharsets.ISO_8859_1);
        assertTrue(text.contains("program\0one\0zwei\0") && text.contains("KEY=value\0"), text);
        Outcome other = bench.once("world-c", Wasm.world(), Bench.task("t", new byte[] {1}));
        assertFalse(java.util.Arrays.equals(a.stdout(), other.stdout()), "other input, other random bytes");
    }

    @Test
    void nothingOfOneTaskIsLeftForTheNext() throws Exception {
        Wasm w = new Wasm().memory(1);
        w.main(Wasm.code().i32(0).op(0x28, 2, 0, 0x04, Wasm.VOID, 0x00, 0x0B).i32(0).i32(1).op(0x36, 2, 0));
        Container c = bench.start("fresh", w.toBytes());
        assertEquals(Reason.EXITED, c.run(Bench.task("a")).reason());
        assertEquals(Reason.EXITED, c.run(Bench.task("b")).reason());
        c.stop();
    }

    @Test
    void sleepingTakesNoTime() throws Exception {
        long before = System.nanoTime();
        Outcome o = bench.once("sleep", Wasm.sleep(3600), Bench.task("t"));
        assertEquals(Reason.EXITED, o.reason(), o.detail());
        assertTrue(System.nanoTime() - before < 20_000_000_000L);
    }

    @Test
    void theSameTaskIsDoneOnceAndTheSameIdWithOtherInputIsRefused() throws Exception {
        Container c = bench.start("once", Wasm.burn(30_000_000));
        Outcome first = c.run(Bench.task("t"));
        UsageVector after = c.usage();
        Outcome again = c.run(Bench.task("t"));
        assertArrayEquals(first.stdout(), again.stdout());
        assertEquals(first.usage(), again.usage());
        assertTrue(c.usage().since(after).get(Counter.CPU) < first.usage().get(Counter.CPU) / 2 + 20_000);
        String message = assertThrows(ContainerException.class,
                () -> c.run(Bench.task("t", new byte[] {1}))).getMessage();
        assertTrue(message.contains("another input"), message);
        c.stop();
    }

    @Test
    void usageNeverFallsAndIsRoughlyTrue() throws Exception {
        Container burning = bench.start("burning", Wasm.burn(400_000_000));
        Container resting = bench.start("resting", Wasm.sleep(10));
        UsageVector before = burning.usage();
        Thread runner = Thread.ofVirtual().start(() -> {
            try {
                burning.run(Bench.task("t"));
            } catch (ContainerException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertEquals(Reason.EXITED, resting.run(Bench.task("t")).reason());
        while (runner.isAlive()) {
            UsageVector now = burning.usage();
            assertTrue(now.isAtLeast(before), before + " then " + now);
            before = now;
        }
        Outcome o = burning.run(Bench.task("t"));
        UsageVector used = burning.usage();
        assertTrue(used.isAtLeast(o.usage()), used + " covers " + o.usage());
        assertTrue(o.usage().get(Counter.CPU) > 100_000, "cpu of " + o.usage());
        assertTrue(o.usage().get(Counter.CPU) > resting.usage().get(Counter.CPU), "more than resting");
        assertTrue(used.get(Counter.CPU) <= used.get(Counter.WALL) * 1000, "at most one core: " + used);
        assertTrue(used.get(Counter.MEMORY) > 0);
        assertTrue(used.get(Counter.MEMORY) <= 64 * Bench.MEBIBYTE * (used.get(Counter.WALL) + 1) / 1000);
        assertEquals(0, used.get(Counter.NETWORK_IN) + used.get(Counter.DISK_READ));
        burning.stop();
        UsageVector last = burning.usage();
        assertTrue(last.isAtLeast(used));
        assertEquals(last, burning.usage());
        System.out.println("burnt: " + o.usage() + "; resting: " + resting.usage());
        resting.stop();
    }

    @Test
    void aSecondContainerForALeaseIsRefused() throws Exception {
        Container c = bench.start("double", Wasm.nothing());
        String message = assertThrows(ContainerException.class, () -> bench.start("double", Wasm.nothing()))
                .getMessage();
        assertTrue(message.contains("already has a container"), message);
        assertEquals(Reason.EXITED, c.run(Bench.task("t")).reason());
        c.stop();
        bench.start("double", Wasm.nothing()).stop();
    }

    @Test
    void aWrongHashOrAMissingModuleIsRefusedAndLeavesNothing() throws Exception {
        ContainerSpec good = bench.spec("wrong", Wasm.nothing(), 64 * Bench.MEBIBYTE, 60_000, 60_000);
        ContainerSpec wrong = new ContainerSpec("wrong", good.image(), Hash.of(new byte[32]), good.resources(),
                good.directory(), 60_000, 60_000);
        assertTrue(assertThrows(ContainerException.class, () -> bench.start(wrong)).getMessage().contains("SHA-256"));
        ContainerSpec missing = new ContainerSpec("wrong", directory.resolve("none"), good.imageHash(),
                good.resources(), good.directory(), 60_000, 60_000);
        assertThrows(ContainerException.class, () -> bench.start(missing));
        assertTrue(bench.backend.survivors().stream().noneMatch(c -> c.leaseId().equals("wrong")));
        bench.start(good).stop();
        assertEquals(0, Files.list(good.directory()).count(), "nothing is left there");
        assertFalse(Files.exists(directory.resolve("keeper/leases/wrong")));
    }

    @Test
    void moreThanTheProviderGaveIsRefused() throws Exception {
        ContainerSpec spec = bench.spec("large", Wasm.nothing(), 2L << 30, 60_000, 60_000);
        String message = assertThrows(ContainerException.class, () -> bench.start(spec)).getMessage();
        assertTrue(message.contains("memory together"), message);
        ContainerSpec disk = new ContainerSpec("large", spec.image(), spec.imageHash(),
                new Resources(1000, 64 * Bench.MEBIBYTE, 1), spec.directory(), 60_000, 60_000);
        assertThrows(ContainerException.class, () -> bench.start(disk));
    }

    @Test
    void aFrozenContainerUsesNothingAndGoesOnWhenThawed() throws Exception {
        Container c = bench.start("frozen", Wasm.burn(1_000_000_000));
        Thread runner = Thread.ofVirtual().start(() -> {
            try {
                c.run(Bench.task("t"));
            } catch (ContainerException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Bench.await("it burns", () -> cpu(c) > 50_000);
        c.freeze(true);
        UsageVector before = c.usage();
        Bench.await("time passes", () -> wall(c) > before.get(Counter.WALL) + 600);
        UsageVector after = c.usage().since(before);
        assertTrue(after.get(Counter.CPU) < 50_000, "frozen and used " + after);
        assertTrue(after.get(Counter.MEMORY) < 64 * Bench.MEBIBYTE / 10, "frozen and held " + after);
        c.freeze(false);
        runner.join();
        assertEquals(Reason.EXITED, c.run(Bench.task("t")).reason());
        c.stop();
    }

    private static long cpu(Container c) {
        try {
            return c.usage().get(Counter.CPU);
        } catch (ContainerException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long wall(Container c) {
        try {
            return c.usage().get(Counter.WALL);
        } catch (ContainerException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void askingForUsageIsCheap() throws Exception {
        Container c = bench.start("cheap", Wasm.nothing());
        for (int i = 0; i < 500; i++) {
            c.usage();
        }
        long before = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            c.usage();
        }
        long micros = (System.nanoTime() - before) / 200_000;
        System.out.println("usage(): " + micros + " us");
        assertTrue(micros < 20_000, micros + " us");
        c.stop();
    }

    @Test
    void aChildHasNoEnvironmentNoDescriptorsAndAnOwnUser() throws Exception {
        Container c = bench.start("bare", Wasm.loop());
        long pid = bench.children().stream().filter(p -> commandLine(p).contains("zennet.lease=bare")).findFirst()
                .orElseThrow();
        String environment = Files.readString(Path.of("/proc/" + inner(pid) + "/environ"));
        assertTrue(environment.isEmpty() || environment.equals("PWD=/\0"), environment);
        String status = Files.readString(Path.of("/proc/" + inner(pid) + "/status"));
        if (bench.backend.probe().notes().contains("own user")) {
            System.out.println("SKIPPED own user: " + bench.backend.probe().notes());
        } else {
            assertTrue(status.matches("(?s).*Uid:\\s+20\\d\\d\\d\\s+20.*"), status);
            assertTrue(status.matches("(?s).*CapBnd:\\s+0000000000000000\\s.*"), status);
            assertTrue(status.matches("(?s).*NoNewPrivs:\\s+1\\s.*"), status);
        }
        try (var fds = Files.list(Path.of("/proc/" + inner(pid) + "/fd"))) {
            List<String> open = fds.map(p -> {
                try {
                    return Files.readSymbolicLink(p).toString();
                } catch (java.io.IOException e) {
                    return "";
                }
            }).toList();
            assertTrue(open.stream().noneMatch(o -> o.startsWith("socket:")
                    || o.contains("keeper/") && !o.endsWith("/bare/child.log")), "" + open);
        }
        c.stop();
        assertFalse(Bench.alive(pid));
    }

    private static String commandLine(long pid) {
        return ProcessHandle.of(pid).flatMap(p -> p.info().commandLine()).orElse("");
    }

    @Test
    void manyTasksInOneWarmChildAreFast() throws Exception {
        long t0 = System.nanoTime();
        Container c = bench.start("warm", Wasm.echo());
        long started = System.nanoTime() - t0;
        for (int i = 0; i < 50; i++) {
            c.run(Bench.task("warm-" + i, new byte[100]));
        }
        long before = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            assertEquals(Reason.EXITED, c.run(Bench.task("t-" + i, new byte[100])).reason());
        }
        System.out.println("start to ready " + started / 1_000_000 + " ms; per task "
                + (System.nanoTime() - before) / 50_000 + " us");
        c.stop();
    }

    @Test
    void aSecondLeaseOfAModuleStartsWithWhatTheFirstCompiled() throws Exception {
        Path kept = directory.resolve("keeper/compiled");
        byte[] module = Wasm.burn(12345);
        Outcome first = bench.once("first", module, Bench.task("t"));
        List<Path> added;
        try (var files = Files.list(kept)) {
            added = files.sorted((a, b) -> {
                try {
                    return Files.getLastModifiedTime(b).compareTo(Files.getLastModifiedTime(a));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }).toList();
        }
        java.nio.file.attribute.FileTime old = java.nio.file.attribute.FileTime.fromMillis(1000);
        Path file = added.getFirst();
        Files.setLastModifiedTime(file, old);
        Outcome second = bench.once("second", module, Bench.task("t"));
        assertFalse(Files.getLastModifiedTime(file).equals(old), "it was used");
        assertArrayEquals(first.stdout(), second.stdout());
        assertEquals(first.fuel(), second.fuel());
        byte[] damaged = Files.readAllBytes(file);
        damaged[damaged.length - 5]++;
        Files.write(file, damaged);
        Outcome third = bench.once("third", module, Bench.task("t"));
        assertArrayEquals(first.stdout(), third.stdout());
        assertFalse(java.util.Arrays.equals(damaged, Files.readAllBytes(file)), "made anew");
    }

    @Test
    void theFoldingExampleGivesWhatTheNativeProgramGave() throws Exception {
        Path example = Path.of(System.getProperty("zennet.root"), "examples/folding");
        Container c = bench.start("fold", Files.readAllBytes(example.resolve("fold.wasm")));
        List<String> args = List.of("run", "--sequence", "S3D-1", "--lattice", "3d", "--seed", "1", "--sweeps", "200", "--replicas", "3");
        Outcome o = c.run(new TaskSpec("seed-1", args, Map.of(), new byte[0], 20_000, 1 << 20));
        assertEquals(Reason.EXITED, o.reason(), o.detail());
        assertEquals(Files.readString(example.resolve("golden/seed-1.txt")), new String(o.stdout(), StandardCharsets.UTF_8));
        assertEquals(0, o.exitCode());
        assertTrue(o.fuel().isPresent());
        c.stop();
    }
}
