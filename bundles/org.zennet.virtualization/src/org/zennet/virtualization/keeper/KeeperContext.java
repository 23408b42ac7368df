package org.zennet.virtualization.keeper;

import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import org.osgi.annotation.versioning.ProviderType;

/** What a keeper offers its kind of children. */
@ProviderType
public interface KeeperContext {
    /** The keeper's own directory, which nobody else may enter. */
    Path directory();

    /** Where a lease's own files are kept as long as it is known; exists. */
    Path home(String leaseId);

    /** For what is due later; tasks must be short. */
    ScheduledExecutorService scheduler();

    /** Starts a program on the one thread that lives as long as the keeper: children ask to die with their parent thread. */
    Process spawn(ProcessBuilder program) throws java.io.IOException, InterruptedException;
}
