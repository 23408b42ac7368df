package org.zennet.virtualization.wasm.internal.host;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.cgroup.Meter;
import org.zennet.virtualization.keeper.Child;
import org.zennet.virtualization.keeper.Frames;
import org.zennet.virtualization.keeper.KeeperException;
import org.zennet.virtualization.keeper.PackedFiles;
import org.zennet.virtualization.keeper.Users;
import org.zennet.virtualization.keeper.Wire;
import org.zennet.virtualization.wasm.internal.FuelTable;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/**
 * One child JVM as its keeper sees it. Nothing that it says is trusted: frames are limited, what it leaves is bounded and
 * read again here. Input goes to it on one thread in pieces, as fast as it takes them; its output is taken on another.
 */
final class WasmChild implements Child {
    private static final int STACK = 8 << 20;
    /** How long all of its threads may take to stop: on a busy machine each does so when it next gets a processor. */
    private static final int FREEZE_MILLIS = 2_000;
    /** A run asks for one piece of input at a time; the one before it may have left another. */
    private static final int MOST_ASKED = 4;

    private final WasmKind kind;
    private final Wire.Start start;
    private final Owner owner;
    private final boolean metered;
    private final long fuelLimit;
    private final long compileSeconds;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private volatile Launcher.Means means;
    private volatile Process process;
    /** The child itself, once it is ready. */
    private volatile long inner;
    private volatile Meter meter;
    private volatile boolean ready;
    private Optional<Users.User> user = Optional.empty();
    private volatile Current current = new Current(-1, 0, 0, TaskInput.none());
    /** How many pieces of input it asked for that it was not given yet. */
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String name = "";
    /** What it makes of the module; of the reader. */
    private final ByteArrayOutputStream made = new ByteArrayOutputStream();
    /** What the task leaves, while it comes; of the reader. */
    private Optional<PackedFiles> left = Optional.empty();

    /** The task that runs, its limits in milliseconds and bytes, and what it reads. */
    private record Current(long number, long timeout, long maxOutput, TaskInput input) { }

    WasmChild(WasmKind kind, Wire.Start start, Owner owner) {
        this.kind = kind;
        this.start = start;
        this.owner = owner;
        this.metered = start.host().setting(WasmKind.FUEL).equals("true");
        String limit = start.host().setting(WasmKind.FUEL_LIMIT);
        this.fuelLimit = limit.matches("[0-9]{1,18}") ? Long.parseLong(limit) : 0;
        String compile = start.host().setting(WasmKind.COMPILE);
        this.compileSeconds = compile.matches("[1-9][0-9]{0,3}") ? Long.parseLong(compile) : WasmKind.COMPILE_SECONDS;
    }

    @Override
    public void launch() throws IOException, KeeperException, InterruptedException {
        byte[] module;
        try {
            module = module();
            means = kind.means(start.host());
            if (means.ownUser()) {
                user = Users.claim(start.host().firstUser(), start.host().users());
                if (user.isEmpty()) {
                    throw new KeeperException("all " + start.host().users() + " users for containers are in use");
                }
            }
            process = kind.launcher().start(means, user, start.resources(), start.leaseId(), log());
        } catch (IOException | KeeperException | InterruptedException e) {
            user.ifPresent(Users.User::close);
            writer.shutdown();
            owner.gone("it did not start");
            throw e;
        }
        Thread.ofPlatform().daemon().name("child-" + start.leaseId()).start(this::read);
        String maker = kind.launcher().version() + (metered ? " " + FuelTable.UNIT : "");
        name = ModuleCache.name(module, maker);
        kind.cache().get(name).ifPresent(this::compiled);
        send(new ChildWire.Init(module, (int) Math.min(32767, start.resources().memory() >> 16), STACK, metered));
        try {
            settled.get(compileSeconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            owner.refused("it takes more than " + compileSeconds + " s to compile");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void compiled(byte[] all) {
        for (int at = 0; at < all.length; at += ChildWire.PIECE) {
            send(new ChildWire.Compiled(Arrays.copyOfRange(all, at, Math.min(all.length, at + ChildWire.PIECE))));
        }
    }

    private Path log() {
        return kind.keeper().home(start.leaseId()).resolve("child.log");
    }

    private byte[] module() throws KeeperException {
        try (InputStream in = Files.newInputStream(start.imagePath())) {
            byte[] module = in.readNBytes(ChildWire.MAX_MODULE + 1);
            if (module.length > ChildWire.MAX_MODULE) {
                throw new KeeperException("the module is larger than " + ChildWire.MAX_MODULE + " bytes");
            }
            if (!MessageDigest.isEqual(MessageDigest.getInstance("SHA-256").digest(module), start.imageHash().toBytes())) {
                throw new KeeperException("the module's SHA-256 is not " + start.imageHash());
            }
            return module;
        } catch (IOException e) {
            throw new KeeperException("can't read the module " + start.imagePath());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(Record message) {
        writer.execute(() -> {
            try {
                Frames.write(process.getOutputStream(), ChildWire.encode(message));
            } catch (IOException e) {
                // the reader sees the end of the child
            }
        });
    }

    // what it says

    private void read() {
        String broken = "";
        try (InputStream in = new BufferedInputStream(process.getInputStream(), 1 << 16)) {
            byte[] frame = Frames.read(in, Frames.SMALL);
            while (frame != null) {
                handle(ChildWire.decode(frame));
                frame = Frames.read(in, Frames.SMALL);
            }
        } catch (IOException | EncodingException | RuntimeException e) {
            broken = String.valueOf(e.getMessage());
            owner.broken("its process broke the protocol: " + broken);
        }
        try {
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String log = ready ? "" : logged();
        user.ifPresent(u -> {
            kind.launcher().killAll(u);
            u.close();
        });
        writer.shutdown();
        current.input().close();
        settled.complete(null);
        owner.gone("its process ended by itself with code " + (process.isAlive() ? "?" : "" + process.exitValue()) + log);
    }

    private String logged() {
        try {
            String log = Files.readString(log());
            return log.isBlank() ? "" : "; its log: " + Wire.line(log);
        } catch (IOException e) {
            return "";
        }
    }

    private void handle(Record message) throws IOException {
        switch (message) {
            case ChildWire.Ready _ when !ready -> {
                inner = Launcher.pid(means, process);
                meter = new Meter(new ProcessReader(kind.posix(), inner), start.resources(), UsageVector.ZERO, System::nanoTime);
                ready = true;
                owner.ready();
                settled.complete(null);
                kind.cache().put(name, made.toByteArray());
                made.reset();
            }
            case ChildWire.Made m when !ready -> {
                made.writeBytes(m.bytes());
                if (made.size() > ModuleCache.LARGEST) {
                    throw new IOException("a module became larger than it may");
                }
            }
            case ChildWire.Refused r when !ready -> {
                owner.refused(r.why());
                settled.complete(null);
            }
            case ChildWire.Out o -> owner.out(o.number(), o.bytes());
            case ChildWire.Err e -> owner.err(e.number(), e.bytes());
            case ChildWire.FileOut f -> keep(f);
            case ChildWire.Read r when ready -> give(r);
            case ChildWire.Counting c when metered -> {
                // how it ended is known; the child runs it again to count
                long most = Math.min(current.timeout(), start.maxWallMillis()) * 3 + 1000;
                owner.overtime(c.number(), most, Outcome.Reason.TRAPPED, c.detail());
            }
            case ChildWire.Ended e -> ended(e);
            default -> throw new IOException("an unexpected " + message.getClass().getSimpleName());
        }
    }

    private void keep(ChildWire.FileOut piece) throws IOException {
        if (piece.number() != current.number()) {
            throw new IOException("files of a task that does not run");
        }
        if (left.isEmpty()) {
            left = Optional.of(new PackedFiles(kind.keeper().home(start.leaseId()).resolve("left"), current.maxOutput()));
        }
        left.get().write(piece.bytes());
    }

    /** Gives it the piece of input that it asks for. It may not ask for many without taking them: that would fill this process. */
    private void give(ChildWire.Read read) throws IOException {
        Current c = current;
        if (read.number() != c.number()) {
            throw new IOException("input of a task that does not run");
        }
        if (asked.incrementAndGet() > MOST_ASKED) {
            throw new IOException("it asks for input without taking it");
        }
        writer.execute(() -> {
            try {
                byte[] piece = c.input().piece(read.from());
                Frames.write(process.getOutputStream(), ChildWire.encode(new ChildWire.In(read.number(), read.from(), piece)));
                asked.decrementAndGet();
            } catch (ClosedChannelException e) {
                // its task has ended before it came to this
                asked.decrementAndGet();
            } catch (IOException e) {
                // its end is seen by the reader; where the input is gone nothing can go on
                owner.broken("its input can't be given to it: " + e.getMessage());
            }
        });
    }

    private void ended(ChildWire.Ended e) throws IOException {
        if (e.number() == current.number()) {
            current.input().close();
        }
        boolean known = switch (e.reason()) {
            case EXITED, TRAPPED, OUT_OF_MEMORY, OUTPUT_LIMIT, INVALID_IMAGE -> true;
            case TIMEOUT -> metered;
            default -> false;
        };
        if (left.isPresent()) {
            left.get().close();
            if (e.reason() == Outcome.Reason.EXITED) {
                left.get().tell(e.number(), owner);
            }
            left = Optional.empty();
        }
        owner.ended(e.number(), known ? e.reason() : Outcome.Reason.TRAPPED, e.exitCode(), e.detail(),
                known ? e.fuel() : Optional.empty());
    }

    // what it is told

    @Override
    public void run(long number, Wire.Run task) {
        if (!task.command().isEmpty()) {
            owner.ended(number, Outcome.Reason.INVALID_IMAGE, 0, "a module is one program: name no command",
                    Optional.empty());
            return;
        }
        TaskInput input;
        try {
            input = TaskInput.of(task);
        } catch (IOException e) {
            owner.broken("its input can't be given to it: " + e.getMessage());
            return;
        }
        current = new Current(number, task.timeoutMillis(), task.maxOutput(), input);
        writer.execute(() -> {
            try {
                OutputStream out = process.getOutputStream();
                if (task.files().length > 0) {
                    files(Path.of(new String(task.files(), StandardCharsets.UTF_8)), out);
                }
                Frames.write(out, ChildWire.encode(new ChildWire.Task(number, task.args(), task.environment(), input.piece(0),
                        input.length(), task.inputHash(), task.maxOutput(), FuelTable.limit(fuelLimit, task.timeoutMillis()), task.outputs())));
            } catch (IOException e) {
                // the reader sees the end of the child, or there is nothing to be read
                owner.broken("its input can't be given to it: " + e.getMessage());
            }
        });
    }

    private static void files(Path archive, OutputStream out) throws IOException {
        try (InputStream in = Files.newInputStream(archive)) {
            byte[] piece = in.readNBytes(ChildWire.PIECE);
            while (piece.length > 0) {
                Frames.write(out, ChildWire.encode(new ChildWire.FilePiece(piece)));
                piece = in.readNBytes(ChildWire.PIECE);
            }
        }
    }

    @Override
    public void interrupt(long number) {
        send(new ChildWire.Interrupt(number));
    }

    @Override
    public void freeze(boolean frozen) {
        if (frozen) {
            kind.posix().signal(process, inner, Posix.SIGSTOP);
            kind.posix().awaitStopped(inner, FREEZE_MILLIS);
            meter.frozen(true);
        } else {
            meter.frozen(false);
            kind.posix().signal(process, inner, Posix.SIGCONT);
        }
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
        long overhead = Launcher.overhead(start.resources());
        return kind.posix().residentBytes(inner).orElse(0) > start.resources().memory() + overhead
                ? Optional.of("its process held more than its memory and " + (overhead >> 20) + " MiB") : Optional.empty();
    }

    @Override
    public void destroy() {
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
