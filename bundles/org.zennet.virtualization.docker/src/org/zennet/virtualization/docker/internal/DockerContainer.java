package org.zennet.virtualization.docker.internal;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectExecResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.cgroup.GroupReader;
import org.zennet.virtualization.cgroup.Groups;
import org.zennet.virtualization.cgroup.Meter;
import org.zennet.virtualization.Outcomes;
import org.zennet.virtualization.Texts;
import org.zennet.virtualization.image.ImageArchive;

/**
 * One container of the engine. Its first process waits; each task is a further one, started by the engine, whose
 * streams this reads. The first process ends the container when its time is over or nobody touched it for too long,
 * whether this node lives or not, and kills what a task leaves behind when it is told to.
 */
final class DockerContainer implements Container {
    private static final Logger LOG = LoggerFactory.getLogger(DockerContainer.class);
    private static final int MAX_STDERR = 64 << 10;
    private static final int PIECE = 1 << 16;
    private static final long READY_SECONDS = 25;
    private static final long KILL_AGAIN_MILLIS = 200;
    private static final long GRACE_MILLIS = 4_000;
    private static final long TOUCH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long PERSIST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TIME_OVER = 124;
    private static final int UNTOUCHED = 125;
    private static final int KILLED = 137;
    private static final int MAX_TASKS = 100_000;

    /**
     * What all containers of a backend share.
     *
     * @param groups   where the control groups are mounted
     * @param overhead what the engine's own work adds to a container's processor time with each task, in nanoseconds
     * @param machine  whether the runtime hides the guest's processes in a machine of its own
     */
    record Shared(Engine engine, Profile.Host host, Path groups, long overhead, boolean machine,
            ScheduledExecutorService scheduler) { }

    /**
     * What a container is.
     *
     * @param id the engine's
     */
    record Identity(String leaseId, String id, org.zennet.api.value.Resources resources, long wallMillis,
            long idleMillis, ImageArchive.Program program) { }

    private final Shared shared;
    private final Identity identity;
    private final Outcomes outcomes;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    /** Held while the engine starts a task or freezes: it can't do both. */
    private final Object gate = new Object();
    private RawStream control;
    private Meter meter;
    private Running running;
    private boolean frozen;
    private boolean left;
    private boolean stopping;
    private int tasks;
    private String ended = "";
    private UsageVector last;
    private long touched;
    private long persisted;

    /** A task that runs. */
    private final class Running {
        private final TaskSpec task;
        private final Hash fingerprint;
        private final CompletableFuture<Outcome> future = new CompletableFuture<>();
        private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        private ScheduledFuture<?> timeout;
        private Reason limit;
        private String limitDetail = "";
        private boolean thawed;

        Running(TaskSpec task, Hash fingerprint) {
            this.task = task;
            this.fingerprint = fingerprint;
        }

        void take(int stream, byte[] buffer, int length) {
            if (stream == 2) {
                stderr.write(buffer, 0, Math.min(length, MAX_STDERR - stderr.size()));
                return;
            }
            int n = Math.min(length, task.maxOutput() - stdout.size());
            stdout.write(buffer, 0, n);
            if (n < length) {
                limit(this, Reason.OUTPUT_LIMIT, "it wrote more than " + task.maxOutput() + " bytes");
            }
        }
    }

    DockerContainer(Shared shared, Identity identity, Path directory) throws ContainerException {
        this.shared = shared;
        this.identity = identity;
        try {
            this.outcomes = new Outcomes(directory.resolve("docker"));
        } catch (IOException e) {
            throw new ContainerException("the container's directory can't be used: " + Texts.reason(e), e);
        }
        this.last = outcomes.usage();
    }

    /** Starts what was created, and waits until it is ready. */
    void start() throws ContainerException, InterruptedException {
        try {
            RawStream s = shared.engine().attach(identity.id());
            control(s);
            shared.engine().start(identity.id());
            ready.get(READY_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new ContainerException("the container can't be reached: " + Texts.reason(e), e);
        } catch (ExecutionException | TimeoutException e) {
            throw new ContainerException("the container did not start: its first process says nothing", e);
        }
        begin();
    }

    /** Takes over what runs since an earlier life of this process. A task that ran then is ended: its output is lost. */
    void adopt() throws ContainerException {
        try {
            control(shared.engine().attach(identity.id()));
            begin();
            tell('k');
        } catch (IOException e) {
            throw new ContainerException("the container can't be reached: " + Texts.reason(e), e);
        }
    }

    /** For one that has ended already. */
    DockerContainer over(InspectContainerResponse state) {
        ended = why(state);
        gone.complete(null);
        return this;
    }

    /** Which of its own states the engine tells of a frozen one. */
    synchronized void found(boolean isFrozen) {
        frozen = isFrozen;
        meter.frozen(isFrozen);
    }

    private synchronized void control(RawStream s) {
        control = s;
        Thread.ofVirtual().name("docker-" + identity.leaseId()).start(() -> listen(s));
    }

    private void begin() throws ContainerException {
        InspectContainerResponse state = shared.engine().inspect(identity.id())
                .orElseThrow(() -> new ContainerException("the container is gone"));
        Long pid = state.getState().getPidLong();
        if (pid == null || pid <= 0) {
            throw new ContainerException("the container did not start: " + why(state));
        }
        try {
            GroupReader groups = Groups.open(shared.groups(), pid);
            synchronized (this) {
                meter = new Meter(groups, identity.resources(), last, System::nanoTime);
            }
        } catch (IOException e) {
            throw new ContainerException("the container can't be metered: " + Texts.reason(e), e);
        }
    }

    private void listen(RawStream s) {
        try {
            s.read((stream, buffer, length) -> {
                for (int i = 0; i < length; i++) {
                    if (buffer[i] == 'R') {
                        ready.complete(null);
                    }
                }
            });
        } catch (IOException e) {
            // the same as its end
        }
        s.close();
        synchronized (this) {
            if (left || !ended.isEmpty()) {
                return;
            }
        }
        String why;
        try {
            Optional<InspectContainerResponse> state = shared.engine().inspect(identity.id());
            if (state.isPresent() && Boolean.TRUE.equals(state.get().getState().getRunning()) && reattach()) {
                return;
            }
            why = state.map(this::why).orElse("it was removed");
        } catch (ContainerException e) {
            why = "the engine is gone: " + e.getMessage();
        }
        end(why);
    }

    private boolean reattach() {
        try {
            TimeUnit.MILLISECONDS.sleep(500);
            if (!Boolean.TRUE.equals(shared.engine().inspect(identity.id()).map(i -> i.getState().getRunning()).orElse(false))) {
                return false;
            }
            control(shared.engine().attach(identity.id()));
            return true;
        } catch (IOException | ContainerException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String why(InspectContainerResponse state) {
        Long code = state.getState().getExitCodeLong();
        int c = code == null ? -1 : code.intValue();
        if (Boolean.TRUE.equals(state.getState().getOOMKilled()) && c == KILLED) {
            return "its memory limit";
        }
        return switch (c) {
            case TIME_OVER -> "its time of " + identity.wallMillis() + " ms is over";
            case UNTOUCHED -> "nobody touched it for " + identity.idleMillis() + " ms";
            case KILLED -> "it was killed from outside";
            default -> "its first process ended with code " + c + (state.getState().getError() == null
                    || state.getState().getError().isEmpty() ? "" : ": " + Texts.line(state.getState().getError()));
        };
    }

    private void end(String why) {
        synchronized (this) {
            if (!ended.isEmpty()) {
                return;
            }
            ended = stopping ? "stopped" : why;
            if (meter != null) {
                last = meter.end();
                persist(true);
            }
            notifyAll();
        }
        gone.complete(null);
    }

    private void persist(boolean now) {
        long t = System.nanoTime();
        if (now || t - persisted > PERSIST_NANOS) {
            persisted = t;
            try {
                outcomes.usage(last);
            } catch (IOException e) {
                LOG.warn("the usage of {} can't be kept: {}", identity.leaseId(), Texts.reason(e));
            }
        }
    }

    /** Tells the first process something. */
    private void tell(char what) {
        RawStream s;
        synchronized (this) {
            s = control;
        }
        try {
            s.write(new byte[] {(byte) what});
        } catch (IOException e) {
            // the listener sees the end
        }
    }

    private void touch() {
        long now = System.nanoTime();
        synchronized (this) {
            if (!ended.isEmpty() || touched != 0 && now - touched < TOUCH_NANOS) {
                return;
            }
            touched = now;
        }
        tell('t');
    }

    @Override
    public String leaseId() {
        return identity.leaseId();
    }

    /** The engine's id. */
    String id() {
        return identity.id();
    }

    @Override
    public Outcome run(TaskSpec task) throws ContainerException, InterruptedException {
        CompletableFuture<Outcome> future = begin(task);
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ContainerException c) {
                throw new ContainerException(c.getMessage(), c);
            }
            throw new ContainerException("task " + task.taskId() + " failed: " + Texts.reason(e.getCause()), e);
        }
    }

    private CompletableFuture<Outcome> begin(TaskSpec task) throws ContainerException {
        touch();
        Hash fingerprint = Outcomes.fingerprint(task);
        Running r;
        synchronized (this) {
            Optional<Hash> done = outcomes.fingerprint(task.taskId());
            boolean same = running != null && running.task.taskId().equals(task.taskId());
            if ((done.isPresent() || same) && !done.orElseGet(() -> running.fingerprint).equals(fingerprint)) {
                throw new ContainerException("task " + task.taskId() + " ran with another input; give it another id");
            }
            if (done.isPresent()) {
                try {
                    return CompletableFuture.completedFuture(outcomes.get(task.taskId()).orElseThrow(() ->
                            new ContainerException("task " + task.taskId() + " is done and its outcome is no longer kept")));
                } catch (IOException e) {
                    throw new ContainerException("the outcome of task " + task.taskId() + " can't be read: "
                            + Texts.reason(e), e);
                }
            }
            if (same) {
                return running.future;
            }
            if (!ended.isEmpty()) {
                throw new ContainerException("the container of " + identity.leaseId() + " has ended: " + ended);
            }
            if (running != null) {
                throw new ContainerException("the container of " + identity.leaseId() + " is busy with task "
                        + running.task.taskId());
            }
            if (++tasks > MAX_TASKS) {
                throw new ContainerException("a lease runs at most " + MAX_TASKS + " tasks; start another one");
            }
            r = new Running(task, fingerprint);
            running = r;
        }
        r.timeout = shared.scheduler().schedule(() -> limit(r, Reason.TIMEOUT, "its time of " + task.timeoutMillis()
                + " ms is over"), task.timeoutMillis(), TimeUnit.MILLISECONDS);
        Thread.ofVirtual().name("docker-" + identity.leaseId() + "-" + task.taskId()).start(() -> work(r));
        return r.future;
    }

    private void work(Running r) {
        UsageVector before = sample();
        long killsBefore = meter.oomKills();
        try {
            Outcome.Reason reason = Reason.EXITED;
            int code = 0;
            String detail = "";
            Optional<String> exec = launch(r);
            if (exec.isPresent()) {
                InspectExecResponse end = await(exec.get());
                code = end.getExitCodeLong() == null ? -1 : end.getExitCodeLong().intValue();
                if ((code == 126 || code == 127) && (end.getPidLong() == null || end.getPidLong() == 0)
                        && r.stdout.toString(StandardCharsets.UTF_8).startsWith("OCI runtime exec failed")) {
                    detail = Texts.line(r.stdout.toString(StandardCharsets.UTF_8));
                    r.stdout.reset();
                } else if (code == KILLED && meter.oomKills() > killsBefore) {
                    reason = Reason.OUT_OF_MEMORY;
                    detail = "it used more than " + identity.resources().memory() + " bytes";
                } else if (code > 128 && code <= 128 + 64) {
                    detail = "as by signal " + (code - 128);
                }
            }
            clean();
            finish(r, reason, code, detail, before);
        } catch (IOException | ContainerException | RuntimeException e) {
            settle(r, before, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            settle(r, before, e);
        }
    }

    /** Starts the task and passes its streams until it has ended; empty when it was given up before. */
    private Optional<String> launch(Running r) throws IOException, ContainerException, InterruptedException {
        List<String> line = identity.program().line(r.task);
        if (line.isEmpty()) {
            throw new ContainerException("the image has no command: name one in the task's arguments");
        }
        List<String> environment = new ArrayList<>();
        for (Map.Entry<String, String> e : r.task.environment().entrySet()) {
            if (e.getKey().isEmpty() || e.getKey().indexOf('=') >= 0 || (e.getKey() + e.getValue()).indexOf('\0') >= 0) {
                throw new ContainerException("not a name for the environment: '" + Texts.line(e.getKey()) + "'");
            }
            environment.add(e.getKey() + "=" + e.getValue());
        }
        RawStream stream = null;
        String exec = null;
        while (stream == null) {
            synchronized (this) {
                while (frozen && r.limit == null && ended.isEmpty()) {
                    wait();
                }
                if (r.limit != null || !ended.isEmpty()) {
                    return Optional.empty();
                }
            }
            synchronized (gate) {
                synchronized (this) {
                    if (frozen) {
                        continue;
                    }
                }
                exec = shared.engine().prepare(identity.id(), line, environment);
                meter.discount(shared.overhead());
                stream = shared.engine().run(exec);
            }
        }
        try (RawStream s = stream) {
            Thread.ofVirtual().start(() -> feed(s, r.task.stdin()));
            s.read(r::take);
        }
        return Optional.of(exec);
    }

    private static void feed(RawStream s, byte[] stdin) {
        try {
            for (int at = 0; at < stdin.length; at += PIECE) {
                s.write(java.util.Arrays.copyOfRange(stdin, at, Math.min(stdin.length, at + PIECE)));
            }
            s.end();
        } catch (IOException e) {
            // it ended without reading all
        }
    }

    /** The exit code is known a moment after the streams ended. */
    private InspectExecResponse await(String exec) throws ContainerException, InterruptedException {
        InspectExecResponse state = shared.engine().inspectTask(exec);
        for (int i = 0; i < 100 && Boolean.TRUE.equals(state.isRunning()); i++) {
            TimeUnit.MILLISECONDS.sleep(i < 20 ? 10 : 50);
            synchronized (this) {
                if (!ended.isEmpty()) {
                    return state;
                }
            }
            state = shared.engine().inspectTask(exec);
        }
        return state;
    }

    /** Nothing of one task is left for the next. */
    private void clean() throws InterruptedException {
        if (shared.machine() || meter.pids() != 1) {
            tell('k');
        }
        for (int i = 0; i < 200 && !shared.machine() && meter.pids() > 1; i++) {
            TimeUnit.MILLISECONDS.sleep(5);
            if (i % 20 == 19) {
                tell('k');
            }
        }
        if (!shared.machine() && meter.pids() > 1) {
            abandon("its processes could not be ended");
        }
    }

    /** The way to the task broke: says whose fault it was. */
    private void settle(Running r, UsageVector before, Exception e) {
        try {
            gone.get(2, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException x) {
            // it still runs
        } catch (InterruptedException x) {
            Thread.currentThread().interrupt();
        }
        boolean over;
        synchronized (this) {
            over = !ended.isEmpty() || r.limit != null;
        }
        if (over) {
            finish(r, Reason.CONTAINER_ENDED, 0, "", before);
            return;
        }
        tell('k');
        synchronized (this) {
            running = null;
        }
        r.timeout.cancel(false);
        r.future.completeExceptionally(e instanceof ContainerException ? e
                : new ContainerException("task " + r.task.taskId() + " broke off: " + Texts.reason(e), e));
    }

    private void finish(Running r, Reason reason, int code, String detail, UsageVector before) {
        boolean freezeAgain;
        Outcome o;
        // an end of the container that is just being told of comes first
        boolean killed = reason == Reason.EXITED && code == KILLED;
        if (killed && !stillRuns()) {
            try {
                gone.get(3, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                // told below as it looks
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        UsageVector total = sample();
        synchronized (this) {
            r.timeout.cancel(false);
            Reason why = r.limit != null ? r.limit : !ended.isEmpty() && (killed || reason == Reason.CONTAINER_ENDED)
                    ? Reason.CONTAINER_ENDED : reason;
            String words = r.limit != null ? r.limitDetail : why == Reason.CONTAINER_ENDED ? ended : detail;
            o = new Outcome(why, why == Reason.EXITED ? code : 0, r.stdout.toByteArray(), r.stderr.toByteArray(),
                    total.since(before), words);
            freezeAgain = r.thawed && frozen && ended.isEmpty();
        }
        if (freezeAgain) {
            try {
                shared.engine().pause(identity.id(), true);
            } catch (ContainerException e) {
                LOG.warn("{} can't be frozen again: {}", identity.leaseId(), e.getMessage());
            }
        }
        try {
            outcomes.keep(r.task.taskId(), r.fingerprint, o);
        } catch (IOException e) {
            synchronized (this) {
                running = null;
            }
            r.future.completeExceptionally(new ContainerException("the outcome of task " + r.task.taskId()
                    + " can't be kept: " + Texts.reason(e), e));
            return;
        }
        synchronized (this) {
            running = null;
        }
        r.future.complete(o);
    }

    private boolean stillRuns() {
        try {
            return shared.engine().inspect(identity.id()).map(i -> Boolean.TRUE.equals(i.getState().getRunning())).orElse(false);
        } catch (ContainerException e) {
            return false;
        }
    }

    private void limit(Running r, Reason reason, String detail) {
        synchronized (this) {
            if (running != r || r.limit != null) {
                return;
            }
            r.limit = reason;
            r.limitDetail = detail;
            notifyAll();
        }
        Thread.ofVirtual().start(() -> force(r));
    }

    /** Kills the task's processes until it has ended; at last the container. */
    private void force(Running r) {
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
            while (!r.future.isDone() && System.nanoTime() < deadline) {
                boolean thaw;
                synchronized (this) {
                    thaw = frozen && !r.thawed;
                    r.thawed |= thaw;
                }
                tell('k');
                if (thaw) {
                    synchronized (gate) {
                        shared.engine().pause(identity.id(), false);
                    }
                }
                try {
                    r.future.get(KILL_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException | ExecutionException e) {
                    // once more
                }
            }
            if (!r.future.isDone()) {
                abandon("its task did not end within " + GRACE_MILLIS + " ms after it was told to");
            }
        } catch (ContainerException e) {
            abandon(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void abandon(String why) {
        LOG.warn("container {} is ended: {}", identity.leaseId(), why);
        sample();
        try {
            thaw();
            shared.engine().kill(identity.id());
        } catch (ContainerException e) {
            LOG.warn("container {} can't be ended: {}", identity.leaseId(), e.getMessage());
        }
        end(why);
    }

    @Override
    public void cancel() {
        Running r;
        synchronized (this) {
            r = running;
        }
        if (r != null) {
            limit(r, Reason.CANCELLED, "cancelled");
        }
    }

    /** Takes a sample; called regularly, so that what is integrated is right. */
    UsageVector sample() {
        synchronized (this) {
            if (meter != null && ended.isEmpty()) {
                last = meter.sample();
            }
            return last;
        }
    }

    @Override
    public UsageVector usage() {
        touch();
        sample();
        synchronized (this) {
            persist(false);
            return last;
        }
    }

    @Override
    public void keepAlive() {
        touch();
    }

    @Override
    public void freeze(boolean to) throws ContainerException {
        touch();
        synchronized (gate) {
            synchronized (this) {
                if (!ended.isEmpty() || frozen == to) {
                    return;
                }
            }
            shared.engine().pause(identity.id(), to);
            synchronized (this) {
                frozen = to;
                meter.frozen(to);
                notifyAll();
            }
        }
    }

    /** An engine does not kill what is frozen. */
    private void thaw() throws ContainerException {
        synchronized (gate) {
            synchronized (this) {
                if (!frozen || !ended.isEmpty()) {
                    return;
                }
                frozen = false;
                notifyAll();
            }
            tell('k');
            shared.engine().pause(identity.id(), false);
        }
    }

    @Override
    public void stop() {
        synchronized (this) {
            stopping = true;
        }
        sample();
        try {
            thaw();
            shared.engine().kill(identity.id());
            end("stopped");
            shared.engine().remove(identity.id());
            Groups.remove(shared.groups(), Profile.group(shared.host(), identity.leaseId()));
        } catch (ContainerException e) {
            LOG.warn("container {} can't be removed: {}", identity.leaseId(), e.getMessage());
            end(e.getMessage());
        }
        RawStream s;
        synchronized (this) {
            s = control;
        }
        if (s != null) {
            s.close();
        }
    }

    /** Lets go of it; it runs on. */
    void leave() {
        RawStream s;
        synchronized (this) {
            left = true;
            persist(true);
            s = control;
        }
        if (s != null) {
            s.close();
        }
    }

    /** Whether it has ended, as far as is known. */
    synchronized boolean over() {
        return !ended.isEmpty();
    }

    @Override
    public synchronized Optional<String> ended() {
        return Optional.of(ended).filter(e -> !e.isEmpty());
    }

    @Override
    public String toString() {
        return "docker container of " + identity.leaseId();
    }
}
