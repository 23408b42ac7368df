package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.eclipse.osgi.util.NLS;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.services.market.CalibrationService;
import org.zennet.services.market.CalibrationService.Interval;
import org.zennet.services.market.CalibrationService.Report;
import org.zennet.services.market.ContainerMeasurements.Load;
import org.zennet.services.market.ContainerMeasurements.Measured;
import org.zennet.services.market.MachineMeasurements.Benchmarks;
import org.zennet.services.market.MachineMeasurements.Calibration;
import org.zennet.services.market.ReferenceScores;

/** Benchmarks and calibrations as lines and charts. */
public final class Measurements {
    /** The headings of benchmarks. */
    public static final List<String> BENCHMARKS = List.of(Messages.benchmark, Messages.cores, Messages.median, Messages.unit, Messages.spread, Messages.timesReference);
    /** The headings of rates. */
    public static final List<String> RATES = List.of(Messages.counter, Messages.rate, Messages.per, Messages.interval);
    /** The headings of runs. */
    public static final List<String> RUNS = List.of(Messages.run, Messages.use, Messages.took, Messages.usage, Messages.price, Messages.fitted, Messages.error);
    private static final double ZEN = 1e8;
    private static final double PICO = 1e12;
    private static final double PERCENT = 100;

    private Measurements() { }

    /** How and when it was measured, in one line. */
    public static String headline(Optional<Benchmarks> newest) {
        return newest.map(b -> NLS.bind(Messages.measuredAt, new Object[] {Figures.time(b.at()), b.machine(), load(b.loadBefore()), load(b.loadAfter())})
                + mean(b, false).map(m -> ". " + NLS.bind(Messages.oneCore, m)).orElse("") + mean(b, true).map(m -> ". " + NLS.bind(Messages.allCores, m)).orElse(""))
                .orElse(Messages.notMeasured);
    }

    private static String load(double average) {
        return String.format(Locale.ROOT, "%.1f", average);
    }

    private static Optional<String> mean(Benchmarks b, boolean all) {
        OptionalDouble mean = ReferenceScores.mean(b.results().stream().filter(r -> ReferenceScores.allCores(r) == all).toList());
        return mean.isPresent() ? Optional.of(String.format(Locale.ROOT, "%.2f", mean.getAsDouble())) : Optional.empty();
    }

    /** One line per result. */
    public static List<Row> benchmarks(Optional<Benchmarks> newest) {
        return newest.map(Benchmarks::results).orElse(List.of()).stream().map(r -> Row.of(r.id(), r.id(), ReferenceScores.allCores(r) ? Messages.all : "1", score(r), r.unit(),
                String.format(Locale.ROOT, "%.1f %%", r.spreadPerMille() / 10.0), ratio(r))).toList();
    }

    private static String ratio(BenchmarkResult r) {
        OptionalDouble ratio = ReferenceScores.ratio(r);
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "";
    }

    /** Four digits. */
    static String score(BenchmarkResult r) {
        double v = r.milli() / 1000.0;
        return String.format(Locale.ROOT, v >= 1000 ? "%.0f" : v >= 100 ? "%.1f" : v >= 10 ? "%.2f" : "%.3f", v);
    }

    /** How many times as good as the reference each result is: one scale for all units. */
    public static ChartData benchmarkChart(Optional<Benchmarks> newest) {
        List<BenchmarkResult> all = newest.map(Benchmarks::results).orElse(List.of()).stream().filter(r -> ReferenceScores.ratio(r).isPresent()).toList();
        return new ChartData(Messages.againstReference, Messages.times, List.of(), all.stream().map(r -> r.id().replaceFirst("^suite-", "").replaceFirst("/1$", "")).toList(),
                List.of(new ChartData.Series(Messages.thisMachine, all.stream().map(r -> ReferenceScores.ratio(r).getAsDouble()).toList())));
    }

    /** What came out, in a few lines. */
    public static String verdict(Optional<Calibration> newest) {
        if (newest.isEmpty()) {
            return Messages.notCalibrated;
        }
        Calibration c = newest.get();
        Report r = c.result().report();
        List<String> lines = new ArrayList<>();
        lines.add(NLS.bind(Messages.calibratedAt, new Object[] {Figures.time(c.at()), c.target(), String.format(Locale.ROOT, "%.1f", c.milliCores() / 1000.0), c.memory() >> 20}));
        lines.add(r.rates().isEmpty() ? NLS.bind(Messages.noRates, r.refusal()) : NLS.bind(Messages.fit, new Object[] {
            String.format(Locale.ROOT, "%.1f", r.condition()), String.format(Locale.ROOT, "%.0f", CalibrationService.MAX_CONDITION), String.valueOf(r.residualPerMille() / 10.0),
            String.valueOf(r.worstPerMille() / 10.0), String.valueOf(r.outliers()), off(c.result().heldOutPerMille(Load.FULL)),
            String.valueOf(c.result().busyPerMille() / 10.0)}));
        r.warnings().forEach(w -> lines.add(NLS.bind(Messages.warning, w)));
        c.result().warnings().forEach(w -> lines.add(NLS.bind(Messages.warning, w)));
        return String.join("\n", lines);
    }

    private static String off(OptionalDouble perMille) {
        return perMille.isPresent() ? String.format(Locale.ROOT, "%.1f", perMille.getAsDouble() / 10) : "–";
    }

    /** One line per counter: its rate in a unit for people, and where it lies with nine tenths of probability. */
    public static List<Row> rates(Optional<Calibration> newest) {
        Report r = newest.map(c -> c.result().report()).orElse(null);
        if (r == null || r.rates().isEmpty()) {
            return List.of();
        }
        List<Row> rows = new ArrayList<>();
        for (Counter c : Counter.values()) {
            Interval i = r.intervals().get(c);
            rows.add(Row.of("rate/" + c.id(), Figures.word(c.id()), xen(r.rates().get().get(c), c), per(c),
                    r.unseen().contains(c) ? Messages.unseen : i == null ? "" : NLS.bind(Messages.between, xen(i.low(), c), xen(i.high(), c))));
        }
        return rows;
    }

    private static double unit(Counter c) {
        return switch (c) {
            case CPU -> 3600e6;
            case WALL -> 3600e3;
            case MEMORY -> (double) (1L << 30) * 3600;
            default -> 1L << 30;
        };
    }

    private static String per(Counter c) {
        return switch (c) {
            case CPU -> Messages.coreHour;
            case WALL -> Messages.hour;
            case MEMORY -> Messages.gibHour;
            default -> Messages.gib;
        };
    }

    private static String xen(long picozen, Counter c) {
        return String.format(Locale.ROOT, "%.6f XEN", picozen / PICO * unit(c) / ZEN);
    }

    /** One line per run, those that were held out too. */
    public static List<Row> runs(Optional<Calibration> newest) {
        if (newest.isEmpty()) {
            return List.of();
        }
        Optional<RateVector> rates = newest.get().result().report().rates();
        List<Row> rows = new ArrayList<>();
        int n = 0;
        for (Measured m : newest.get().result().runs()) {
            Optional<Amount> fitted = rates.map(r -> r.cost(m.usage()));
            rows.add(Row.of("run/" + n++, m.name(), m.heldOut() ? Messages.heldOut : Messages.fittedRun, String.format(Locale.ROOT, "%.2f s", m.wallMillis() / 1000.0),
                    Figures.usage(m.usage()), m.price().toString(), fitted.map(Amount::toString).orElse(""),
                    fitted.map(f -> String.format(Locale.ROOT, "%+.1f %%", error(m, f))).orElse("")));
        }
        return rows;
    }

    private static double error(Measured m, Amount fitted) {
        return PERCENT * (fitted.zen() - m.price().zen()) / Math.max(1, m.price().zen());
    }

    /** By how much each run's fitted price is off, in percent: the residuals. */
    public static ChartData residuals(Optional<Calibration> newest) {
        Optional<RateVector> rates = newest.flatMap(c -> c.result().report().rates());
        List<Measured> runs = rates.isEmpty() ? List.of() : newest.get().result().runs();
        return new ChartData(Messages.residuals, "%", List.of(), runs.stream().map(m -> m.heldOut() ? m.name() + " *" : m.name()).toList(),
                List.of(new ChartData.Series(Messages.error, runs.stream().map(m -> error(m, rates.get().cost(m.usage()))).toList())));
    }
}
