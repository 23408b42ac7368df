package org.zennet.headless.internal.measure;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.zennet.headless.internal.cli.Common;
import org.zennet.headless.internal.cli.Misused;
import org.zennet.services.Rejected;

/**
 * How long a provider takes until it says that it is up, from the first word of its command line on, and what memory it holds when
 * it has nothing to do: real processes of this product, as their owner starts them. Linux only: memory is read from {@code /proc}.
 */
final class ProcessTimes {
    private static final long READY_SECONDS = 180;
    private static final int MOST_RUNS = 100;
    private static final int MOST_IDLE = 3600;

    /**
     * One start.
     *
     * @param readyMillis until it said that it is up
     * @param cpuMillis   of processor time until then
     * @param rss         kibibytes resident when idle: its own pages and those it shares
     * @param pss         the same with shared pages divided among those who share them
     */
    private record Start(long readyMillis, long cpuMillis, long rss, long pss) { }

    private ProcessTimes() { }

    static int run(Common common, int runs, int idleSeconds) throws Rejected {
        if (runs < 1 || runs > MOST_RUNS || idleSeconds < 0 || idleSeconds > MOST_IDLE) {
            throw new Misused("--runs takes 1 to " + MOST_RUNS + " and --idle 0 to " + MOST_IDLE + " seconds, not " + runs + " and " + idleSeconds);
        }
        Path launcher = Path.of(System.getProperty("zennet.launcher", "zennet"));
        double load = Machine.load();
        Path directory = null;
        try {
            directory = Files.createTempDirectory("zennet-perf");
            Path node = directory.resolve("node");
            String join = output(List.of(launcher.toString(), "network", "new", "--network", "perf", "--data", node.toString()), directory);
            Process seed = start(List.of(launcher.toString(), "node", "start", "--data", node.toString()), directory.resolve("node.log"));
            try {
                await(seed, directory.resolve("node.log"));
                List<Start> first = new ArrayList<>();
                List<Start> again = new ArrayList<>();
                for (int i = 0; i < runs; i++) {
                    System.err.println("start " + (i + 1) + " of " + runs);
                    Path data = directory.resolve("provider-" + i);
                    first.add(once(launcher, data, join, idleSeconds));
                    again.add(once(launcher, data, join, idleSeconds));
                }
                show(common, first, again, idleSeconds, load);
                return 0;
            } finally {
                end(seed);
            }
        } catch (IOException e) {
            throw new Rejected("the measurement can't be made: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        } finally {
            remove(directory);
        }
    }

    private static Start once(Path launcher, Path data, String join, int idleSeconds) throws IOException, InterruptedException, Rejected {
        Path log = data.resolveSibling(data.getFileName() + ".log");
        Files.deleteIfExists(log);
        long began = System.nanoTime();
        Process p = start(List.of(launcher.toString(), "provider", "start", "--join", join, "--data", data.toString()), log);
        try {
            await(p, log);
            long ready = (System.nanoTime() - began) / 1_000_000;
            long cpu = p.info().totalCpuDuration().map(d -> d.toMillis()).orElse(0L);
            TimeUnit.SECONDS.sleep(idleSeconds);
            return new Start(ready, cpu, field(Path.of("/proc", Long.toString(p.pid()), "status"), "VmRSS:"),
                    field(Path.of("/proc", Long.toString(p.pid()), "smaps_rollup"), "Pss:"));
        } finally {
            end(p);
        }
    }

    private static void show(Common common, List<Start> first, List<Start> again, int idleSeconds, double load) {
        Map<String, Object> d = new LinkedHashMap<>();
        d.put("machine", Machine.describe());
        d.put("load", load);
        d.put("idleSeconds", idleSeconds);
        d.put("newDirectory", document(first));
        d.put("again", document(again));
        if (common.json()) {
            common.out().json(d);
            return;
        }
        common.out().table(List.of("START", ">READY MS", ">CPU MS", ">IDLE RSS MiB", ">IDLE PSS MiB"), List.of(row("of a new directory", first), row("again", again)));
        common.out().line("medians of " + first.size() + "; load " + load + " before, memory after " + idleSeconds + " s");
    }

    private static List<String> row(String name, List<Start> starts) {
        return List.of(name, "" + median(starts, Start::readyMillis), "" + median(starts, Start::cpuMillis), "" + median(starts, Start::rss) / 1024,
                "" + median(starts, Start::pss) / 1024);
    }

    private static Map<String, Object> document(List<Start> starts) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("readyMillis", median(starts, Start::readyMillis));
        m.put("worstReadyMillis", starts.stream().mapToLong(Start::readyMillis).max().orElse(0));
        m.put("cpuMillis", median(starts, Start::cpuMillis));
        m.put("idleRssKiB", median(starts, Start::rss));
        m.put("worstIdleRssKiB", starts.stream().mapToLong(Start::rss).max().orElse(0));
        m.put("idlePssKiB", median(starts, Start::pss));
        m.put("runs", starts.size());
        return m;
    }

    private static long median(List<Start> starts, java.util.function.ToLongFunction<Start> of) {
        return starts.stream().map(of::applyAsLong).sorted().toList().get(starts.size() / 2);
    }

    private static Process start(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command).redirectInput(new File("/dev/null")).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static String output(List<String> command, Path directory) throws IOException, InterruptedException, Rejected {
        Path log = directory.resolve("command.log");
        if (start(command, log).waitFor() != 0) {
            throw new Rejected(Files.readString(log).strip());
        }
        return Files.readString(log).strip();
    }

    private static void await(Process p, Path log) throws IOException, InterruptedException, Rejected {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (!(Files.exists(log) && Files.readString(log, StandardCharsets.ISO_8859_1).contains(" is up"))) {
            if (p.waitFor(5, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                throw new Rejected("a process did not come up: " + Files.readString(log, StandardCharsets.ISO_8859_1).strip());
            }
        }
    }

    private static void end(Process p) throws InterruptedException {
        p.destroy();
        if (!p.waitFor(20, TimeUnit.SECONDS)) {
            p.destroyForcibly().waitFor();
        }
    }

    private static long field(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream().filter(l -> l.startsWith(name)).map(l -> l.replaceAll("[^0-9]", "")).mapToLong(Long::parseLong).findFirst()
                .orElseThrow(() -> new IOException(file + " has no " + name));
    }

    private static void remove(Path directory) {
        if (directory == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            // a left-over in the temporary directory harms nobody
        }
    }
}
