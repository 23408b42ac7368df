package org.zennet.services.market;

import java.util.List;
import java.util.Optional;
import org.zennet.api.container.ContainerBackend;
import org.zennet.services.Registration;

/** The container backends that are present now. Thread-safe. */
public interface BackendRegistry {
    /**
     * The backend of an id, or empty while none is present and in order. What is handed out is a view that looks the
     * backend up at each call and guards it: it may be kept, and throws
     * {@link org.zennet.api.container.ContainerException} while the backend is gone, when it takes longer than
     * {@link ContainerBackend} allows and instead of any unchecked exception. A container that comes of a start that
     * took too long is stopped as soon as it appears. Containers stay usable after their backend went, as far as it
     * lets them; keep the lease id, and re-adopt by {@link ContainerBackend#survivors} when it is back.
     */
    Optional<ContainerBackend> backend(String id);

    /** The ids of the backends that are in order now, in the order of their ranking. */
    List<String> ids();

    /** All that are present, in quarantine too. */
    List<ExtensionInfo> backends();

    /** Is told when a backend came, changed or went, or its state changed; on a worker thread. */
    Registration watch(Runnable changed);

    /**
     * A number that is another one whenever the backend of an id was replaced or took other settings: what it can enforce may
     * be something else then. 0 while there is none.
     */
    default long revision(String id) {
        return ids().contains(id) ? 1 : 0;
    }
}
