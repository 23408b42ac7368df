package org.zennet.services.market;

import java.util.List;
import java.util.function.Consumer;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.services.Rejected;

/** Measures what a container of this machine gives, as it would be rented. Thread-safe; one measurement at a time. */
public interface ContainerMeasurements {
    /**
     * Runs the kernels of the built-in benchmarks as a program in a container. A score counts work per second of processor time
     * <em>as the container's own meter tells it</em>: what a buyer is billed for. Ids begin with the backend's.
     *
     * @param backend      its id
     * @param budgetMillis the time for all together, in milliseconds; each kernel is run a few times however short it is
     * @param each         is told every result as soon as it is there, on the caller's thread
     * @throws Rejected when the backend is not there, or can't run the program
     */
    List<BenchmarkResult> kernels(String backend, long budgetMillis, Consumer<BenchmarkResult> each) throws Rejected, InterruptedException;
}
