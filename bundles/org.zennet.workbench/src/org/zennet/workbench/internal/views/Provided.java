package org.zennet.workbench.internal.views;

import java.util.List;
import java.util.Optional;
import org.zennet.services.provider.ProviderProcess;
import org.zennet.services.provider.ProviderService;
import org.zennet.workbench.internal.Services;

/**
 * What this machine provides: in the process beside the window, or in the window's own where that is configured.
 *
 * @param pid    of the process beside; 0 for the window's own
 * @param status how it goes
 * @param leases newest first
 */
record Provided(long pid, ProviderService.Status status, List<ProviderService.LeaseInfo> leases) {
    /** As it is now; on a worker thread. */
    static Optional<Provided> now() {
        return Services.find(ProviderProcess.class).flatMap(ProviderProcess::view).map(v -> new Provided(v.pid(), v.status(), v.leases()))
                .or(() -> Services.find(ProviderService.class).map(s -> new Provided(0, s.status(), s.leases())));
    }
}
