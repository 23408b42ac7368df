package org.zennet.workbench.internal.handlers;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.JobService;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.Row;

/** Cancels the selected jobs; what was used is paid. */
public final class CancelJobHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) {
        if (HandlerUtil.getCurrentSelection(event) instanceof IStructuredSelection selection) {
            for (Object o : selection) {
                if (o instanceof Row row) {
                    String id = row.id().split("/")[0];
                    Job.create("Cancelling a job", (ICoreRunnable) m -> cancel(id)).schedule();
                }
            }
        }
        return null;
    }

    private static void cancel(String id) throws CoreException {
        try {
            JobService jobs = Services.find(JobService.class).orElseThrow(() -> new Rejected("no node runs in this window"));
            jobs.cancel(id);
        } catch (Rejected e) {
            throw new CoreException(Status.warning(e.getMessage()));
        }
    }
}
