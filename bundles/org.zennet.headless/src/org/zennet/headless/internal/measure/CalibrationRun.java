package org.zennet.headless.internal.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
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
import org.zennet.services.market.CalibrationService;
import org.zennet.services.market.ContainerMeasurements.Calibrated;
import org.zennet.services.market.ContainerMeasurements.Measured;

/** {@code benchmark --calibrate}: from runs in containers to rates, shown and kept for the provider's strategy. */
final class CalibrationRun {
    /** Of the cores that busy containers had, in thousandths: below it others were at work. */
    private static final int LEAST_BUSY = 900;
    private static final String SECTION = "provider";
    private static final String KEY = "strategy.calibration";
    private static final String DEFAULT_TARGET = "20 XEN";

    private CalibrationRun() { }

    static int run(BundleContext bundles, NodeRuntime runtime, Common common, String backend, String target, long budgetMillis, boolean save)
            throws Rejected {
        Map<String, Object> provider = section(common, save);
        Amount wanted = amount(target != null ? target : String.valueOf(provider.getOrDefault("target", DEFAULT_TARGET)));
        Resources machine = new Resources(cores(provider), memory(provider), 0);
        double before = Machine.load();
        System.err.println("calibrating in a container of " + backend + " for about " + budgetMillis / 1000 + " s: " + wanted + " a day with "
                + machine.cores() / 1000.0 + " cores and " + (machine.memory() >> 20) + " MiB for rent");
        Calibrated c;
        try (Backend started = Backend.start(bundles, runtime, backend)) {
            c = started.measurements().calibrate(backend, wanted, machine, budgetMillis,
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
            common.out().json(document(c, wanted, machine, before));
        } else {
            show(common.out(), c, wanted, before);
        }
        return c.report().rates().isPresent() ? 0 : 1;
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

    private static Map<String, Object> document(Calibrated c, Amount target, Resources machine, double before) {
        Map<String, Object> d = new LinkedHashMap<>();
        d.put("machine", Machine.describe());
        d.put("loadBefore", before);
        d.put("loadAfter", Machine.load());
        d.put("target", target);
        d.put("cores", machine.cores() / 1000.0);
        d.put("memory", machine.memory());
        d.put("rates", c.report().rates().orElse(null));
        d.put("refusal", c.report().refusal());
        d.put("condition", Double.isFinite(c.report().condition()) ? c.report().condition() : null);
        d.put("residualPerMille", c.report().residualPerMille());
        d.put("worstPerMille", c.report().worstPerMille());
        d.put("outliers", c.report().outliers());
        d.put("intervals", intervals(c.report()));
        d.put("unseen", c.report().unseen().stream().map(Counter::id).sorted().toList());
        d.put("heldOutPerMille", c.heldOutPerMille());
        d.put("busyPerMille", c.busyPerMille());
        List<String> warnings = new ArrayList<>(c.report().warnings());
        warnings.addAll(c.warnings());
        d.put("warnings", warnings);
        d.put("runs", c.runs());
        return d;
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

    private static void show(Output out, Calibrated c, Amount target, double before) {
        CalibrationService.Report r = c.report();
        List<List<String>> rows = new ArrayList<>();
        for (Measured m : c.runs()) {
            String fitted = r.rates().map(v -> String.format(Locale.ROOT, "%+.1f %%", 100.0 * (v.cost(m.usage()).zen() - m.price().zen()) / m.price().zen())).orElse("");
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
        out.line(String.format(Locale.ROOT, "error      median %.1f %%, worst %.1f %%, %d runs taken for wrong; held-out runs together %+.1f %%",
                r.residualPerMille() / 10.0, r.worstPerMille() / 10.0, r.outliers(), c.heldOutPerMille() / 10.0));
        out.line("busy       " + c.busyPerMille() / 10 + " % of the core in busy runs; load " + before + " to " + Machine.load());
        out.line("rates      for " + target + " a day: " + r.rates().get().describe());
    }
}
