package org.zennet.virtualization.docker.internal;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.Outcomes;
import org.zennet.virtualization.Texts;
import org.zennet.virtualization.cgroup.GroupReader;
import org.zennet.virtualization.cgroup.Groups;
import org.zennet.virtualization.egress.GuestNetwork;
import org.zennet.virtualization.egress.LinkCounters;
import org.zennet.virtualization.egress.NetworkReader;
import org.zennet.virtualization.image.ImageArchive;
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
    private static final int TIME_OVER = 124;
    private static final int UNTOUCHED = 125;
    private static final int KILLED = 137;
    private static final int GVISOR_FAILED = 2;
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
    private final Spool spool;
    private final Optional<GuestNetwork> network;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final Usage usage;
    private final Freezer freezer;
    private final Tasks tasks;
    private final Programs programs;
    private Control control;
    private boolean left;
    private boolean stopping;
    private String ended = "";
    private boolean outOfMemory;
    private long touched;

    /** With the network that it has or is about to get, where it has bought one. */
    DockerContainer(Shared shared, Identity identity, Spool spool, Path directory, Optional<GuestNetwork> network) throws ContainerException {
        this.shared = shared;
        this.network = network;
        this.identity = identity;
        this.spool = spool;
        try {
            Outcomes outcomes = new Outcomes(directory.resolve("outcomes"));
            this.usage = new Usage(identity.leaseId(), identity.resources(), outcomes);
            Words words = new Words(identity.program());
            this.freezer = new Freezer(shared.engine(), identity.id(), identity.leaseId(), usage, this::over);
            this.programs = new Programs(this, shared, words);
            this.tasks = new Tasks(this, shared.scheduler(), spool, outcomes, words);
        } catch (IOException e) {
            throw new ContainerException("the container's directory can't be used: " + Texts.reason(e), e);
        }
    }

    // ---- its life -----------------------------------------------------------------------------------------------------

    /** Where a container has its files in a lease's directory. */
    static Path own(Path directory) {
        return directory.toAbsolutePath().resolve("docker");
    }

    static Spool spool(Path own, Profile.Host host) throws ContainerException {
        try {
            return new Spool(own, Profile.twoUsers(host.runtime()));
        } catch (IOException e) {
            throw new ContainerException("the container's directory can't be used: " + Texts.reason(e), e);
        }
    }

    /** Creates and starts one; nothing is left when that fails. */
    static DockerContainer launch(Shared shared, ContainerSpec spec, ImageArchive.Program program, Optional<GuestNetwork> network)
            throws ContainerException, InterruptedException {
        Path own = own(spec.directory());
        Spool spool = spool(own, shared.host());
        String id = shared.engine().create(program.id(), shared.host(), spec, spool.outside(), network);
        DockerContainer c = null;
        boolean good = false;
        try {
            c = new DockerContainer(shared, new Identity(spec.leaseId(), id, spec.resources(),
                    spec.maxWallMillis(), spec.idleMillis(), program), spool, own, network);
            c.start();
            good = true;
            return c;
        } finally {
            if (!good) {
                if (c != null) {
                    c.stop();
                } else {
                    shared.engine().remove(id);
                }
            }
        }
    }

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
        measure(false);
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
        measure(isFrozen);
        freezer.found(isFrozen);
        tasks.resume();
        tell('t', 0);
    }

    /** For one that has ended already. */
    DockerContainer over(InspectContainerResponse state) throws ContainerException {
        ended = why(state);
        gone.complete(null);
        tasks.resume();
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

    private void measure(boolean frozen) throws ContainerException {
        long pid = pid();
        try {
            GroupReader groups = Groups.open(shared.groups(), pid);
            usage.open(network.isPresent() ? new NetworkReader(groups, new LinkCounters(pid, GuestNetwork.DEVICE)) : groups, frozen);
        } catch (IOException e) {
            throw new ContainerException("the container can't be metered: " + Texts.reason(e), e);
        }
    }

    /** The first process says something. */
    private void heard(char what, int number) {
        switch (what) {
            case 'R' -> ready.complete(null);
            case 'E' -> tasks.running().filter(r -> r.number() == number).ifPresent(TaskRun::look);
            // nothing runs, so what was begun has ended or was never told to start
            case 'I' -> tasks.running().ifPresent(TaskRun::idle);
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
        boolean gvisor = Runtimes.gvisor(shared.host().runtime());
        if (Boolean.TRUE.equals(state.getState().getOOMKilled()) && (c == KILLED || gvisor)) {
            synchronized (this) {
                outOfMemory = true;
            }
            return "its memory limit";
        }
        if (gvisor && c == GVISOR_FAILED) {
            return "gVisor gave up, as it does when the guest has more processes and threads than it may";
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
        }
        usage.end();
        network.ifPresent(GuestNetwork::close);
        gone.complete(null);
        tasks.running().ifPresent(TaskRun::look);
        programs.ended(why);
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
            freezer.thaw();
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
            return tasks.begin(task).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ContainerException c) {
                throw new ContainerException(c.getMessage(), c);
            }
            throw new ContainerException("task " + task.taskId() + " failed: " + Texts.reason(e.getCause()), e);
        }
    }

    @Override
    public void cancel() {
        tasks.running().ifPresent(TaskRun::cancel);
    }

    // ---- programs beside the task -------------------------------------------------------------------------------------

    @Override
    public GuestProcess exec(ExecSpec spec) throws ContainerException, InterruptedException {
        touch();
        return programs.start(spec);
    }

    /** A program beside the task has ended. */
    void forget(ExecProcess p) {
        programs.forget(p);
    }

    // ---- meter, freezing, end -----------------------------------------------------------------------------------------

    /** Takes a sample; called regularly, so that what is integrated is right. */
    void sample() {
        usage.sample();
    }

    /** What it uses. */
    Usage meter() {
        return usage;
    }

    /** Freezes it. */
    Freezer freezer() {
        return freezer;
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
        return usage.told();
    }

    @Override
    public void keepAlive() {
        touch();
    }

    @Override
    public void freeze(boolean to) throws ContainerException {
        touch();
        freezer.set(to);
    }

    @Override
    public void stop() {
        synchronized (this) {
            stopping = true;
        }
        sample();
        try {
            freezer.thaw();
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
        }
        if (!over()) {
            usage.keep();
        }
        hangUp();
    }

    /** Refuses what only a container that runs can do. */
    synchronized void stillRunning() throws ContainerException {
        if (!ended.isEmpty()) {
            throw new ContainerException("the container of " + identity.leaseId() + " has ended: " + ended);
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
