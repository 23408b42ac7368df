package org.zennet.api.verification;

import java.util.Map;
import java.util.SortedMap;

/**
 * What a comparer is asked.
 *
 * @param first    the one result
 * @param second   the other
 * @param settings of the job for its comparer
 */
public record Comparison(Result first, Result second, Map<String, String> settings) {
    /** Copies the settings. */
    public Comparison {
        settings = Map.copyOf(settings);
    }

    /**
     * What a successful run of a task left.
     *
     * @param output its standard output
     * @param files  the files that the job file names as outputs, by their path with {@code /} between its parts
     */
    public record Result(byte[] output, SortedMap<String, byte[]> files) { }
}
