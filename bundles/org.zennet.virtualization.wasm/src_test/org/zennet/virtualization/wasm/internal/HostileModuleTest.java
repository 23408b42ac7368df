package org.zennet.virtualization.wasm.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Container;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.value.Counter;

/** What hostile modules get; after each one keeper and neighbour are as they were. */
class HostileModuleTest {
    @TempDir
    static Path directory;
    static Bench bench;
    static Container neighbour;
    static long keeper;
    static int tasks;

    @BeforeAll
    static void open() throws Exception {
        bench = new Bench(directory);
        neighbour = bench.start("neighbour", Wasm.echo());
        keeper = bench.keeperPid();
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @AfterEach
    void keeperAndNeighbourAreUnharmed() throws Exception {
        assertEquals(keeper, bench.keeperPid());
        assertTrue(Bench.alive(keeper));
        byte[] input = {1, 2, 3};
        assertArrayEquals(input, neighbour.run(Bench.task("n-" + tasks++, input)).stdout());
    }

    private static Outcome limited(String lease, byte[] module, long timeoutMillis, int maxOutput) throws Exception {
        return bench.once(lease, module, Bench.task("t", new byte[0], timeoutMillis, maxOutput));
    }

    private static void refused(String lease, byte[] module, String why) throws Exception {
        Container c = bench.start(lease, module);
        Outcome o = c.run(Bench.task("t"));
        assertEquals(Reason.INVALID_IMAGE, o.reason(), o.detail());
        assertTrue(o.detail().contains(why), o.detail());
        assertTrue(c.ended().orElseThrow().contains("refused"), "it holds no process");
        assertEquals(0, c.usage().get(Counter.CPU));
        c.stop();
    }

    @Test
    void anInfiniteLoopEndsAtItsTimeAndItsContainerWorksOn() throws Exception {
        Container c = bench.start("loop", Wasm.loop());
        Outcome o = c.run(Bench.task("t", new byte[0], 500, 1000));
        assertEquals(Reason.TIMEOUT, o.reason(), o.detail());
        assertTrue(o.usage().get(Counter.WALL) >= 500 && o.usage().get(Counter.WALL) < 3000, "" + o.usage());
        assertTrue(c.ended().isEmpty());
        assertEquals(Reason.TIMEOUT, c.run(Bench.task("u", new byte[0], 200, 1000)).reason());
        c.stop();
    }

    @Test
    void aLoopInTheStartFunctionEndsAtItsTime() throws Exception {
        assertEquals(Reason.TIMEOUT, limited("start-loop", Wasm.loopAtStart(), 500, 1000).reason());
    }

    @Test
    void aLoopEndsByItsFuelWhereTheOwnerSetsALimit() throws Exception {
        try (Bench owner = new Bench(directory.resolve("fuel"), 2000, true, 5_000_000)) {
            Container c = owner.start("burning", Wasm.loop());
            Outcome o = c.run(Bench.task("t", new byte[0], 20_000, 1000));
            assertEquals(Reason.TIMEOUT, o.reason(), o.detail());
            assertEquals("its fuel of 5000000 is used up", o.detail());
            assertTrue(o.usage().get(Counter.WALL) < 15_000, "not by its time: " + o.usage());
            assertEquals(o.detail(), c.run(Bench.task("u", new byte[0], 20_000, 1000)).detail());
            c.stop();
            assertEquals(Reason.TIMEOUT, owner.once("start", Wasm.loopAtStart(), Bench.task("t")).reason());
        }
    }

    @Test
    void aTrapAtTheEndOfLongWorkIsCounted() throws Exception {
        Wasm w = new Wasm().memory(1);
        w.main(Wasm.code().i32(20_000_000).op(0x21, 0)
                .op(0x03, Wasm.VOID, 0x20, 0).i32(1).op(0x6B, 0x22, 0, 0x0D, 0, 0x0B).op(0x00), 1, Wasm.I32);
        Outcome o = limited("late-trap", w.toBytes(), 20_000, 1000);
        assertEquals(Reason.TRAPPED, o.reason(), o.detail());
        assertEquals(2 + 5 * 20_000_000L + 1, o.fuel().orElseThrow().amount());
    }

    @Test
    void aModuleThatReachesForTheFuelOfOthersIsRefused() throws Exception {
        Wasm w = new Wasm().memory(1);
        w.main(Wasm.code().i64(1L << 60).op(0x24, 0));
        w.export("fuel", 3, 0);
        refused("fuel-global", w.toBytes(), "");
    }

    @Test
    void aLoopEndsWhenItIsCancelled() throws Exception {
        Container c = bench.start("cancelled", Wasm.loop());
        CompletableFuture<Outcome> running = CompletableFuture.supplyAsync(() -> {
            try {
                return c.run(Bench.task("t"));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Bench.await("it runs", () -> {
            try {
                return c.usage().get(Counter.CPU) > 20_000;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        c.cancel();
        assertEquals(Reason.CANCELLED, running.join().reason());
        c.cancel();
        c.stop();
    }

    @Test
    void aFrozenLoopStillEndsAtItsTime() throws Exception {
        Container c = bench.start("frozen-loop", Wasm.loop());
        CompletableFuture<Outcome> running = CompletableFuture.supplyAsync(() -> {
            try {
                return c.run(Bench.task("t", new byte[0], 700, 1000));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Bench.await("it runs", () -> {
            try {
                return c.usage().get(Counter.CPU) > 20_000;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        c.freeze(true);
        assertEquals(Reason.TIMEOUT, running.join().reason());
        assertTrue(c.ended().isEmpty(), "thawed for a moment, not killed");
        c.freeze(false);
        c.stop();
    }

    @Test
    void memoryGrowsToTheLimitAndNoFurther() throws Exception {
        Outcome o = limited("grow", Wasm.grow(), 20_000, 1000);
        assertEquals(Reason.OUT_OF_MEMORY, o.reason(), o.detail());
        assertTrue(o.detail().contains("1024 pages"), o.detail());
    }

    @Test
    void deepRecursionTraps() throws Exception {
        Container c = bench.start("recurse", Wasm.recurse());
        Outcome o = c.run(Bench.task("t"));
        assertEquals(Reason.TRAPPED, o.reason());
        assertTrue(o.detail().contains("call stack exhausted"), o.detail());
        assertEquals(Reason.TRAPPED, c.run(Bench.task("u")).reason());
        c.stop();
    }

    @Test
    void aFloodOfOutputEndsAtItsLimit() throws Exception {
        Outcome o = limited("flood", Wasm.flood(1), 20_000, 1_000_000);
        assertEquals(Reason.OUTPUT_LIMIT, o.reason(), o.detail());
        assertEquals(1_000_000, o.stdout().length);
    }

    @Test
    void aFloodOfMessagesIsCutAndEndsAtItsTime() throws Exception {
        Outcome o = limited("flood-err", Wasm.flood(2), 500, 1000);
        assertEquals(Reason.TIMEOUT, o.reason());
        assertEquals(64 << 10, o.stderr().length);
    }

    @Test
    void anUnreachableInstructionTraps() throws Exception {
        assertEquals(Reason.TRAPPED, limited("trap", Wasm.trap(), 5000, 1000).reason());
    }

    @Test
    void aWildAccessTraps() throws Exception {
        Wasm w = new Wasm().memory(1);
        w.main(Wasm.code().i32(-4).op(0x28, 2, 0, 0x1A));
        assertEquals(Reason.TRAPPED, limited("wild", w.toBytes(), 5000, 1000).reason());
    }

    @Test
    void badPointersInSystemCallsTrapOrFail() throws Exception {
        for (String call : new String[] {"fd_write", "fd_read", "poll_oneoff"}) {
            Wasm w = new Wasm().memory(1);
            int f = w.wasi(call, 1, Wasm.I32, Wasm.I32, Wasm.I32, Wasm.I32);
            w.main(Wasm.code().i32(call.equals("fd_write") ? 1 : 0).i32(-16).i32(1000).i32(-1).call(f).op(0x1A));
            Outcome o = limited("pointer-" + call.replace('_', '-'), w.toBytes(), 5000, 1000);
            assertTrue(o.reason() == Reason.TRAPPED || o.reason() == Reason.EXITED, o.reason() + " " + o.detail());
        }
        Wasm w = new Wasm().memory(1);
        int random = w.wasi("random_get", 1, Wasm.I32, Wasm.I32);
        w.main(Wasm.code().i32(0).i32(-1).call(random).op(0x1A));
        assertEquals(Reason.TRAPPED, limited("pointer-random", w.toBytes(), 5000, 1000).reason());
    }

    @Test
    void malformedModulesAreRefused() throws Exception {
        refused("empty", new byte[0], "no WebAssembly module");
        refused("text", "(module)".getBytes(), "no WebAssembly module");
        byte[] whole = Wasm.echo();
        refused("cut", Arrays.copyOf(whole, whole.length - 5), "cut short");
        byte[] broken = whole.clone();
        broken[whole.length - 4] = (byte) 0xFE;
        refused("broken", broken, "");
    }

    @Test
    void noCutOrFlippedModuleHurtsTheCheck() {
        Random random = new Random(7);
        byte[] whole = Wasm.burn(10);
        for (int i = 0; i < 20_000; i++) {
            byte[] b = i < whole.length ? Arrays.copyOf(whole, i) : whole.clone();
            for (int k = 0; i >= whole.length && k < 1 + random.nextInt(4); k++) {
                b[random.nextInt(b.length)] = (byte) random.nextInt();
            }
            org.zennet.virtualization.wasm.internal.child.ModuleChecks.checkQuietly(b);
        }
    }

    @Test
    void aForbiddenImportIsRefused() throws Exception {
        Wasm foreign = new Wasm().memory(1);
        foreign.importFunction("env", "system", foreign.type(new int[] {Wasm.I32}, Wasm.I32));
        foreign.main(Wasm.code());
        refused("foreign", foreign.toBytes(), "env.system");
        Wasm unknown = new Wasm().memory(1);
        unknown.wasi("fork", 1);
        unknown.main(Wasm.code());
        refused("unknown", unknown.toBytes(), "fork");
        Wasm wrong = new Wasm().memory(1);
        wrong.wasi("fd_write", 1, Wasm.I32);
        wrong.main(Wasm.code());
        refused("wrong-type", wrong.toBytes(), "fd_write");
    }

    @Test
    void outsizedModulesAreRefused() throws Exception {
        Wasm memory = new Wasm().memory(65536);
        memory.main(Wasm.code());
        refused("huge-memory", memory.toBytes(), "65536 pages");
        Wasm table = new Wasm().memory(1).table(4_000_000_000L);
        table.main(Wasm.code());
        refused("huge-table", table.toBytes(), "tables");
        Wasm locals = new Wasm().memory(1);
        locals.main(Wasm.code(), 4_000_000_000L, Wasm.I64);
        refused("many-locals", locals.toBytes(), "locals");
        Wasm functions = new Wasm().memory(1);
        int type = functions.type(new int[0]);
        for (int i = 0; i < 20_001; i++) {
            functions.function(type, Wasm.code());
        }
        functions.main(Wasm.code());
        refused("many-functions", functions.toBytes(), "functions");
        Wasm body = new Wasm().memory(1);
        Wasm.Code nops = Wasm.code();
        for (int i = 0; i < 300_000; i++) {
            nops.op(0x01);
        }
        body.main(nops);
        refused("large-body", body.toBytes(), "bytes of code");
        Wasm noMain = new Wasm().memory(1);
        noMain.function(noMain.type(new int[0]), Wasm.code());
        refused("no-main", noMain.toBytes(), "_start");
    }

    @Test
    void blocksInOneAnotherAsManyAsItsCodeHoldsAreBorneOrRefused() throws Exception {
        Wasm w = new Wasm().memory(1);
        Wasm.Code deep = Wasm.code();
        for (int i = 0; i < 60_000; i++) {
            deep.op(0x02, Wasm.VOID);
        }
        for (int i = 0; i < 60_000; i++) {
            deep.op(0x0B);
        }
        w.main(deep);
        Container c = bench.start("deep", w.toBytes());
        Outcome o = c.run(Bench.task("t"));
        assertTrue(o.reason() == Reason.INVALID_IMAGE || o.succeeded(), o.reason() + " " + o.detail());
        c.stop();
    }

    @Test
    void aCompileBombIsRefusedAtTheOwnersTime() throws Exception {
        // as many functions and as much code as a module may have: it takes far more than a second on any machine
        Wasm many = new Wasm().memory(1);
        int type = many.type(new int[] {Wasm.I32}, Wasm.I32);
        Wasm.Code sum = Wasm.code().op(0x20, 0);
        for (int i = 0; i < 40; i++) {
            sum.i32(i * 77777).op(0x6A, 0x20, 0, 0x73);
        }
        for (int i = 0; i < 19_000; i++) {
            many.function(type, sum);
        }
        many.main(Wasm.code());
        byte[] module = many.toBytes();
        assertTrue(module.length < 8 << 20, "small enough to be looked at: " + module.length);
        try (Bench owner = new Bench(directory.resolve("compile"), 2000, true, 0, true, 1)) {
            Container c = owner.start("bomb", module);
            Outcome o = c.run(Bench.task("t"));
            assertEquals(Reason.INVALID_IMAGE, o.reason(), o.detail());
            assertEquals("it takes more than 1 s to compile", o.detail());
            Bench.await("nothing goes on with it", () -> owner.children().isEmpty());
            c.stop();
        }
    }
}
