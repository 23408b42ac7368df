package org.zennet.api.container;

import java.util.Objects;
import java.util.Optional;
import org.zennet.api.value.UsageVector;

/**
 * One look at a container.
 *
 * @param usage as {@link Container#usage} tells it
 * @param ended as {@link Container#ended} tells it: empty while it runs
 */
public record Reading(UsageVector usage, Optional<String> ended) {
    /** Refuses null. */
    public Reading {
        Objects.requireNonNull(usage, "usage");
        Objects.requireNonNull(ended, "ended");
    }
}
