package org.zennet.services.market;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.services.Rejected;

/** Measures this machine with the benchmarks that are present. Thread-safe. */
public interface BenchmarkRunner {
    /** The most results that are kept of all benchmarks together. */
    int MAX_RESULTS = 32;

    /**
     * Runs all benchmarks one after the other, each within its share of the time. One run at a time: who asks
     * meanwhile gets the run that is going on. Benchmarks that fail are quarantined and left out, those for which the
     * time is too short as well; with none present the list is empty.
     *
     * @param budgetMillis the time for all together, in milliseconds
     */
    CompletableFuture<List<BenchmarkResult>> run(long budgetMillis);

    /**
     * Runs some benchmarks, as {@link #run(long)}. Offers do not carry what they find unless it is {@linkplain #save saved}.
     *
     * @param ids  which, in this order
     * @param each is told every result as soon as it is there, on some thread
     * @throws Rejected when one is not there, is in quarantine or lacks something, or while another run goes on
     */
    CompletableFuture<List<BenchmarkResult>> run(List<String> ids, long budgetMillis, Consumer<BenchmarkResult> each) throws Rejected;

    /** The benchmarks that are present, in the order of their ranking. */
    List<Info> benchmarks();

    /** What offers carry: what was saved on this machine, and the results of the newest run of all; empty before the first. */
    List<BenchmarkResult> newest();

    /**
     * Keeps results, so that offers carry them now and after a restart. Those of other ids that were kept stay. What was measured
     * on a machine with another processor or another number of them is dropped when it is read.
     *
     * @param directory of a network's data, whose part {@code market} keeps them
     * @throws Rejected when they can't be written
     */
    void save(Path directory, List<BenchmarkResult> results) throws Rejected;

    /**
     * A benchmark.
     *
     * @param id          that it is asked for by
     * @param leastMillis the least time that it needs, in milliseconds
     * @param missing     why it can't run, one line with what to do about it; empty when it can
     */
    record Info(String id, long leastMillis, Optional<String> missing) { }
}
