package org.zennet.virtualization.docker.internal;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.services.node.NodeContext;
import org.zennet.virtualization.Texts;
import org.zennet.virtualization.cgroup.Groups;
import org.zennet.virtualization.egress.GuestNetwork;
import org.zennet.virtualization.egress.NetworkTrial;
import org.zennet.virtualization.egress.Uplink;
import org.zennet.virtualization.image.ImageArchive;
import org.zennet.virtualization.image.InvalidImageException;
import org.zennet.virtualization.keeper.Users;

/** Containers of a Docker engine on this host, one for each lease; the engine keeps them when the node dies. */
@Component(service = ContainerBackend.class, name = DockerBackend.PID, configurationPid = DockerBackend.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {ContainerBackend.ID + "=docker", ContainerBackend.LABEL + "=Docker"})
@Designate(ocd = DockerBackend.Config.class)
public final class DockerBackend implements ContainerBackend {
    /** The configuration's pid. */
    public static final String PID = "org.zennet.virtualization.docker";

    private static final Logger LOG = LoggerFactory.getLogger(DockerBackend.class);
    private static final long SAMPLE_MILLIS = 200;
    private static final long SMALLEST_MEMORY = 6L << 20;
    /** With gVisor, whose own memory counts as the guest's. */
    private static final long SMALLEST_GVISOR = 32L << 20;
    private static final int SMALLEST_CORES = 10;
    private static final int MOST_ENTRIES = 1_000_000;
    /** The file that says that containers were made here. */
    private static final String USED = "used";

    /** Settings. */
    @ObjectClassDefinition(name = "Docker containers")
    public @interface Config {
        /** The engine's socket. What the environment says of it is not read. */
        @AttributeDefinition(name = "Socket", description = "The engine's socket on this host")
        String socket() default "unix:///var/run/docker.sock";

        /** The run directory; empty for {@code docker} in the node's data directory. */
        @AttributeDefinition(name = "Run directory", description = "Where the backend keeps its files; empty: docker in "
                + "the data directory")
        String directory() default "";

        /** The engine's runtime. */
        @AttributeDefinition(name = "Runtime", description = "auto: kata or gVisor where the engine has one that works, "
                + "else its default; or the name of one of the engine's runtimes")
        String runtime() default Runtimes.AUTO;

        /** Images that may run. */
        @AttributeDefinition(name = "Images", description = "Hashes of the archives that may run, separated by commas; "
                + "empty: all")
        String images() default "";

        /** Bytes of memory of one container. */
        @AttributeDefinition(name = "Memory", description = "The most bytes of memory of a container")
        long memory() default 1L << 30;

        /** Thousandths of a core of one container; 0 for all that this machine has. */
        @AttributeDefinition(name = "Cores", description = "The most thousandths of a core of a container; 0: all")
        int cores() default 0;

        /** Processes and threads of one container. */
        @AttributeDefinition(name = "Processes", description = "The most processes and threads of a container")
        int processes() default 64;

        /** Bytes of an image's archive. */
        @AttributeDefinition(name = "Archive", description = "The most bytes of an image's archive")
        long archive() default 2L << 30;

        /** Bytes of an unpacked image. */
        @AttributeDefinition(name = "Unpacked", description = "The most bytes of an unpacked image")
        long unpacked() default 8L << 30;

        /** How many images the engine keeps for this node. */
        @AttributeDefinition(name = "Cached images", description = "How many images the engine keeps for this node")
        int cached() default 16;

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

    private volatile Config config;
    private final Path directory;
    private final Images images;
    private volatile Set<String> allowed;
    private final Map<String, DockerContainer> containers = new ConcurrentHashMap<>();
    private final ScheduledExecutorService scheduler;
    private Engine engine;
    private Trials.Trial trial;
    private Profile.Host host;
    private boolean closed;
    /** Why containers can't have a network here, once that was tried; empty when they can. */
    private Optional<String> networkless;
    /** Names of the networks that this process made or found. */
    private final Set<String> networks = ConcurrentHashMap.newKeySet();

    /** From configuration. */
    @Activate
    public DockerBackend(@Reference NodeContext node, Config config) throws IOException {
        this(config.directory().isEmpty() ? node.directory("docker") : Path.of(config.directory()), config);
    }

    private DockerBackend(Path where, Config config) throws IOException {
        this.config = config;
        this.directory = Files.createDirectories(where).toRealPath();
        this.images = new Images(directory.resolve("images"), limits(config), Math.max(1, config.cached()));
        this.allowed = allowed(config);
        this.scheduler = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("docker-meter").factory());
        scheduler.scheduleWithFixedDelay(this::sampleAll, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Other limits hold for containers that start from now on; what runs keeps its own. The engine and how it keeps guests apart
     * stay as they are until the next start.
     */
    @Modified
    public void modified(Config to) {
        images.limit(limits(to), Math.max(1, to.cached()));
        synchronized (this) {
            config = to;
            allowed = allowed(to);
            networkless = null;
        }
    }

    private static ImageArchive.Limits limits(Config config) {
        return new ImageArchive.Limits(config.archive(), config.unpacked(), MOST_ENTRIES);
    }

    private static Set<String> allowed(Config config) {
        return Arrays.stream(config.images().split("[,\\s]+")).filter(s -> !s.isEmpty()).collect(Collectors.toSet());
    }

    private void sampleAll() {
        try {
            containers.values().removeIf(c -> {
                if (c.over()) {
                    networks.remove(networkName(c.leaseId()));
                }
                return c.over();
            });
            containers.values().forEach(DockerContainer::sample);
            containers.values().forEach(DockerContainer::watch);
        } catch (RuntimeException e) {
            LOG.warn("a meter can't be read: {}", Texts.reason(e));
        }
    }

    private synchronized Engine engine() throws ContainerException {
        if (closed) {
            throw new ContainerException("the docker backend is stopped");
        }
        if (engine == null) {
            engine = Engine.open(config.socket());
        }
        return engine;
    }

    private synchronized void forget() {
        if (engine != null && containers.isEmpty()) {
            engine.close();
            engine = null;
        }
    }

    /** The image architecture of this host. */
    private static String architecture() throws ContainerException {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> throw new ContainerException("no docker containers on this processor: " + System.getProperty("os.arch"));
        };
    }

    /** This node among those on this host. */
    private String owner() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(directory.toString()
                    .getBytes(StandardCharsets.UTF_8)), 0, 5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first process of containers, as a file of the host. */
    private Path init(boolean readable) throws ContainerException {
        String name = "init/init-" + (architecture().equals("amd64") ? "x86_64" : "aarch64");
        try (InputStream in = DockerBackend.class.getResourceAsStream(name)) {
            byte[] bytes = in.readAllBytes();
            Path file = directory.resolve((readable ? "init-readable-" : "init-") + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8));
            if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
                Path temporary = Files.createTempFile(directory, "init-", ".tmp");
                Files.write(temporary, bytes);
                // what can't be read can't be traced either: the kernel keeps such a process from all of its user's others;
                // gVisor must be able to read it to start it
                Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(readable ? "r-xr-xr-x" : "r-x--x--x"));
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return file;
        } catch (IOException e) {
            throw new ContainerException("can't write to " + directory + ": " + Texts.reason(e), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Profile.Host host(Info info, String runtime) throws ContainerException {
        if (Profile.twoUsers(runtime) && !"root".equals(System.getProperty("user.name"))) {
            throw new ContainerException("the runtime " + runtime + " needs a provider that is root: the first process of its containers is another user than "
                    + "their guests");
        }
        Optional<String> device = Groups.unified(Path.of(config.groups())) || info.getDockerRootDir() == null
                ? Optional.empty() : Disks.under(Path.of(info.getDockerRootDir()));
        return new Profile.Host(owner(), init(Runtimes.gvisor(runtime)).toString(), runtime, "systemd".equals(info.getCGroupDriver()),
                Math.max(8, config.processes()), device);
    }

    @Override
    public Capabilities probe() throws ContainerException {
        Engine e = engine();
        try {
            Info info = e.info();
            Files.write(directory.resolve(USED), new byte[0]);
            Trials.Trial t = new Trials(images, directory.resolve("trial"), architecture()).first(info, config.runtime(), runtime ->
                    new DockerContainer.Shared(e, host(info, runtime), Path.of(config.groups()), 0, Runtimes.machine(runtime), scheduler));
            synchronized (this) {
                trial = t;
                host = host(info, t.runtime());
            }
            int cores = config.cores() > 0 ? Math.min(config.cores(), 1000 * info.getNCPU()) : 1000 * info.getNCPU();
            long memory = Math.max(SMALLEST_MEMORY, Math.min(config.memory(), info.getMemTotal()));
            List<String> notes = new ArrayList<>();
            notes.add("engine " + info.getServerVersion() + ", runtime " + (t.runtime().isEmpty() ? "default" : t.runtime()));
            notes.add("the work directory lies in memory and counts against it");
            Set<String> features = new HashSet<>(Set.of(Capabilities.SHELL, Capabilities.FILES, Capabilities.FREEZE, Capabilities.PROGRAMS,
                    Capabilities.READOPT));
            Optional<String> why = networkless();
            if (why.isEmpty()) {
                features.add(Capabilities.EGRESS);
            } else {
                notes.add("no network: " + why.get());
            }
            if (!Boolean.TRUE.equals(info.getSwapLimit())) {
                notes.add("the kernel does not limit swap");
            }
            Set<String> limits = new HashSet<>(Set.of("cpu", "memory", "wall", "output", "disk"));
            if (Runtimes.gvisor(t.runtime())) {
                notes.add("who uses more memory or processes than it may loses its container and not the task alone; gVisor's own memory counts as the guest's");
            } else {
                limits.add("pids");
            }
            if (!t.open().isEmpty()) {
                notes.add("its own kernel lets the guest use " + String.join(", ", t.open()));
            }
            return new Capabilities(Runtimes.isolation(t.runtime()),
                    new Resources(cores, memory, memory), limits, false,
                    true, String.join("; ", notes), features);
        } catch (ContainerException x) {
            forget();
            throw x;
        } catch (IOException x) {
            forget();
            throw new ContainerException("can't write to " + directory + ": " + Texts.reason(x), x);
        }
    }

    private Uplink uplink() throws ContainerException {
        try {
            return Uplink.of(config.uplink(), config.resolvers(), config.rate());
        } catch (IllegalArgumentException e) {
            throw new ContainerException(e.getMessage(), e);
        }
    }

    /** Tries once whether containers can have a network that holds them. */
    private synchronized Optional<String> networkless() throws ContainerException {
        if (networkless == null) {
            networkless = Runtimes.machine(trial.runtime()) ? Optional.of("the runtime gives guests a machine of its own") : tryNetwork();
        }
        return networkless;
    }

    private Optional<String> tryNetwork() throws ContainerException {
        String name = networkName("trial");
        GuestNetwork.remove(name);
        try (Users.User user = Users.claim(20_001, 1000).orElseThrow(() -> new IOException("all users for containers are in use"))) {
            return NetworkTrial.run(uplink(), name, user.id(), directory.resolve("network.log"), ProcessBuilder::start);
        } catch (IOException e) {
            return Optional.of(Texts.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerException("interrupted", e);
        }
    }

    private DockerContainer.Shared shared() throws ContainerException {
        Engine e = engine();
        synchronized (this) {
            if (trial != null) {
                return new DockerContainer.Shared(e, host, Path.of(config.groups()), trial.overhead(), Runtimes.machine(trial.runtime()), scheduler);
            }
        }
        probe();
        return shared();
    }

    @Override
    public Container start(ContainerSpec spec) throws ContainerException, InterruptedException {
        if (!allowed.isEmpty() && !allowed.contains(spec.imageHash().toString())) {
            return new RefusedContainer(spec.leaseId(), "the owner of this host does not allow this image");
        }
        Resources r = spec.resources();
        smallest(r, SMALLEST_MEMORY);
        CompletableFuture<Container> started = new CompletableFuture<>();
        Thread.ofVirtual().name("docker-start-" + spec.leaseId()).start(() -> {
            try {
                started.complete(startNow(spec));
            } catch (Exception e) {
                started.completeExceptionally(e);
            }
        });
        try {
            return started.get();
        } catch (InterruptedException e) {
            started.thenAccept(Container::stop);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ContainerException c) {
                throw new ContainerException(c.getMessage(), c);
            }
            throw new ContainerException("the container can't be started: " + Texts.reason(e.getCause()), e);
        }
    }

    private static void smallest(Resources r, long memory) throws ContainerException {
        if (r.memory() < memory || r.cores() < SMALLEST_CORES) {
            throw new ContainerException("a container here has at least " + memory + " bytes of memory and " + SMALLEST_CORES + "/1000 of a core");
        }
    }

    private Container startNow(ContainerSpec spec) throws ContainerException, InterruptedException {
        DockerContainer.Shared shared = shared();
        if (Runtimes.gvisor(shared.host().runtime())) {
            smallest(spec.resources(), SMALLEST_GVISOR);
        }
        try {
            ImageArchive.Program program = images.load(shared.engine(), spec.image(), spec.imageHash(), architecture());
            if (spec.egress().isNone()) {
                return kept(DockerContainer.launch(shared, spec, program, Optional.empty()));
            }
            if (networkless().isPresent()) {
                throw new ContainerException("this host can't hold containers with a network: " + networkless().get());
            }
            String name = networkName(spec.leaseId());
            networks.add(name);
            try {
                return kept(DockerContainer.launch(shared, spec, program, Optional.of(GuestNetwork.prepare(uplink(), name, spec.egress()))));
            } catch (IOException e) {
                throw new ContainerException(Texts.reason(e), e);
            } finally {
                if (containers.values().stream().noneMatch(c -> c.leaseId().equals(spec.leaseId()))) {
                    GuestNetwork.remove(name);
                    networks.remove(name);
                }
            }
        } catch (InvalidImageException e) {
            return new RefusedContainer(spec.leaseId(), Texts.line(e.getMessage()));
        }
    }

    private DockerContainer kept(DockerContainer c) {
        containers.put(c.id(), c);
        return c;
    }

    @Override
    public List<Container> survivors() throws ContainerException {
        if (!Files.exists(directory.resolve(USED)) || !Files.exists(Engine.path(config.socket()))) {
            // no life before this one made any: the engine need not be asked
            return List.of();
        }
        List<com.github.dockerjava.api.model.Container> found = engine().list(owner());
        List<Container> all = new ArrayList<>();
        for (com.github.dockerjava.api.model.Container f : found) {
            DockerContainer known = containers.get(f.getId());
            String lease = f.getLabels().getOrDefault(Profile.LABEL + "lease", "");
            if (known != null) {
                all.add(known);
            } else if (lease.startsWith("trial-")) {
                engine().remove(f.getId());
            } else {
                adopt(f.getId(), lease, f.getLabels()).ifPresent(all::add);
            }
        }
        sweep(found);
        return all;
    }

    /** Networks of containers that are no more, of an earlier life of this process. */
    private void sweep(List<com.github.dockerjava.api.model.Container> found) {
        Set<String> live = new HashSet<>(networks);
        found.stream().filter(f -> "running".equals(f.getState()) || "paused".equals(f.getState()))
                .forEach(f -> live.add(networkName(f.getLabels().getOrDefault(Profile.LABEL + "lease", ""))));
        GuestNetwork.sweep(networkName(""), live);
    }

    private String networkName(String leaseId) {
        return Profile.network(owner(), leaseId);
    }

    private Optional<DockerContainer> adopt(String id, String lease, Map<String, String> labels) throws ContainerException {
        Optional<InspectContainerResponse> state = engine().inspect(id);
        try {
            Resources r = new Resources(Integer.parseInt(labels.get(Profile.LABEL + "cores")),
                    Long.parseLong(labels.get(Profile.LABEL + "memory")), Long.parseLong(labels.get(Profile.LABEL + "disk")));
            long deadline = Long.parseLong(labels.get(Profile.LABEL + "deadline"));
            Optional<ImageArchive.Program> program = images.known(Hash.ofHex(labels.get(Profile.LABEL + "image")));
            boolean running = state.isPresent() && Boolean.TRUE.equals(state.get().getState().getRunning());
            if (state.isEmpty()) {
                return Optional.empty();
            }
            // the one that it was started with: an owner may have changed the settings, or the engine
            String runtime = labels.getOrDefault(Profile.LABEL + "runtime", Runtimes.DEFAULT);
            DockerContainer.Shared shared = new DockerContainer.Shared(engine(), host(engine().info(), runtime), Path.of(config.groups()),
                    running ? shared().overhead() : 0, Runtimes.machine(runtime), scheduler);
            Path own = DockerContainer.own(Path.of(labels.get(Profile.LABEL + "directory")));
            boolean bought = !labels.getOrDefault(Profile.LABEL + "egress", "none").equals("none");
            Optional<GuestNetwork> network = bought && running ? GuestNetwork.adopt(uplink(), networkName(lease)) : Optional.empty();
            DockerContainer c = new DockerContainer(shared, new DockerContainer.Identity(lease, id, r,
                    Math.max(0, deadline - System.currentTimeMillis()), Long.parseLong(labels.get(Profile.LABEL + "idle")),
                    program.orElse(new ImageArchive.Program("", List.of(), List.of(), List.of()))), DockerContainer.spool(own, shared.host()), own, network);
            if (!running) {
                return Optional.of(c.over(state.get()));
            }
            c.adopt(Boolean.TRUE.equals(state.get().getState().getPaused()));
            if (bought && network.isEmpty()) {
                c.abandon("its network ended while the node was away");
            }
            containers.put(id, c);
            return Optional.of(c);
        } catch (IllegalArgumentException | NullPointerException e) {
            LOG.warn("a container with broken labels is removed: {}", id);
            engine().remove(id);
            return Optional.empty();
        }
    }

    /** Hangs up; containers that run go on. */
    @Deactivate
    public void close() {
        synchronized (this) {
            closed = true;
        }
        scheduler.shutdownNow();
        containers.values().forEach(DockerContainer::leave);
        synchronized (this) {
            if (engine != null) {
                engine.close();
            }
        }
    }
}
