package org.zennet.headless.internal.measure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Egress;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.headless.internal.cli.Common;
import org.zennet.headless.internal.cli.Misused;
import org.zennet.headless.internal.cli.Output;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import org.zennet.services.market.BackendRegistry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perf}: how right the meters of containers are and what reading them costs; how fast containers and providers start. */
@Command(name = "perf", description = "Measure Zennet itself.")
public final class PerfCommand {
    private static final String SCRIPT = "metering.sh";
    private static final List<String> PROGRAMS = List.of("openssl", "xz", "gzip", "bzip2", "sort", "bc", "sqlite3", "python3", "perl", "perl-hold", "perl-breathe", "dd-write",
            "dd-read");
    private static final List<Counter> COMPARED = List.of(Counter.CPU, Counter.MEMORY, Counter.DISK_READ, Counter.DISK_WRITTEN,
            Counter.NETWORK_IN, Counter.NETWORK_OUT);
    private static final Resources RESOURCES = new Resources(1000, 512L << 20, 256L << 20);
    private static final Resources SMALL = new Resources(10, 16L << 20, 0);
    private static final long TASK_MILLIS = 300_000;
    private static final int MOST_CONTAINERS = 200;
    /** Readings of each container, first to warm up, then to measure. */
    private static final int WARM_UP = 100;
    private static final int READINGS = 200;
    private static final int IDLE_SECONDS = 5;
    private static final int HUNDRED = 100;
    private final BundleContext bundles;
    private final NodeRuntime runtime;

    /** Over the backends of this framework. */
    public PerfCommand(BundleContext bundles, NodeRuntime runtime) {
        this.bundles = bundles;
        this.runtime = runtime;
    }

    /** One program in a container of its own. */
    private record Run(String program, UsageVector metered, MeterTruth truth) { }

    /**
     * What reading the meters of so many containers cost, of this process and the keeper together.
     *
     * @param microsPerReading processor time of one reading of one container
     * @param idleShare        of a core, for each container that nobody reads: the keeper looks four times a second, since memory is
     *                         integrated from look to look
     */
    private record Cost(int containers, double microsPerReading, double idleShare) {
        /** Of one core, when a hundred are read every second. */
        double shareOfCore() {
            return microsPerReading * HUNDRED / 1e6;
        }

        /** Of one core, for a hundred that nobody reads. */
        double idleShareOfCore() {
            return idleShare * HUNDRED;
        }
    }

    @Command(name = "start", description = {"Time containers of a known image, one after the other: until one is ready, its first task, a program beside it, its end.",
        "Without --image a script over the host's /usr, for backends that run programs of the host."})
    int start(@Mixin Common common,
            @Option(names = "--backend", paramLabel = "ID", defaultValue = "sandbox", description = "Which kind of containers (default: ${DEFAULT-VALUE}).") String backend,
            @Option(names = "--image", paramLabel = "FILE", description = "The image or module to start; its task gets no arguments.") Path image,
            @Option(names = "--runs", paramLabel = "N", defaultValue = "30", description = "How many, 1 to 1000 (default: ${DEFAULT-VALUE}).") int runs) throws Rejected {
        return StartTimes.run(bundles, runtime, common, backend, image, runs);
    }

    @Command(name = "provider", description = {"Time the start of a provider, of a new data directory and again, until it says that it is up;",
        "and tell the memory that it holds when it has nothing to do."})
    int provider(@Mixin Common common,
            @Option(names = "--runs", paramLabel = "N", defaultValue = "5", description = "How many of each, 1 to 100 (default: ${DEFAULT-VALUE}).") int runs,
            @Option(names = "--idle", paramLabel = "SECONDS", defaultValue = "20", description = "How long until memory is read, 0 to 3600 (default: ${DEFAULT-VALUE}).")
            int idle) throws Rejected {
        return ProcessTimes.run(common, runs, idle);
    }

    @Command(name = "metering", description = {"Run real programs in containers and compare their meters with what else is known of the same run: processor time by "
        + "getrusage, memory by adding up what all processes hold, disk by the bytes that dd moved past the cache, the network by what a server at the other side counted. Then the cost of reading."})
    int metering(@Mixin Common common,
            @Option(names = "--backend", paramLabel = "ID", defaultValue = "sandbox", description = "Which kind of containers (default: ${DEFAULT-VALUE}).") String backend,
            @Option(names = "--containers", paramLabel = "N", defaultValue = "100", description = "How many are read for the cost, 1 to 200; 0: not measured (default: ${DEFAULT-VALUE}).")
            int containers,
            @Option(names = "--programs", paramLabel = "NAME", split = ",", description = "Only these, with commas between them; 'none' for the cost alone (default: all).")
            List<String> chosen) throws Rejected {
        if (containers < 0 || containers > MOST_CONTAINERS) {
            throw new Misused("--containers takes 0 to " + MOST_CONTAINERS + ", not " + containers);
        }
        List<String> programs = programs(chosen);
        double before = Machine.load();
        Map<String, String> skipped = new LinkedHashMap<>();
        Path place = null;
        Optional<NetworkGround> ground = Optional.empty();
        try {
            place = Files.createTempDirectory("zennet-network");
            ground = programs.equals(PROGRAMS) ? ground(place, skipped) : Optional.empty();
            return metering(common, backend, programs, containers, before, ground, skipped);
        } catch (IOException e) {
            throw new Rejected("the measurement can't write: " + e.getMessage(), e);
        } catch (ContainerException e) {
            throw new Rejected("the backend '" + backend + "' can't do it: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        } finally {
            ground.ifPresent(NetworkGround::close);
            if (place != null) {
                Backend.delete(place);
            }
        }
    }

    private int metering(Common common, String backend, List<String> programs, int containers, double before, Optional<NetworkGround> ground,
            Map<String, String> skipped)
            throws IOException, ContainerException, InterruptedException, Rejected {
        Map<String, Object> settings = ground.isPresent() ? Map.of("uplink", ground.get().uplink().toString()) : Map.of();
        try (Backend started = Backend.start(bundles, runtime, backend, settings)) {
            ContainerBackend containerBackend = started.service(BackendRegistry.class).backend(backend)
                    .orElseThrow(() -> new Rejected("the backend '" + backend + "' is gone"));
            Capabilities can = containerBackend.probe();
            if (!can.features().contains(Capabilities.PROGRAMS)) {
                throw new Rejected("the backend '" + backend + "' runs no programs of the host, which this needs: try --backend sandbox");
            }
            Path directory = started.directory();
            Path image = Files.write(directory.resolve(SCRIPT), script());
            List<Run> runs = new ArrayList<>();
            for (String program : programs) {
                System.err.println("running " + program);
                try {
                    measure(containerBackend, image, directory, program, runs, skipped);
                } catch (ContainerException e) {
                    skipped.put(program, e.getMessage());
                }
            }
            if (ground.isPresent()) {
                network(ground.get(), containerBackend, directory, runs, skipped);
            }
            Cost cost = containers == 0 ? null : cost(containerBackend, image, directory, containers);
            if (common.json()) {
                common.out().json(document(backend, runs, skipped, cost, before));
            } else {
                show(common.out(), runs, skipped, cost, before);
            }
            return runs.isEmpty() && !programs.isEmpty() ? 1 : 0;
        }
    }

    /** The same of programs that move bytes, against what the other side counted. */
    private static void network(NetworkGround ground, ContainerBackend backend, Path directory, List<Run> runs, Map<String, String> skipped)
            throws IOException, ContainerException, InterruptedException {
        if (!backend.probe().features().contains(Capabilities.EGRESS)) {
            skipped.put("networks", "the backend sells none here: " + backend.probe().notes());
            return;
        }
        Path image = Files.write(directory.resolve("network.sh"), NetworkGround.resource("network.sh"));
        for (String program : NetworkGround.PROGRAMS) {
            System.err.println("running " + program + " over a network");
            ContainerSpec s = spec(image, directory, "metering-net-" + program, RESOURCES);
            Container container = backend.start(new ContainerSpec(s.leaseId(), s.image(), s.imageHash(), s.resources(), s.directory(), s.maxWallMillis(), s.idleMillis(),
                    Egress.parse(NetworkGround.ADDRESS)));
            try {
                Outcome o = container.run(new TaskSpec("run", List.of(program, NetworkGround.ADDRESS, Integer.toString(NetworkGround.PORT),
                        Long.toString(NetworkGround.BYTES)), Map.of(), new byte[0], TASK_MILLIS, 1 << 16));
                if (!o.succeeded()) {
                    skipped.put("net " + program, o.reason() + " " + o.exitCode() + " " + new String(o.stderr(), StandardCharsets.UTF_8).strip().lines().findFirst().orElse(""));
                } else {
                    MeterTruth truth = ground.truth();
                    runs.add(new Run("net " + program, container.usage(), truth));
                }
            } finally {
                container.stop();
            }
            ground.forget();
        }
    }

    /** The surroundings of networks, or nothing and why. */
    private static Optional<NetworkGround> ground(Path place, Map<String, String> skipped) throws InterruptedException {
        try {
            return Optional.of(NetworkGround.make(place));
        } catch (IOException e) {
            skipped.put("networks", e.getMessage());
            return Optional.empty();
        }
    }

    /** Those that were chosen, in their usual order. */
    static List<String> programs(List<String> chosen) throws Misused {
        if (chosen == null || chosen.isEmpty()) {
            return PROGRAMS;
        }
        if (chosen.equals(List.of("none"))) {
            return List.of();
        }
        for (String name : chosen) {
            if (!PROGRAMS.contains(name)) {
                throw new Misused("--programs: '" + name + "' is none of " + String.join(", ", PROGRAMS));
            }
        }
        return PROGRAMS.stream().filter(chosen::contains).toList();
    }

    private static byte[] script() throws IOException {
        try (InputStream in = PerfCommand.class.getResourceAsStream(SCRIPT)) {
            if (in == null) {
                throw new IOException(SCRIPT + " is missing in this product");
            }
            return in.readAllBytes();
        }
    }

    private static ContainerSpec spec(Path image, Path directory, String lease, Resources resources) throws IOException {
        try {
            Hash hash = Hash.of(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(image)));
            return new ContainerSpec(lease, image, hash, resources, Files.createDirectories(directory.resolve("work").resolve(lease)), 3_600_000, 600_000);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void measure(ContainerBackend backend, Path image, Path directory, String program, List<Run> runs, Map<String, String> skipped)
            throws IOException, ContainerException, InterruptedException {
        Container container = backend.start(spec(image, directory, "metering-" + program, RESOURCES));
        try {
            Outcome o = container.run(new TaskSpec("run", List.of(program), Map.of(), new byte[0], TASK_MILLIS, 1 << 16));
            MeterTruth truth = MeterTruth.parse(new String(o.stdout(), StandardCharsets.UTF_8));
            if (!o.succeeded() || truth.counts().isEmpty()) {
                skipped.put(program, o.reason() + " " + o.exitCode() + " " + (o.detail() + " " + new String(o.stderr(), StandardCharsets.UTF_8)).strip().lines()
                        .findFirst().orElse(""));
            } else {
                runs.add(new Run(program, o.usage(), truth));
            }
        } finally {
            container.stop();
        }
    }

    /** Starts containers that are idle, reads all of them again and again, and takes the processor time of all processes of it. */
    private static Cost cost(ContainerBackend backend, Path image, Path directory, int count) throws IOException, ContainerException, InterruptedException {
        List<Container> all = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                all.add(backend.start(spec(image, directory, "reading-" + i, SMALL)));
            }
            System.err.println("reading " + count + " containers");
            for (int i = 0; i < WARM_UP; i++) {
                look(backend, all);
            }
            TimeUnit.SECONDS.sleep(1);
            long idleStart = processorMicros(directory);
            long start = System.nanoTime();
            TimeUnit.SECONDS.sleep(IDLE_SECONDS);
            double idlePerNano = (processorMicros(directory) - idleStart) / (double) (System.nanoTime() - start);
            long from = processorMicros(directory);
            start = System.nanoTime();
            for (int i = 0; i < READINGS; i++) {
                look(backend, all);
            }
            double used = processorMicros(directory) - from - idlePerNano * (System.nanoTime() - start);
            return new Cost(count, Math.max(0, used / (READINGS * (double) count)), idlePerNano * 1000 / count);
        } finally {
            all.forEach(Container::stop);
        }
    }

    /** As the provider does: all of them by one question. */
    private static void look(ContainerBackend backend, List<Container> all) throws ContainerException {
        int read = backend.read(all).size();
        if (read != all.size()) {
            throw new ContainerException("only " + read + " of " + all.size() + " containers were read");
        }
    }

    /** Of this process, and of the keepers that name its directory. */
    private static long processorMicros(Path directory) {
        long micros = ProcessHandle.current().info().totalCpuDuration().map(d -> d.toNanos() / 1000).orElse(0L);
        for (ProcessHandle h : ProcessHandle.allProcesses().toList()) {
            try {
                if (Files.readString(Path.of("/proc", Long.toString(h.pid()), "cmdline"), StandardCharsets.ISO_8859_1).contains("zennet-keeper\0")
                        && Files.readString(Path.of("/proc", Long.toString(h.pid()), "cmdline"), StandardCharsets.ISO_8859_1).contains(directory.toString())) {
                    micros += Long.parseLong(Files.readString(Path.of("/proc", Long.toString(h.pid()), "schedstat")).split(" ")[0]) / 1000;
                }
            } catch (IOException | NumberFormatException e) {
                continue;
            }
        }
        return micros;
    }

    private static Map<String, Object> document(String backend, List<Run> runs, Map<String, String> skipped, Cost cost, double before) {
        Map<String, Object> d = new LinkedHashMap<>();
        d.put("backend", backend);
        d.put("machine", Machine.describe());
        d.put("loadBefore", before);
        d.put("loadAfter", Machine.load());
        d.put("programs", runs.stream().map(r -> {
            Map<String, Object> p = new LinkedHashMap<>();
            p.put("program", r.program());
            p.put("metered", r.metered());
            Map<String, Object> truth = new LinkedHashMap<>();
            Map<String, Object> error = new LinkedHashMap<>();
            for (Counter c : COMPARED) {
                r.truth().error(c, r.metered()).ifPresent(e -> {
                    truth.put(c.id(), r.truth().counts().get(c));
                    error.put(c.id(), Math.round(e * 10_000) / 10_000.0);
                });
            }
            p.put("truth", truth);
            p.put("error", error);
            return p;
        }).toList());
        d.put("skipped", skipped);
        if (cost != null) {
            d.put("readContainers", cost.containers());
            d.put("microsPerReading", Math.round(cost.microsPerReading() * 10) / 10.0);
            d.put("shareOfCoreFor100", Math.round(cost.shareOfCore() * 1e5) / 1e5);
            d.put("unreadShareOfCoreFor100", Math.round(cost.idleShareOfCore() * 1e5) / 1e5);
        }
        return d;
    }

    private static void show(Output out, List<Run> runs, Map<String, String> skipped, Cost cost, double before) {
        List<List<String>> rows = new ArrayList<>();
        for (Run r : runs) {
            List<String> row = new ArrayList<>(List.of(r.program(), Output.usage(Json.tree(r.metered()))));
            for (Counter c : COMPARED) {
                OptionalDouble e = r.truth().error(c, r.metered());
                row.add(e.isPresent() ? String.format(Locale.ROOT, "%+.2f %%", 100 * e.getAsDouble()) : "");
            }
            rows.add(row);
        }
        out.table(List.of("PROGRAM", "METERED", ">CPU", ">MEMORY", ">DISK READ", ">DISK WRITTEN", ">NET IN", ">NET OUT"), rows);
        out.line("");
        out.line("How far the meter is above (+) or below (-) getrusage, the sum of what all processes held every 20 ms, the bytes of dd and of a server; load " + before
                + " to " + Machine.load());
        skipped.forEach((p, why) -> out.line("skipped " + p + ": " + why));
        if (cost != null) {
            out.line(String.format(Locale.ROOT, "A reading costs %.1f µs of processor time (%d containers read together, this process and the keeper): %.2f %% of a core for 100 a second",
                    cost.microsPerReading(), cost.containers(), 100 * cost.shareOfCore()));
            out.line(String.format(Locale.ROOT, "Without being read 100 containers cost %.2f %% of a core: the keeper looks at each four times a second", 100 * cost.idleShareOfCore()));
        }
    }
}
