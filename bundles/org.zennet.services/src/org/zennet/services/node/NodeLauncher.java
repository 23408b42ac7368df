package org.zennet.services.node;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;

/**
 * Starts a node inside this process: takes the lock of its data directory, registers {@link NodeContext} and configures
 * the components that its role needs. One node per process.
 */
public interface NodeLauncher {
    /** The whole of what a role needs to run. */
    enum Role {
        /** A chain node with a wallet. */
        NODE("zennet-node"),
        /** A chain node that makes blocks. */
        MINER("zennet-miner"),
        /** A machine for rent. */
        PROVIDER("zennet-provider"),
        /** Runs jobs. */
        PUBLISHER("zennet-publisher"),
        /** Runs jobs, from the desktop. */
        WORKBENCH("zennet-workbench");

        private final String processName;

        Role(String processName) {
            this.processName = processName;
        }

        /** As it stands in the command line of the process. */
        public String processName() {
            return processName;
        }
    }

    /**
     * What to start.
     *
     * @param data     the root of data directories, {@code ~/.zennet} by default
     * @param network  the name of a network under it, where there are several
     * @param join     a network to join, where none of that line is there yet
     * @param settings sections over those of {@code config.yaml}: component to its properties
     */
    record Request(Role role, Path data, Optional<String> network, Optional<JoinLine> join,
            Map<String, Map<String, Object>> settings) { }

    /**
     * Starts it and waits until its services are there (not until the chain is level).
     *
     * @throws Rejected with one line on what is wrong: no network, another process holds the lock, a port is taken
     */
    RunningNode start(Request request) throws Rejected;

    /** A node that runs in this process. */
    interface RunningNode extends AutoCloseable {
        /** Its context. */
        NodeContext context();

        /** Stops it and frees the lock. */
        @Override
        void close();
    }
}
