package org.zennet.services.node;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;
import org.zennet.services.wallet.KeystoreService;

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
     * @param passphrase of the keystore; empty: that of the environment, or the file beside the keystore
     */
    record Request(Role role, Path data, Optional<String> network, Optional<JoinLine> join,
            Map<String, Map<String, Object>> settings, Optional<char[]> passphrase) {
        /** Without a passphrase of its own. */
        public Request(Role role, Path data, Optional<String> network, Optional<JoinLine> join, Map<String, Map<String, Object>> settings) {
            this(role, data, network, join, settings, Optional.empty());
        }
    }

    /**
     * Uses the keystore of a network's directory that no process holds. Nothing else is started: no chain, no network connection.
     *
     * @param join a network to join first, where none is there yet
     * @param passphrase what opens the keystore that is there; empty: that of the environment, or the file beside it
     * @throws Rejected when there is no network, another process holds the directory, or the use says so
     */
    <T> T keystore(Path data, Optional<String> network, Optional<JoinLine> join, Optional<char[]> passphrase, KeystoreUse<T> use) throws Rejected;

    /** Whether there is a keystore that only a passphrase opens which neither the environment nor a file tells. */
    boolean isLocked(Path data, Optional<String> network);

    /** Something done with a keystore. */
    interface KeystoreUse<T> {
        /** Does it. */
        T with(KeystoreService keystore) throws Rejected;
    }

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
