package org.zennet.virtualization.wasm.internal.child;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ChicoryInterruptedException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.zennet.api.container.Outcome;
import org.zennet.virtualization.wasm.internal.wire.Wire;

/** One compiled module. Each run is a fresh instance: nothing of one task is left for the next. */
final class Guest {
    private static final String MAIN = "_start";

    private final WasmModule module;
    private final Function<Instance, Machine> machine;
    private final MemoryLimits limits;
    private final int maxPages;

    private Guest(WasmModule module, Function<Instance, Machine> machine, MemoryLimits limits, int maxPages) {
        this.module = module;
        this.machine = machine;
        this.limits = limits;
        this.maxPages = maxPages;
    }

    /** Checks and compiles. Called on a thread with a large stack; may run out of memory or time. */
    static Guest compile(byte[] bytes, int maxPages) throws ModuleCheck.RefusedException {
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
            Function<Instance, Machine> machine = MachineFactoryCompiler.builder(module)
                    .withInterpreterFallback(InterpreterFallback.FAIL).compile();
            int most = (int) Math.min(maxPages, shape.maximum() < 0 ? maxPages : shape.maximum());
            MemoryLimits limits = shape.memory() ? new MemoryLimits(shape.initialPages(), most) : null;
            return new Guest(module, machine, limits, maxPages);
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

    /** Runs one task on the calling thread. Whatever the program does ends here. */
    Wire.Ended run(Wire.Task task, Wasi.Sink out, Wasi.Sink err) {
        Instance instance = null;
        try {
            List<String> args = new ArrayList<>();
            args.add("program");
            args.addAll(task.args());
            List<String> environment = task.environment().stream().map(v -> v.name() + "=" + v.value()).toList();
            Wasi wasi = new Wasi(args, environment, task.stdin(), out, err);
            Instance.Builder builder = Instance.builder(module)
                    .withImportValues(ImportValues.builder().addFunction(wasi.functions()).build())
                    .withMachineFactory(machine)
                    .withMemoryFactory(ByteArrayMemory::new)
                    .withStart(false);
            if (limits != null) {
                builder.withMemoryLimits(limits);
            }
            instance = builder.build();
            instance.export(MAIN).apply();
            return new Wire.Ended(task.number(), Outcome.Reason.EXITED, 0, "");
        } catch (Wasi.Exit e) {
            return new Wire.Ended(task.number(), Outcome.Reason.EXITED, e.code & 0xFF, "");
        } catch (Wasi.OutputLimitException e) {
            return new Wire.Ended(task.number(), Outcome.Reason.OUTPUT_LIMIT, 0,
                    "it wrote more than " + task.maxOutput() + " bytes");
        } catch (ChicoryInterruptedException e) {
            return new Wire.Ended(task.number(), Outcome.Reason.CANCELLED, 0, "interrupted");
        } catch (OutOfMemoryError e) {
            return new Wire.Ended(task.number(), Outcome.Reason.OUT_OF_MEMORY, 0, "the memory of its process ran out");
        } catch (StackOverflowError e) {
            return new Wire.Ended(task.number(), Outcome.Reason.TRAPPED, 0, "call stack exhausted");
        } catch (Throwable e) {
            if (Thread.currentThread().isInterrupted()) {
                return new Wire.Ended(task.number(), Outcome.Reason.CANCELLED, 0, "interrupted");
            }
            boolean full = e instanceof TrapException && instance != null && limits != null
                    && instance.memory().pages() == maxPages;
            String why = e instanceof ChicoryException ? String.valueOf(e.getMessage()) : String.valueOf(e);
            return full
                    ? new Wire.Ended(task.number(), Outcome.Reason.OUT_OF_MEMORY, 0,
                            "it gave up with its memory at the limit of " + maxPages + " pages")
                    : new Wire.Ended(task.number(), Outcome.Reason.TRAPPED, 0, Wire.line(why));
        }
    }
}
