package org.zennet.headless.internal.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.osgi.framework.BundleContext;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.headless.internal.cli.Common;
import org.zennet.headless.internal.cli.Misused;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import org.zennet.services.market.BackendRegistry;

/** {@code perf start}: how long a container of a known image takes to be there, to run, and to be gone. */
final class StartTimes {
    private static final byte[] SCRIPT = "#!/bin/sh\n:\n".getBytes(StandardCharsets.US_ASCII);
    private static final long MEMORY = 64L << 20;
    private static final long DISK = 16L << 20;
    private static final int MOST_RUNS = 1000;
    private static final long MINUTE = 60_000;

    /** What is timed. */
    private enum Phase {
        /** From the request until it is ready for tasks. */
        START,
        /** Its first task, which does nothing. */
        TASK,
        /** A program beside it, which does nothing. */
        PROGRAM,
        /** Until nothing is left of it. */
        STOP
    }

    private StartTimes() { }

    static int run(BundleContext bundles, NodeRuntime runtime, Common common, String id, Path image, int runs) throws Rejected {
        if (runs < 1 || runs > MOST_RUNS) {
            throw new Misused("--runs takes 1 to " + MOST_RUNS + ", not " + runs);
        }
        double before = Machine.load();
        Map<Phase, List<Long>> micros = new EnumMap<>(Phase.class);
        for (Phase p : Phase.values()) {
            micros.put(p, new ArrayList<>());
        }
        Path directory = temporary();
        try (Backend started = Backend.start(bundles, runtime, id)) {
            ContainerBackend backend = started.service(BackendRegistry.class).backend(id)
                    .orElseThrow(() -> new Rejected("the backend '" + id + "' is gone"));
            Capabilities can = backend.probe();
            if (image == null && !can.features().contains(Capabilities.PROGRAMS)) {
                throw new Rejected("the backend '" + id + "' runs no programs of the host: name an image by --image");
            }
            Path file = image != null ? image : Files.write(directory.resolve("image"), SCRIPT);
            Hash hash = hash(file);
            Resources resources = new Resources(1000, MEMORY, Math.min(DISK, can.largest().disk()));
            // the first one unpacks the image
            for (int i = 0; i <= runs; i++) {
                Path home = Files.createDirectories(directory.resolve("run-" + i));
                one(backend, new ContainerSpec("run-" + i, file, hash, resources, home, MINUTE, MINUTE), can, i == 0 ? null : micros);
            }
        } catch (IOException e) {
            throw new Rejected("the measurement can't write or read: " + e.getMessage(), e);
        } catch (ContainerException e) {
            throw new Rejected("the backend '" + id + "' can't do it: " + e.getMessage(), e);
        } catch (ExecutionException e) {
            throw new Rejected("the backend '" + id + "' can't do it: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        } finally {
            Backend.delete(directory);
        }
        show(common, id, runs, before, micros);
        return 0;
    }

    private static Path temporary() throws Rejected {
        try {
            return Files.createTempDirectory("zennet-starts");
        } catch (IOException e) {
            throw new Rejected("no temporary directory: " + e.getMessage(), e);
        }
    }

    private static Hash hash(Path file) throws IOException {
        try {
            return Hash.of(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void one(ContainerBackend backend, ContainerSpec spec, Capabilities can, Map<Phase, List<Long>> micros)
            throws ContainerException, InterruptedException, ExecutionException, IOException {
        long a = System.nanoTime();
        Container c = backend.start(spec);
        long b = System.nanoTime();
        long d;
        long e;
        try {
            c.run(new TaskSpec("nothing", List.of(), Map.of(), new byte[0], MINUTE, 1 << 16));
            d = System.nanoTime();
            if (can.features().contains(Capabilities.SHELL)) {
                try (GuestProcess p = c.exec(new ExecSpec(List.of("/bin/true"), Map.of(), Optional.empty()))) {
                    p.exit().get();
                }
            }
            e = System.nanoTime();
        } finally {
            c.stop();
        }
        long f = System.nanoTime();
        if (micros != null) {
            micros.get(Phase.START).add((b - a) / 1000);
            micros.get(Phase.TASK).add((d - b) / 1000);
            if (can.features().contains(Capabilities.SHELL)) {
                micros.get(Phase.PROGRAM).add((e - d) / 1000);
            }
            micros.get(Phase.STOP).add((f - e) / 1000);
        }
    }

    /** The value that so many per cent are not above. */
    static double percentile(List<Long> micros, int percent) {
        List<Long> sorted = micros.stream().sorted().toList();
        return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1)) / 1000.0;
    }

    private static void show(Common common, String id, int runs, double before, Map<Phase, List<Long>> micros) {
        Map<String, Object> phases = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        micros.forEach((phase, all) -> {
            if (!all.isEmpty()) {
                String name = phase.name().toLowerCase(Locale.ROOT);
                double[] v = {percentile(all, 0), percentile(all, 50), percentile(all, 90)};
                phases.put(name, Map.of("minMillis", v[0], "medianMillis", v[1], "p90Millis", v[2]));
                rows.add(List.of(name, millis(v[0]), millis(v[1]), millis(v[2])));
            }
        });
        if (common.json()) {
            Map<String, Object> d = new LinkedHashMap<>();
            d.put("backend", id);
            d.put("runs", runs);
            d.put("machine", Machine.describe());
            d.put("loadBefore", before);
            d.put("loadAfter", Machine.load());
            d.put("phases", phases);
            common.out().json(d);
        } else {
            common.out().table(List.of("PHASE", ">LEAST", ">MEDIAN", ">P90"), rows);
            common.out().line("");
            common.out().line(runs + " containers of a known image, one after the other; load " + before + " to " + Machine.load());
        }
    }

    private static String millis(double v) {
        return String.format(Locale.ROOT, "%.1f ms", v);
    }
}
