package org.zennet.benchmark.internal.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

class KernelScoresTest {
    private static final KernelScores.Kernel INTEGER = KernelScores.ALL.getFirst();
    private static final KernelScores.Kernel LATENCY = KernelScores.ALL.getLast();

    /** A machine with a fixed price of a task, whose meter counts microseconds. */
    private static KernelScores.Machine machine(long emptyMicros, long microsPerRound, long countPerRound) {
        return (kernel, rounds, bytes) -> new Workload.Done(rounds * countPerRound,
                UsageVector.ZERO.with(Counter.CPU, emptyMicros + rounds * microsPerRound));
    }

    @Test
    void whatATaskCostsBeforeItWorksIsNoPartOfTheScore() throws Exception {
        BenchmarkResult r = KernelScores.measure(machine(80_000, 2_000, 1_000_000), INTEGER, "wasm-", 1_000);
        assertEquals(new BenchmarkResult("wasm-integer/1", "Mop/s", 500_000, 0), r);
    }

    @Test
    void aLatencyIsTheTimeOfOneLoad() throws Exception {
        BenchmarkResult r = KernelScores.measure(machine(5_000, 12_000, 100_000), LATENCY, "docker-", 1_000);
        assertEquals(new BenchmarkResult("docker-latency-16m/1", "ns", 120_000, 0), r);
    }

    @Test
    void aMeterThatStandsStillEndsTheSearchForRounds() throws Exception {
        BenchmarkResult r = KernelScores.measure(machine(0, 0, 1), INTEGER, "x-", 1_000);
        assertTrue(r.milli() > 0);
    }

    @Test
    void allIdsGoIntoAnOffer() {
        assertTrue(KernelScores.ALL.stream().allMatch(k -> ("sandbox-" + k.id() + "/1").length() <= 40 && k.unit().length() <= 16));
    }

    @Test
    void theCommittedModuleIsWhatTheSourceBuilds() throws Exception {
        Path script = Path.of(System.getProperty("zennet.root"), "bundles/org.zennet.benchmark/kernels/build.sh");
        Assumptions.assumeTrue(Files.isExecutable(script), "no source here");
        Process p = new ProcessBuilder(script.toString(), "--check").redirectErrorStream(true).start();
        String out = new String(p.getInputStream().readAllBytes());
        assertTrue(p.waitFor(60, TimeUnit.SECONDS));
        Assumptions.assumeTrue(p.exitValue() != 77, out);
        assertEquals(0, p.exitValue(), out);
    }
}
