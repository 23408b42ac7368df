package org.zennet.benchmark.internal.container;

import java.util.Arrays;
import java.util.List;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Counter;
import org.zennet.services.Rejected;

/** Scores of the kernels by the meter of a container: work over billed processor time, less what an empty task costs. */
final class KernelScores {
    /** How often a kernel is run after it was warmed up. */
    static final int RUNS = 5;
    /** The least processor time of a run that means something, in microseconds. */
    private static final long LEAST_MICROS = 50_000;
    private static final long MOST_ROUNDS = 10_000_000;

    /**
     * A kernel as it is scored.
     *
     * @param name  of the program's argument
     * @param bytes that it works on, 0 for what has no choice
     * @param unit  of the score
     * @param timed whether the score is the time of one unit in nanoseconds
     */
    record Kernel(String name, String id, long bytes, String unit, boolean timed) { }

    /** All of them, for a container of 64 MiB. */
    static final List<Kernel> ALL = List.of(
            new Kernel("integer", "integer", 0, "Mop/s", false), new Kernel("sieve", "sieve", 0, "Mop/s", false),
            new Kernel("linpack", "linpack", 0, "Mflop/s", false), new Kernel("hash", "hash", 0, "MB/s", false),
            new Kernel("memory", "memory", 12 << 20, "MB/s", false), new Kernel("latency", "latency-16m", 16 << 20, "ns", true));

    private KernelScores() { }

    /** Something that runs kernels: a container, or a model of one in tests. */
    interface Machine {
        /** Runs a kernel once. */
        Workload.Done run(String kernel, long rounds, long bytes) throws Rejected, InterruptedException;
    }

    /**
     * Measures one kernel.
     *
     * @param prefix       of the id, with its dash
     * @param shareMillis  its time
     */
    static BenchmarkResult measure(Machine machine, Kernel kernel, String prefix, long shareMillis) throws Rejected, InterruptedException {
        long wanted = Math.max(LEAST_MICROS, shareMillis * 1000 / (RUNS + 2));
        long rounds = 1;
        // warms up and finds how many rounds take so long; preparing data is no part of the work and is subtracted
        Workload.Done one = machine.run(kernel.name(), rounds, kernel.bytes());
        while (micros(one) < wanted / 3 && rounds < MOST_ROUNDS) {
            rounds = Math.min(MOST_ROUNDS, Math.max(rounds + 1, Math.min(rounds * 20, rounds * wanted / Math.max(1, micros(one)))));
            one = machine.run(kernel.name(), rounds, kernel.bytes());
        }
        double[] scores = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            Workload.Done none = machine.run(kernel.name(), 0, kernel.bytes());
            Workload.Done run = machine.run(kernel.name(), rounds, kernel.bytes());
            long net = Math.max(1, micros(run) - micros(none));
            scores[i] = kernel.timed() ? net * 1000.0 / run.count() : run.count() / (double) net;
        }
        Arrays.sort(scores);
        double median = scores[RUNS / 2];
        long spread = Math.round((scores[RUNS * 3 / 4] - scores[RUNS / 4]) / 2 / median * 1000);
        return new BenchmarkResult(prefix + kernel.id() + "/1", kernel.unit(), Math.max(1, Math.round(median * 1000)), (int) Math.min(spread, 1_000_000));
    }

    private static long micros(Workload.Done done) {
        return done.usage().get(Counter.CPU);
    }
}
