package org.zennet.virtualization.keeper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;

/**
 * One lease: its child, its task, its limits in time, its files. Nothing that the child says is trusted: output is
 * counted here again, and whoever does not end when told is killed. State is guarded by this object's lock.
 */
final class Lease implements Child.Owner {
    /** How long a program may take to end after it was told to. */
    static final long GRACE_MILLIS = 2000;
    private static final long SETTLE_SECONDS = 60;
    private static final int SOON = 100;
    private static final long SOON_MILLIS = 20;
    private static final long WORKING_MILLIS = 100;
    private static final String REFUSED = "the image is refused: ";

    private final Keeper keeper;
    private final Wire.Start spec;
    private final Path home;
    private final Optional<Child> child;
    private final TaskOutcomes outcomes;
    private final long startedNanos = System.nanoTime();
    private final UsageVector loadedUsage;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private volatile long touchedNanos = startedNanos;
    private volatile String ended = "";
    private boolean launched;
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
        private Optional<Path> archive = Optional.empty();
        private Outcome.Reason limit;
        private String limitDetail = "";
        private ScheduledFuture<?> timeout;

        Running(Wire.Run task, Hash fingerprint, long number, UsageVector before) {
            this.task = task;
            this.fingerprint = fingerprint;
            this.number = number;
            this.before = before;
        }

        void out(byte[] bytes) throws IOException {
            int n = Math.min(bytes.length, task.maxOutput() - written);
            if (file == null && inline.size() + n > TaskOutcomes.INLINE) {
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

    /** A new lease with an empty home. */
    Lease(Keeper keeper, Wire.Start spec, Path home) throws IOException, KeeperException {
        this.keeper = keeper;
        this.spec = spec;
        this.home = home;
        this.child = Optional.of(keeper.kind().create(spec, this));
        Files.createDirectories(home);
        this.outcomes = new TaskOutcomes(home.resolve("outcomes"));
        this.loadedUsage = UsageVector.ZERO;
        Disk.replace(home.resolve("spec"), Wire.encode(spec), false);
    }

    private Lease(Keeper keeper, Wire.Start spec, Path home, Wire.State state) throws IOException {
        this.keeper = keeper;
        this.spec = spec;
        this.home = home;
        this.child = Optional.empty();
        this.outcomes = new TaskOutcomes(home.resolve("outcomes"));
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
            if (state.running()) {
                keeper.kind().sweep(spec, state.pid());
            }
            Lease lease = new Lease(keeper, spec, home, state);
            lease.persist(true);
            return lease;
        } catch (EncodingException e) {
            throw new IOException(e.getMessage(), e);
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

    /** Starts the child and waits until it is ready or refused. */
    void launch() throws KeeperException, InterruptedException {
        try {
            synchronized (this) {
                launched = true;
            }
            gone.thenRun(() -> settled.complete(null));
            // must be whole before anything is told of it, and takes as long as starting
            CompletableFuture<Void> synced = CompletableFuture.runAsync(this::syncSpec);
            try {
                child.orElseThrow().launch();
            } finally {
                synced.join();
            }
            persist(false);
            settled.exceptionally(e -> null).get(SETTLE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new KeeperException(Wire.line(String.valueOf(e.getMessage())));
        } catch (ExecutionException e) {
            throw new KeeperException(Wire.line(String.valueOf(e.getCause())));
        } catch (TimeoutException e) {
            throw new KeeperException("the container was not ready within " + SETTLE_SECONDS + " s");
        }
        synchronized (this) {
            if (!ready && !ended.startsWith(REFUSED)) {
                throw new KeeperException("the container did not start: " + (ended.isEmpty() ? "no answer" : ended));
            }
        }
    }

    private void syncSpec() {
        try (FileChannel file = FileChannel.open(home.resolve("spec"), StandardOpenOption.WRITE)) {
            file.force(true);
            Disk.syncDirectory(home);
            Disk.syncDirectory(home.getParent());
        } catch (IOException e) {
            System.err.println("what lease " + id() + " is can't be synced: " + e.getMessage());
        }
    }

    /** Waits until the child is ready or refused; for a request that was repeated. */
    void awaitSettled() throws InterruptedException {
        try {
            settled.exceptionally(e -> null).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized void ready() {
        if (!ready && ended.isEmpty()) {
            ready = true;
            touch();
            settled.complete(null);
        }
    }

    @Override
    public void refused(String why) {
        end(REFUSED + Wire.line(why), Outcome.Reason.CONTAINER_ENDED);
    }

    @Override
    public synchronized boolean out(long number, byte[] bytes) throws IOException {
        if (running == null || running.number != number || running.limit == Outcome.Reason.OUTPUT_LIMIT) {
            return false;
        }
        running.out(bytes);
        return running.limit == null;
    }

    @Override
    public synchronized void err(long number, byte[] bytes) {
        if (running != null && running.number == number) {
            running.stderr.write(bytes, 0, Math.min(bytes.length, Wire.MAX_STDERR - running.stderr.size()));
        }
    }

    @Override
    public synchronized void files(long number, Path archive, long content) throws IOException {
        if (running == null || running.number != number) {
            Files.deleteIfExists(archive);
        } else if (content > running.task.maxOutput()) {
            Files.deleteIfExists(archive);
            if (running.limit == null) {
                running.limit = Outcome.Reason.OUTPUT_LIMIT;
                running.limitDetail = "it left more than " + running.task.maxOutput() + " bytes of files";
            }
        } else {
            Path kept = outcomes.files(running.task.taskId());
            Files.move(archive, kept, StandardCopyOption.REPLACE_EXISTING);
            running.archive = Optional.of(kept);
        }
    }

    @Override
    public synchronized void ended(long number, Outcome.Reason reason, int exitCode, String detail, Optional<Fuel> fuel) {
        if (running != null && running.number == number) {
            finish(reason, exitCode, Wire.line(detail), fuel);
        }
    }

    @Override
    public synchronized void overtime(long number, long mostMillis, Outcome.Reason reason, String detail) {
        Running r = running;
        if (r != null && r.number == number && r.limit == null && r.timeout.cancel(false)) {
            r.timeout = keeper.scheduler().schedule(() -> {
                synchronized (this) {
                    if (running == r) {
                        limit(reason, Wire.line(detail));
                    }
                }
            }, mostMillis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void broken(String why) {
        end(Wire.line(why), Outcome.Reason.CONTAINER_ENDED);
    }

    @Override
    public void outOfMemory(String why) {
        end(Wire.line(why), Outcome.Reason.OUT_OF_MEMORY);
    }

    @Override
    public void gone(String why) {
        end(Wire.line(why), Outcome.Reason.CONTAINER_ENDED);
        gone.complete(null);
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
                    ended.substring(REFUSED.length()), 0, Optional.empty());
            return CompletableFuture.completedFuture(new Wire.Stored(fingerprint, 0, refused, UsageVector.ZERO, true,
                    new byte[0]));
        }
        alive();
        if (running != null) {
            throw new KeeperException("the container of " + id() + " is busy with task " + running.task.taskId());
        }
        if (outcomes.size() >= TaskOutcomes.MAX_TASKS) {
            throw new KeeperException("a lease runs at most " + TaskOutcomes.MAX_TASKS + " tasks; start another one");
        }
        lastNumber = Math.max(lastNumber, outcomes.lastNumber()) + 1;
        Running r = new Running(task, fingerprint, lastNumber, usage());
        running = r;
        r.timeout = keeper.scheduler().schedule(() -> timeOut(r), task.timeoutMillis(), TimeUnit.MILLISECONDS);
        child.orElseThrow().run(r.number, task);
        sampleSoon(r, SOON);
        return r.future;
    }

    /** While a task begins, its memory grows faster than the clock looks: looks more often for two seconds, and less so until its end. */
    private void sampleSoon(Running r, int times) {
        keeper.scheduler().schedule(() -> {
            boolean more;
            synchronized (this) {
                more = running == r;
            }
            if (more) {
                usage();
                sampleSoon(r, Math.max(0, times - 1));
            }
        }, times > 0 ? SOON_MILLIS : WORKING_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void alive() throws KeeperException {
        if (!ended.isEmpty() || !ready) {
            throw new KeeperException("the container of " + id() + " has ended: " + ended);
        }
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
            thaw();
        }
        child.orElseThrow().interrupt(r.number);
        keeper.scheduler().schedule(() -> {
            synchronized (this) {
                if (running == r) {
                    end("its task did not end within " + GRACE_MILLIS + " ms after it was told to",
                            Outcome.Reason.CONTAINER_ENDED);
                }
            }
        }, GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void thaw() {
        try {
            child.orElseThrow().freeze(false);
        } catch (IOException e) {
            System.err.println("lease " + id() + " can't be thawed: " + e.getMessage());
        }
    }

    /** After a moment in which it might work: what can't be frozen is ended, since whoever froze it counts on that. Under the lock. */
    private void freezeAgain() {
        try {
            child.orElseThrow().freeze(true);
        } catch (IOException e) {
            end("it can't be frozen again: " + Wire.line(String.valueOf(e.getMessage())), Outcome.Reason.CONTAINER_ENDED);
        }
    }

    /** Keeps the outcome of the running task and tells it. Under the lock. */
    private void finish(Outcome.Reason reason, int exitCode, String detail, Optional<Fuel> fuel) {
        Running r = running;
        running = null;
        r.timeout.cancel(false);
        if (frozen && ended.isEmpty()) {
            freezeAgain();
        }
        UsageVector total = usage();
        try {
            long files = 0;
            if (r.archive.isPresent()) {
                try (FileChannel synced = FileChannel.open(r.archive.get(), StandardOpenOption.WRITE)) {
                    synced.force(true);
                    files = synced.size();
                }
            }
            if (r.file != null) {
                r.file.force(true);
                r.file.close();
            }
            Wire.Result result = new Wire.Result(r.limit == null ? reason : r.limit,
                    r.limit == null && reason == Outcome.Reason.EXITED ? exitCode : 0, r.written, r.stderr.toByteArray(),
                    total.since(r.before), r.limit == null ? detail : r.limitDetail, files,
                    r.limit == null ? fuel : Optional.empty());
            Wire.Stored stored = new Wire.Stored(r.fingerprint, r.number, result, total, r.file == null,
                    r.file == null ? r.inline.toByteArray() : new byte[0]);
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

    /** Opens the archive of the files of a kept outcome. */
    InputStream files(String taskId) throws IOException {
        return Files.newInputStream(outcomes.files(taskId));
    }

    /** Starts a program beside the task. */
    Program exec(Wire.Exec order, ProgramListener listener) throws KeeperException {
        touch();
        synchronized (this) {
            alive();
        }
        return child.orElseThrow().exec(order, listener);
    }

    /** Ends the container for a reason. The first reason stays. */
    private synchronized void end(String why, Outcome.Reason reason) {
        if (!ended.isEmpty()) {
            return;
        }
        child.orElseThrow().endMeter();
        ended = why;
        child.orElseThrow().destroy();
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
        boolean wait;
        synchronized (this) {
            forgotten = true;
            wait = launched;
            if (child.isPresent()) {
                end("stopped", Outcome.Reason.CONTAINER_ENDED);
            }
        }
        if (wait) {
            try {
                gone.get(8, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                System.err.println("the child of " + id() + " does not end");
            }
        }
        synchronized (this) {
            try {
                Disk.remove(home);
            } catch (IOException e) {
                System.err.println("can't remove what lease " + id() + " left: " + e.getMessage());
            }
        }
    }

    /** Freezes or thaws the child. */
    synchronized void freeze(boolean now) throws KeeperException {
        touch();
        alive();
        if (now != frozen) {
            try {
                child.orElseThrow().freeze(now);
            } catch (IOException e) {
                throw new KeeperException("the container of " + id() + " can't be " + (now ? "frozen" : "thawed") + ": "
                        + Wire.line(e.getMessage()));
            }
            frozen = now;
        }
    }

    /** Puts off the idle stop. */
    void touch() {
        touchedNanos = System.nanoTime();
    }

    /** What was used until now. */
    UsageVector usage() {
        return child.isPresent() ? child.get().sample() : loadedUsage;
    }

    /** How it is. */
    Wire.State state() {
        String e = ended;
        return new Wire.State(id(), e.isEmpty(), Wire.line(e), usage(), child.map(Child::pid).orElse(0));
    }

    /** Samples and enforces; called four times a second. */
    void tick(long now, boolean save) {
        synchronized (this) {
            if (!ready || !ended.isEmpty()) {
                return;
            }
        }
        usage();
        Optional<String> over = child.orElseThrow().overLimit();
        if (over.isPresent()) {
            end(Wire.line(over.get()), Outcome.Reason.OUT_OF_MEMORY);
        } else if (now - startedNanos > TimeUnit.MILLISECONDS.toNanos(spec.maxWallMillis())) {
            end("its wall-clock limit of " + spec.maxWallMillis() + " ms is over", Outcome.Reason.CONTAINER_ENDED);
        } else if (now - touchedNanos > TimeUnit.MILLISECONDS.toNanos(spec.idleMillis())) {
            end("nobody touched it for " + spec.idleMillis() + " ms", Outcome.Reason.CONTAINER_ENDED);
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
