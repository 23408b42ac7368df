package org.zennet.virtualization.wasm.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.keeper.KeeperClient;
import org.zennet.virtualization.keeper.KeptContainer;
import org.zennet.virtualization.keeper.Wire;
import org.zennet.virtualization.wasm.internal.host.WasmKind;

/** The life of the keeper: it outlives the node, its children never outlive it. */
class KeeperTest {
    @TempDir
    Path directory;

    private Process node(long rounds, long idleMillis) throws Exception {
        Process p = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path") + java.io.File.pathSeparator + testClasses(),
                NodeMain.class.getName(), directory.toString(), "" + rounds, "" + idleMillis).inheritIO().start();
        Bench.await("the node runs its task", () -> Files.exists(directory.resolve("running")) || !p.isAlive());
        assertTrue(p.isAlive());
        return p;
    }

    private static String testClasses() throws Exception {
        List<String> paths = new ArrayList<>();
        for (Class<?> c : List.of(NodeMain.class, WasmBackend.class, KeptContainer.class, Container.class,
                com.dylibso.chicory.wasm.Parser.class, com.dylibso.chicory.runtime.Instance.class,
                com.dylibso.chicory.compiler.MachineFactoryCompiler.class,
                org.osgi.service.component.annotations.Component.class)) {
            paths.add(Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
        }
        for (String name : List.of("org.objectweb.asm.ClassWriter", "org.objectweb.asm.tree.ClassNode",
                "org.objectweb.asm.tree.analysis.Analyzer", "org.objectweb.asm.commons.InstructionAdapter",
                "org.objectweb.asm.util.CheckClassAdapter")) {
            paths.add(Path.of(Class.forName(name).getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString());
        }
        return String.join(java.io.File.pathSeparator, paths);
    }

    @Test
    void aTaskThatEndsAfterTheNodeWasKilledIsToldOnceItIsAskedForAndBilledOnce() throws Exception {
        Process node = node(900_000_000, 600_000);
        node.destroyForcibly().waitFor();
        try (Bench bench = new Bench(directory, 2000)) {
            long keeper = bench.keeperPid();
            assertTrue(Bench.alive(keeper), "the keeper outlives the node");
            List<Container> survivors = bench.backend.survivors();
            assertEquals(1, survivors.size());
            Container c = survivors.get(0);
            assertEquals("survivor", c.leaseId());
            UsageVector before = c.usage();
            Outcome o = c.run(Bench.task("work"));
            assertEquals(Reason.EXITED, o.reason(), o.detail());
            assertEquals(8, o.stdout().length);
            UsageVector after = c.usage();
            assertTrue(after.isAtLeast(before) && after.isAtLeast(o.usage()));
            Outcome again = c.run(Bench.task("work"));
            assertArrayEquals(o.stdout(), again.stdout());
            assertEquals(o.usage(), again.usage());
            assertTrue(c.usage().since(after).get(Counter.CPU) < o.usage().get(Counter.CPU) / 2, "not done twice");
            assertEquals(keeper, bench.keeperPid());
            c.stop();
            assertTrue(bench.backend.survivors().isEmpty());
        }
    }

    @Test
    void anOutcomeOutlivesTheKeeperAndIsNotDoneAgain() throws Exception {
        Outcome first;
        UsageVector used;
        long keeper;
        long child;
        try (Bench bench = new Bench(directory, 2000)) {
            Container c = bench.backend.start(bench.spec("kept", Wasm.burn(50_000_000), 64 << 20, 600_000, 600_000));
            first = c.run(Bench.task("t"));
            used = c.usage();
            keeper = bench.keeperPid();
            child = bench.children().get(0);
            ProcessHandle.of(keeper).orElseThrow().destroyForcibly();
            Bench.await("the keeper is gone", () -> !Bench.alive(keeper));
            Bench.await("its child dies with it", () -> !Bench.alive(child));
            assertTrue(c.ended().orElseThrow().contains("keeper ended"), c.ended().get());
            assertTrue(bench.keeperPid() != keeper, "a new keeper serves");
            Container survivor = bench.backend.survivors().get(0);
            Outcome again = survivor.run(Bench.task("t"));
            assertArrayEquals(first.stdout(), again.stdout());
            assertEquals(first.usage(), again.usage());
            assertTrue(survivor.usage().isAtLeast(first.usage()));
            assertTrue(used.isAtLeast(survivor.usage()), "never more than was used");
            assertThrows(ContainerException.class, () -> survivor.run(Bench.task("other")));
            survivor.stop();
        }
        assertFalse(Files.exists(directory.resolve("keeper/leases/kept")));
    }

    @Test
    void aFrozenChildDiesWithItsKeeperToo() throws Exception {
        try (Bench bench = new Bench(directory, 2000)) {
            Container c = bench.backend.start(bench.spec("ice", Wasm.nothing(), 64 << 20, 600_000, 600_000));
            c.freeze(true);
            long keeper = bench.keeperPid();
            long child = bench.children().get(0);
            ProcessHandle.of(keeper).orElseThrow().destroyForcibly();
            Bench.await("the keeper is gone", () -> !Bench.alive(keeper));
            bench.backend.survivors().forEach(Container::stop);
            Bench.await("its child dies with it", () -> !Bench.alive(child));
        }
    }

    @Test
    void unpaidWorkIsStoppedAfterTheNodeWasKilled() throws Exception {
        Process node = node(1_000_000_000_000L, 5000);
        node.destroyForcibly().waitFor();
        try (Bench bench = new Bench(directory, 2000)) {
            Bench.await("the idle stop ends the child", () -> bench.children().isEmpty());
            Container c = bench.backend.survivors().get(0);
            assertTrue(c.ended().orElseThrow().contains("nobody touched it"), c.ended().get());
            Outcome o = c.run(Bench.task("work"));
            assertEquals(Reason.CONTAINER_ENDED, o.reason());
            assertTrue(c.usage().get(Counter.CPU) > 0);
            c.stop();
        }
    }

    @Test
    void theWallClockLimitEndsAContainerWhateverHappens() throws Exception {
        try (Bench bench = new Bench(directory, 2000)) {
            Container c = bench.start(bench.spec("wall", Wasm.loop(), 64 << 20, 5000, 600_000));
            Outcome o = c.run(Bench.task("t"));
            assertEquals(Reason.CONTAINER_ENDED, o.reason());
            assertTrue(c.ended().orElseThrow().contains("wall-clock"), c.ended().get());
            UsageVector last = c.usage();
            assertEquals(last, c.usage());
            assertThrows(ContainerException.class, () -> c.run(Bench.task("u")));
        }
    }

    @Test
    void aTaskIsFinishedAfterItsBackendWasStoppedAndTheNextOneKnowsItsContainer() throws Exception {
        try (Bench bench = new Bench(directory, 60_000)) {
            Container c = bench.start("lease-1", Wasm.burn(300_000_000));
            CompletableFuture<Outcome> running = CompletableFuture.supplyAsync(() -> {
                try {
                    return c.run(Bench.task("work"));
                } catch (ContainerException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            Bench.await("it works", () -> cpu(c) > 0);
            bench.backend.close();
            assertTrue(cpu(c) > 0, "the meter is read on");
            assertEquals(java.util.Optional.empty(), c.ended());
            WasmBackend next = new WasmBackend(directory, 1L << 30, 8000, true, true, 20001, 1000, 60_000, true, 0, 30);
            List<Container> known = next.survivors();
            assertEquals(List.of("lease-1"), known.stream().map(Container::leaseId).toList());
            Outcome done = running.get(60, java.util.concurrent.TimeUnit.SECONDS);
            assertEquals(Reason.EXITED, done.reason(), done.detail());
            assertEquals(done.fuel(), known.get(0).run(Bench.task("work")).fuel(), "a task of the same id is told, not done again");
            known.get(0).stop();
            next.close();
        }
    }

    private static long cpu(Container c) {
        try {
            return c.usage().get(Counter.CPU);
        } catch (ContainerException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theKeeperEndsByItselfWhenNobodyNeedsIt() throws Exception {
        long keeper;
        try (KeeperClient client = new KeeperClient(directory, 300, WasmKind.class, List.of(), 128)) {
            client.ask(new Wire.ListAll(),
                    Wire.States.class);
            keeper = Long.parseLong(Files.readString(directory.resolve("keeper/keeper.pid")).strip());
            assertTrue(Bench.alive(keeper));
            // hangs up without saying so, as a killed node does
            java.lang.reflect.Field idle = KeeperClient.class.getDeclaredField("idle");
            idle.setAccessible(true);
            Object connection = ((java.util.Deque<?>) idle.get(client)).pop();
            java.lang.reflect.Method channel = connection.getClass().getDeclaredMethod("channel");
            channel.setAccessible(true);
            ((SocketChannel) channel.invoke(connection)).close();
            Bench.await("the keeper ends", () -> !Bench.alive(keeper));
        }
        assertFalse(Files.exists(directory.resolve("keeper/socket")));
    }

    @Test
    void manyNodesAtOnceStartOneKeeper() throws Exception {
        List<Bench> benches = new ArrayList<>();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Long>> calls = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Bench b = new Bench(directory, 2000);
                benches.add(b);
                calls.add(() -> {
                    b.backend.probe();
                    return b.keeperPid();
                });
            }
            List<Long> pids = new ArrayList<>();
            for (Future<Long> f : pool.invokeAll(calls)) {
                pids.add(f.get());
            }
            assertEquals(1, pids.stream().distinct().count(), "" + pids);
        } finally {
            benches.subList(1, benches.size()).forEach(b -> b.backend.close());
            benches.get(0).close();
        }
    }

    @Test
    void aLongDirectoryWorksToo() throws Exception {
        Path deep = directory;
        for (int i = 0; i < 5; i++) {
            deep = deep.resolve("a-directory-with-a-rather-long-name-" + i);
        }
        Files.createDirectories(deep);
        try (Bench bench = new Bench(deep, 2000)) {
            assertTrue(bench.once("deep", Wasm.nothing(), Bench.task("t")).succeeded());
        }
    }

    @Test
    void onlyThisUserMayOpenTheSocket() throws Exception {
        try (Bench bench = new Bench(directory, 2000)) {
            bench.start("private", Wasm.nothing());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(
                    directory.resolve("keeper"))));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(
                    directory.resolve("keeper/socket"))));
        }
    }

    @Test
    void garbageOnTheSocketHurtsNobody() throws Exception {
        try (Bench bench = new Bench(directory, 2000)) {
            Container c = bench.start("calm", Wasm.echo());
            byte[][] frames = {{}, {0, 0}, {-1, -1, -1, -1, 1}, {127, -1, -1, -1}, {0, 0, 0, 3, 1, 2, 3},
                {0, 0, 0, 4, 7, 1, 1, 99}, {0, 0, 0, 4, 7, 1, 9, 0}, {0, 0, 1, 0, 7, 1, 1, 2}};
            for (byte[] frame : frames) {
                try (SocketChannel s = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    s.connect(UnixDomainSocketAddress.of(directory.resolve("keeper/socket")));
                    OutputStream out = Channels.newOutputStream(s);
                    out.write(frame);
                    s.shutdownOutput();
                    InputStream in = Channels.newInputStream(s);
                    in.readNBytes(10_000);
                } catch (java.io.IOException e) {
                    // it hung up, which is an answer
                }
            }
            assertTrue(c.run(Bench.task("t")).succeeded());
        }
    }

    @Test
    void anInterruptedCallerLeavesTheTaskRunning() throws Exception {
        try (Bench bench = new Bench(directory, 2000)) {
            Container c = bench.start("patient", Wasm.burn(600_000_000));
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread caller = Thread.ofPlatform().start(() -> {
                try {
                    c.run(Bench.task("t"));
                    thrown.complete(null);
                } catch (Throwable e) {
                    thrown.complete(e);
                }
            });
            Bench.await("it burns", () -> {
                try {
                    return c.usage().get(Counter.CPU) > 50_000;
                } catch (ContainerException e) {
                    throw new IllegalStateException(e);
                }
            });
            caller.interrupt();
            assertTrue(thrown.join() instanceof InterruptedException, "" + thrown.join());
            assertEquals(Reason.EXITED, c.run(Bench.task("t")).reason());
        }
    }

    @Test
    void noTwoKeepersGiveTheSameUserToTheirChildren() throws Exception {
        try (Bench one = new Bench(directory.resolve("one"), 2000); Bench two = new Bench(directory.resolve("two"), 2000)) {
            if (one.backend.probe().notes().contains("own user")) {
                System.out.println("SKIPPED own users: " + one.backend.probe().notes());
                return;
            }
            // the second lease looks at the first one's user and must not give up the lock on it
            one.start("a", Wasm.nothing());
            one.start("b", Wasm.nothing());
            two.start("c", Wasm.nothing());
            two.start("d", Wasm.nothing());
            List<String> users = new ArrayList<>();
            for (Bench b : List.of(one, two)) {
                for (long child : b.children()) {
                    users.add(Files.readAllLines(Path.of("/proc/" + child + "/status")).stream()
                            .filter(l -> l.startsWith("Uid:")).findFirst().orElseThrow());
                }
            }
            assertEquals(4, users.size(), "" + users);
            assertEquals(4, users.stream().distinct().count(), "" + users);
        }
    }
}
