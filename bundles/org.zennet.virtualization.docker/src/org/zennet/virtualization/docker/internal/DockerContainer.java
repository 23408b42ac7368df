package org.zennet.virtualization.docker.internal;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.Outcomes;
import org.zennet.virtualization.Texts;
import org.zennet.virtualization.cgroup.GroupReader;
import org.zennet.virtualization.cgroup.Groups;
import org.zennet.virtualization.cgroup.Meter;
import org.zennet.virtualization.egress.GuestNetwork;
import org.zennet.virtualization.egress.LinkCounters;
import org.zennet.virtualization.egress.NetworkReader;
import org.zennet.virtualization.image.FileArchive;
import org.zennet.virtualization.image.ImageArchive;
import org.zennet.virtualization.image.InvalidImageException;
import org.zennet.virtualization.keeper.Users;

/**
 * One container of the engine. Its first process, our own, runs the tasks and writes what they write into the spool; it
 * ends the container when its time is over or nobody touched it for too long, whether this node lives or not. Programs
 * beside the task are started by the engine.
 */
final class DockerContainer implements Container {
    private static final Logger LOG = LoggerFactory.getLogger(DockerContainer.class);
    private static final long READY_SECONDS = 25;
    private static final long GRACE_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 1_000;
    private static final long TOUCH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long PERSIST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TIME_OVER = 124;
    private static final int UNTOUCHED = 125;
    private static final int KILLED = 137;
    private static final int MAX_TASKS = 100_000;
    private static final int MAX_PROGRAMS = 16;
    /** Users of this machine that processes of networks are of; those of the sandbox's settings as they are usually. */
    private static final int FIRST_USER = 20_001;
    private static final int USERS = 1000;

    /**
     * What all containers of a backend share.
     *
     * @param groups   where the control groups are mounted
     * @param overhead what the engine's own work adds to a container's processor time with each program, in nanoseconds
     * @param machine  whether the runtime hides the guest's processes in a machine of its own
     */
    record Shared(Engine engine, Profile.Host host, Path groups, long overhead, boolean machine,
            ScheduledExecutorService scheduler) { }

    /**
     * What a container is.
     *
     * @param id the engine's
     */
    record Identity(String leaseId, String id, Resources resources, long wallMillis, long idleMillis,
            ImageArchive.Program program) { }

    private final Shared shared;
    private final Identity identity;
    private final Outcomes outcomes;
    private final Spool spool;
    private final Optional<GuestNetwork> network;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final Set<ExecProcess> programs = ConcurrentHashMap.newKeySet();
    /** Held while the engine starts a program or freezes: it can't do both. */
    private final Object gate = new Object();
    private Control control;
    private Meter meter;
    private TaskRun running;
    private boolean frozen;
    private boolean left;
    private boolean stopping;
    private int tasks;
    private String ended = "";
    private boolean outOfMemory;
    private UsageVector last;
    private long touched;
    private long persisted;

    /** With the network that it has or is about to get, where it has bought one. */
    DockerContainer(Shared shared, Identity identity, Spool spool, Path directory, Optional<GuestNetwork> network) throws ContainerException {
        this.shared = shared;
        this.network = network;
        this.identity = identity;
        this.spool = spool;
        try {
            this.outcomes = new Outcomes(directory.resolve("outcomes"));
        } catch (IOException e) {
            throw new ContainerException("the container's directory can't be used: " + Texts.reason(e), e);
        }
        this.last = outcomes.stand().map(Meter.Stand::usage).orElse(UsageVector.ZERO);
    }

    // ---- its life -----------------------------------------------------------------------------------------------------

    /** Starts what was created, and waits until it is ready and has its network. */
    void start() throws ContainerException, InterruptedException {
        attach();
        shared.engine().start(identity.id());
        try {
            ready.get(READY_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new ContainerException("the container did not start: its first process says nothing", e);
        }
        if (network.isPresent()) {
            connect(network.get());
        }
        measure();
    }

    private void connect(GuestNetwork n) throws ContainerException, InterruptedException {
        try (Users.User user = Users.claim(FIRST_USER, USERS).orElseThrow(() -> new IOException("all users for containers are in use"))) {
            n.attach(pid(), user.id(), spool.outside().resolveSibling("network.log"));
        } catch (IOException e) {
            throw new ContainerException(Texts.reason(e), e);
        }
    }

    private long pid() throws ContainerException {
        InspectContainerResponse state = shared.engine().inspect(identity.id()).orElseThrow(() -> new ContainerException("the container is gone"));
        Long pid = state.getState().getPidLong();
        if (pid == null || pid <= 0) {
            throw new ContainerException("the container did not start: " + why(state));
        }
        return pid;
    }

    /** Looks after its network: to be called at least once a second. */
    void watch() {
        if (network.isEmpty() || over()) {
            return;
        }
        try {
            network.get().watch();
            if (!network.get().works()) {
                abandon("its network ended: the process at its other end is gone");
            }
        } catch (IOException e) {
            abandon("its network can't be held any more: " + Texts.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes over what runs since an earlier life of this process, with its task. */
    void adopt(boolean isFrozen) throws ContainerException {
        attach();
        measure();
        synchronized (this) {
            frozen = isFrozen;
            meter.frozen(isFrozen);
        }
        resume();
        tell('t', 0);
    }

    /** For one that has ended already. */
    DockerContainer over(InspectContainerResponse state) throws ContainerException {
        ended = why(state);
        gone.complete(null);
        resume();
        return this;
    }

    private void attach() throws ContainerException {
        try {
            Control c = new Control(shared.engine(), identity.id(), identity.leaseId(), new Control.Listener() {
                @Override
                public void said(char what, int number) {
                    heard(what, number);
                }

                @Override
                public void silent() {
                    silence();
                }
            });
            synchronized (this) {
                control = c;
            }
            c.spool(spool.name());
        } catch (IOException e) {
            throw new ContainerException("the container can't be reached: " + Texts.reason(e), e);
        }
    }

    private void measure() throws ContainerException {
        long pid = pid();
        try {
            GroupReader groups = Groups.open(shared.groups(), pid);
            if (network.isPresent()) {
                groups = new NetworkReader(groups, new LinkCounters(pid, GuestNetwork.DEVICE));
            }
            Optional<Meter.Stand> before = outcomes.stand();
            synchronized (this) {
                meter = before.isPresent()
                        ? Meter.resume(groups, identity.resources(), before.get(), System.currentTimeMillis(), System::nanoTime)
                        : new Meter(groups, identity.resources(), UsageVector.ZERO, System::nanoTime);
                last = meter.sample();
                persist(true);
            }
        } catch (IOException e) {
            throw new ContainerException("the container can't be metered: " + Texts.reason(e), e);
        }
    }

    /** The first process says something. */
    private void heard(char what, int number) {
        TaskRun r;
        synchronized (this) {
            r = running;
        }
        switch (what) {
            case 'R' -> ready.complete(null);
            case 'E' -> {
                if (r != null && r.number() == number) {
                    r.look();
                }
            }
            case 'I' -> {
                // nothing runs, so what was begun has ended or was never told to start
                if (r != null) {
                    r.idle();
                }
            }
            default -> {
                // what a later first process may say
            }
        }
    }

    private void silence() {
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
            state = shared.engine().inspect(identity.id());
            why = state.map(this::why).orElse("it was removed");
        } catch (ContainerException e) {
            why = "the engine is gone: " + e.getMessage();
        }
        end(why);
    }

    private boolean reattach() {
        try {
            TimeUnit.MILLISECONDS.sleep(500);
            if (!stillRuns()) {
                return false;
            }
            attach();
            return true;
        } catch (ContainerException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether the engine says so. */
    boolean stillRuns() throws ContainerException {
        return shared.engine().inspect(identity.id()).map(i -> Boolean.TRUE.equals(i.getState().getRunning())).orElse(false);
    }

    private String why(InspectContainerResponse state) {
        Long code = state.getState().getExitCodeLong();
        int c = code == null ? -1 : code.intValue();
        if (Boolean.TRUE.equals(state.getState().getOOMKilled()) && c == KILLED) {
            synchronized (this) {
                outOfMemory = true;
            }
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
        TaskRun r;
        synchronized (this) {
            if (!ended.isEmpty()) {
                return;
            }
            ended = stopping ? "stopped" : why;
            if (meter != null) {
                last = meter.end();
                persist(true);
            }
            r = running;
        }
        network.ifPresent(GuestNetwork::close);
        gone.complete(null);
        if (r != null) {
            r.look();
        }
        programs.forEach(p -> p.ended(why));
        programs.clear();
    }

    private void persist(boolean now) {
        long t = System.nanoTime();
        if (meter != null && (now || t - persisted > PERSIST_NANOS)) {
            persisted = t;
            try {
                outcomes.stand(meter.stand(System.currentTimeMillis()));
            } catch (IOException e) {
                LOG.warn("the usage of {} can't be kept: {}", identity.leaseId(), Texts.reason(e));
            }
        }
    }

    /** Tells the first process something. */
    void tell(char what, int number) {
        Control c;
        synchronized (this) {
            c = control;
        }
        if (c != null) {
            c.tell(what, number);
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
        tell('t', 0);
    }

    /** Kills the container, which does not do what it is told. */
    void abandon(String why) {
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

    // ---- tasks --------------------------------------------------------------------------------------------------------

    @Override
    public Outcome run(TaskSpec task) throws ContainerException, InterruptedException {
        touch();
        try {
            return begin(task).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ContainerException c) {
                throw new ContainerException(c.getMessage(), c);
            }
            throw new ContainerException("task " + task.taskId() + " failed: " + Texts.reason(e.getCause()), e);
        }
    }

    private CompletableFuture<Outcome> begin(TaskSpec task) throws ContainerException {
        Hash fingerprint = Outcomes.fingerprint(task);
        TaskRun r;
        byte[] files;
        synchronized (this) {
            Optional<Hash> done = outcomes.fingerprint(task.taskId());
            boolean same = running != null && running.taskId().equals(task.taskId());
            if ((done.isPresent() || same) && !done.orElseGet(() -> running.fingerprint()).equals(fingerprint)) {
                throw new ContainerException("task " + task.taskId() + " ran with another input; give it another id");
            }
            if (done.isPresent()) {
                return CompletableFuture.completedFuture(kept(task.taskId()));
            }
            if (same) {
                return running.future();
            }
            if (!ended.isEmpty()) {
                throw new ContainerException("the container of " + identity.leaseId() + " has ended: " + ended);
            }
            if (running != null) {
                throw new ContainerException("the container of " + identity.leaseId() + " is busy with task "
                        + running.taskId());
            }
            if (++tasks > MAX_TASKS) {
                throw new ContainerException("a lease runs at most " + MAX_TASKS + " tasks; start another one");
            }
            last = meter.sample();
            r = new TaskRun(this, shared.scheduler(), spool, new Spool.Begun(ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE),
                    task.taskId(), fingerprint, last, meter.oomKills(), task.timeoutMillis(), task.maxOutput()));
            running = r;
        }
        try {
            files = FileArchive.of(task.files()).toBytes();
            spool.begin(r.begun(), task, line(task), environment(task.environment()), files);
            r.follow();
            tell('r', r.number());
        } catch (InvalidImageException | FileArchive.TooLargeException e) {
            r.refuse("the task's files: " + Texts.line(e.getMessage()));
        } catch (IOException e) {
            r.fail(new ContainerException("the task can't be handed over: " + Texts.reason(e), e));
        } catch (ContainerException e) {
            r.fail(e);
        }
        return r.future();
    }

    private Outcome kept(String taskId) throws ContainerException {
        try {
            return outcomes.get(taskId).orElseThrow(() ->
                    new ContainerException("task " + taskId + " is done and its outcome is no longer kept"));
        } catch (IOException e) {
            throw new ContainerException("the outcome of task " + taskId + " can't be read: " + Texts.reason(e), e);
        }
    }

    private List<String> line(TaskSpec task) throws ContainerException {
        List<String> line = identity.program().line(task);
        if (line.isEmpty()) {
            throw new ContainerException("the image has no command: name one in the task's arguments");
        }
        for (String w : line) {
            if (w.indexOf('\0') >= 0) {
                throw new ContainerException("an argument holds a NUL");
            }
        }
        return line;
    }

    /** The image's environment, the home directory, and what is asked for over both. */
    private List<String> environment(Map<String, String> over) throws ContainerException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        for (String e : identity.program().environment()) {
            int eq = e.indexOf('=');
            if (eq > 0) {
                all.put(e.substring(0, eq), e.substring(eq + 1));
            }
        }
        all.put("HOME", Profile.WORK);
        for (Map.Entry<String, String> e : over.entrySet()) {
            if (e.getKey().isEmpty() || e.getKey().indexOf('=') >= 0 || (e.getKey() + e.getValue()).indexOf('\0') >= 0) {
                throw new ContainerException("not a name for the environment: '" + Texts.line(e.getKey()) + "'");
            }
            all.put(e.getKey(), e.getValue());
        }
        List<String> words = new ArrayList<>();
        all.forEach((k, v) -> words.add(k + "=" + v));
        return words;
    }

    /** Goes on with a task that an earlier life of this process began. */
    private void resume() throws ContainerException {
        try {
            Optional<Spool.Begun> begun = spool.begun();
            if (begun.isEmpty()) {
                return;
            }
            if (outcomes.fingerprint(begun.get().taskId()).isPresent()) {
                spool.remove(begun.get().number());
                return;
            }
            TaskRun r = new TaskRun(this, shared.scheduler(), spool, begun.get());
            synchronized (this) {
                running = r;
            }
            r.look();
            if (!r.future().isDone()) {
                r.follow();
                tell('?', 0);
            }
        } catch (IOException e) {
            throw new ContainerException("what the container did can't be read: " + Texts.reason(e), e);
        }
    }

    /** Keeps a task's outcome and tells it. */
    void settle(TaskRun r, Outcome o) {
        try {
            outcomes.keep(r.taskId(), r.fingerprint(), o);
            spool.remove(r.number());
            free(r);
            r.future().complete(o);
        } catch (IOException e) {
            free(r);
            r.future().completeExceptionally(new ContainerException("the outcome of task " + r.taskId() + " can't be kept: "
                    + Texts.reason(e), e));
        }
        if (r.thawed()) {
            freezeAgain();
        }
    }

    /** Another task may come. */
    synchronized void free(TaskRun r) {
        if (running == r) {
            running = null;
        }
    }

    private void freezeAgain() {
        synchronized (gate) {
            synchronized (this) {
                if (!frozen || !ended.isEmpty()) {
                    return;
                }
            }
            try {
                shared.engine().pause(identity.id(), true);
            } catch (ContainerException e) {
                LOG.warn("{} can't be frozen again: {}", identity.leaseId(), e.getMessage());
            }
        }
    }

    @Override
    public void cancel() {
        TaskRun r;
        synchronized (this) {
            r = running;
        }
        if (r != null) {
            r.cancel();
        }
    }

    /** Lets the first process work for a moment though the container is frozen; whether it was. */
    boolean thawForEnd() throws ContainerException {
        synchronized (gate) {
            synchronized (this) {
                if (!frozen || !ended.isEmpty()) {
                    return false;
                }
            }
            shared.engine().pause(identity.id(), false);
            return true;
        }
    }

    // ---- programs beside the task -------------------------------------------------------------------------------------

    @Override
    public GuestProcess exec(ExecSpec spec) throws ContainerException, InterruptedException {
        touch();
        List<String> line = spec.command().isEmpty() ? List.of(Profile.INIT, "shell") : spec.command();
        for (String w : line) {
            if (w.indexOf('\0') >= 0) {
                throw new ContainerException("a word of the command holds a NUL");
            }
        }
        Map<String, String> over = new LinkedHashMap<>(spec.environment());
        spec.terminal().ifPresent(t -> over.putIfAbsent("TERM", t.type()));
        List<String> environment = environment(over);
        synchronized (gate) {
            synchronized (this) {
                if (!ended.isEmpty()) {
                    throw new ContainerException("the container of " + identity.leaseId() + " has ended: " + ended);
                }
                if (frozen) {
                    throw new ContainerException("the container of " + identity.leaseId() + " is frozen");
                }
            }
            if (programs.size() >= MAX_PROGRAMS) {
                throw new ContainerException("a container runs at most " + MAX_PROGRAMS + " programs beside its task");
            }
            String id = shared.engine().prepare(identity.id(), line, environment, spec.terminal().isPresent());
            meter.discount(shared.overhead());
            try {
                ExecProcess p = new ExecProcess(shared.engine(), this, id, spec.terminal().isPresent(),
                        shared.engine().run(id, spec.terminal().isPresent()), shared.scheduler());
                programs.add(p);
                if (spec.terminal().isPresent()) {
                    p.resize(spec.terminal().get().columns(), spec.terminal().get().rows());
                }
                return p;
            } catch (IOException e) {
                throw new ContainerException("the program can't be started: " + Texts.reason(e), e);
            }
        }
    }

    /** A program beside the task has ended. */
    void forget(ExecProcess p) {
        programs.remove(p);
    }

    // ---- meter, freezing, end -----------------------------------------------------------------------------------------

    /** Takes a sample; called regularly, so that what is integrated is right. */
    UsageVector sample() {
        synchronized (this) {
            if (meter != null && ended.isEmpty()) {
                last = meter.sample();
            }
            return last;
        }
    }

    /** How many processes the memory limit has killed. */
    synchronized long oomKills() {
        return meter == null ? 0 : meter.oomKills();
    }

    /** Whether the whole container ended because of its memory limit. */
    synchronized boolean outOfMemory() {
        return outOfMemory;
    }

    Resources resources() {
        return identity.resources();
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
            }
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
        spool.remove();
        hangUp();
    }

    private void hangUp() {
        Control c;
        synchronized (this) {
            c = control;
        }
        if (c != null) {
            c.close();
        }
    }

    /** Lets go of it; it runs on. */
    void leave() {
        synchronized (this) {
            left = true;
            if (ended.isEmpty()) {
                persist(true);
            }
        }
        hangUp();
    }

    /** Whether it has ended, as far as is known. */
    synchronized boolean over() {
        return !ended.isEmpty();
    }

    @Override
    public synchronized Optional<String> ended() {
        return Optional.of(ended).filter(e -> !e.isEmpty());
    }

    /** Waits a moment for the container's end, which is told later than that of what runs in it. */
    boolean goneWithin(long millis) throws InterruptedException {
        try {
            gone.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        }
    }

    static long graceMillis() {
        return GRACE_MILLIS;
    }

    static long lookMillis() {
        return LOOK_MILLIS;
    }

    @Override
    public String toString() {
        return "docker container of " + identity.leaseId();
    }
}
