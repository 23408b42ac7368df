package org.zennet.headless.internal.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.headless.internal.cli.Common;
import org.zennet.headless.internal.cli.Output;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.node.NetworkConfig;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import org.zennet.services.market.BenchmarkRunner;
import org.zennet.services.market.CalibrationService;
import org.zennet.services.market.ContainerMeasurements;
import org.zennet.services.market.ContainerMeasurements.Calibrated;
import org.zennet.services.market.ContainerMeasurements.Load;
import org.zennet.services.market.ContainerMeasurements.Measured;
import org.zennet.services.market.StrategyRegistry;

/** {@code benchmark --calibrate}: from runs in containers to rates, shown and kept for the provider's strategy. */
final class CalibrationRun {
    /** Of the cores that busy containers had, in thousandths: below it others were at work. */
    private static final int LEAST_BUSY = 900;
    private static final String SECTION = "provider";
    private static final String KEY = "strategy.calibration";
    private static final String DEFAULT_TARGET = "20 XEN";
    private static final String STRATEGY = "calibrated";
    /** For the benchmarks by which the target is split, as when a provider starts. */
    private static final long QUICK_MILLIS = 1_500;

    private CalibrationRun() { }

    static int run(BundleContext bundles, NodeRuntime runtime, Common common, String backend, String target, long budgetMillis, boolean save)
            throws Rejected {
        Map<String, Object> provider = section(common, save);
        Amount wanted = amount(target != null ? target : String.valueOf(provider.getOrDefault("target", DEFAULT_TARGET)));
        Resources machine = new Resources(cores(provider), memory(provider), 0);
        double before = Machine.load();
        if (wanted.isZero()) {
            throw new Rejected("--target: a calibration needs a target above zero");
        }
        System.err.println("calibrating in containers of " + backend + " for about " + budgetMillis / 1000 + " s: " + wanted + " a day with "
                + machine.cores() / 1000.0 + " cores and " + (machine.memory() >> 20) + " MiB for rent");
        Calibrated c;
        RateVector list = list(bundles, wanted, machine);
        try (Backend started = Backend.start(bundles, runtime, backend, roomy(settings(common, backend), machine))) {
            c = started.measurements().calibrate(backend, machine, list, budgetMillis,
                    m -> System.err.println(String.format(Locale.ROOT, "  %-24s %6.2f s  %s", m.name(), m.wallMillis() / 1000.0, Output.usage(Json.tree(m.usage())))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
        if (save && c.report().rates().isPresent()) {
            if (c.busyPerMille() < LEAST_BUSY) {
                throw new Rejected("not kept: busy containers got " + c.busyPerMille() / 10 + " % of their core, at least " + LEAST_BUSY / 10
                        + " % are needed for a price that is meant; calibrate when nothing else runs here");
            }
            keep(common, setting(wanted, machine, c.report().rates().get()));
        }
        if (common.json()) {
            common.out().json(document(c, wanted, machine, list, before));
        } else {
            show(common.out(), c, wanted, machine, list, before);
        }
        return c.report().rates().isPresent() ? 0 : 1;
    }

    /** What {@code calibrated} asks for the whole machine before any calibration: at these rates a day of full load costs the target. */
    private static RateVector list(BundleContext bundles, Amount target, Resources machine) throws Rejected {
        StrategyRegistry strategies = service(bundles, StrategyRegistry.class);
        BenchmarkRunner runner = service(bundles, BenchmarkRunner.class);
        try {
            List<BenchmarkResult> results = runner.run(List.of("quick/1"), QUICK_MILLIS, r -> { }).get();
            StrategyRegistry.Answer<Quote> answer = strategies.quote(STRATEGY, new QuoteRequest(Instant.now(), machine, machine, results, target, 0, 0, Optional.empty(),
                    Optional.empty(), List.of(), Map.of(), new byte[0])).get();
            if (!answer.strategy().equals(STRATEGY)) {
                throw new Rejected("a calibration needs the strategy '" + STRATEGY + "', which does not answer here: " + String.join("; ", answer.skipped()));
            }
            return answer.value().rates();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        } catch (ExecutionException e) {
            throw new Rejected("the list prices are not to be had: " + e.getCause().getMessage(), e);
        }
    }

    private static <S> S service(BundleContext bundles, Class<S> type) throws Rejected {
        ServiceReference<S> reference = bundles.getServiceReference(type);
        if (reference == null) {
            throw new Rejected("there is no " + type.getSimpleName() + " in this product");
        }
        return bundles.getService(reference);
    }

    /** The part of the target that is the processor's, in thousandths; the rest is memory's. */
    static int processorPerMille(RateVector list, Resources machine) {
        double cpu = (double) list.get(Counter.CPU) * machine.cores() * 1000;
        double memory = (double) list.get(Counter.MEMORY) * machine.memory();
        return (int) Math.round(1000 * cpu / (cpu + memory));
    }

    /** As the strategy {@code calibrated} reads it. */
    static String setting(Amount target, Resources machine, RateVector rates) {
        StringBuilder s = new StringBuilder("target=" + target.zen() + " cores=" + machine.cores() + " memory=" + machine.memory());
        for (Counter c : Counter.values()) {
            s.append(" rate.").append(c.id()).append('=').append(rates.get(c));
        }
        return s.toString();
    }

    private static Map<String, Object> section(Common common, boolean needed) throws Rejected {
        try {
            return NetworkConfig.read(DataDirectory.find(common.data(), common.network()).path()).sections().getOrDefault(SECTION, Map.of());
        } catch (Rejected e) {
            if (needed) {
                throw new Rejected("--save needs the data directory of a network: " + e.getMessage(), e);
            }
            return Map.of();
        }
    }

    /** Of the backend, as in the provider's configuration where there is one: which engine, which users. */
    static Map<String, Object> settings(Common common, String backend) {
        try {
            return NetworkConfig.read(DataDirectory.find(common.data(), common.network()).path()).sections().getOrDefault("virtualization." + backend, Map.of());
        } catch (Rejected e) {
            return Map.of();
        }
    }

    /** As many cores and as much memory as are for rent, and cores for the containers that hold memory. */
    private static Map<String, Object> roomy(Map<String, Object> settings, Resources machine) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("cores", machine.cores() + ContainerMeasurements.HOLDING_CORES);
        all.put("memory", machine.memory());
        return all;
    }

    private static void keep(Common common, String setting) throws Rejected {
        DataDirectory directory = DataDirectory.find(common.data(), common.network());
        NetworkConfig.edit(directory.path(), SECTION, KEY, Optional.of(setting));
        ControlClient client = new ControlClient(directory.path());
        boolean runs = client.answers();
        if (runs) {
            client.call("config.reload", Map.of());
        }
        System.err.println("kept in " + directory.path().resolve("config.yaml") + ": the strategy 'calibrated' uses it from "
                + (runs ? "the next offer on" : "the provider's next start on"));
    }

    private static Amount amount(String text) throws Rejected {
        try {
            return Amount.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejected("--target: " + e.getMessage(), e);
        }
    }

    /** As the provider does it: what is configured, else all. */
    private static int cores(Map<String, Object> provider) throws Rejected {
        String text = String.valueOf(provider.getOrDefault("cores", "")).strip();
        if (text.isEmpty()) {
            return 1000 * Runtime.getRuntime().availableProcessors();
        }
        if (!text.matches("[0-9]{1,4}(\\.[0-9]{1,3})?")) {
            throw new Rejected("provider.cores in config.yaml: '" + text + "' is not a number of cores");
        }
        return Math.max(1, new java.math.BigDecimal(text).movePointRight(3).intValueExact());
    }

    /** As the provider does it: what is configured, else half. */
    private static long memory(Map<String, Object> provider) throws Rejected {
        String text = String.valueOf(provider.getOrDefault("memory", "")).strip();
        if (text.isEmpty()) {
            return Math.max(1 << 20, physical() / 2);
        }
        java.util.regex.Matcher m = java.util.regex.Pattern.compile("([0-9]{1,12})\\s*(B|KiB|MiB|GiB|TiB)?").matcher(text);
        if (!m.matches()) {
            throw new Rejected("provider.memory in config.yaml: '" + text + "' is not a size");
        }
        return Math.max(1 << 20, Long.parseLong(m.group(1)) << (m.group(2) == null ? 0 : 10 * List.of("B", "KiB", "MiB", "GiB", "TiB").indexOf(m.group(2))));
    }

    private static long physical() {
        try (java.util.stream.Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(l -> l.startsWith("MemTotal:")).mapToLong(l -> Long.parseLong(l.replaceAll("[^0-9]", "")) << 10).findFirst().orElse(4L << 30);
        } catch (IOException | java.io.UncheckedIOException e) {
            return 4L << 30;
        }
    }

    private static Map<String, Object> document(Calibrated c, Amount target, Resources machine, RateVector list, double before) {
        Map<String, Object> d = new LinkedHashMap<>();
        d.put("machine", Machine.describe());
        d.put("loadBefore", before);
        d.put("loadAfter", Machine.load());
        d.put("target", target);
        d.put("cores", machine.cores() / 1000.0);
        d.put("memory", machine.memory());
        d.put("processorPerMille", processorPerMille(list, machine));
        d.put("heldMemory", c.heldMemory());
        d.put("listRates", list);
        d.put("rates", c.report().rates().orElse(null));
        d.put("refusal", c.report().refusal());
        d.put("condition", Double.isFinite(c.report().condition()) ? c.report().condition() : null);
        d.put("residualPerMille", c.report().residualPerMille());
        d.put("worstPerMille", c.report().worstPerMille());
        d.put("outliers", c.report().outliers());
        d.put("intervals", intervals(c.report()));
        d.put("unseen", c.report().unseen().stream().map(Counter::id).sorted().toList());
        put(d, "fullLoadPerMille", c.heldOutPerMille(Load.FULL));
        put(d, "fullLoadWorstPerMille", c.worstHeldOutPerMille(Load.FULL));
        put(d, "partLoadPerMille", c.heldOutPerMille(Load.PART));
        d.put("busyPerMille", c.busyPerMille());
        List<String> warnings = new ArrayList<>(c.report().warnings());
        warnings.addAll(c.warnings());
        d.put("warnings", warnings);
        d.put("runs", c.runs().stream().map(m -> run(m, c.report().rates())).toList());
        return d;
    }

    private static Map<String, Object> run(Measured m, Optional<RateVector> rates) {
        Map<String, Object> d = new LinkedHashMap<>();
        d.put("name", m.name());
        d.put("load", m.load().name());
        d.put("heldOut", m.heldOut());
        d.put("usage", m.usage());
        d.put("wallMillis", m.wallMillis());
        d.put("price", m.price());
        d.put("fitted", rates.map(r -> r.cost(m.usage())).orElse(null));
        d.put("offPerMille", rates.map(r -> tenth(m.offPerMille(r))).orElse(null));
        return d;
    }

    private static void put(Map<String, Object> d, String key, OptionalDouble value) {
        d.put(key, value.isPresent() ? tenth(value.getAsDouble()) : null);
    }

    private static double tenth(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static Map<String, Object> intervals(CalibrationService.Report report) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Counter counter : Counter.values()) {
            CalibrationService.Interval i = report.intervals().get(counter);
            if (i != null) {
                all.put(counter.id(), i);
            }
        }
        return all;
    }

    private static void show(Output out, Calibrated c, Amount target, Resources machine, RateVector list, double before) {
        CalibrationService.Report r = c.report();
        List<List<String>> rows = new ArrayList<>();
        for (Measured m : c.runs()) {
            String fitted = r.rates().map(v -> String.format(Locale.ROOT, "%+.1f %%", m.offPerMille(v) / 10)).orElse("");
            rows.add(List.of(m.name(), m.heldOut() ? "held out" : "", String.format(Locale.ROOT, "%.2f s", m.wallMillis() / 1000.0),
                    Output.usage(Json.tree(m.usage())), m.price().toString(), fitted));
        }
        out.table(List.of("RUN", "", ">TIME", "USED", ">PRICE", ">FITTED"), rows);
        out.line("");
        r.warnings().forEach(w -> out.line("warning    " + w));
        c.warnings().forEach(w -> out.line("warning    " + w));
        out.line(String.format(Locale.ROOT, "condition  %.1f (no rates above %.0f)", r.condition(), CalibrationService.MAX_CONDITION));
        if (r.rates().isEmpty()) {
            out.line("no rates   " + r.refusal());
            return;
        }
        out.line(String.format(Locale.ROOT, "error      median %.1f %%, worst %.1f %%, %d runs taken for wrong", r.residualPerMille() / 10.0, r.worstPerMille() / 10.0, r.outliers()));
        out.line("full load  held-out mixes earn " + percent(c.heldOutPerMille(Load.FULL)) + " of the target more or less, the worst " + percent(c.worstHeldOutPerMille(Load.FULL)));
        out.line("part load  held-out mixes " + percent(c.heldOutPerMille(Load.PART)));
        out.line("busy       " + c.busyPerMille() / 10 + " % of the cores in busy runs; " + (c.heldMemory() >> 20) + " MiB held; load " + before + " to " + Machine.load());
        int processor = processorPerMille(list, machine);
        out.line(String.format(Locale.ROOT, "target     %s a day at full load: %.1f %% for the processors, %.1f %% for memory", target, processor / 10.0, 100 - processor / 10.0));
        out.line("rates      for " + target + " a day: " + r.rates().get().describe());
    }

    private static String percent(OptionalDouble perMille) {
        return perMille.isPresent() ? String.format(Locale.ROOT, "%+.1f %%", perMille.getAsDouble() / 10) : "none";
    }
}
