package org.zennet.services.market;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Rejected;

/** Measures what a container of this machine gives, as it would be rented. Thread-safe; one measurement at a time. */
public interface ContainerMeasurements {
    /**
     * So many thousandths of a core a backend has to allow all containers together beyond the machine's for {@link #calibrate}: for those that hold
     * memory and do nothing.
     */
    int HOLDING_CORES = 6400;

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
     * Fits rates to runs in as many containers as the machine has cores for rent, in which kernels work, and others that hold the rest of
     * its memory. A run costs, at the list rates, what it kept from others: its cores while a task was at work, its memory all the time. So
     * full load, all cores at work and all memory held, earns what it does at the list rates, however the meters of the backend count. What
     * an idle container uses of processor, disk and network is subtracted.
     *
     * @param machine      what is for rent in all; of its memory at most what is free now is held, and the result says how much
     * @param list         the rates at which a day of full load costs what the owner wants to earn; of what no run uses too
     * @param budgetMillis the time for all together, 10 s to 10 min, in milliseconds; starting the containers comes on top
     * @param each         is told every run as soon as it is over, on the caller's thread
     */
    Calibrated calibrate(String backend, Resources machine, RateVector list, long budgetMillis, Consumer<Measured> each)
            throws Rejected, InterruptedException;

    /** What a run loads. */
    enum Load {
        /** Memory alone. */
        HOLDING,
        /** All cores, with little memory. */
        WORKING,
        /** All cores, and all memory held. */
        FULL,
        /** All memory, and the cores in part or for a part of the time. */
        PART
    }

    /**
     * One run.
     *
     * @param name       of what ran
     * @param heldOut    whether it was kept out of the fit, to judge it
     * @param usage      of all containers that it is about; in runs of the fit the idle baseline is subtracted, held-out ones are as they are billed
     * @param wallMillis how long it took
     * @param price      what it is to cost
     */
    record Measured(String name, Load load, boolean heldOut, UsageVector usage, long wallMillis, Amount price) {
        /** By how much more (or less) than it is to cost it earns at these rates, in thousandths. */
        public double offPerMille(RateVector rates) {
            return 1000.0 * (rates.cost(usage).zen() - price.zen()) / Math.max(1, price.zen());
        }
    }

    /**
     * A calibration.
     *
     * @param report       of the fit
     * @param runs         all, those that were held out too
     * @param busyPerMille the processor time that busy containers got of the cores that they had, in thousandths: far below 1000
     *                     where others used the machine meanwhile, and then the rates are too high
     * @param heldMemory   what all containers together had of memory, in bytes
     * @param warnings     one line each: what to keep in mind besides those of the report
     */
    record Calibrated(CalibrationService.Report report, List<Measured> runs, int busyPerMille, long heldMemory, List<String> warnings) {
        /** Copies the lists. */
        public Calibrated {
            runs = List.copyOf(runs);
            warnings = List.copyOf(warnings);
        }

        /** By how much more (or less) than they are to cost the held-out runs of a load earn together, in thousandths; none without rates or runs. */
        public OptionalDouble heldOutPerMille(Load load) {
            List<Measured> all = heldOut(load);
            if (report.rates().isEmpty() || all.isEmpty()) {
                return OptionalDouble.empty();
            }
            double due = all.stream().mapToDouble(m -> report.rates().get().cost(m.usage()).zen()).sum();
            double meant = all.stream().mapToDouble(m -> m.price().zen()).sum();
            return OptionalDouble.of(1000 * (due - meant) / meant);
        }

        /** The same of the single one that is furthest off. */
        public OptionalDouble worstHeldOutPerMille(Load load) {
            return report.rates().stream().flatMap(r -> heldOut(load).stream().map(m -> m.offPerMille(r)))
                    .max(Comparator.comparingDouble(Math::abs)).map(OptionalDouble::of).orElse(OptionalDouble.empty());
        }

        private List<Measured> heldOut(Load load) {
            return runs.stream().filter(m -> m.heldOut() && m.load() == load).toList();
        }
    }
}
