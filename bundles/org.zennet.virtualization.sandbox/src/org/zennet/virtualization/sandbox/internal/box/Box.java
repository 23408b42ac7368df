package org.zennet.virtualization.sandbox.internal.box;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.zennet.api.container.Egress;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.cgroup.GroupReader;
import org.zennet.virtualization.cgroup.Groups;
import org.zennet.virtualization.cgroup.Meter;
import org.zennet.virtualization.egress.GuestNetwork;
import org.zennet.virtualization.egress.LinkCounters;
import org.zennet.virtualization.egress.NetworkReader;
import org.zennet.virtualization.keeper.Child;
import org.zennet.virtualization.keeper.KeeperException;
import org.zennet.virtualization.keeper.Program;
import org.zennet.virtualization.keeper.ProgramListener;
import org.zennet.virtualization.keeper.Users;
import org.zennet.virtualization.keeper.Wire;

/**
 * One container: its user, its groups, its disk, and its first process, which starts its programs. A task runs as a
 * program in a directory of its own; when its main program ends, everything that it left running is killed.
 */
final class Box implements Child {
    /** Programs beside the task. */
    static final int MOST_BESIDE = 32;
    private static final long READY_SECONDS = 20;
    private static final long MOST_SCRATCH = 256L << 20;
    /** Each directory in memory gets at most this part of it, so that all together leave room for a program. */
    private static final int SCRATCH_SHARE = 4;

    private final SandboxKind kind;
    private final Wire.Start start;
    private final Plan plan;
    private final Owner owner;
    private final Path home;
    private final ControlGroup group;
    private final WorkDisk disk;
    private final AtomicInteger beside = new AtomicInteger();
    private volatile Process process;
    private volatile InitLink link;
    private volatile Meter meter;
    private volatile long interrupted = -1;
    private volatile String why = "";
    private final Egress egress;
    private Optional<Users.User> user = Optional.empty();
    private Optional<AutoCloseable> root = Optional.empty();
    private volatile Optional<GuestNetwork> network = Optional.empty();

    Box(SandboxKind kind, Wire.Start start, Egress egress, Plan plan, Owner owner) {
        this.kind = kind;
        this.start = start;
        this.egress = egress;
        this.plan = plan;
        this.owner = owner;
        this.home = kind.keeper().home(start.leaseId());
        this.group = kind.group(start.host(), start.leaseId());
        this.disk = new WorkDisk(home.resolve("work.img"));
    }

    @Override
    public void launch() throws IOException, KeeperException, InterruptedException {
        if (!plan.refused().isEmpty()) {
            owner.refused(plan.refused());
            owner.gone("its image is refused");
            return;
        }
        boolean started = false;
        try {
            user = Users.claim(start.host().firstUser(), start.host().users());
            if (user.isEmpty()) {
                throw new KeeperException("all " + start.host().users() + " users for containers are in use");
            }
            root = Optional.of(kind.hold(plan.rootPath()));
            boolean onDisk = start.resources().disk() > 0;
            if (onDisk) {
                disk.make(start.resources().disk());
            }
            group.make(start.resources(), kind.processes(start.host()));
            Path log = home.resolve("log");
            if (!egress.isNone()) {
                network = Optional.of(GuestNetwork.open(SandboxKind.uplink(start.host()), kind.networkName(start.leaseId()), egress, user.get().id(),
                        home.resolve("network.log"), kind.keeper()::spawn));
            }
            ProcessBuilder b = new ProcessBuilder(kind.ways().command(group, user.get().id(), plan, onDisk ? disk.file() : null,
                    Math.min(MOST_SCRATCH, start.resources().memory() / SCRATCH_SHARE), network));
            b.environment().clear();
            b.directory(home.toFile());
            b.redirectError(ProcessBuilder.Redirect.to(log.toFile()));
            process = kind.keeper().spawn(b);
            started = true;
        } finally {
            if (!started) {
                clean();
                owner.gone("it did not start");
            }
        }
        link = new InitLink(process, start.leaseId());
        Thread.ofPlatform().daemon().name("box-" + start.leaseId()).start(this::listen);
        try {
            link.ready().get(READY_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            destroy();
            throw new KeeperException("the container did not start: " + logged());
        }
        spare();
        Optional<Path> statistics = start.resources().disk() > 0 ? disk.statistics() : Optional.empty();
        GroupReader reader = new DiskCounters(Groups.at(kind.groups(start.host()), group.name()), statistics);
        if (network.isPresent()) {
            reader = new NetworkReader(reader, new LinkCounters(process.pid(), GuestNetwork.DEVICE));
        }
        meter = new Meter(reader, start.resources(), UsageVector.ZERO, System::nanoTime);
        owner.ready();
    }

    /** What the container stands on goes last when memory lacks; its programs say that they go first. */
    private void spare() throws IOException {
        for (long pid : group.processes()) {
            try {
                Files.writeString(Path.of("/proc/" + pid + "/oom_score_adj"), "-999");
            } catch (IOException e) {
                // not every superuser may: then the difference to its programs must do
            }
        }
    }

    private String logged() {
        try {
            String s = Files.readString(home.resolve("log"));
            return s.isBlank() ? "its first process says nothing" : Wire.line(s);
        } catch (IOException e) {
            return "its first process says nothing";
        }
    }

    private void listen() {
        String end = "its first process ended";
        try {
            link.read();
        } catch (IOException | RuntimeException e) {
            end = "its first process broke the protocol: " + e.getMessage();
            owner.broken(end);
        }
        Meter m = meter;
        if (m != null && m.oomKills() > 0 && why.isEmpty()) {
            owner.outOfMemory("it used more than " + start.resources().memory() + " bytes of memory, and its first process was "
                    + "killed");
        }
        process.destroyForcibly();
        clean();
        owner.gone(end);
    }

    /** Leaves nothing behind: processes, groups, disk, user, in this order. */
    private void clean() {
        try {
            group.kill();
            if (process != null && !process.waitFor(5, TimeUnit.SECONDS)) {
                System.err.println("a process of " + start.leaseId() + " does not end");
            }
            if (meter != null) {
                meter.end();
            }
            group.remove();
            network.ifPresent(GuestNetwork::close);
            disk.remove();
        } catch (IOException e) {
            System.err.println(start.leaseId() + " can't be cleaned up: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        user.ifPresent(Users.User::close);
        root.ifPresent(r -> {
            try {
                r.close();
            } catch (Exception e) {
                System.err.println("a root can't be let go: " + e.getMessage());
            }
        });
    }

    @Override
    public void run(long number, Wire.Run task) {
        Thread.ofVirtual().name("task-" + start.leaseId()).start(() -> {
            try {
                new BoxTask(this, link, meter, plan, owner, start.resources().memory(), home.resolve("packed"), number, task).run();
            } catch (IOException | KeeperException | RuntimeException e) {
                if (link.closed()) {
                    // its first process is gone: who listens to it tells why, and ends the task
                    return;
                }
                owner.ended(number, Outcome.Reason.TRAPPED, 0, String.valueOf(e.getMessage()), Optional.empty());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Whether a task was told to end. */
    boolean interrupted(long number) {
        return interrupted == number;
    }

    /** How many programs run beside the task. */
    int beside() {
        return beside.get();
    }

    @Override
    public void interrupt(long number) {
        interrupted = number;
        InitLink l = link;
        if (l != null) {
            l.killRest();
        }
    }

    @Override
    public void freeze(boolean frozen) throws IOException {
        if (frozen) {
            group.freeze(true);
            meter.frozen(true);
        } else {
            // it is metered from before it can do anything
            meter.frozen(false);
            try {
                group.freeze(false);
            } catch (IOException e) {
                meter.frozen(true);
                throw e;
            }
        }
    }

    @Override
    public UsageVector sample() {
        Meter m = meter;
        return m == null ? UsageVector.ZERO : m.sample();
    }

    /** Holds nothing beyond its groups; here its network is looked after, and a container whose network broke is ended. */
    @Override
    public Optional<String> overLimit() {
        Optional<GuestNetwork> n = network;
        if (n.isEmpty()) {
            return Optional.empty();
        }
        try {
            n.get().watch();
            if (!n.get().works()) {
                owner.broken("its network ended: the process at its other end is gone");
            }
        } catch (IOException e) {
            owner.broken("its network can't be held any more: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    @Override
    public void endMeter() {
        Meter m = meter;
        if (m != null) {
            m.end();
        }
    }

    @Override
    public void destroy() {
        why = "destroyed";
        Process p = process;
        if (p == null) {
            return;
        }
        p.destroyForcibly();
        Thread.ofVirtual().start(() -> {
            try {
                group.kill();
            } catch (IOException e) {
                System.err.println(start.leaseId() + " can't be killed: " + e.getMessage());
            }
        });
    }

    @Override
    public int pid() {
        Process p = process;
        return p == null ? 0 : (int) p.pid();
    }

    @Override
    public Program exec(Wire.Exec order, ProgramListener listener) throws KeeperException {
        if (beside.incrementAndGet() > MOST_BESIDE) {
            beside.decrementAndGet();
            throw new KeeperException("the container runs " + MOST_BESIDE + " programs beside its task already");
        }
        List<Wire.Variable> variables = new ArrayList<>(List.of(new Wire.Variable("HOME", Ways.WORK),
                new Wire.Variable("USER", "guest"), new Wire.Variable("LOGNAME", "guest"), new Wire.Variable("SHELL", "/bin/sh")));
        if (plan.environment().stream().noneMatch(v -> v.startsWith("PATH="))) {
            variables.add(new Wire.Variable("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"));
        }
        if (!order.terminal().isEmpty()) {
            variables.add(new Wire.Variable("TERM", order.terminal()));
        }
        variables.addAll(order.environment());
        List<String> command = order.command().isEmpty()
                ? List.of("/bin/sh", "-c", "[ -x /bin/bash ] && exec /bin/bash -l; exec /bin/sh -l") : order.command();
        try {
            boolean terminal = !order.terminal().isEmpty();
            return link.start(new InitLink.Order(command, Plan.environment(plan.environment(), variables), Ways.WORK, true, terminal,
                    order.columns(), order.rows()), new BesideProgram(listener, terminal, beside::decrementAndGet));
        } catch (IOException e) {
            beside.decrementAndGet();
            throw new KeeperException(e.getMessage());
        }
    }
}
