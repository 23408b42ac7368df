package org.zennet.workbench.internal.provider;

import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.zennet.services.Rejected;
import org.zennet.workbench.internal.Services;

/** Long work on this machine, as jobs of the platform: the Progress view shows them and cancels them, a refusal is told in a dialog. */
final class Machine {
    private Machine() { }

    /** What is done with a service. */
    interface Work<S> {
        void on(S service, IProgressMonitor monitor) throws Rejected, InterruptedException;
    }

    /** Does it in a job. */
    static <S> Job job(String name, Class<S> type, Work<S> work) {
        Job job = Job.create(name, (IProgressMonitor monitor) -> {
            try {
                work.on(Services.find(type).orElseThrow(() -> new Rejected(Messages.noNode)), monitor);
                return Status.OK_STATUS;
            } catch (Rejected e) {
                return new Status(IStatus.ERROR, Machine.class, e.getMessage());
            } catch (InterruptedException e) {
                return Status.CANCEL_STATUS;
            }
        });
        job.setUser(true);
        job.schedule();
        return job;
    }
}
