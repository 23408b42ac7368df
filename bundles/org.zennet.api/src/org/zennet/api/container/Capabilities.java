package org.zennet.api.container;

import java.util.Set;
import org.zennet.api.value.Resources;

/**
 * What a backend can do on this host.
 *
 * @param isolation      the rung of the isolation ladder that this host really enforces
 * @param largest        the largest container that it would start
 * @param limits         which limits it enforces: {@code cpu}, {@code memory}, {@code wall}, {@code output},
 *                       {@code disk}, {@code pids}
 * @param deterministic  whether the same input gives the same bytes on every host
 * @param outlivesNode   whether containers survive the end of the node's process
 * @param notes          one line for people: what is missing here and why; may be empty
 */
public record Capabilities(Isolation isolation, Resources largest, Set<String> limits, boolean deterministic,
        boolean outlivesNode, String notes) {
    /** Copies the set. */
    public Capabilities {
        limits = Set.copyOf(limits);
    }
}
