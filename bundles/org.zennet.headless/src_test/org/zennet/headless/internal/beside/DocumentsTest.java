package org.zennet.headless.internal.beside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.headless.internal.control.Json;
import org.zennet.services.Rejected;
import org.zennet.services.market.CalibrationService.Interval;
import org.zennet.services.market.ContainerMeasurements.Load;
import org.zennet.services.market.MachineMeasurements.Benchmarks;
import org.zennet.services.market.MachineMeasurements.Calibration;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.provider.ProviderService.OwnerState;
import org.zennet.services.provider.ProviderService.Reconciliation;
import org.zennet.services.provider.ProviderService.Status;
import org.zennet.services.settings.Setting;

class DocumentsTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void aProvidersStatusComesBackFromJsonAsItWas() {
        Resources machine = new Resources(1500, 2L << 30, 7);
        Status full = new Status("ab", true, machine, Optional.of(machine), List.of("wasm", "sandbox"), "demand", List.of(new BenchmarkResult("integer/1", "Mop/s", 5, 2)),
                new Amount(77), 2, 31, Optional.of("why"), Optional.of(new Reconciliation(AT, 1, 2, 3, 4, List.of("a container"), Optional.of("gone"))),
                Map.of("docker", "no engine"), Optional.of(new OwnerState(true, 200, 60, 500, "night", Optional.of(12), Optional.of(AT), 1)));
        assertEquals(full, ProviderDocument.status(Json.tree(full)));
        Status bare = new Status("ab", false, machine, Optional.empty(), List.of(), "fixed", List.of(), Amount.ZERO, 0, 0, Optional.empty(), Optional.empty());
        assertEquals(bare, ProviderDocument.status(Json.tree(bare)));
    }

    @Test
    void leasesComeBackFromJsonAsTheyWere() {
        List<LeaseInfo> all = List.of(new LeaseInfo("lease:1", "cd", LeaseState.FROZEN, AT, "wasm", RateVector.ZERO.with(Counter.CPU, 9), "fixed 0.1",
                UsageVector.ZERO.with(Counter.MEMORY, 1L << 40), 3, new Amount(5), new Amount(4), new Amount(1), new Amount(2), Optional.of("ef"), 12, "note"));
        assertEquals(all, ProviderDocument.leases(Json.tree(all)));
    }

    @Test
    void whatIsNoStatusIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> ProviderDocument.status(Json.tree(Map.of("identity", "x"))));
        assertThrows(IllegalArgumentException.class, () -> ProviderDocument.leases(Json.tree(List.of(Map.of("state", "ASLEEP")))));
    }

    @Test
    void settingsComeBackFromJsonAsTheyWere() {
        Setting s = new Setting("a.b", "b", "B", "what", Setting.Type.INTEGER, false, Optional.of("1"), Optional.empty(), List.of(new Setting.Option("1", "one")), List.of(new Setting.Option("2", "two")), "1", "2",
                Setting.Source.FILE, "ZENNET_A_B", true, true);
        assertEquals(s, SettingsDocument.setting(Json.tree(s)));
    }

    @Test
    void theBenchmarkCommandsDocumentIsRead() {
        Benchmarks b = MeasureProcess.benchmarks(Json.tree(Map.of("at", AT.toString(), "machine", Map.of("processors", 2, "processor", "P", "kernel", "K"), "loadBefore", 0.5,
                "loadAfter", 1.5, "results", List.of(Map.of("id", "integer/1", "unit", "Mop/s", "score", 520.123, "spreadPerMille", 9)))));
        assertEquals(new Benchmarks(AT, "2 x P, K", 0.5, 1.5, List.of(new BenchmarkResult("integer/1", "Mop/s", 520_123, 9))), b);
    }

    @Test
    void theCalibrationsDocumentIsRead() {
        Calibration c = MeasureProcess.calibration(Json.tree(Map.of("target", new Amount(2_000_000_000L), "cores", 1.5, "memory", 4096, "rates", RateVector.ZERO.with(Counter.CPU, 3),
                "condition", 1.25, "residualPerMille", 21, "intervals", Map.of("cpu", new Interval(2, 4)), "unseen", List.of("disk-read"),
                "heldMemory", 2048, "runs", List.of(Map.of("name", "mix", "load", "FULL", "heldOut", true, "usage", UsageVector.ZERO.with(Counter.CPU, 8), "wallMillis", 9, "price", new Amount(10))))));
        assertEquals(1500, c.milliCores());
        assertEquals(Optional.of(RateVector.ZERO.with(Counter.CPU, 3)), c.result().report().rates());
        assertEquals(Map.of(Counter.CPU, new Interval(2, 4)), c.result().report().intervals());
        assertEquals(java.util.Set.of(Counter.DISK_READ), c.result().report().unseen());
        assertEquals(8, c.result().runs().getFirst().usage().get(Counter.CPU));
        assertTrue(c.result().runs().getFirst().heldOut());
        assertEquals(2048, c.result().heldMemory());
        assertEquals(Load.FULL, c.result().runs().getFirst().load());
    }
}
