package org.zennet.virtualization.wasm.internal.keeper;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.keeper.Child;
import org.zennet.virtualization.keeper.Frames;
import org.zennet.virtualization.keeper.KeeperException;
import org.zennet.virtualization.keeper.PackedFiles;
import org.zennet.virtualization.keeper.Users;
import org.zennet.virtualization.wasm.internal.FuelTable;
import org.zennet.virtualization.wasm.internal.wire.Wire;

/**
 * One child JVM: its process, its user, its meter, and what is said to it. Nothing that it says is trusted. The meter
 * has a lock of its own, so that reading it never waits.
 */
final class WasmChild implements Child {
    /** How long checking and compiling a module may take. */
    static final long COMPILE_MILLIS = 30_000;
    private static final int STACK = 8 << 20;

    private final WasmKind kind;
    private final org.zennet.virtualization.keeper.Wire.Start start;
    private final Counted counted;
    private final Owner owner;
    private final Path home;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private byte[] module;
    private volatile Meter meter;
    private volatile Process process;
    private volatile boolean ready;
    private volatile boolean destroyed;
    private Optional<Users.User> user = Optional.empty();
    private org.zennet.virtualization.keeper.Wire.Run task;
    private long number = -1;
    private boolean counting;
    private PackedFiles packed;

    WasmChild(WasmKind kind, org.zennet.virtualization.keeper.Wire.Start start, Counted counted, byte[] module, Owner owner) {
        this.kind = kind;
        this.start = start;
        this.counted = counted;
        this.module = module;
        this.owner = owner;
        this.home = kind.keeper().home(start.leaseId());
    }

    @Override
    public void launch() throws IOException, KeeperException, InterruptedException {
        Path log = home.resolve("child.log");
        boolean started = false;
        try {
            Launcher.Means means = kind.means(start.host());
            if (means.ownUser()) {
                user = Users.claim(start.host().firstUser(), start.host().users());
                if (user.isEmpty()) {
                    throw new KeeperException("all " + start.host().users() + " users for containers are in use");
                }
            }
            process = kind.launcher().start(means, user, start.resources(), start.leaseId(), start.directoryPath(), log);
            meter = new Meter(kind.posix(), process.pid(), start.resources());
            started = true;
        } finally {
            if (!started) {
                user.ifPresent(Users.User::close);
                owner.gone("it did not start");
            }
        }
        Thread.ofPlatform().daemon().name("child-" + start.leaseId()).start(this::read);
        send(new Wire.Init(module, (int) Math.min(32767, start.resources().memory() >> 16), STACK, counted.fuel()));
        module = null;
        try {
            settled.get(COMPILE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            owner.refused("it takes more than " + COMPILE_MILLIS / 1000 + " s to compile");
            return;
        }
        if (!ready && !destroyed) {
            String text = Files.exists(log) ? Files.readString(log) : "";
            throw new KeeperException("the child did not start: it ended" + (text.isBlank() ? "" : "; its log: " + Wire.line(text)));
        }
    }

    private void send(Record message) {
        OutputStream out = process.getOutputStream();
        writer.execute(() -> {
            try {
                Frames.write(out, Wire.encode(message));
            } catch (IOException e) {
                // the reader sees the end of the child
            }
        });
    }

    private void read() {
        try (InputStream in = new BufferedInputStream(process.getInputStream(), 1 << 16)) {
            byte[] frame = Frames.read(in, Frames.SMALL);
            while (frame != null) {
                handle(Wire.decode(frame));
                frame = Frames.read(in, Frames.SMALL);
            }
        } catch (IOException | EncodingException | RuntimeException e) {
            owner.broken("its process broke the protocol: " + e.getMessage());
        }
        try {
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        user.ifPresent(u -> {
            kind.launcher().killAll(u);
            u.close();
        });
        writer.shutdown();
        settled.complete(null);
        owner.gone("its process ended by itself with code " + (process.isAlive() ? "?" : "" + process.exitValue()));
    }

    private void handle(Record message) throws IOException {
        switch (message) {
            case Wire.Ready r when !ready -> {
                meter.start();
                ready = true;
                owner.ready();
                settled.complete(null);
            }
            case Wire.Refused r when !ready -> {
                destroyed = true;
                owner.refused(r.why());
                settled.complete(null);
            }
            case Wire.Out o -> owner.out(running(), o.bytes());
            case Wire.Err e -> owner.err(running(), e.bytes());
            case Wire.FileOut f -> file(f.bytes());
            case Wire.Counting c -> counting(c);
            case Wire.Ended e -> ended(e);
            default -> {
                if (!destroyed) {
                    throw new IOException("an unexpected " + message.getClass().getSimpleName());
                }
            }
        }
    }

    /** The running task, which there must be. */
    private synchronized long running() throws IOException {
        if (task == null && !destroyed) {
            throw new IOException("a word of a task that there is not");
        }
        return number;
    }

    private synchronized void file(byte[] bytes) throws IOException {
        if (task == null || task.outputs().isEmpty()) {
            throw new IOException("files of a task that leaves none");
        }
        if (packed == null) {
            packed = new PackedFiles(home.resolve("packed"), task.maxOutput());
        }
        packed.write(bytes);
    }

    /** The task trapped and its child runs it again to count its fuel; how it ended is known. */
    private void counting(Wire.Counting c) throws IOException {
        org.zennet.virtualization.keeper.Wire.Run t;
        synchronized (this) {
            if (task == null || c.number() != number || !counted.fuel() || counting) {
                throw new IOException("an unexpected count");
            }
            counting = true;
            t = task;
        }
        owner.overtime(c.number(), Math.min(t.timeoutMillis(), start.maxWallMillis()) * 3 + 1000, Outcome.Reason.TRAPPED, c.detail());
    }

    private void ended(Wire.Ended e) throws IOException {
        PackedFiles left;
        synchronized (this) {
            if (task == null || e.number() != number) {
                if (destroyed) {
                    return;
                }
                throw new IOException("the end of a task that there is not");
            }
            task = null;
            left = packed;
            packed = null;
        }
        boolean known = switch (e.reason()) {
            case EXITED, TRAPPED, OUT_OF_MEMORY, OUTPUT_LIMIT -> true;
            case TIMEOUT -> counted.fuel();
            default -> false;
        };
        if (left != null) {
            left.close();
            left.tell(e.number(), owner);
        }
        owner.ended(e.number(), known ? e.reason() : Outcome.Reason.TRAPPED, e.exitCode(), e.detail(),
                known ? e.fuel() : Optional.empty());
    }

    @Override
    public void run(long n, org.zennet.virtualization.keeper.Wire.Run t) {
        synchronized (this) {
            task = t;
            number = n;
            counting = false;
        }
        OutputStream out = process.getOutputStream();
        writer.execute(() -> {
            try {
                if (t.files().length > 0) {
                    try (InputStream in = Files.newInputStream(Path.of(new String(t.files(), StandardCharsets.UTF_8)))) {
                        for (byte[] piece = in.readNBytes(Wire.PIECE); piece.length > 0; piece = in.readNBytes(Wire.PIECE)) {
                            Frames.write(out, Wire.encode(new Wire.FilePiece(piece)));
                        }
                    }
                }
                List<Wire.Variable> variables = t.environment().stream().map(v -> new Wire.Variable(v.name(), v.value())).toList();
                Frames.write(out, Wire.encode(new Wire.Task(n, t.args(), variables, t.stdin(), t.maxOutput(),
                        FuelTable.limit(counted.limit(), t.timeoutMillis()), t.outputs())));
            } catch (IOException e) {
                // its files are gone, or it is: then the reader sees the end of the child
                owner.broken("its task can't be given to it: " + e.getMessage());
            }
        });
    }

    @Override
    public void interrupt(long n) {
        send(new Wire.Interrupt(n));
    }

    @Override
    public void freeze(boolean frozen) {
        meter.frozen(frozen);
        kind.posix().signal(process, frozen ? Posix.SIGSTOP : Posix.SIGCONT);
    }

    @Override
    public UsageVector sample() {
        Meter m = meter;
        return m == null ? UsageVector.ZERO : m.sample();
    }

    @Override
    public void endMeter() {
        Meter m = meter;
        if (m != null) {
            m.end();
        }
    }

    @Override
    public Optional<String> overLimit() {
        Meter m = meter;
        return m != null && m.resident() > start.resources().memory() + Launcher.OVERHEAD
                ? Optional.of("its process held more than its memory and " + (Launcher.OVERHEAD >> 20) + " MiB") : Optional.empty();
    }

    @Override
    public void destroy() {
        destroyed = true;
        Process p = process;
        if (p != null) {
            p.destroyForcibly();
        }
    }

    @Override
    public int pid() {
        Process p = process;
        return p == null ? 0 : (int) p.pid();
    }
}
