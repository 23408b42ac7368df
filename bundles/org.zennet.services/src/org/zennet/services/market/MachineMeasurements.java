package org.zennet.services.market;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.services.Rejected;
import org.zennet.services.market.ContainerMeasurements.Calibrated;

/**
 * Measures this machine in a process of its own, which has the optimising compiler that a desktop or daemon starts without: what
 * {@code zennet benchmark} does. The newest measurement of each kind is kept in the data directory. Present where a node runs.
 * Thread-safe; one measurement at a time. Those that measure block the caller for a minute or so.
 */
public interface MachineMeasurements {
    /** The newest benchmarks that were kept. */
    Optional<Benchmarks> benchmarks();

    /** The newest calibration that was kept. */
    Optional<Calibration> calibration();

    /**
     * Runs the built-in benchmarks.
     *
     * @param quick     six seconds on one core instead of a minute on all
     * @param said      is told what the process says, a line each, on some thread
     * @param cancelled asked a few times a second; when true the process is ended and {@link InterruptedException} is thrown
     * @throws Rejected with the process's last line when it fails
     */
    Benchmarks run(boolean quick, Consumer<String> said, BooleanSupplier cancelled) throws Rejected, InterruptedException;

    /**
     * Calibrates in real containers; otherwise like {@link #run}.
     *
     * @param backend id of the container backend
     * @param target  what the whole machine shall earn in a day
     * @param quick   20 seconds instead of a minute
     */
    Calibration calibrate(String backend, Amount target, boolean quick, Consumer<String> said, BooleanSupplier cancelled)
            throws Rejected, InterruptedException;

    /**
     * Benchmarks of a moment.
     *
     * @param machine    processor and kernel, for people
     * @param loadBefore the system's load average of a minute before the run
     * @param loadAfter  and after it
     */
    record Benchmarks(Instant at, String machine, double loadBefore, double loadAfter, List<BenchmarkResult> results) {
        /** Copies the list. */
        public Benchmarks {
            results = List.copyOf(results);
        }
    }

    /**
     * A calibration of a moment.
     *
     * @param target     what was asked for
     * @param milliCores for rent, in thousandths
     * @param memory     for rent, in bytes
     */
    record Calibration(Instant at, Amount target, int milliCores, long memory, Calibrated result) { }
}
