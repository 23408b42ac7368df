package org.zennet.virtualization.sandbox.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Isolation;
import org.zennet.api.container.Reading;
import org.zennet.api.value.Resources;
import org.zennet.services.node.NodeContext;
import org.zennet.virtualization.egress.Uplink;
import org.zennet.virtualization.image.ImageArchive;
import org.zennet.virtualization.keeper.KeeperClient;
import org.zennet.virtualization.keeper.KeptContainers;
import org.zennet.virtualization.keeper.Wire;
import org.zennet.virtualization.sandbox.internal.box.SandboxKind;
import org.zennet.virtualization.sandbox.internal.image.RootCache;
import org.zennet.virtualization.seccomp.Processor;

/** Containers without an engine, owned by a keeper process that outlives the node. */
@Component(service = ContainerBackend.class, name = SandboxBackend.PID, configurationPid = SandboxBackend.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {ContainerBackend.ID + "=sandbox", ContainerBackend.LABEL + "=Sandbox"})
@Designate(ocd = SandboxBackend.Config.class)
public final class SandboxBackend implements ContainerBackend {
    /** The configuration's pid. */
    public static final String PID = "org.zennet.virtualization.sandbox";
    private static final Logger LOG = LoggerFactory.getLogger(SandboxBackend.class);
    private static final int HEAP = 128;
    private static final long MOST_ENTRIES = 1_000_000;

    /** Settings. */
    @ObjectClassDefinition(name = "Sandboxes")
    public @interface Config {
        /** The run directory; empty for {@code sandbox} in the node's data directory. */
        @AttributeDefinition(name = "Run directory", description = "Where the keeper process has its socket and state, disks and "
                + "unpacked images; empty: sandbox in the data directory")
        String directory() default "";

        /** Bytes of memory of all containers together. */
        @AttributeDefinition(name = "Memory", description = "Bytes of memory of all containers together; 0: half of this machine's")
        long memory() default 0;

        /** Thousandths of a core of all containers together; 0 for all that this machine has. */
        @AttributeDefinition(name = "Cores", description = "Thousandths of a core of all containers together; 0: all")
        int cores() default 0;

        /** Bytes of the work directories of all containers together. */
        @AttributeDefinition(name = "Disk", description = "Bytes of the work directories of all containers together; 0: half of "
                + "what is free where the run directory is; -1: none, work directories lie in memory")
        long disk() default 0;

        /** The first of the users for containers. */
        @AttributeDefinition(name = "First user", description = "The first user id for containers")
        int first_user() default 20001;

        /** How many users there are for containers. */
        @AttributeDefinition(name = "Users", description = "How many user ids there are for containers")
        int users() default 1000;

        /** Processes and threads of one container. */
        @AttributeDefinition(name = "Processes", description = "The most processes and threads of a container")
        int processes() default 256;

        /** Whether programs run over the host's /usr. */
        @AttributeDefinition(name = "Lend /usr", description = "Run images that are one program over this machine's /usr, read-only")
        boolean host_usr() default true;

        /** Bytes of an image's archive. */
        @AttributeDefinition(name = "Archive", description = "The most bytes of an image's archive")
        long archive() default 2L << 30;

        /** Bytes of an unpacked image. */
        @AttributeDefinition(name = "Unpacked", description = "The most bytes of an unpacked image")
        long unpacked() default 8L << 30;

        /** How many unpacked images are kept. */
        @AttributeDefinition(name = "Cached images", description = "How many unpacked images are kept")
        int cached() default 16;

        /** How long the keeper stays without containers and without a node, in milliseconds. */
        @AttributeDefinition(name = "Linger", description = "Milliseconds that an idle keeper stays")
        long linger() default 30_000;

        /** Where connections of containers leave from. */
        @AttributeDefinition(name = "Uplink", description = "Path of the network namespace that connections of containers leave from; empty: "
                + "this machine's own")
        String uplink() default "";

        /** What answers for names. */
        @AttributeDefinition(name = "Resolvers", description = "Public name servers, with commas, for containers that may reach every address")
        String resolvers() default Uplink.USUAL_RESOLVERS;

        /** Bytes a second of one container. */
        @AttributeDefinition(name = "Rate", description = "Bytes a second, each way, that a container's network moves at most; 0: 12500000")
        long rate() default 0;

        /** Where the control groups are mounted. */
        @AttributeDefinition(name = "Control groups", description = "Where the control groups are mounted")
        String groups() default "/sys/fs/cgroup";
    }

    private final KeptContainers containers;
    private final Path directory;
    private volatile Wire.Host host;
    private final RootCache images;
    private final boolean lendsUsr;
    private Wire.Probed probed;

    /** From configuration. */
    @Activate
    public SandboxBackend(@Reference NodeContext node, Config config) throws IOException {
        this(config.directory().isEmpty() ? node.directory("sandbox") : Path.of(config.directory()), config);
    }

    /** For a run directory. */
    SandboxBackend(Path directory, Config config) throws IOException {
        Files.createDirectories(directory);
        Path real = directory.toRealPath();
        this.directory = real;
        this.host = host(real, config);
        this.containers = new KeptContainers(new KeeperClient(directory, config.linger(), SandboxKind.class, List.of(), HEAP));
        this.lendsUsr = config.host_usr();
        this.images = new RootCache(real.resolve("images"), limits(config), Math.max(1, config.cached()), config.host_usr(), Processor.here().orElse(Processor.X86_64));
    }

    /** Other limits hold for containers that start from now on. How these are kept apart stays as it is until the next start. */
    @Modified
    public void modified(Config config) {
        try {
            host = host(directory, config);
            images.limit(limits(config), Math.max(1, config.cached()));
        } catch (IOException e) {
            LOG.warn("the settings of before go on: {}", e.getMessage());
        }
    }

    private static ImageArchive.Limits limits(Config config) {
        return new ImageArchive.Limits(config.archive(), config.unpacked(), MOST_ENTRIES);
    }

    private static Wire.Host host(Path real, Config config) throws IOException {
        long disk = config.disk() > 0 ? config.disk() : config.disk() < 0 ? 0 : Files.getFileStore(real).getUsableSpace() / 2;
        return new Wire.Host(config.memory() > 0 ? config.memory() : machineMemory() / 2,
                config.cores() > 0 ? config.cores() : 1000 * Runtime.getRuntime().availableProcessors(), disk, true,
                config.first_user(), config.users(), List.of(new Wire.Variable(SandboxKind.GROUPS, config.groups()),
                        new Wire.Variable(SandboxKind.PROCESSES, Integer.toString(config.processes())),
                        new Wire.Variable(SandboxKind.UPLINK, config.uplink()), new Wire.Variable(SandboxKind.RESOLVERS, config.resolvers()),
                        new Wire.Variable(SandboxKind.RATE, Long.toString(config.rate()))));
    }

    private static long machineMemory() throws IOException {
        Optional<String> total = Files.readAllLines(Path.of("/proc/meminfo")).stream().filter(l -> l.startsWith("MemTotal:")).findFirst();
        return total.map(l -> Long.parseLong(l.replaceAll("[^0-9]", "")) * 1024).orElse(1L << 30);
    }

    @Override
    public Capabilities probe() throws ContainerException {
        Wire.Probed p = containers.probe(host);
        synchronized (this) {
            probed = p;
        }
        boolean disk = p.found(SandboxKind.DISK).equals("true");
        boolean network = p.found(SandboxKind.NETWORK).equals("true");
        List<String> notes = new ArrayList<>();
        if (!lendsUsr) {
            notes.add("images are archives only");
        }
        if (!p.notes().isEmpty()) {
            notes.add(p.notes());
        }
        Set<String> features = new HashSet<>(Set.of(Capabilities.SHELL, Capabilities.FILES, Capabilities.FREEZE, Capabilities.PROGRAMS,
                Capabilities.READOPT));
        if (network) {
            features.add(Capabilities.EGRESS);
        }
        return new Capabilities(Isolation.SANDBOX, new Resources(Math.max(1, host.cores()), Math.max(1 << 20, host.memory()),
                disk ? host.disk() : 0), Set.of("cpu", "memory", "wall", "output", "disk", "pids"), false, true,
                String.join("; ", notes), features);
    }

    @Override
    public Container start(ContainerSpec spec) throws ContainerException, InterruptedException {
        boolean tried;
        synchronized (this) {
            tried = probed != null;
        }
        if (!tried) {
            probe();
        }
        byte[] plan;
        try {
            plan = images.prepare(spec.image(), spec.imageHash()).toBytes();
        } catch (IOException | IllegalArgumentException e) {
            throw new ContainerException("the image can't be used: " + e.getMessage(), e);
        }
        return containers.start(spec, host(spec), plan);
    }

    private Wire.Host host(ContainerSpec spec) throws ContainerException {
        if (spec.egress().isNone()) {
            return host;
        }
        synchronized (this) {
            // a keeper of an earlier version would start it without a network
            if (!probed.found(SandboxKind.NETWORK).equals("true")) {
                throw new ContainerException("this host can't hold containers with a network: " + probed.notes());
            }
        }
        List<Wire.Variable> settings = new ArrayList<>(host.settings());
        settings.add(new Wire.Variable(SandboxKind.EGRESS, spec.egress().toString()));
        return new Wire.Host(host.memory(), host.cores(), host.disk(), host.ownUsers(), host.firstUser(), host.users(), settings);
    }

    @Override
    public List<Container> survivors() throws ContainerException {
        return containers.survivors();
    }

    @Override
    public Map<String, Reading> read(Collection<Container> these) throws ContainerException {
        return containers.read(these);
    }

    /** Hangs up; containers that run go on. */
    @Deactivate
    public void close() {
        containers.close();
    }
}
