package org.zennet.headless.internal.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.services.market.ReferenceScores;

class RepeatedTest {
    private static BenchmarkResult result(String id, String unit, double score) {
        return new BenchmarkResult(id, unit, Math.round(score * 1000), 10);
    }

    @Test
    void theMedianRunCountsAndHalfOfWhatLiesBetweenTheEndsIsTold() {
        List<Repeated> all = Repeated.of(List.of(List.of(result("integer/1", "Mop/s", 100), result("memory/1", "MB/s", 5)),
                List.of(result("integer/1", "Mop/s", 110)), List.of(result("integer/1", "Mop/s", 104))));
        assertEquals(List.of("integer/1", "memory/1"), all.stream().map(r -> r.median().id()).toList());
        assertEquals(104_000, all.getFirst().median().milli());
        assertEquals(48, all.getFirst().betweenPerMille());
        assertEquals(List.of(100.0, 110.0, 104.0), all.getFirst().document().get("runs"));
        assertEquals(0.208, all.getFirst().document().get("ratio"));
    }

    @Test
    void oneRunSaysNothingAboutRepeatability() {
        Map<String, Object> d = Repeated.of(List.of(List.of(result("other/1", "x", 3)))).getFirst().document();
        assertFalse(d.containsKey("betweenRunsPerMille") || d.containsKey("ratio"), d.toString());
    }

    @Test
    void lessIsBetterWhereNanosecondsAreCounted() {
        assertEquals(2.0, ReferenceScores.ratio(result("latency-16m/1", "ns", 90)).orElseThrow(), 1e-9);
        assertEquals(2.0, ReferenceScores.ratio(result("integer/1", "Mop/s", 1000)).orElseThrow(), 1e-9);
        assertEquals(2.0, ReferenceScores.mean(List.of(result("integer/1", "Mop/s", 2000), result("memory/1", "MB/s", 25_000))).orElseThrow(), 1e-9);
        assertTrue(ReferenceScores.mean(List.of(result("unknown/1", "x", 1))).isEmpty());
        assertTrue(ReferenceScores.allCores(result("suite-integer-all/1", "Mop/s", 1)));
    }

    @Test
    void aContainerIsComparedWithTheSameKernelOfTheHost() {
        List<Repeated> inside = Repeated.of(List.of(List.of(result("wasm-integer/1", "Mop/s", 50), result("wasm-latency-16m/1", "ns", 200), result("wasm-hash/1", "MB/s", 9))));
        List<Repeated> host = Repeated.of(List.of(List.of(result("integer/1", "Mop/s", 100), result("latency-16m/1", "ns", 100))));
        assertEquals(Map.of("wasm-integer/1", 0.5, "wasm-latency-16m/1", 0.5), BenchmarkCommand.ofHost(inside, host));
    }
}
