package org.zennet.headless.internal.cli;

import java.nio.file.Path;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.JobFileService;

/** Checks a job file before anything is started or paid for it. */
public final class JobFiles {
    private JobFiles() { }

    /**
     * Reads and checks it.
     *
     * @throws Rejected with all that is wrong with the file, or that this product runs no jobs
     */
    public static JobFileService.Summary check(BundleContext bundles, Path file) throws Rejected {
        ServiceReference<JobFileService> reference = bundles.getServiceReference(JobFileService.class);
        JobFileService files = reference == null ? null : bundles.getService(reference);
        if (files == null) {
            throw new Rejected("this product runs no jobs: it was made for providers alone");
        }
        return files.check(file);
    }
}
