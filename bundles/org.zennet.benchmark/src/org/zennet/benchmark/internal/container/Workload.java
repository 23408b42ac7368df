package org.zennet.benchmark.internal.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Rejected;

/** The program of the kernels in one running container, in a directory of its own that goes with it. */
final class Workload implements AutoCloseable {
    private static final String MODULE = "kernels.wasm";
    /** The same source as a static ELF file, for an image of one program. */
    private static final String PROGRAM = "kernels-x86_64";
    private static final long TASK_MILLIS = 120_000;
    private static final long IDLE_MILLIS = 120_000;
    private static final long WALL_MILLIS = 3_600_000;
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Path directory;
    private final Container container;
    private int tasks;

    private Workload(Path directory, Container container) {
        this.directory = directory;
        this.container = container;
    }

    /**
     * What a call of the program did.
     *
     * @param count how much work, in the kernel's unit
     * @param usage what the meter says of this task alone
     */
    record Done(long count, UsageVector usage) { }

    /** Starts a container. */
    static Workload start(ContainerBackend backend, Resources resources) throws Rejected, InterruptedException {
        Path directory = null;
        try {
            directory = Files.createTempDirectory("zennet-kernels");
            boolean programs = backend.probe().features().contains(Capabilities.PROGRAMS);
            byte[] module = programs ? ProgramImage.of("kernels", resource(program(System.getProperty("os.arch"))), "amd64") : resource(MODULE);
            Path image = Files.write(directory.resolve("kernels"), module);
            String lease = "kernels-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();
            Container container = backend.start(new ContainerSpec(lease, image, hash(module), resources,
                    Files.createDirectory(directory.resolve("container")), WALL_MILLIS, IDLE_MILLIS));
            return new Workload(directory, container);
        } catch (IOException e) {
            delete(directory);
            throw new Rejected("the program of the kernels can't be written: " + e.getMessage(), e);
        } catch (ContainerException e) {
            delete(directory);
            throw new Rejected("the container does not start: " + e.getMessage(), e);
        }
    }

    /** The kernels for the processor of this host. */
    private static String program(String architecture) throws Rejected {
        if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
            throw new Rejected("there is no program of the kernels for the processor '" + architecture + "'; --backend wasm needs none");
        }
        return PROGRAM;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Workload.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing in this product");
            }
            return in.readAllBytes();
        }
    }

    private static Hash hash(byte[] bytes) {
        try {
            return Hash.of(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Runs a kernel to its end. */
    Done run(String kernel, long rounds, long bytes) throws Rejected, InterruptedException {
        return run(List.of(kernel, Long.toString(rounds), Long.toString(bytes)), TASK_MILLIS);
    }

    /** Runs kernels one after the other to their end. */
    Done run(Mix mix) throws Rejected, InterruptedException {
        return run(mix.arguments(), TASK_MILLIS);
    }

    /** Takes so much memory and holds it for so long, where sleeping takes time; else until the container ends, as what its process has. */
    Done hold(long bytes, long millis) throws Rejected, InterruptedException {
        return run(List.of("hold", Long.toString(millis / 100), Long.toString(bytes)), millis + TASK_MILLIS);
    }

    private Done run(List<String> arguments, long timeoutMillis) throws Rejected, InterruptedException {
        String kernel = arguments.getFirst();
        try {
            Outcome o = container.run(new TaskSpec("t" + ++tasks, arguments, Map.of(), new byte[0], timeoutMillis, 1 << 16));
            String out = new String(o.stdout(), StandardCharsets.UTF_8).strip();
            String[] words = out.split(" ");
            if (!o.succeeded() || words.length != 3 || !words[0].equals(kernel)) {
                throw new Rejected("the kernel " + kernel + " ended with " + o.reason() + " " + o.exitCode() + ": "
                        + (o.detail() + " " + new String(o.stderr(), StandardCharsets.UTF_8)).strip());
            }
            return new Done(Long.parseLong(words[1]), o.usage());
        } catch (ContainerException e) {
            throw new Rejected("the container of the kernels failed: " + e.getMessage(), e);
        } catch (NumberFormatException e) {
            throw new Rejected("the kernel " + kernel + " printed no count", e);
        }
    }

    /** What the container has used since it was ready. */
    UsageVector usage() throws Rejected {
        try {
            return container.usage();
        } catch (ContainerException e) {
            throw new Rejected("the container of the kernels has no meter: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        container.stop();
        delete(directory);
    }

    private static void delete(Path directory) {
        if (directory == null) {
            return;
        }
        try (java.util.stream.Stream<Path> all = Files.walk(directory)) {
            all.sorted(java.util.Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
        } catch (IOException | java.io.UncheckedIOException e) {
            directory.toFile().deleteOnExit();
        }
    }
}
