package org.zennet.provider.internal.lease;

import java.util.Optional;
import org.zennet.api.container.ContainerBackend;
import org.zennet.provider.internal.Capacity;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.content.Modules;
import org.zennet.provider.internal.content.Outputs;
import org.zennet.provider.internal.content.PulledImages;

/** What leases share. */
public interface LeaseHost {
    /** What the provider stands on. */
    Kit kit();

    /** Leases on disk. */
    LeaseStore store();

    /** What is sold. */
    Capacity capacity();

    /** Modules by hash. */
    Modules modules();

    /** Images of registries. */
    PulledImages images();

    /** Outputs for delivery. */
    Outputs outputs();

    /** A backend that is sold here. */
    Optional<ContainerBackend> backend(String id);

    /** The meters of all containers. */
    Readings readings();

    /** A directory of a lease alone. */
    java.nio.file.Path directory(String lease);

    /** A lease changed. */
    void changed(LeaseRunner lease);
}
