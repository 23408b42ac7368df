package org.zennet.services.publisher;

import java.nio.file.Path;
import org.zennet.api.value.Amount;
import org.zennet.services.Rejected;

/** Reads job files and runs nothing: needs no network, no wallet and no configuration. Thread-safe. */
public interface JobFileService {
    /**
     * Reads a job file and checks that what it names is there.
     *
     * @throws Rejected with all that is wrong with it, a line for each
     */
    Summary check(Path file) throws Rejected;

    /**
     * What a job file asks for.
     *
     * @param tasks    of the array
     * @param reduce   whether a last step reads all outputs
     * @param replicas on how many providers each task runs
     * @param budget   the most that providers are promised in all
     * @param deadline from the submission, in milliseconds
     */
    record Summary(String name, String backend, int tasks, boolean reduce, int replicas, Amount budget, long deadline) { }
}
