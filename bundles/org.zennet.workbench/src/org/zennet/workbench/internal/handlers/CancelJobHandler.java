package org.zennet.workbench.internal.handlers;

import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.osgi.util.NLS;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.JobService;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.Figures;
import org.zennet.workbench.internal.model.Row;

/** Cancels the jobs whose lines are selected, after a question; what was used is paid. */
public final class CancelJobHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Set<String> ids = new LinkedHashSet<>();
        if (HandlerUtil.getCurrentSelection(event) instanceof IStructuredSelection selection) {
            for (Object o : selection) {
                if (o instanceof Row row) {
                    ids.add(row.id().split("/")[0]);
                }
            }
        }
        if (!ids.isEmpty() && MessageDialog.openConfirm(HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell(), Messages.cancelJob,
                NLS.bind(Messages.cancelQuestion, Figures.count(ids.size(), Messages.oneJob, Messages.jobs)))) {
            ids.forEach(id -> Job.create(Messages.cancelling, (ICoreRunnable) m -> cancel(id)).schedule());
        }
        return null;
    }

    private static void cancel(String id) throws CoreException {
        try {
            Services.find(JobService.class).orElseThrow(() -> new Rejected(Messages.noNode)).cancel(id);
        } catch (Rejected e) {
            throw new CoreException(Status.error(e.getMessage()));
        }
    }
}
