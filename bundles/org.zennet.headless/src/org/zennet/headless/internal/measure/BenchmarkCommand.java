package org.zennet.headless.internal.measure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.headless.internal.cli.Common;
import org.zennet.headless.internal.cli.Misused;
import org.zennet.headless.internal.cli.Output;
import org.zennet.headless.internal.control.BenchmarkCalls;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import org.zennet.services.market.BenchmarkRunner;
import org.zennet.services.market.ReferenceScores;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code benchmark}: measures this machine, in this process, with the optimising compiler. */
@Command(name = "benchmark", description = {"Measure this machine: processor, memory, disk and loopback, one core and all.",
    "No node is needed. Benchmarks of others (sysbench, fio, 7-Zip, HPC Challenge) are run where they are installed."})
public final class BenchmarkCommand implements Callable<Integer> {
    private static final long QUICK_MILLIS = 6_000;
    private static final long FULL_MILLIS = 60_000;
    private static final long QUICK_CALIBRATION_MILLIS = 20_000;
    private static final int MOST_REPEATS = 100;
    private final BundleContext bundles;
    private final NodeRuntime runtime;

    @Mixin
    private Common common;

    @Option(names = "--suite", paramLabel = "quick|full", defaultValue = "full", description = "The built-in one of about 6 s, or that of 60 s (default: ${DEFAULT-VALUE}).")
    private Suite suite;

    @Option(names = "--benchmark", paramLabel = "ID", description = "Only this one instead of a suite; may be repeated. --list names them.")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--backend", paramLabel = "ID", description = "Measure inside a container of this backend, such as wasm, by its own meter, and compare with the host.")
    private String backend;

    @Option(names = "--calibrate", description = "Fit rates to runs in containers (of wasm, or of --backend) on all cores and all memory for rent, so that full load earns the target. --save keeps them for the strategy 'calibrated'.")
    private boolean calibrate;

    @Option(names = "--target", paramLabel = "AMOUNT", description = "With --calibrate: what the whole machine shall earn in a day (default: the provider's, or 20 XEN).")
    private String target;

    @Option(names = "--list", description = "List the benchmarks, and what those that can't run lack.")
    private boolean list;

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "1", description = "Run all of it so many times and tell how far the runs lie apart (default: ${DEFAULT-VALUE}).")
    private int repeat;

    @Option(names = "--save", description = "Keep the results in the data directory: offers of its provider carry them from now on.")
    private boolean save;

    private enum Suite { QUICK, FULL }

    /** Over the benchmarks of this framework. */
    public BenchmarkCommand(BundleContext bundles, NodeRuntime runtime) {
        this.bundles = bundles;
        this.runtime = runtime;
    }

    @Override
    public Integer call() throws Rejected {
        if (repeat < 1 || repeat > MOST_REPEATS) {
            throw new Misused("--repeat takes 1 to " + MOST_REPEATS + ", not " + repeat);
        }
        if (target != null && !calibrate || calibrate && (!ids.isEmpty() || repeat > 1 || list)) {
            throw new Misused("--target goes with --calibrate, and --calibrate with --backend, --suite, --target and --save only");
        }
        if (calibrate) {
            return CalibrationRun.run(bundles, runtime, common, backend == null ? "wasm" : backend, target,
                    suite == Suite.QUICK ? QUICK_CALIBRATION_MILLIS : FULL_MILLIS, save);
        }
        ServiceReference<BenchmarkRunner> reference = bundles.getServiceReference(BenchmarkRunner.class);
        if (reference == null) {
            throw new Rejected("there are no benchmarks in this product");
        }
        BenchmarkRunner runner = bundles.getService(reference);
        return list ? list(runner) : measure(runner);
    }

    private int list(BenchmarkRunner runner) {
        List<BenchmarkRunner.Info> all = runner.benchmarks();
        if (common.json()) {
            common.out().json(all.stream().map(i -> {
                Map<String, Object> d = new LinkedHashMap<>();
                d.put("id", i.id());
                d.put("leastSeconds", i.leastMillis() / 1000.0);
                d.put("missing", i.missing().orElse(null));
                return d;
            }).toList());
        } else {
            common.out().table(List.of("ID", ">LEAST TIME", "MISSING"), all.stream()
                    .map(i -> List.of(i.id(), seconds(i.leastMillis()), i.missing().orElse(""))).toList());
        }
        return 0;
    }

    private int measure(BenchmarkRunner runner) throws Rejected {
        if (backend != null && !ids.isEmpty()) {
            throw new Misused("--backend and --benchmark don't go together");
        }
        List<String> wanted = ids.isEmpty() ? List.of(suite == Suite.QUICK ? "quick/1" : "suite/1") : ids;
        long budget = ids.isEmpty() ? suite == Suite.QUICK ? QUICK_MILLIS : FULL_MILLIS
                : Math.max(QUICK_MILLIS, wanted.size() * runner.benchmarks().stream().filter(i -> wanted.contains(i.id()))
                        .mapToLong(BenchmarkRunner.Info::leastMillis).max().orElse(0));
        double before = Machine.load();
        List<List<BenchmarkResult>> runs = new ArrayList<>();
        List<List<BenchmarkResult>> host = new ArrayList<>();
        for (int i = 1; i <= repeat; i++) {
            String run = repeat == 1 ? "" : "run " + i + " of " + repeat + ", ";
            say(run + (backend == null ? String.join(", ", wanted) : "in a container of " + backend) + ": about " + seconds(budget));
            if (backend == null) {
                runs.add(once(runner, wanted, budget));
            } else {
                host.add(once(runner, List.of("quick/1"), QUICK_MILLIS));
                runs.add(inside(budget));
            }
        }
        List<Repeated> all = Repeated.of(runs);
        if (all.isEmpty()) {
            throw new Rejected("there are no results: " + failures());
        }
        if (save) {
            keep(runner, all.stream().map(Repeated::median).toList());
        }
        double after = Machine.load();
        Map<String, Double> ofHost = ofHost(all, Repeated.of(host));
        if (common.json()) {
            common.out().json(document(all, ofHost, before, after));
        } else {
            show(all, ofHost, before, after);
        }
        return 0;
    }

    private List<BenchmarkResult> once(BenchmarkRunner runner, List<String> wanted, long budget) throws Rejected {
        Consumer<BenchmarkResult> each = r -> say("  " + r.id() + " " + score(r) + " " + r.unit());
        List<String> here = runner.benchmarks().stream().map(BenchmarkRunner.Info::id).toList();
        if (!here.containsAll(wanted)) {
            ControlClient client = node();
            if (client != null) {
                say("  asking the process of the data directory");
                JsonNode answer = client.call("benchmark.run", Map.of("ids", wanted, "budgetMillis", budget));
                return BenchmarkCalls.results(answer);
            }
        }
        try {
            return runner.run(wanted, budget, each).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        } catch (ExecutionException e) {
            throw new Rejected("the benchmark failed: " + e.getCause().getMessage(), e);
        }
    }

    /** In a container, without a node. */
    private List<BenchmarkResult> inside(long budget) throws Rejected {
        try (Backend started = Backend.start(bundles, runtime, backend, CalibrationRun.settings(common, backend))) {
            return started.measurements().kernels(backend, budget, r -> say("  " + r.id() + " " + score(r) + " " + r.unit()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }

    /** What a container does for one of the host, by the same kernels: above one where it is faster. */
    static Map<String, Double> ofHost(List<Repeated> inside, List<Repeated> host) {
        Map<String, Double> ratios = new LinkedHashMap<>();
        for (Repeated r : inside) {
            BenchmarkResult m = r.median();
            host.stream().map(Repeated::median).filter(h -> m.id().endsWith("-" + h.id()) && m.unit().equals(h.unit())).findFirst()
                    .ifPresent(h -> ratios.put(m.id(), m.unit().equals("ns") ? h.milli() / (double) m.milli() : m.milli() / (double) h.milli()));
        }
        return ratios;
    }

    private void keep(BenchmarkRunner runner, List<BenchmarkResult> results) throws Rejected {
        DataDirectory directory = DataDirectory.find(common.data(), common.network());
        ControlClient client = new ControlClient(directory.path());
        if (client.answers()) {
            client.call("benchmark.save", Map.of("results", Json.tree(results)));
        } else {
            directory.directory("market");
            runner.save(directory.path(), results);
        }
        say("kept in " + directory.path() + ": the provider's next offer carries them");
    }

    /** The process that holds the data directory, or null where there is none. */
    private ControlClient node() {
        try {
            ControlClient client = new ControlClient(DataDirectory.find(common.data(), common.network()).path());
            return client.answers() ? client : null;
        } catch (Rejected e) {
            return null;
        }
    }

    private String failures() {
        ServiceReference<org.zennet.services.market.StrategyRegistry> r = bundles.getServiceReference(org.zennet.services.market.StrategyRegistry.class);
        return r == null ? "none answered" : bundles.getService(r).extensions().stream()
                .filter(e -> e.kind() == org.zennet.services.market.ExtensionInfo.Kind.BENCHMARK && !e.reason().isEmpty())
                .map(e -> e.id() + ": " + e.reason()).reduce((a, b) -> a + "; " + b).orElse("they need more time");
    }

    private Map<String, Object> document(List<Repeated> all, Map<String, Double> ofHost, double before, double after) {
        Map<String, Object> d = new LinkedHashMap<>();
        d.put("machine", Machine.describe());
        d.put("loadBefore", before);
        d.put("loadAfter", after);
        d.put("repeat", repeat);
        mean(all, false).ifPresent(v -> d.put("oneCoreRatio", Math.round(v * 1000) / 1000.0));
        mean(all, true).ifPresent(v -> d.put("allCoresRatio", Math.round(v * 1000) / 1000.0));
        d.put("results", all.stream().map(r -> {
            Map<String, Object> one = r.document();
            if (ofHost.containsKey(r.median().id())) {
                one.put("ofHost", Math.round(ofHost.get(r.median().id()) * 1000) / 1000.0);
            }
            return one;
        }).toList());
        return d;
    }

    private void show(List<Repeated> all, Map<String, Double> ofHost, double before, double after) {
        Output out = common.out();
        Map<String, Object> machine = Machine.describe();
        out.line(machine.get("processors") + " x " + machine.get("processor") + ", " + machine.get("kernel") + ", load " + before + " to " + after);
        out.line("");
        List<List<String>> rows = new ArrayList<>();
        for (Repeated r : all) {
            BenchmarkResult m = r.median();
            OptionalDouble ratio = ReferenceScores.ratio(m);
            List<String> row = new ArrayList<>(List.of(m.id(), ReferenceScores.allCores(m) ? "all" : "", score(m), m.unit(),
                    String.format(Locale.ROOT, "%.1f %%", m.spreadPerMille() / 10.0),
                    ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : ""));
            if (!ofHost.isEmpty()) {
                Double share = ofHost.get(m.id());
                row.add(share == null ? "" : String.format(Locale.ROOT, "%.2f", share));
            }
            if (repeat > 1) {
                row.add(String.format(Locale.ROOT, "%.1f %%", r.betweenPerMille() / 10.0));
            }
            rows.add(row);
        }
        List<String> headings = new ArrayList<>(List.of("BENCHMARK", "CORES", ">MEDIAN", "UNIT", ">SPREAD", ">TIMES REFERENCE"));
        if (!ofHost.isEmpty()) {
            headings.add(">TIMES HOST");
        }
        if (repeat > 1) {
            headings.add(">BETWEEN RUNS");
        }
        out.table(headings, rows);
        out.line("");
        mean(all, false).ifPresent(v -> out.line(String.format(Locale.ROOT, "one core   %.2f times the reference", v)));
        mean(all, true).ifPresent(v -> out.line(String.format(Locale.ROOT, "all cores  %.2f times the reference", v)));
    }

    private static OptionalDouble mean(List<Repeated> all, boolean allCores) {
        return ReferenceScores.mean(all.stream().map(Repeated::median).filter(r -> ReferenceScores.allCores(r) == allCores).toList());
    }

    /** Four digits. */
    static String score(BenchmarkResult r) {
        double v = r.milli() / 1000.0;
        return String.format(Locale.ROOT, v >= 1000 ? "%.0f" : v >= 100 ? "%.1f" : v >= 10 ? "%.2f" : "%.3f", v);
    }

    private static String seconds(long millis) {
        return millis < 1000 ? millis + " ms" : millis / 1000 + " s";
    }

    /** Progress goes where it does not disturb a document. */
    private static void say(String text) {
        System.err.println(text);
    }
}
