package org.zennet.virtualization.wasm.internal.child;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.OpCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.virtualization.wasm.internal.FuelTable;
import org.zennet.virtualization.wasm.internal.Wasm;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/**
 * The count is the same on the compiler and the interpreter, and it is what a third one counts that looks at each
 * instruction of the module as it was.
 */
class FuelTest {
    private static final Function<WasmModule, Function<Instance, Machine>> INTERPRETER =
            module -> InterpreterMachine::new;
    private static final int PAGES = 256;

    /** What one run gave. */
    private record Run(ChildWire.Ended ended, byte[] stdout) {
        OptionalLong fuel() {
            return ended.fuel().map(f -> OptionalLong.of(f.amount())).orElse(OptionalLong.empty());
        }
    }

    private static Guest compiled(byte[] module) throws Exception {
        return Guest.compile(module, PAGES, true);
    }

    private static Guest interpreted(byte[] module) throws Exception {
        return Guest.compile(module, PAGES, true, false, INTERPRETER);
    }

    private static Run run(Guest guest, long fuel, String... args) {
        return run(guest, fuel, new byte[0], args);
    }

    private static Run run(Guest guest, long fuel, byte[] stdin, String... args) {
        Heard heard = new Heard(stdin);
        ChildWire.Ended ended = guest.run(Tasks.of(stdin, 1 << 20, fuel, args), new byte[0][], heard);
        return new Run(ended, heard.out.toByteArray());
    }

    private static Run both(byte[] module, long fuel, String... args) throws Exception {
        Run c = run(compiled(module), fuel, args);
        Run i = run(interpreted(module), fuel, args);
        assertEquals(c.ended().reason(), i.ended().reason(), c.ended().detail() + " / " + i.ended().detail());
        assertEquals(c.fuel(), i.fuel());
        assertArrayEquals(c.stdout(), i.stdout());
        return c;
    }

    // an independent count

    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Counts each instruction that the interpreter executes, by the table of docs/wasm.md. */
    private static final class Witness {
        private final long most;
        private final Map<OpCode, Long> seen = new EnumMap<>(OpCode.class);
        private long count;

        Witness(long most) {
            this.most = most;
        }

        void see(Instruction instruction, MStack stack) {
            long operand = stack.size() == 0 ? 0 : stack.peek() & 0xFFFF_FFFFL;
            count += switch (instruction.opcode()) {
                case BLOCK, LOOP, ELSE, END -> 0;
                case MEMORY_GROW -> 1 + operand * 4096;
                case MEMORY_FILL, MEMORY_COPY, MEMORY_INIT -> 1 + operand / 16;
                case TABLE_GROW, TABLE_FILL, TABLE_COPY, TABLE_INIT -> 1 + operand;
                default -> 1;
            };
            seen.merge(instruction.opcode(), 1L, Long::sum);
            if (count > most) {
                throw new Enough();
            }
        }
    }

    private static Instance instance(WasmModule module, List<String> args, Witness witness, int fuelGlobal,
            long fuel) throws java.io.IOException {
        List<String> all = new ArrayList<>(List.of("program"));
        all.addAll(args);
        int[] globals = new int[1];
        Instance.Builder builder = Instance.builder(module)
                .withImportValues(ImportValues.builder().addFunction(new Wasi(all, List.of(), b -> { },
                        b -> { }).functions()).build())
                .withMemoryFactory(ByteArrayMemory::new)
                .withMemoryLimits(new MemoryLimits(module.memorySection().orElseThrow().getMemory(0)
                        .limits().initialPages(), PAGES))
                .withGlobalFactory((low, high, type, mutability) -> new GlobalInstance(
                        globals[0]++ == fuelGlobal ? fuel : low, high, type, mutability))
                .withInitialize(false).withStart(false);
        if (witness != null) {
            builder.withUnsafeExecutionListener(witness::see);
        }
        return builder.build();
    }

    /** Everything that the program can leave behind. */
    private static String remains(Instance instance) {
        int pages = instance.memory().pages();
        return pages + " pages " + Arrays.hashCode(instance.memory().readBytes(0, pages << 16))
                + " globals " + instance.global(0).getValue() + " " + instance.global(1).getValue();
    }

    /** How it ended: "", or what it threw. */
    private static String go(Instance instance) {
        try {
            instance.initialize(false);
            instance.export("_start").apply();
            return "";
        } catch (Enough e) {
            return "enough";
        } catch (StackOverflowError e) {
            return "stack";
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage()).contains("call stack exhausted") ? "stack" : "trap";
        }
    }

    /** On a thread whose stack holds whatever the fuel allows. */
    private static void deep(ThrowingRunnable work) throws Exception {
        Throwable[] thrown = new Throwable[1];
        Thread t = new Thread(null, () -> {
            try {
                work.run();
            } catch (Throwable e) {
                thrown[0] = e;
            }
        }, "deep", 1 << 28);
        t.start();
        t.join();
        if (thrown[0] instanceof Error e) {
            throw e;
        } else if (thrown[0] instanceof Exception e) {
            throw e;
        }
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    @Test
    void aSeededCampaignOfRandomModulesCountsTheSameOnBothEnginesAndOnTheWitness() throws Exception {
        int modules = "full".equals(System.getProperty("zennet.tier")) ? 4000 : 120;
        Map<String, Integer> ends = new java.util.TreeMap<>();
        Map<OpCode, Long> seen = new EnumMap<>(OpCode.class);
        deep(() -> {
            for (int seed = 0; seed < modules; seed++) {
                ends.merge(one(seed, RandomModule.of(seed), seen), 1, Integer::sum);
            }
        });
        System.out.println("random modules: " + ends + ", " + seen.size() + " kinds of instructions");
        assertTrue(ends.get("EXITED") > modules / 5, ends + ": too few that end");
        assertTrue(ends.get("TRAPPED") > modules / 20, ends + ": too few that trap");
        assertTrue(ends.get("TIMEOUT") > modules / 50, ends + ": too few that use up their fuel");
        assertTrue(seen.size() > 70, "only " + seen.keySet());
    }

    private static String one(int seed, byte[] bytes, Map<OpCode, Long> seen) throws Exception {
        String name = "seed " + seed;
        long limit = 20_000;
        Witness witness = new Witness(limit);
        Instance original = instance(Parser.parse(bytes), List.of(), witness, -1, 0);
        String end = go(original);
        witness.seen.forEach((k, v) -> seen.merge(k, v, Long::sum));
        Run c = run(compiled(bytes), limit);
        Run i = run(interpreted(bytes), limit);
        assertEquals(c.ended().reason(), i.ended().reason(), () -> name + ": " + c + " / " + i);
        assertEquals(c.fuel(), i.fuel(), () -> name + ": " + c + " / " + i);
        for (boolean exact : new boolean[] {false, true}) {
            FuelRewriter.Result written = FuelRewriter.rewrite(bytes, exact);
            Instance counting = instance(Parser.parse(written.module()), List.of(), null, written.global(), limit);
            String ended = go(counting);
            long left = counting.global(written.global()).getValue();
            if (end.isEmpty()) {
                assertEquals("", ended, name);
                assertEquals(remains(original), remains(counting), name + ": the program does something else");
                assertEquals(witness.count, limit - left, name + (exact ? " exact" : ""));
                assertEquals(Reason.EXITED, c.ended().reason(), name + " " + c);
                assertEquals(OptionalLong.of(witness.count), c.fuel(), name);
            } else if (end.equals("trap") && left >= 0) {
                assertEquals("trap", ended, name);
                assertEquals(remains(original), remains(counting), name + ": the program does something else");
                if (exact) {
                    assertTrue(limit - left >= witness.count, name + ": a segment pays before it runs");
                    assertEquals(OptionalLong.of(limit - left), c.fuel(), name + " " + c);
                }
            } else if (end.equals("enough")) {
                assertTrue(left < 0 && ended.equals("trap"), name + " " + ended + " " + left);
                assertEquals(Reason.TIMEOUT, c.ended().reason(), name + " " + c);
            }
        }
        return c.ended().reason().toString();
    }

    @Test
    void theFoldingExampleCountsTheSameOnBothEnginesAndOnTheWitness() throws Exception {
        Path fold = Path.of(System.getProperty("zennet.root"), "examples/folding/fold.wasm");
        byte[] module = Files.readAllBytes(fold);
        String[] task = {"run", "--sequence", "HHHHHHHH", "--lattice", "2d", "--seed", "0", "--sweeps", "20",
            "--replicas", "3"};
        Run run = both(module, FuelTable.MAX, task);
        assertEquals(0, run.ended().exitCode(), run.ended().detail());
        Witness witness = new Witness(Long.MAX_VALUE);
        String end = go(instance(Parser.parse(module), List.of(task), witness, -1, 0));
        // it leaves by proc_exit: the segments that are cut off there are paid as a whole
        long more = run.fuel().orElseThrow() - witness.count;
        assertTrue(more >= 0 && more < 100, run.fuel() + " and " + witness.count + " " + end);
        assertEquals(run.fuel(), run(compiled(module), FuelTable.MAX, task).fuel());
        Run wrong = both(module, FuelTable.MAX, "run", "--sequence", "X");
        assertTrue(wrong.ended().exitCode() != 0 && wrong.fuel().isPresent());
    }

    @Test
    void aTaskThatUsesUpItsFuelEndsWithThatReasonAndOneMoreIsEnough() throws Exception {
        byte[] module = Wasm.burn(1000);
        long needs = both(module, FuelTable.MAX).fuel().orElseThrow();
        assertEquals(Reason.EXITED, both(module, needs).ended().reason());
        Run short1 = both(module, needs - 1);
        assertEquals(Reason.TIMEOUT, short1.ended().reason());
        assertEquals("its fuel of " + (needs - 1) + " is used up", short1.ended().detail());
        assertTrue(short1.fuel().isEmpty());
        assertEquals(Reason.TIMEOUT, both(module, 1).ended().reason());
    }

    @Test
    void endlessLoopsAndRecursionsEndByTheirFuel() throws Exception {
        deep(() -> {
            assertEquals(Reason.TIMEOUT, both(Wasm.loop(), 100_000).ended().reason());
            assertEquals(Reason.TIMEOUT, both(Wasm.loopAtStart(), 100_000).ended().reason());
            assertEquals(Reason.TIMEOUT, both(Wasm.recurse(), 10_000).ended().reason());
        });
    }

    @Test
    void aTrapIsCountedOnBothEnginesAndToldBeforeTheCount() throws Exception {
        Wasm w = new Wasm().memory(1);
        w.main(Wasm.code().i32(100).op(0x21, 0)
                .op(0x03, Wasm.VOID, 0x20, 0).i32(1).op(0x6B, 0x22, 0, 0x0D, 0, 0x0B)
                .i32(7).i32(0).op(0x6D, 0x1A, 0x01, 0x01), 1, Wasm.I32);
        byte[] module = w.toBytes();
        Run run = both(module, FuelTable.MAX);
        assertEquals(Reason.TRAPPED, run.ended().reason());
        // 2 before the loop, 5 in each of 100 rounds, and the segment after it as a whole: 6
        assertEquals(2 + 500 + 6, run.fuel().orElseThrow());
        Heard heard = new Heard();
        compiled(module).run(Tasks.of(new byte[0], 100, FuelTable.MAX),
                new byte[0][], heard);
        assertEquals(1, heard.told.size());
        assertTrue(heard.told.get(0).contains("divide by zero"), heard.told.get(0));
    }

    @Test
    void aTaskThatIsEndedWhileItIsCountedDoesNotWaitForTheCompiler() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        AtomicInteger made = new AtomicInteger();
        Guest guest = Guest.compile(Wasm.trap(), PAGES, true, false, module -> {
            try {
                if (made.getAndIncrement() > 0) {
                    slow.await();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return InterpreterMachine::new;
        });
        ChildWire.Ended ended = guest.run(Tasks.of(new byte[0], 100, FuelTable.MAX), new byte[0][], new Heard() {
            @Override
            public void counting(String why) {
                Thread.currentThread().interrupt();
            }
        });
        assertEquals(Reason.TRAPPED, ended.reason());
        assertTrue(ended.fuel().isEmpty());
        assertTrue(Thread.interrupted(), "it stays told");
        slow.countDown();
        assertTrue(run(guest, FuelTable.MAX).fuel().isPresent(), "the next one is counted");
    }

    @Test
    void anExhaustedStackIsNotCountedSinceItIsNotTheSameEverywhere() throws Exception {
        Run run = run(compiled(Wasm.recurse()), FuelTable.MAX);
        assertEquals(Reason.TRAPPED, run.ended().reason());
        assertTrue(run.fuel().isEmpty(), run.ended().detail());
    }

    @Test
    void memoryAndBulkInstructionsPayForWhatTheyDo() throws Exception {
        Wasm grow = new Wasm().memory(1);
        grow.main(Wasm.code().i32(3).op(0x40, 0, 0x1A));
        assertEquals(3 + 3 * 4096, both(grow.toBytes(), FuelTable.MAX).fuel().orElseThrow());
        Wasm fill = new Wasm().memory(1);
        fill.main(Wasm.code().i32(0).i32(1).i32(1600).op(0xFC, 11, 0));
        assertEquals(4 + 100, both(fill.toBytes(), FuelTable.MAX).fuel().orElseThrow());
        Wasm huge = new Wasm().memory(1);
        huge.main(Wasm.code().i32(-1).op(0x40, 0, 0x1A));
        assertEquals(Reason.TIMEOUT, both(huge.toBytes(), 1_000_000).ended().reason());
    }

    @Test
    void aModuleCannotNameTheGlobalThatHoldsItsFuel() throws Exception {
        Wasm reads = new Wasm().memory(1);
        reads.main(Wasm.code().op(0x23, 0, 0x1A));
        refused(reads.toBytes());
        Wasm writes = new Wasm().memory(1);
        writes.global(Wasm.I64, Wasm.code().i64(1));
        writes.main(Wasm.code().i64(1L << 62).op(0x24, 1));
        refused(writes.toBytes());
        Wasm exports = new Wasm().memory(1);
        exports.main(Wasm.code().op(0x01));
        refused(exports.export("fuel", 3, 0).toBytes());
        Wasm constant = new Wasm().memory(1);
        constant.global(Wasm.I64, Wasm.code().i64(1));
        constant.global(Wasm.I64, Wasm.code().op(0x23, 2));
        constant.main(Wasm.code().op(0x01));
        refused(constant.toBytes());
    }

    private static void refused(byte[] module) {
        ModuleCheck.RefusedException e = assertThrows(ModuleCheck.RefusedException.class, () -> compiled(module));
        assertFalse(e.getMessage().isEmpty());
        // the same by the rewriter alone, whatever parser stands before it
        assertThrows(ModuleCheck.RefusedException.class, () -> FuelRewriter.rewrite(module, false));
    }

    @Test
    void noCutOrFlippedModuleHurtsTheRewriter() throws Exception {
        java.util.Random random = new java.util.Random(11);
        byte[] whole = RandomModule.of(3);
        int rewritten = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] b = i < whole.length ? Arrays.copyOf(whole, i) : whole.clone();
            for (int k = 0; i >= whole.length && k < 1 + random.nextInt(3); k++) {
                b[random.nextInt(b.length)] = (byte) random.nextInt();
            }
            try {
                ModuleCheck.check(b, PAGES);
                FuelRewriter.Result r = FuelRewriter.rewrite(b, random.nextBoolean());
                assertTrue(r.module().length < 10 * b.length);
                rewritten++;
            } catch (ModuleCheck.RefusedException e) {
                assertFalse(e.getMessage().isEmpty());
            }
        }
        assertTrue(rewritten > 100, "only " + rewritten + " were rewritten");
    }

    @Test
    void aFunctionOfNothingButBranchesIsRewrittenInLinearTime() throws Exception {
        Wasm.Code nest = Wasm.code();
        for (int i = 0; i < 30_000; i++) {
            nest.op(0x02, Wasm.VOID);
        }
        for (int i = 0; i < 30_000; i++) {
            nest.op(0x41, 0, 0x0D).u(Math.min(i, 29_999 - i)).op(0x0B);
        }
        Wasm w = new Wasm().memory(1);
        w.main(nest);
        byte[] module = w.toBytes();
        FuelRewriter.Result r = FuelRewriter.rewrite(module, false);
        assertTrue(r.module().length < 4 * module.length);
        Wasm.Code table = Wasm.code().op(0x02, Wasm.VOID).i32(0).op(0x0E).u(200_000);
        for (int i = 0; i <= 200_000; i++) {
            table.op(i % 2);
        }
        Wasm x = new Wasm().memory(1);
        x.main(table.op(0x0B));
        assertTrue(FuelRewriter.rewrite(x.toBytes(), false).module().length < 210_000);
    }

    @Test
    void theCountsOfThisVersionOfTheTableNeverChange() throws Exception {
        assertEquals(1, FuelTable.VERSION);
        StringBuilder counts = new StringBuilder();
        deep(() -> {
            for (int seed = 0; seed < 60; seed++) {
                Run r = run(interpreted(RandomModule.of(seed)), 20_000);
                counts.append(r.fuel().isPresent() ? r.fuel().getAsLong() : -1).append(' ');
            }
        });
        assertEquals("3 119 13 -1 25 4 71 0 1 1 13 19 8 24 6 3 -1 55 49 -1 102 111 12 15 64 21 -1 -1 -1 8 "
                + "-1 4099 3 55 1 43 28 10 12 3 119 34 71 48 46 50 33 4 2 33 79 1 12 -1 76 0 1 34 10 13",
                counts.toString().strip());
    }
}
