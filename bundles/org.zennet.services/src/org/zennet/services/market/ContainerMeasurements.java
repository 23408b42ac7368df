package org.zennet.services.market;

import java.util.List;
import java.util.function.Consumer;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
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

    /**
     * Fits rates to runs in containers: of mainly the processor, of mainly memory, and mixes of both, each with the price of what it
     * kept from others: its share of the machine's processors while it worked, of its memory while it was idle. What an idle container
     * uses of processor, disk and network is subtracted.
     *
     * @param target       what the whole machine shall earn in 24 hours
     * @param machine      what is for rent in all
     * @param budgetMillis the time for all together, 10 s to 10 min, in milliseconds
     * @param each         is told every run as soon as it is over, on the caller's thread
     */
    Calibrated calibrate(String backend, Amount target, Resources machine, long budgetMillis, Consumer<Measured> each)
            throws Rejected, InterruptedException;

    /**
     * One run in a container.
     *
     * @param name       of what ran
     * @param heldOut    whether it was kept out of the fit, to judge it
     * @param usage      the idle baseline subtracted
     * @param wallMillis how long it took
     * @param price      what it is to cost
     */
    record Measured(String name, boolean heldOut, UsageVector usage, long wallMillis, Amount price) { }

    /**
     * A calibration.
     *
     * @param report          of the fit
     * @param runs            all, those that were held out too
     * @param heldOutPerMille by how much the held-out runs together would earn more (or less) than they are to cost, in thousandths
     * @param busyPerMille    the processor time that busy containers got of the cores that they had, in thousandths: far below 1000
     *                        where others used the machine meanwhile, and then the rates are too high
     * @param warnings        one line each: what to keep in mind besides those of the report
     */
    record Calibrated(CalibrationService.Report report, List<Measured> runs, int heldOutPerMille, int busyPerMille, List<String> warnings) {
        /** Copies the lists. */
        public Calibrated {
            runs = List.copyOf(runs);
            warnings = List.copyOf(warnings);
        }
    }
}
