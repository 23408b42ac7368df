package org.zennet.services.market;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.benchmark.BenchmarkResult;

/** Measures this machine with all the benchmarks that are present. Thread-safe. */
public interface BenchmarkRunner {
    /** The most results that are kept of all benchmarks together. */
    int MAX_RESULTS = 32;

    /**
     * Runs all benchmarks one after the other, each within its share of the time. One run at a time: who asks
     * meanwhile gets the run that is going on. Benchmarks that fail are quarantined and left out; with none present
     * the list is empty.
     *
     * @param budgetMillis the time for all together, in milliseconds
     */
    CompletableFuture<List<BenchmarkResult>> run(long budgetMillis);

    /** The results of the newest run, empty before the first. */
    List<BenchmarkResult> newest();
}
