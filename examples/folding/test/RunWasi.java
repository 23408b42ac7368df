import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasi.WasiExitException;
import com.dylibso.chicory.wasi.WasiOptions;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs fold.wasm under Chicory's compiler without files or network.
 * Usage: RunWasi MODULE SCRIPT; each line of the script is "OUTFILE INFILE|- ARG...", all run in one JVM, one after the other.
 */
public class RunWasi {
    public static void main(String[] args) throws Exception {
        var module = Parser.parse(Path.of(args[0]));
        var imports = new ArrayList<String>();
        for (int i = 0; i < module.importSection().importCount(); i++) {
            var name = module.importSection().getImport(i);
            imports.add(name.module() + "." + name.name());
        }
        System.out.println("imports " + imports);
        var memory = module.memorySection().get().getMemory(0).limits();
        System.out.println("memory pages " + memory.initialPages() + ".." + memory.maximumPages());
        long start = System.nanoTime();
        var machines = MachineFactoryCompiler.compile(module);
        System.out.printf("compiled in %d ms%n", (System.nanoTime() - start) / 1_000_000);
        for (String line : Files.readAllLines(Path.of(args[1]))) {
            List<String> words = List.of(line.split(" "));
            byte[] in = words.get(1).equals("-") ? new byte[0] : Files.readAllBytes(Path.of(words.get(1)));
            var argv = new ArrayList<String>(List.of("fold"));
            argv.addAll(words.subList(2, words.size()));
            var out = new ByteArrayOutputStream();
            var err = new ByteArrayOutputStream();
            start = System.nanoTime();
            long cpu = java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            int exit = 0;
            var options = WasiOptions.builder().withArguments(argv).withStdin(new ByteArrayInputStream(in))
                    .withStdout(out).withStderr(err).build();
            try (var wasi = WasiPreview1.builder().withOptions(options).build()) {
                Instance.builder(module).withMachineFactory(machines)
                        .withMemoryLimits(new MemoryLimits(memory.initialPages(), 256))
                        .withImportValues(ImportValues.builder().addFunction(wasi.toHostFunctions()).build()).build();
            } catch (WasiExitException e) {
                exit = e.exitCode();
            }
            cpu = java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
            Files.write(Path.of(words.get(0)), out.toByteArray());
            System.out.printf("exit %d, %d ms (cpu %d ms), %d bytes: %s %s%n", exit, (System.nanoTime() - start) / 1_000_000,
                    cpu / 1_000_000, out.size(), String.join(" ", argv), err.toString(StandardCharsets.UTF_8).strip());
        }
    }
}
