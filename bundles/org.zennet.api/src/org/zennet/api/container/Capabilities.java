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
 * @param features       what it can do beyond running tasks, see the constants; what is missing here is not sold
 */
public record Capabilities(Isolation isolation, Resources largest, Set<String> limits, boolean deterministic,
        boolean outlivesNode, String notes, Set<String> features) {
    /** {@link Container#exec}: further programs beside the task, with a terminal where asked for. */
    public static final String SHELL = "shell";
    /** {@link TaskSpec#files} and {@link TaskSpec#outputs}. */
    public static final String FILES = "files";
    /** {@link Container#freeze} stops all processor use. */
    public static final String FREEZE = "freeze";
    /** Images hold programs of the host's processor, chosen by their entry point or by the task. */
    public static final String PROGRAMS = "programs";
    /** A task that runs when the node dies is finished and its outcome is kept. */
    public static final String READOPT = "readopt";
    /** {@link ContainerSpec#egress}: guests reach what is named there, nothing else, and what moves is metered. */
    public static final String EGRESS = "egress";

    /** Copies the sets. */
    public Capabilities {
        limits = Set.copyOf(limits);
        features = Set.copyOf(features);
    }

    /** Without features. */
    public Capabilities(Isolation isolation, Resources largest, Set<String> limits, boolean deterministic,
            boolean outlivesNode, String notes) {
        this(isolation, largest, limits, deterministic, outlivesNode, notes, Set.of());
    }
}
