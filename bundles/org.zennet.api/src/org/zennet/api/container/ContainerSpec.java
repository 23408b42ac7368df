package org.zennet.api.container;

import java.nio.file.Path;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;

/**
 * A container to start.
 *
 * @param leaseId   the lease it belongs to: 1 to 64 characters of {@code a-z0-9-}
 * @param image     a file of the host with the module or image; the backend only reads it
 * @param imageHash its SHA-256; the backend checks it
 * @param resources its limits
 * @param directory a directory of the host that is the container's alone, for logs and work files; exists
 * @param maxWallMillis when it is stopped whatever happens, counted from its start, in milliseconds
 * @param idleMillis  when it is stopped because nobody touched it: no {@link Container#run}, {@link Container#usage}
 *                    or {@link Container#keepAlive} for so long. This is what stops unpaid work after the node died.
 * @param egress      what it may reach; a backend without {@link Capabilities#EGRESS} refuses all but {@link Egress#NONE}
 */
public record ContainerSpec(String leaseId, Path image, Hash imageHash, Resources resources, Path directory,
        long maxWallMillis, long idleMillis, Egress egress) {
    /** Refuses ids that could escape a path. */
    public ContainerSpec {
        if (!leaseId.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("a lease id is 1 to 64 of a-z, 0-9 and dash: '" + leaseId + "'");
        }
    }

    /** Without a network. */
    public ContainerSpec(String leaseId, Path image, Hash imageHash, Resources resources, Path directory, long maxWallMillis,
            long idleMillis) {
        this(leaseId, image, imageHash, resources, directory, maxWallMillis, idleMillis, Egress.NONE);
    }
}
