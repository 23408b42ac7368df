package org.zennet.api.benchmark;

import java.util.List;
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
}
