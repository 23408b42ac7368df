package org.zennet.virtualization.wasm.internal.child;

import com.dylibso.chicory.compiler.Cache;
import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.virtualization.keeper.Wire;
import org.zennet.virtualization.wasm.internal.FuelTable;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/** One compiled module. Each run is a fresh instance: nothing of one task is left for the next. */
final class Guest {
    private static final String MAIN = "_start";
    private static final String STACK = "call stack exhausted";
    private static final String MEMORY = "the memory of its process ran out";
    private static final long UNKNOWN = Long.MIN_VALUE;
    /** Bytes of stack of a thread that compiles. */
    static final int COMPILE_STACK = 16 << 20;

    /** How compiled modules are made: what {@link #run} instantiates. */
    private static final Function<WasmModule, Function<Instance, Machine>> COMPILER = module -> MachineFactoryCompiler
            .builder(module).withInterpreterFallback(InterpreterFallback.FAIL).compile();

    private final byte[] original;
    private final Function<WasmModule, Function<Instance, Machine>> engine;
    private final WasmModule module;
    private final Function<Instance, Machine> machine;
    private final MemoryLimits limits;
    private final int maxPages;
    /** The global that holds what is left of the fuel; -1 where it is not counted. */
    private final int fuelGlobal;
    /** The same module with what is left known at each trap; made when the first task traps. */
    private CompletableFuture<Guest> exact;

    private Guest(byte[] original, Function<WasmModule, Function<Instance, Machine>> engine, WasmModule module,
            Function<Instance, Machine> machine, MemoryLimits limits, int maxPages, int fuelGlobal) {
        this.original = original;
        this.engine = engine;
        this.module = module;
        this.machine = machine;
        this.limits = limits;
        this.maxPages = maxPages;
        this.fuelGlobal = fuelGlobal;
    }

    /** How a run ended. {@code left} is what is left of the fuel; where not {@code sure} it says nothing. */
    private record End(Outcome.Reason reason, int code, String detail, long left, boolean sure) { }

    /** Where a run's output goes, and what is told while it runs. */
    interface Listener {
        /** Some bytes of stdout. May throw {@link Wasi.OutputLimitException}. */
        void out(byte[] bytes);

        /** Some bytes of stderr. */
        void err(byte[] bytes);

        /** Asks for the piece of stdin from a place on; must not wait for it. */
        void ask(Input input, long from);

        /** Some bytes of the archive of outputs, at the end. May throw {@link Wasi.OutputLimitException}. */
        void file(byte[] bytes);

        /** It trapped, for that reason, and runs again to be counted. */
        void counting(String why);
    }

    /** Takes nothing of a run, which reads what the first one read. */
    private record Silent(Listener first) implements Listener {
        @Override
        public void out(byte[] bytes) { }

        @Override
        public void err(byte[] bytes) { }

        @Override
        public void ask(Input input, long from) {
            first.ask(input, from);
        }

        @Override
        public void file(byte[] bytes) { }

        @Override
        public void counting(String why) { }
    }

    /** Checks and compiles. Called on a thread with a large stack; may run out of memory or time. */
    static Guest compile(byte[] bytes, int maxPages, boolean metered) throws ModuleCheck.RefusedException {
        return compile(bytes, maxPages, metered, false, COMPILER);
    }

    /**
     * Checks and compiles, or loads what was compiled before.
     *
     * @param compiled what an earlier call made of this module; empty for nothing, and of no account where it is of no use
     * @param made     takes what this call makes of it, where it makes something
     */
    static Guest compile(byte[] bytes, int maxPages, boolean metered, byte[] compiled, Consumer<byte[]> made)
            throws ModuleCheck.RefusedException {
        boolean[] used = {compiled.length > 0};
        Cache cache = new Cache() {
            @Override
            public byte[] get(String key) {
                return used[0] ? compiled : null;
            }

            @Override
            public void putIfAbsent(String key, byte[] data) {
                made.accept(data);
            }
        };
        Guest g = compile(bytes, maxPages, metered, false, module -> {
            MachineFactoryCompiler.Builder compiler = MachineFactoryCompiler.builder(module)
                    .withInterpreterFallback(InterpreterFallback.FAIL).withCache(cache);
            try {
                return compiler.compile();
            } catch (RuntimeException | LinkageError e) {
                if (!used[0]) {
                    throw e;
                }
                used[0] = false;
                return compiler.compile();
            }
        });
        return new Guest(g.original, COMPILER, g.module, g.machine, g.limits, g.maxPages, g.fuelGlobal);
    }

    /** The same on some engine; {@code exact} keeps what is left of the fuel known at each trap. */
    static Guest compile(byte[] bytes, int maxPages, boolean metered, boolean exact,
            Function<WasmModule, Function<Instance, Machine>> engine) throws ModuleCheck.RefusedException {
        ModuleCheck.Shape shape = ModuleCheck.check(bytes, maxPages);
        try {
            WasmModule module = Parser.parse(bytes);
            for (int i = 0; i < module.importSection().importCount(); i++) {
                Import each = module.importSection().getImport(i);
                if (!(each instanceof FunctionImport f) || !each.module().equals(Wasi.MODULE)
                        || !Wasi.offers(each.name(), module.typeSection().getType(f.typeIndex()))) {
                    throw new ModuleCheck.RefusedException("it imports " + each.module() + "." + each.name()
                            + ", which is not offered");
                }
            }
            if (!exportsMain(module)) {
                throw new ModuleCheck.RefusedException("it exports no function " + MAIN);
            }
            int fuelGlobal = -1;
            if (metered) {
                FuelRewriter.Result counting = FuelRewriter.rewrite(bytes, exact);
                fuelGlobal = counting.global();
                module = Parser.parse(counting.module());
            }
            Function<Instance, Machine> machine = engine.apply(module);
            int most = (int) Math.min(maxPages, shape.maximum() < 0 ? maxPages : shape.maximum());
            MemoryLimits limits = shape.memory() ? new MemoryLimits(shape.initialPages(), most) : null;
            return new Guest(bytes, engine, module, machine, limits, maxPages, fuelGlobal);
        } catch (ChicoryException e) {
            throw new ModuleCheck.RefusedException("it is not valid: " + Wire.line(e.getMessage()));
        } catch (RuntimeException e) {
            throw new ModuleCheck.RefusedException("it can't be compiled: " + Wire.line(String.valueOf(e)));
        } catch (OutOfMemoryError e) {
            throw new ModuleCheck.RefusedException("it is too large to compile within the lease's memory");
        } catch (StackOverflowError e) {
            throw new ModuleCheck.RefusedException("its code nests too deeply");
        }
    }

    private static boolean exportsMain(WasmModule module) {
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export e = module.exportSection().getExport(i);
            if (e.name().equals(MAIN) && e.exportType() == ExternalType.FUNCTION) {
                return true;
            }
        }
        return false;
    }

    /**
     * Runs one task on the calling thread. Whatever the program does ends here. Where it traps while some function
     * holds what is left in a local, how it ended is told at once, and the task runs again just to count.
     */
    ChildWire.Ended run(ChildWire.Task task, byte[][] files, Listener listener) {
        End end = once(task, files, listener);
        if (fuelGlobal < 0) {
            return new ChildWire.Ended(task.number(), end.reason(), end.code(), end.detail(), Optional.empty());
        }
        boolean trapped = end.reason() == Outcome.Reason.TRAPPED || end.reason() == Outcome.Reason.OUT_OF_MEMORY;
        if (trapped && end.sure() && end.left() >= 0) {
            listener.counting(end.detail());
            long left = recount(task, files, end.reason(), listener);
            end = new End(end.reason(), end.code(), end.detail(), left, left != UNKNOWN);
        }
        if (end.sure() && end.left() < 0) {
            return new ChildWire.Ended(task.number(), Outcome.Reason.TIMEOUT, 0, "its fuel of " + task.fuel()
                    + " is used up", Optional.empty());
        }
        return new ChildWire.Ended(task.number(), end.reason(), end.code(), end.detail(), end.sure()
                ? Optional.of(FuelTable.count(task.fuel() - end.left())) : Optional.empty());
    }

    private long recount(ChildWire.Task task, byte[][] files, Outcome.Reason reason, Listener first) {
        try {
            End again = exact().once(task, files, new Silent(first));
            boolean same = again.reason() == reason || again.left() < 0;
            return again.sure() && same ? again.left() : UNKNOWN;
        } catch (ExecutionException e) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }

    /** Compiles on a thread of its own, since that can't be interrupted and waiting for it can. */
    private Guest exact() throws ExecutionException, InterruptedException {
        if (exact == null) {
            CompletableFuture<Guest> made = new CompletableFuture<>();
            Thread t = new Thread(null, () -> {
                try {
                    made.complete(compile(original, maxPages, true, true, engine));
                } catch (Throwable e) {
                    made.completeExceptionally(e);
                }
            }, "compile to count", COMPILE_STACK);
            t.setDaemon(true);
            t.start();
            exact = made;
        }
        return exact.get();
    }

    private End once(ChildWire.Task task, byte[][] files, Listener listener) {
        Instance[] instance = new Instance[1];
        End end = attempt(task, files, listener, instance);
        if (fuelGlobal < 0 || !end.sure() || instance[0] == null) {
            return end;
        }
        GlobalInstance left = instance[0].global(fuelGlobal);
        return new End(end.reason(), end.code(), end.detail(), left == null ? task.fuel() : left.getValue(), true);
    }

    private End attempt(ChildWire.Task task, byte[][] files, Listener listener, Instance[] made) {
        Instance instance = null;
        Wasi wasi;
        try {
            wasi = wasi(task, files, listener);
        } catch (IOException e) {
            return new End(Outcome.Reason.INVALID_IMAGE, 0, shortened(Wire.line(e.getMessage())), 0, false);
        } catch (OutOfMemoryError e) {
            return new End(Outcome.Reason.OUT_OF_MEMORY, 0, MEMORY, 0, false);
        }
        try {
            int[] globals = new int[1];
            Instance.Builder builder = Instance.builder(module)
                    .withImportValues(ImportValues.builder().addFunction(wasi.functions()).build())
                    .withMachineFactory(machine)
                    .withMemoryFactory(ByteArrayMemory::new)
                    .withGlobalFactory((low, high, type, mutability) -> new GlobalInstance(
                            globals[0]++ == fuelGlobal ? task.fuel() : low, high, type, mutability))
                    .withInitialize(false)
                    .withStart(false);
            if (limits != null) {
                builder.withMemoryLimits(limits);
            }
            instance = builder.build();
            made[0] = instance;
            instance.initialize(false);
            instance.export(MAIN).apply();
            return left(wasi, task, 0, listener);
        } catch (Wasi.Exit e) {
            return left(wasi, task, e.code & 0xFF, listener);
        } catch (Wasi.OutputLimitException e) {
            return new End(Outcome.Reason.OUTPUT_LIMIT, 0, "it wrote more than " + task.maxOutput() + " bytes", 0,
                    true);
        } catch (ChicoryInterruptedException e) {
            return new End(Outcome.Reason.CANCELLED, 0, "interrupted", 0, false);
        } catch (OutOfMemoryError e) {
            return new End(Outcome.Reason.OUT_OF_MEMORY, 0, MEMORY, 0, false);
        } catch (StackOverflowError e) {
            return new End(Outcome.Reason.TRAPPED, 0, STACK, 0, false);
        } catch (Throwable e) {
            if (Thread.currentThread().isInterrupted()) {
                return new End(Outcome.Reason.CANCELLED, 0, "interrupted", 0, false);
            }
            boolean full = e instanceof TrapException && instance != null && limits != null
                    && instance.memory().pages() == maxPages;
            String why = e instanceof ChicoryException ? String.valueOf(e.getMessage()) : String.valueOf(e);
            boolean sure = !why.contains(STACK);
            return full
                    ? new End(Outcome.Reason.OUT_OF_MEMORY, 0,
                            "it gave up with its memory at the limit of " + maxPages + " pages", 0, sure)
                    : new End(Outcome.Reason.TRAPPED, 0, shortened(Wire.line(why)), 0, sure);
        }
    }

    private Wasi wasi(ChildWire.Task task, byte[][] files, Listener listener) throws IOException {
        List<String> args = new ArrayList<>();
        args.add("program");
        args.addAll(task.args());
        List<String> environment = task.environment().stream().map(v -> v.name() + "=" + v.value()).toList();
        InputStream archive = new SequenceInputStream(Collections.enumeration(Arrays.stream(files)
                .map(ByteArrayInputStream::new).toList()));
        Input stdin = new Input(task.stdin(), task.stdinLength(), listener::ask);
        return new Wasi(args, environment, stdin, task.stdinHash().toBytes(), archive, quota(), listener::out, listener::err);
    }

    /** The most bytes of files: as much as its memory, and no more than a task can bring. */
    private long quota() {
        return Math.min((long) maxPages << 16, TaskSpec.MAX_FILES);
    }

    /** The program ended by itself: gives what it left. */
    private static End left(Wasi wasi, ChildWire.Task task, int code, Listener listener) {
        try {
            if (!task.outputs().isEmpty()) {
                OutputStream archive = new BufferedOutputStream(new OutputStream() {
                    @Override
                    public void write(int b) {
                        listener.file(new byte[] {(byte) b});
                    }

                    @Override
                    public void write(byte[] bytes, int at, int length) {
                        listener.file(Arrays.copyOfRange(bytes, at, at + length));
                    }
                }, ChildWire.PIECE);
                wasi.tree().write(task.outputs(), task.maxOutput(), archive);
                archive.flush();
            }
            return new End(Outcome.Reason.EXITED, code, "", 0, true);
        } catch (Wasi.OutputLimitException e) {
            return new End(Outcome.Reason.OUTPUT_LIMIT, 0, "it left more than " + task.maxOutput()
                    + " bytes of files", 0, true);
        } catch (IOException e) {
            return new End(Outcome.Reason.OUTPUT_LIMIT, 0, shortened(Wire.line("what it left can't be taken: "
                    + e.getMessage())), 0, true);
        } catch (OutOfMemoryError e) {
            return new End(Outcome.Reason.OUT_OF_MEMORY, 0, MEMORY, 0, false);
        }
    }

    private static String shortened(String line) {
        return line.codePointCount(0, line.length()) <= 240 ? line
                : line.substring(0, line.offsetByCodePoints(0, 240));
    }
}
