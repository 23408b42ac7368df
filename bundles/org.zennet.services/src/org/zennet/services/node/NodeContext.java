package org.zennet.services.node;

import java.nio.file.Path;
import java.util.Optional;
import org.zennet.services.network.JoinLine;

/**
 * The process that this runtime is: registered by the face that started it, before any root component is configured.
 */
public interface NodeContext {
    /** The data directory of this network: {@code DIR/<network>}. It exists, and this process holds its lock. */
    Path directory();

    /** How to join the network. The seed is this process itself on the node that made the network. */
    JoinLine network();

    /** {@code zennet-node}, {@code zennet-miner}, {@code zennet-provider}, {@code zennet-publisher}, {@code zennet-workbench}. */
    String role();

    /** Whether this process is the network's first node, which has no seed. */
    default boolean isSeed() {
        return false;
    }

    /** A sub-directory, created for the owner alone. */
    Path directory(String name);

    /** The passphrase of the keystore, where the owner gave one. */
    Optional<char[]> passphrase();
}
