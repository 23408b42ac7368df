package org.zennet.workbench.tests;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.services.market.CalibrationService.Interval;
import org.zennet.services.market.CalibrationService.Report;
import org.zennet.services.market.ContainerMeasurements.Calibrated;
import org.zennet.services.market.ContainerMeasurements.Load;
import org.zennet.services.market.ContainerMeasurements.Measured;
import org.zennet.services.market.MachineMeasurements.Benchmarks;
import org.zennet.services.market.MachineMeasurements.Calibration;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService.Section;

/** What this machine offers, and what was measured on it. */
final class ProviderScene {
    /** The words of a wallet that was just made. */
    static final List<String> WORDS = IntStream.rangeClosed(1, 24).mapToObj(i -> "word" + i).toList();
    private static final Instant AT = Instant.parse("2026-03-01T08:00:00Z");

    private ProviderScene() { }

    static Benchmarks benchmarks() {
        return new Benchmarks(AT, "2 x processor, kernel", 0.2, 1.1, List.of(new BenchmarkResult("suite-integer/1", "Mop/s", 524_000, 4),
                new BenchmarkResult("suite-memory/1", "MB/s", 21_700_000, 12), new BenchmarkResult("suite-integer-all/1", "Mop/s", 1_040_000, 6)));
    }

    static Calibration calibration() {
        UsageVector second = UsageVector.ZERO.with(Counter.CPU, 1_000_000);
        Report report = new Report(Optional.of(RateVector.ZERO.with(Counter.CPU, 1_000_000)), "", 1.2, 30, 90, 0, Set.of(), Map.of(Counter.CPU, new Interval(900_000, 1_100_000)),
                List.of());
        return new Calibration(AT, Amount.ofXen(20), 2000, 4L << 30, new Calibrated(report, List.of(new Measured("integer", Load.WORKING, false, second, 1000, new Amount(1)),
                new Measured("mix-3", Load.FULL, true, second, 1500, new Amount(2))), 980, 4L << 30, List.of()));
    }

    /** With what was set over the defaults, and the strategies that are installed. */
    static List<Section> sections(Map<String, String> set, List<String> strategies) {
        return List.of(new Section("provider", "Provider", "This machine for rent", "org.zennet.provider", false, List.of(
                setting(set, "provider.strategy", "Strategy", "calibrated", strategies, true),
                setting(set, "provider.target", "Target", "20 XEN", List.of(), true),
                setting(set, "provider.idle-only", "Idle only", "false", List.of(), true),
                setting(set, "provider.listen", "Listen on", "127.0.0.1:0", List.of(), false))));
    }

    private static Setting setting(Map<String, String> set, String key, String label, String byDefault, List<String> choices, boolean live) {
        return new Setting(key, key.substring(key.indexOf('.') + 1), label, "What " + label + " does", Setting.Type.TEXT, false, Optional.empty(), Optional.empty(), List.of(),
                choices.stream().map(c -> new Setting.Option(c, c)).toList(), byDefault, set.getOrDefault(key, byDefault),
                set.containsKey(key) ? Setting.Source.FILE : Setting.Source.DEFAULT, "ZENNET_X", live, !live && set.containsKey(key));
    }
}
