package org.zennet.workbench.internal.help;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.handlers.HandlerUtil;

/** Opens a guided task. */
public final class GuidedTaskHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        String task = event.getParameter("org.zennet.workbench.task");
        try {
            GuidedTaskView view = (GuidedTaskView) HandlerUtil.getActiveWorkbenchWindowChecked(event).getActivePage().showView(GuidedTaskView.ID);
            if (task != null) {
                view.show(task);
            }
        } catch (PartInitException e) {
            throw new ExecutionException(e.getMessage(), e);
        }
        return null;
    }
}
