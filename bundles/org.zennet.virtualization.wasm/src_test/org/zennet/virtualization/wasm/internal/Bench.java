package org.zennet.virtualization.wasm.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;

/** A backend in a directory of its own, with a keeper of its own that is gone when this is closed. */
final class Bench implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(30);
    static final long MEBIBYTE = 1 << 20;

    final Path directory;
    final WasmBackend backend;
    private final List<Container> containers = new ArrayList<>();

    Bench(Path directory) throws IOException {
        this(directory, 30_000);
    }

    Bench(Path directory, long lingerMillis) throws IOException {
        this(directory, lingerMillis, true, 0);
    }

    Bench(Path directory, long lingerMillis, boolean fuel, long fuelLimit) throws IOException {
        this(directory, lingerMillis, fuel, fuelLimit, true, 30);
    }

    Bench(Path directory, long lingerMillis, boolean fuel, long fuelLimit, boolean sandbox, int compileSeconds) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.backend = new WasmBackend(directory, 1L << 30, 8000, true, sandbox, 20001, 1000, lingerMillis, fuel, fuelLimit, compileSeconds);
    }

    ContainerSpec spec(String lease, byte[] module, long memory, long maxWallMillis, long idleMillis)
            throws IOException {
        Path image = Files.createTempFile(directory, lease, ".wasm");
        Files.write(image, module);
        Path home = Files.createDirectories(directory.resolve("home-" + lease));
        return new ContainerSpec(lease, image, hash(module), new Resources(1000, memory, 0), home, maxWallMillis,
                idleMillis);
    }

    Container start(String lease, byte[] module) throws IOException, ContainerException, InterruptedException {
        return start(spec(lease, module, 64 * MEBIBYTE, 600_000, 600_000));
    }

    Container start(ContainerSpec spec) throws ContainerException, InterruptedException {
        Container c = backend.start(spec);
        containers.add(c);
        return c;
    }

    static TaskSpec task(String id) {
        return task(id, new byte[0]);
    }

    static TaskSpec task(String id, byte[] stdin) {
        return task(id, stdin, 20_000, 1 << 20);
    }

    static TaskSpec task(String id, byte[] stdin, long timeoutMillis, int maxOutput) {
        return new TaskSpec(id, List.of("one", "zwei"), Map.of("KEY", "value"), stdin, timeoutMillis, maxOutput);
    }

    /** Runs one module once in a container of its own. */
    Outcome once(String lease, byte[] module, TaskSpec task) throws Exception {
        Container c = start(lease, module);
        try {
            return c.run(task);
        } finally {
            c.stop();
        }
    }

    static Hash hash(byte[] bytes) {
        try {
            return Hash.of(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    long keeperPid() {
        try {
            return Long.parseLong(Files.readString(directory.resolve("keeper/keeper.pid")).strip());
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }

    static boolean alive(long pid) {
        return pid > 0 && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    /** Child processes of the keeper that carry the child's role. */
    List<Long> children() {
        return ProcessHandle.of(keeperPid()).stream().flatMap(ProcessHandle::children)
                .filter(p -> p.info().commandLine().orElse("").contains("zennet-wasm-child"))
                .map(ProcessHandle::pid).toList();
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it never came that " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        containers.forEach(Container::stop);
        long keeper = keeperPid();
        backend.close();
        await("the keeper " + keeper + " ends", () -> !alive(keeper));
    }
}
