package org.zennet.benchmark.internal.container;

import java.util.List;
import java.util.Optional;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Rejected;

/**
 * A machine as a calibration needs it: as many containers as it has cores for rent, in which kernels work, and others that hold the rest of
 * its memory and do nothing. Real containers, or a model of them in tests.
 */
interface CalibrationSite {
    /** How many containers work. */
    int workers();

    /** What each of them has. */
    Resources worker();

    /** How many containers hold memory. */
    int holders();

    /** What each of them has. */
    Resources holder();

    /** Runs one task to its end on one worker, with nothing else at work. */
    Workload.Done run(int worker, Mix mix) throws Rejected, InterruptedException;

    /**
     * Starts a task on each worker that has one, waits until all of them work, and reads all meters then and after so long. What the
     * tasks do before and after is no part of it.
     *
     * @param mixes of each worker; none where it is idle
     */
    Window window(List<Optional<Mix>> mixes, long millis) throws Rejected, InterruptedException;

    /** Reads all meters, runs a task on each worker to its end, lets all be idle for so long, and reads them again. */
    Window spell(List<Mix> mixes, long idleMillis) throws Rejected, InterruptedException;

    /**
     * What the meters counted between two readings.
     *
     * @param workers of each
     * @param holders of each
     * @param early   whether a task ended before the second reading of a window
     */
    record Window(List<Part> workers, List<UsageVector> holders, boolean early) { }

    /**
     * A worker's part of it.
     *
     * @param used       with the time between the two readings of this worker as wall clock
     * @param busyMillis how long a task was at work in it, its way there and back included
     */
    record Part(UsageVector used, long busyMillis) { }
}
