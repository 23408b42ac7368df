package org.zennet.virtualization.wasm.internal.keeper;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.wasm.internal.FuelTable;
import org.zennet.virtualization.wasm.internal.wire.Frames;
import org.zennet.virtualization.wasm.internal.wire.Wire;

/**
 * One lease: its child, its task, its meter, its files. Nothing that the child says is trusted: frames are limited,
 * output is counted here again, and whoever does not end when told is killed. State is guarded by this object's lock;
 * the meter has its own, so that reading it never waits for a disk.
 */
final class Lease {
    /** How long a program may take to end after it was told to. */
    static final long GRACE_MILLIS = 2000;
    /** How long checking and compiling a module may take. */
    static final long COMPILE_MILLIS = 30_000;
    private static final int STACK = 8 << 20;
    private static final String REFUSED = "the module is refused: ";

    private final Keeper keeper;
    private final Wire.Start spec;
    private final boolean metered;
    private final long fuel;
    private final Path home;
    private final Outcomes outcomes;
    private final long startedNanos = System.nanoTime();
    private final UsageVector loadedUsage;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private volatile long touchedNanos = startedNanos;
    private volatile Meter meter;
    private volatile Process child;
    private volatile String ended = "";
    private Optional<Launcher.User> user = Optional.empty();
    private boolean ready;
    private boolean frozen;
    private boolean forgotten;
    private long lastNumber;
    private Running running;
    private UsageVector persisted;

    /** A task that runs. */
    private final class Running {
        private final Wire.Run task;
        private final Hash fingerprint;
        private final long number;
        private final UsageVector before;
        private final CompletableFuture<Wire.Stored> future = new CompletableFuture<>();
        private final ByteArrayOutputStream inline = new ByteArrayOutputStream();
        private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        private FileChannel file;
        private int written;
        private Outcome.Reason limit;
        private String limitDetail = "";
        private ScheduledFuture<?> timeout;
        private boolean counting;

        Running(Wire.Run task, Hash fingerprint, long number, UsageVector before) {
            this.task = task;
            this.fingerprint = fingerprint;
            this.number = number;
            this.before = before;
        }

        void out(byte[] bytes) throws IOException {
            int n = Math.min(bytes.length, task.maxOutput() - written);
            if (file == null && inline.size() + n > Outcomes.INLINE) {
                file = FileChannel.open(outcomes.output(task.taskId()), StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
                inline.writeTo(Channels.newOutputStream(file));
                inline.reset();
            }
            if (file == null) {
                inline.write(bytes, 0, n);
            } else {
                Channels.newOutputStream(file).write(bytes, 0, n);
            }
            written += n;
            if (n < bytes.length) {
                limit(Outcome.Reason.OUTPUT_LIMIT, "it wrote more than " + task.maxOutput() + " bytes");
            }
        }
    }

    /** A new lease with an empty home. {@code fuel} is the most that a task may use; 0 follows its time limit. */
    Lease(Keeper keeper, Wire.Start spec, Path home, boolean metered, long fuel) throws IOException {
        this.keeper = keeper;
        this.metered = metered;
        this.fuel = fuel;
        this.spec = spec;
        this.home = home;
        Files.createDirectories(home);
        this.outcomes = new Outcomes(home.resolve("outcomes"));
        this.loadedUsage = UsageVector.ZERO;
        Disk.replace(home.resolve("spec"), Wire.encode(spec), true);
    }

    private Lease(Keeper keeper, Wire.Start spec, Path home, Wire.State state) throws IOException {
        this.keeper = keeper;
        this.metered = false;
        this.fuel = 0;
        this.spec = spec;
        this.home = home;
        this.outcomes = new Outcomes(home.resolve("outcomes"));
        UsageVector told = outcomes.total();
        this.loadedUsage = UsageVector.of(c -> Math.max(state.usage().get(c), told.get(c)));
        this.ended = state.running() ? "the keeper ended under it" : state.ended();
        settled.complete(null);
        gone.complete(null);
    }

    /** A lease that an earlier keeper left; it has ended. What may be left of its child is killed. */
    static Lease load(Keeper keeper, Path home) throws IOException {
        try {
            if (!(Wire.decode(Files.readAllBytes(home.resolve("spec"))) instanceof Wire.Start spec)) {
                throw new IOException("no lease");
            }
            Wire.State state = new Wire.State(spec.leaseId(), true, "", UsageVector.ZERO, 0);
            Path file = home.resolve("state");
            if (Files.exists(file) && Wire.decode(Files.readAllBytes(file)) instanceof Wire.State s) {
                state = s;
            }
            if (state.running() && state.pid() > 0) {
                killLeftOver(state.pid(), spec.leaseId());
            }
            Lease lease = new Lease(keeper, spec, home, state);
            lease.persist(true);
            return lease;
        } catch (EncodingException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void killLeftOver(long pid, String leaseId) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            if (line.contains("-Dzennet.role=zennet-wasm-child\0-Dzennet.lease=" + leaseId + "\0")) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (IOException e) {
            // gone, as it should be
        }
    }

    String id() {
        return spec.leaseId();
    }

    Wire.Start spec() {
        return spec;
    }

    boolean running() {
        return ended.isEmpty();
    }

    /** Starts the child and waits until the module is compiled or refused. */
    void launch(byte[] module, Launcher.Means means) throws KeeperException, InterruptedException {
        Path directory = Path.of(new String(spec.directory(), StandardCharsets.UTF_8));
        try {
            synchronized (this) {
                if (means.ownUser()) {
                    user = keeper.launcher().claimUser(spec.host().firstUser(), spec.host().users());
                    if (user.isEmpty()) {
                        throw new KeeperException("all " + spec.host().users() + " users for containers are in use");
                    }
                }
                child = keeper.launcher().start(means, user, spec.resources(), spec.leaseId(), directory,
                        directory.resolve("child.log"));
                meter = new Meter(keeper.posix(), child.pid(), spec.resources());
                persist(true);
            }
            Thread.ofPlatform().daemon().name("child-" + id()).start(this::read);
            int pages = (int) Math.min(32767, spec.resources().memory() >> 16);
            send(new Wire.Init(module, pages, STACK, metered));
            settled.orTimeout(COMPILE_MILLIS, TimeUnit.MILLISECONDS).exceptionally(e -> {
                end(REFUSED + "it takes more than " + COMPILE_MILLIS / 1000 + " s to compile");
                return null;
            });
            gone.thenRun(() -> settled.complete(null));
            settled.exceptionally(e -> null).get();
        } catch (IOException e) {
            throw new KeeperException(Wire.line(String.valueOf(e.getMessage())));
        } catch (java.util.concurrent.ExecutionException e) {
            throw new KeeperException(Wire.line(String.valueOf(e.getCause())));
        }
        synchronized (this) {
            if (!ready && !ended.startsWith(REFUSED)) {
                throw new KeeperException("the child did not start: " + (ended.isEmpty() ? "no answer" : ended)
                        + logTail(directory));
            }
        }
    }

    private static String logTail(Path directory) {
        try {
            String log = Files.readString(directory.resolve("child.log"));
            return log.isBlank() ? "" : "; its log: " + Wire.line(log);
        } catch (IOException e) {
            return "";
        }
    }

    /** Waits until the module is compiled or refused; for a request that was repeated. */
    void awaitSettled() throws InterruptedException {
        try {
            settled.exceptionally(e -> null).get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(Record message) {
        OutputStream out = child.getOutputStream();
        writer.execute(() -> {
            try {
                Frames.write(out, Wire.encode(message));
            } catch (IOException e) {
                // the reader sees the end of the child
            }
        });
    }

    private void read() {
        try (InputStream in = new BufferedInputStream(child.getInputStream(), 1 << 16)) {
            byte[] frame = Frames.read(in, Frames.SMALL);
            while (frame != null) {
                handle(Wire.decode(frame));
                frame = Frames.read(in, Frames.SMALL);
            }
        } catch (IOException | EncodingException | RuntimeException e) {
            if (ended.isEmpty()) {
                end("its process broke the protocol: " + e.getMessage());
            }
        }
        try {
            if (!child.waitFor(1, TimeUnit.SECONDS)) {
                child.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end("its process ended by itself with code " + (child.isAlive() ? "?" : "" + child.exitValue()));
        synchronized (this) {
            user.ifPresent(u -> {
                keeper.launcher().killAll(u);
                u.close();
            });
            user = Optional.empty();
        }
        writer.shutdown();
        gone.complete(null);
    }

    private synchronized void handle(Record message) throws IOException {
        switch (message) {
            case Wire.Ready r when !ready && ended.isEmpty() -> {
                meter.start();
                ready = true;
                settled.complete(null);
            }
            case Wire.Refused r when !ready -> end(REFUSED + Wire.line(r.why()));
            case Wire.Out o when running != null -> {
                if (running.limit == null || running.limit != Outcome.Reason.OUTPUT_LIMIT) {
                    running.out(o.bytes());
                }
            }
            case Wire.Err e when running != null -> running.stderr.write(e.bytes(), 0,
                    Math.min(e.bytes().length, Wire.MAX_STDERR - running.stderr.size()));
            case Wire.Ended e when running != null && e.number() == running.number -> {
                boolean known = switch (e.reason()) {
                    case EXITED, TRAPPED, OUT_OF_MEMORY, OUTPUT_LIMIT -> true;
                    case TIMEOUT -> metered;
                    default -> false;
                };
                finish(known ? e.reason() : Outcome.Reason.TRAPPED, e.exitCode(), Wire.line(e.detail()),
                        known ? e.fuel() : Optional.empty());
            }
            case Wire.Counting c when running != null && metered && c.number() == running.number
                    && !running.counting -> count(running, Wire.line(c.detail()));
            default -> {
                if (ended.isEmpty()) {
                    throw new IOException("an unexpected " + message.getClass().getSimpleName());
                }
            }
        }
    }

    /**
     * The task trapped and its child runs it again to count its fuel; how it ended is known. Should that take longer
     * than its time limit with allowance for counting, it ends as trapped without a count. Under the lock.
     */
    private void count(Running r, String detail) {
        r.counting = true;
        if (r.limit == null && r.timeout.cancel(false)) {
            long most = Math.min(r.task.timeoutMillis(), spec.maxWallMillis()) * 3 + 1000;
            r.timeout = keeper.scheduler().schedule(() -> {
                synchronized (this) {
                    if (running == r) {
                        limit(Outcome.Reason.TRAPPED, detail);
                    }
                }
            }, most, TimeUnit.MILLISECONDS);
        }
    }

    /** Begins a task, or joins the run of the same task, or gives what is kept of it. */
    synchronized CompletableFuture<Wire.Stored> run(Wire.Run task) throws KeeperException {
        touch();
        Hash fingerprint = task.fingerprint();
        Optional<Hash> done = outcomes.fingerprint(task.taskId());
        if (done.isPresent() || running != null && running.task.taskId().equals(task.taskId())) {
            if (!done.orElseGet(() -> running.fingerprint).equals(fingerprint)) {
                throw new KeeperException("task " + task.taskId() + " ran with another input; give it another id");
            }
            if (done.isEmpty()) {
                return running.future;
            }
            try {
                return CompletableFuture.completedFuture(outcomes.get(task.taskId()).orElseThrow(() ->
                        new KeeperException("task " + task.taskId() + " is done and its outcome is no longer kept")));
            } catch (IOException e) {
                throw new KeeperException(Wire.line(e.getMessage()));
            }
        }
        if (ended.startsWith(REFUSED)) {
            Wire.Result refused = new Wire.Result(Outcome.Reason.INVALID_IMAGE, 0, 0, new byte[0], UsageVector.ZERO,
                    ended.substring(REFUSED.length()), Optional.empty());
            return CompletableFuture.completedFuture(new Wire.Stored(fingerprint, 0, refused, UsageVector.ZERO, true,
                    new byte[0]));
        }
        if (!ended.isEmpty() || !ready) {
            throw new KeeperException("the container of " + id() + " has ended: " + ended);
        }
        if (running != null) {
            throw new KeeperException("the container of " + id() + " is busy with task " + running.task.taskId());
        }
        if (outcomes.size() >= Outcomes.MAX_TASKS) {
            throw new KeeperException("a lease runs at most " + Outcomes.MAX_TASKS + " tasks; start another one");
        }
        lastNumber = Math.max(lastNumber, outcomes.lastNumber()) + 1;
        Running r = new Running(task, fingerprint, lastNumber, meter.sample());
        running = r;
        r.timeout = keeper.scheduler().schedule(() -> timeOut(r), task.timeoutMillis(), TimeUnit.MILLISECONDS);
        send(new Wire.Task(r.number, task.args(), task.environment(), task.stdin(), task.maxOutput(),
                FuelTable.limit(fuel, task.timeoutMillis()), java.util.List.of()));
        return r.future;
    }

    private synchronized void timeOut(Running r) {
        if (running == r) {
            limit(Outcome.Reason.TIMEOUT, "its time of " + r.task.timeoutMillis() + " ms is over");
        }
    }

    /** Cancels the running task, if any. */
    synchronized void cancel() {
        if (running != null) {
            limit(Outcome.Reason.CANCELLED, "cancelled");
        }
    }

    /** Tells the program to end, and kills the child if it does not. Under the lock. */
    private void limit(Outcome.Reason reason, String detail) {
        Running r = running;
        if (r.limit != null) {
            return;
        }
        r.limit = reason;
        r.limitDetail = detail;
        if (frozen) {
            keeper.posix().signal(child, Posix.SIGCONT);
        }
        send(new Wire.Interrupt(r.number));
        keeper.scheduler().schedule(() -> {
            synchronized (this) {
                if (running == r) {
                    end("its task did not end within " + GRACE_MILLIS + " ms after it was told to");
                }
            }
        }, GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Keeps the outcome of the running task and tells it. Under the lock. */
    private void finish(Outcome.Reason reason, int exitCode, String detail, Optional<Fuel> counted) {
        Running r = running;
        running = null;
        r.timeout.cancel(false);
        if (frozen && ended.isEmpty()) {
            keeper.posix().signal(child, Posix.SIGSTOP);
        }
        UsageVector total = usage();
        Wire.Result result = new Wire.Result(r.limit == null ? reason : r.limit,
                r.limit == null && reason == Outcome.Reason.EXITED ? exitCode : 0, r.written, r.stderr.toByteArray(),
                total.since(r.before), r.limit == null ? detail : r.limitDetail,
                r.limit == null ? counted : Optional.empty());
        Wire.Stored stored = new Wire.Stored(r.fingerprint, r.number, result, total, r.file == null,
                r.file == null ? r.inline.toByteArray() : new byte[0]);
        try {
            if (r.file != null) {
                r.file.force(true);
                r.file.close();
            }
            if (!forgotten) {
                outcomes.keep(r.task.taskId(), stored);
            }
            r.future.complete(stored);
        } catch (IOException e) {
            r.future.completeExceptionally(new KeeperException("the outcome of task " + r.task.taskId()
                    + " can't be kept: " + Wire.line(e.getMessage())));
        }
    }

    /** Opens the large output of a kept outcome. */
    InputStream output(String taskId) throws IOException {
        return Files.newInputStream(outcomes.output(taskId));
    }

    /** Ends the container for a reason. The first reason stays. */
    private void end(String why) {
        end(why, Outcome.Reason.CONTAINER_ENDED);
    }

    private synchronized void end(String why, Outcome.Reason reason) {
        if (!ended.isEmpty()) {
            return;
        }
        meter.end();
        ended = why;
        child.destroyForcibly();
        if (running != null) {
            finish(reason, 0, why, Optional.empty());
        }
        settled.complete(null);
        if (!forgotten) {
            persist(true);
        }
    }

    /** Ends the container, waits for the child's end and removes what was kept. */
    void stop() throws InterruptedException {
        synchronized (this) {
            forgotten = true;
            if (child != null) {
                end("stopped");
            }
        }
        if (child != null) {
            try {
                gone.get(8, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                System.err.println("the child of " + id() + " does not end");
            }
        }
        synchronized (this) {
            user.ifPresent(Launcher.User::close);
            user = Optional.empty();
            try {
                Disk.remove(home);
                Files.deleteIfExists(Path.of(new String(spec.directory(), StandardCharsets.UTF_8))
                        .resolve("child.log"));
            } catch (IOException e) {
                System.err.println("can't remove what lease " + id() + " left: " + e.getMessage());
            }
        }
    }

    /** Freezes or thaws the child. */
    synchronized void freeze(boolean now) throws KeeperException {
        touch();
        if (!ended.isEmpty()) {
            throw new KeeperException("the container of " + id() + " has ended: " + ended);
        }
        if (now != frozen) {
            meter.frozen(now);
            frozen = now;
            keeper.posix().signal(child, now ? Posix.SIGSTOP : Posix.SIGCONT);
        }
    }

    /** Puts off the idle stop. */
    void touch() {
        touchedNanos = System.nanoTime();
    }

    /** What was used until now. */
    UsageVector usage() {
        Meter m = meter;
        return m == null ? loadedUsage : m.sample();
    }

    /** How it is. */
    Wire.State state() {
        Process p = child;
        String e = ended;
        return new Wire.State(id(), e.isEmpty(), Wire.line(e), usage(), p == null ? 0 : (int) p.pid());
    }

    /** Samples and enforces; called four times a second. */
    void tick(long now, boolean save) {
        Meter m = meter;
        if (m == null || !ended.isEmpty()) {
            return;
        }
        m.sample();
        if (m.resident() > spec.resources().memory() + Launcher.OVERHEAD) {
            end("its process held more than its memory and " + (Launcher.OVERHEAD >> 20) + " MiB",
                    Outcome.Reason.OUT_OF_MEMORY);
        } else if (now - startedNanos > TimeUnit.MILLISECONDS.toNanos(spec.maxWallMillis())) {
            end("its wall-clock limit of " + spec.maxWallMillis() + " ms is over");
        } else if (now - touchedNanos > TimeUnit.MILLISECONDS.toNanos(spec.idleMillis())) {
            end("nobody touched it for " + spec.idleMillis() + " ms");
        } else if (save) {
            persist(false);
        }
    }

    private synchronized void persist(boolean sync) {
        if (forgotten) {
            return;
        }
        Wire.State state = state();
        if (!sync && state.usage().equals(persisted)) {
            return;
        }
        try {
            Disk.replace(home.resolve("state"), Wire.encode(state), sync);
            persisted = state.usage();
        } catch (IOException e) {
            System.err.println("can't save the state of lease " + id() + ": " + e.getMessage());
        }
    }
}
