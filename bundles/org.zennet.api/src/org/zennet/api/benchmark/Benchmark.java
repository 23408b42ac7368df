package org.zennet.api.benchmark;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Measures a machine. Registered as a service. Called from one worker thread at a time, may block for as long as
 * {@code budgetMillis} says, must end soon after an interrupt.
 */
@ConsumerType
public interface Benchmark {
    /** Service property: the benchmark's id. */
    String ID = "org.zennet.benchmark.id";

    /** Runs it within about a time and tells the scores. */
    List<BenchmarkResult> run(long budgetMillis) throws InterruptedException;

    /**
     * The same, telling each score as soon as it is there. One that measures in rounds tells a score again after each:
     * the later one counts. As it is here, all are told at the end.
     *
     * @param each gets a score, on the thread of the run
     */
    default List<BenchmarkResult> run(long budgetMillis, Consumer<BenchmarkResult> each) throws InterruptedException {
        List<BenchmarkResult> results = run(budgetMillis);
        results.forEach(each);
        return results;
    }

    /** The least time, in milliseconds, that is worth it. Where less would be its share, it is not run and gets no share. */
    default long leastMillis() {
        return 0;
    }

    /** What it lacks on this machine, and what to do about it: one line such as {@code apt-get install fio}; empty when nothing. */
    default Optional<String> missing() {
        return Optional.empty();
    }
}
