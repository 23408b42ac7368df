package org.zennet.publisher.internal.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.publisher.internal.forecast.Evidence.Asked;
import org.zennet.publisher.internal.forecast.Evidence.Lease;
import org.zennet.services.publisher.ForecastService.Forecast;
import org.zennet.services.publisher.ForecastService.OfferCost;
import org.zennet.services.publisher.ForecastService.Outline;

class ForecasterTest {
    private static final long SECOND = 1_000_000;
    private static final RateVector CHEAP = RateVector.ZERO.with(Counter.CPU, 1_000_000_000L);
    private static final RateVector DEAR = RateVector.ZERO.with(Counter.CPU, 1_500_000_000L);

    private static Outline outline(int tasks, int replicas, boolean reduce, int machines) {
        return new Outline("job", "wasm", tasks, replicas, reduce, (tasks + (reduce ? 1 : 0)) * replicas, machines, Amount.ofXen(5), Amount.ofXen(1), 600_000, "all");
    }

    private static UsageVector cpu(double seconds) {
        return UsageVector.ZERO.with(Counter.CPU, Math.round(seconds * SECOND)).with(Counter.WALL, Math.round(seconds * 1000));
    }

    private static Lease lease(String provider, RateVector rates, double besides, double... runs) {
        List<UsageVector> all = java.util.Arrays.stream(runs).mapToObj(ForecasterTest::cpu).toList();
        UsageVector usage = all.stream().reduce(cpu(besides), UsageVector::plus);
        return new Lease(provider, rates, usage, new Amount(5), all, Optional.empty());
    }

    private static Asked asked(String provider, RateVector rates, BenchmarkResult... benchmarks) {
        return new Asked(provider, "fixed 1", rates, List.of(benchmarks));
    }

    private static Forecast forecast(Outline outline, List<Lease> leases, List<Asked> offers) {
        return Forecaster.forecast(outline, new Evidence(leases, offers, 20_000, new Amount(77)));
    }

    @Test
    void aColdRunAndTheContainerCountOnceForEachLeaseAndWarmRunsForTheRest() {
        // two leases: each 3 s for the first run, 1 s of its own, and together 20 - 2 warm runs of 2 s
        Forecast f = forecast(outline(10, 2, false, 2), List.of(lease("a", CHEAP, 1, 3, 2), lease("b", CHEAP, 1, 3, 2)),
                List.of(asked("a", CHEAP), asked("b", CHEAP)));
        assertEquals(new Amount((2 * (3 + 1) + 18 * 2) * 1000), f.expected());
        assertEquals(4, f.samples());
        assertEquals(new Amount(77), f.probeCost());
        assertEquals(2 * SECOND, f.run().get(Counter.CPU));
    }

    @Test
    void theReduceStepCountsOnceForEachReplica() {
        Lease a = new Lease("a", CHEAP, cpu(2 + 2 + 5), new Amount(5), List.of(cpu(2), cpu(2)), Optional.of(cpu(5)));
        Forecast f = forecast(outline(4, 2, true, 2), List.of(a, lease("b", CHEAP, 0, 2, 2)), List.of(asked("a", CHEAP), asked("b", CHEAP)));
        assertEquals(new Amount((8 * 2 + 2 * 5) * 1000), f.expected());
        assertTrue(f.notes().isEmpty(), f.notes().toString());
    }

    @Test
    void memoryGoesByTheTimeThatALeaseLasts() {
        RateVector memory = RateVector.ZERO.with(Counter.MEMORY, 1_000_000L);
        UsageVector run = UsageVector.ZERO.with(Counter.WALL, 1000).with(Counter.MEMORY, 50_000_000);
        UsageVector whole = UsageVector.ZERO.with(Counter.WALL, 4000).with(Counter.MEMORY, 400_000_000);
        Lease a = new Lease("a", memory, whole, new Amount(5), List.of(run, run), Optional.empty());
        Forecast f = forecast(outline(10, 1, false, 1), List.of(a), List.of(asked("a", memory)));
        // ten runs of a second and two seconds besides, each of 100 MB
        assertEquals(new Amount(12 * 100), f.expected());
    }

    @Test
    void offersAreRankedAndOneThatWasNotProbedIsTakenForLikeTheOthers() {
        Forecast f = forecast(outline(10, 1, false, 3), List.of(lease("a", DEAR, 0, 2, 2)), List.of(asked("a", DEAR), asked("b", CHEAP), asked("c", CHEAP)));
        assertEquals(List.of("b", "c", "a"), f.offers().stream().map(OfferCost::provider).toList());
        assertEquals(List.of(false, false, true), f.offers().stream().map(OfferCost::probed).toList());
        assertEquals(new Amount(20_000), f.offers().getFirst().cost());
        assertEquals(new Amount(30_000), f.offers().getLast().cost());
        assertTrue(f.offers().getFirst().low().compareTo(f.offers().getFirst().cost()) < 0);
        assertTrue(f.low().compareTo(f.expected()) < 0 && f.expected().compareTo(f.high()) < 0);
    }

    @Test
    void aProviderThatWasNotProbedCountsByItsBenchmarksWhereTheyDifferClearly() {
        BenchmarkResult slow = new BenchmarkResult("integer/1", "Mop/s", 250_000, 5);
        BenchmarkResult usual = new BenchmarkResult("integer/1", "Mop/s", 500_000, 5);
        BenchmarkResult noise = new BenchmarkResult("integer/1", "Mop/s", 550_000, 5);
        List<Lease> leases = List.of(lease("a", CHEAP, 0, 2, 2));
        assertEquals(new Amount(40_000), forecast(outline(10, 1, false, 2), leases, List.of(asked("a", CHEAP, usual), asked("b", CHEAP, slow))).offers().getLast().cost());
        assertEquals(new Amount(20_000), forecast(outline(10, 1, false, 2), leases, List.of(asked("a", CHEAP, usual), asked("b", CHEAP, noise))).offers().getLast().cost());
    }

    @Test
    void theIntervalIsAsWideAsTheRunsLieApart() {
        Forecast narrow = forecast(outline(10, 1, false, 1), List.of(lease("a", CHEAP, 0, 2, 2, 2)), List.of(asked("a", CHEAP)));
        assertEquals(new Amount(19_000), narrow.low());
        Forecast wide = forecast(outline(10, 1, false, 1), List.of(lease("a", CHEAP, 0, 2, 1, 3)), List.of(asked("a", CHEAP)));
        assertEquals(new Amount(10_000), wide.low());
        assertEquals(new Amount(30_000), wide.high());
    }

    @Test
    void whatMayExceedTheBudgetIsSaid() {
        RateVector absurd = RateVector.ZERO.with(Counter.CPU, 1_000_000_000_000_000L);
        Forecast f = forecast(outline(10, 1, false, 1), List.of(lease("a", absurd, 0, 2)), List.of(asked("a", absurd)));
        assertTrue(f.notes().stream().anyMatch(n -> n.contains("more than its budget of 5 XEN")), f.notes().toString());
    }

    @Test
    void aLeaseCostsNoLessThanItsFirstPayment() {
        Lease idle = new Lease("a", CHEAP, cpu(0.001), new Amount(5_000), List.of(cpu(0.001)), Optional.empty());
        assertEquals(new Amount(10_000), forecast(outline(4, 2, false, 2), List.of(idle), List.of(asked("a", CHEAP), asked("b", CHEAP))).expected());
    }

    @Test
    void aProbeThatDeliveredNothingSaysNothing() {
        assertThrows(IllegalArgumentException.class, () -> forecast(outline(10, 1, false, 1), List.of(), List.of(asked("a", CHEAP))));
    }

    @Test
    void theTimeIsThatOfTheRunsOfALeaseAndOfHiring() {
        Forecast f = forecast(outline(10, 2, false, 2), List.of(lease("a", CHEAP, 1, 3, 2)), Stream.of("a", "b").map(p -> asked(p, CHEAP)).toList());
        // probe: 20 s, of which the lease took 6; job: 1 + 3 + 9 x 2
        assertEquals(14_000 + 22_000, f.wallMillis());
        assertFalse(f.offers().isEmpty());
    }
}
