package org.zennet.workbench.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.market.CalibrationService.Interval;
import org.zennet.services.market.CalibrationService.Report;
import org.zennet.services.market.ContainerMeasurements.Calibrated;
import org.zennet.services.market.ContainerMeasurements.Load;
import org.zennet.services.market.ContainerMeasurements.Measured;
import org.zennet.services.market.MachineMeasurements.Benchmarks;
import org.zennet.services.market.MachineMeasurements.Calibration;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.provider.ProviderService.OwnerState;
import org.zennet.services.provider.ProviderService.Status;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService.Section;

class ProviderModelTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UsageVector SECOND = UsageVector.ZERO.with(Counter.CPU, 1_000_000);

    private static LeaseInfo lease(int n, Instant since, LeaseState state, long owed, long paid) {
        return new LeaseInfo("lease:" + n, "publisher", state, since, "wasm", RateVector.ZERO, "fixed", SECOND, 2, new Amount(owed), new Amount(paid), Amount.ZERO, new Amount(5),
                Optional.empty(), 0, "");
    }

    @Test
    void earningsAddUpByDayAndDaysWithoutALeaseAreDrawnToo() {
        List<LeaseInfo> leases = List.of(lease(1, NOON, LeaseState.SETTLED, 300, 300), lease(2, NOON.plusSeconds(60), LeaseState.UNPAID, 200, 50),
                lease(3, NOON.minusSeconds(86_400), LeaseState.RUNNING, 900, 700));
        List<Row> rows = Earnings.rows(leases, ZoneOffset.UTC, NOON.plusSeconds(2 * 86_400));
        assertEquals(List.of("2026-03-03", "2026-03-01"), rows.stream().map(r -> r.cell(0)).toList());
        assertEquals("2 | 4 | 0.0000035 XEN | 0.0000001 XEN | 0.0000015 XEN | cpu 2.00 s", String.join(" | ", rows.get(1).cells().subList(1, 7)));
        assertEquals("0 XEN", rows.get(0).cell(5), "what runs is not lost yet");
        ChartData chart = Earnings.chart(leases, ZoneOffset.UTC, NOON.plusSeconds(2 * 86_400));
        assertEquals(List.of("2026-03-01", "2026-03-02", "2026-03-03"), chart.names());
        assertEquals(List.of(3.5e-6, 0.0, 7e-6), chart.series().getFirst().values());
        assertEquals("0.0000105 XEN by 3 leases on 2 days", Earnings.headline(leases, ZoneOffset.UTC, NOON.plusSeconds(2 * 86_400)));
    }

    @Test
    void earningsAreOfTheDayInTheOwnersZone() {
        List<LeaseInfo> late = List.of(lease(1, Instant.parse("2026-03-01T23:30:00Z"), LeaseState.SETTLED, 1, 1));
        assertEquals("2026-03-02", Earnings.rows(late, ZoneOffset.ofHours(2), NOON).getFirst().cell(0));
    }

    @Test
    void manyDaysAreCutToTheNewest() {
        List<LeaseInfo> leases = List.of(lease(1, NOON, LeaseState.SETTLED, 1, 1), lease(2, NOON.plusSeconds(400L * 86_400), LeaseState.SETTLED, 1, 1));
        assertEquals(Earnings.DAYS, Earnings.chart(leases, ZoneOffset.UTC, NOON.plusSeconds(2 * 86_400)).names().size());
    }

    @Test
    void benchmarksAreTabledAndDrawnAgainstTheReference() {
        Optional<Benchmarks> b = Optional.of(new Benchmarks(NOON, "2 x processor", 0.1, 0.5, List.of(new BenchmarkResult("suite-integer/1", "Mop/s", 250_000, 12),
                new BenchmarkResult("suite-integer-all/1", "Mop/s", 1_500_000, 3), new BenchmarkResult("other/1", "x", 7, 0))));
        assertEquals("suite-integer/1 | 1 | 250.0 | Mop/s | 1.2 % | 0.50", String.join(" | ", Measurements.benchmarks(b).getFirst().cells()));
        assertEquals("all", Measurements.benchmarks(b).get(1).cell(1));
        assertEquals("", Measurements.benchmarks(b).get(2).cell(5), "nobody compares what has no reference");
        ChartData chart = Measurements.benchmarkChart(b);
        assertEquals(List.of("integer", "integer-all"), chart.names());
        assertEquals(List.of(0.5, 1.5), chart.series().getFirst().values());
        assertTrue(Measurements.headline(b).contains("One core: 0.50 times the reference. All cores: 1.50"), Measurements.headline(b));
        assertTrue(Measurements.headline(Optional.empty()).startsWith("Not measured yet"));
    }

    private static Optional<Calibration> calibration(Optional<RateVector> rates, String refusal) {
        Report report = new Report(rates, refusal, 1.25, 21, 580, 1, Set.of(Counter.DISK_READ), Map.of(Counter.CPU, new Interval(900_000, 1_100_000)), List.of("busy"));
        return Optional.of(new Calibration(NOON, Amount.ofXen(20), 2000, 4L << 30, new Calibrated(report,
                List.of(new Measured("integer", Load.WORKING, false, SECOND, 1000, new Amount(1)), new Measured("mix", Load.FULL, true, SECOND, 2000, new Amount(2))), 380, 4L << 30, List.of())));
    }

    @Test
    void aCalibrationTellsRatesIntervalsAndTheErrorOfEachRun() {
        // a million picozen per microsecond: one zen a second, 3600 an hour
        Optional<Calibration> c = calibration(Optional.of(RateVector.ZERO.with(Counter.CPU, 1_000_000)), "");
        assertEquals("cpu | 0.000036 XEN | core hour | 0.000032 XEN to 0.000040 XEN", String.join(" | ", Measurements.rates(c).getFirst().cells()));
        assertEquals("not seen in the runs", Measurements.rates(c).get(2).cell(3));
        assertEquals("integer | fitted | 1.00 s | cpu 1.00 s | 0.00000001 XEN | 0.00000001 XEN | +0.0 %", String.join(" | ", Measurements.runs(c).get(0).cells()));
        assertEquals("held out, judges", Measurements.runs(c).get(1).cell(1));
        assertEquals("-50.0 %", Measurements.runs(c).get(1).cell(6));
        assertEquals(List.of(0.0, -50.0), Measurements.residuals(c).series().getFirst().values());
        assertEquals(List.of("integer", "mix *"), Measurements.residuals(c).names());
        assertTrue(Measurements.verdict(c).contains("Condition 1.3 (no rates above 30). Error: median 2.1 %, worst 58.0 %, 1 runs taken for wrong; held-out full-load runs together -50.0 %. "
                + "Busy containers got 38.0 % of their core.\nWarning: busy"), Measurements.verdict(c));
    }

    @Test
    void aRefusedCalibrationSaysWhyAndDrawsNothing() {
        Optional<Calibration> c = calibration(Optional.empty(), "the runs are all alike");
        assertTrue(Measurements.verdict(c).contains("No rates: the runs are all alike"));
        assertEquals(List.of(), Measurements.rates(c));
        assertTrue(Measurements.residuals(c).isEmpty());
        assertEquals("", Measurements.runs(c).getFirst().cell(5));
    }

    private static Setting setting(String key, String value, Setting.Source source, boolean pending) {
        return new Setting(key, key.substring(key.indexOf('.') + 1), "Label of " + key, "", Setting.Type.TEXT, false, Optional.empty(), Optional.empty(), List.of(), List.of(), "", value, source,
                "", false, pending);
    }

    @Test
    void theOfferTellsWhatStandsInTheWayAndWhatTheOwnerSet() {
        Status status = new Status("id", false, new Resources(1500, 2L << 30, 0), Optional.empty(), List.of("wasm"), "calibrated", List.of(), Amount.ofXen(3), 1, 7,
                Optional.of("outside of the schedule"), Optional.empty(), Map.of("docker", "no engine answers"),
                Optional.of(new OwnerState(true, 200, 60, 500, "half of it by the schedule", Optional.of(31), Optional.empty(), 2)));
        List<Section> sections = List.of(
                new Section("provider", "Provider", "This machine for rent", "b", false,
                        List.of(setting("provider.target", "30 XEN", Setting.Source.FILE, true), setting("provider.schedule", "", Setting.Source.DEFAULT, false))),
                new Section("network", "Network", "", "b", false, List.of()));
        List<Row> rows = OfferRows.of(Optional.of(status), Optional.of(4711L), sections);
        assertEquals(2, rows.size(), "settings of the network are not the provider's");
        List<String> state = rows.getFirst().children().stream().map(r -> String.join(": ", r.cells())).toList();
        assertTrue(state.contains("Process: 4711, beside this window"), state::toString);
        assertTrue(state.contains("For rent in all: 1.5 cores, 2048 MiB"), state::toString);
        assertTrue(state.contains("For rent now: 50.0 %: half of it by the schedule; idle-only, at most 20.0 % load of others, now 3.1 %; 2 leases frozen"), state::toString);
        assertTrue(state.contains("Not sold: docker: no engine answers"), state::toString);
        assertTrue(state.contains("New work: is not taken: outside of the schedule"), state::toString);
        assertEquals(List.of("30 XEN, from the next start on", "not set (default)"), rows.get(1).children().stream().map(r -> r.cell(1)).toList());
    }

    @Test
    void theHeadlineSaysWhetherAProviderRunsOrCouldRun() {
        assertTrue(OfferRows.headline(Optional.empty(), true).startsWith("This machine is not offered"));
        assertTrue(OfferRows.headline(Optional.empty(), false).startsWith("No node runs"));
    }
}
