package org.zennet.workbench.internal.handlers;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.workbench.internal.model.JobPages;
import org.zennet.workbench.internal.model.Row;
import org.zennet.workbench.internal.views.JobView;

/** Opens a view of each job that is selected or that a selected line belongs to, at the page of that line. */
public final class OpenJobHandler extends AbstractHandler {
    private static final int MOST = 8;

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        IWorkbenchPage page = HandlerUtil.getActiveWorkbenchWindowChecked(event).getActivePage();
        if (HandlerUtil.getCurrentSelection(event) instanceof IStructuredSelection selection) {
            int opened = 0;
            for (Object o : selection) {
                if (o instanceof Row row && opened++ < MOST) {
                    try {
                        if (page.showView(JobView.ID, JobView.instance(row.id().split("/")[0]), IWorkbenchPage.VIEW_ACTIVATE) instanceof JobView view) {
                            view.show(JobPages.page(row.id()));
                        }
                    } catch (PartInitException e) {
                        throw new ExecutionException("the job can't be shown", e);
                    }
                }
            }
        }
        return null;
    }
}
