package org.zennet.workbench.internal.handlers;

import java.util.List;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.workbench.internal.model.Row;
import org.zennet.workbench.internal.views.TerminalView;

/** Opens a terminal on each selected machine; on all of a selected rent that are few. A machine can have several. */
public final class OpenTerminalHandler extends AbstractHandler {
    private static final int MOST = 8;

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        IWorkbenchPage page = HandlerUtil.getActiveWorkbenchWindowChecked(event).getActivePage();
        if (HandlerUtil.getCurrentSelection(event) instanceof IStructuredSelection selection) {
            int opened = 0;
            for (Object o : selection) {
                if (o instanceof Row row) {
                    for (Row machine : row.children().isEmpty() ? List.of(row) : row.children()) {
                        if (opened < MOST && machine.id().contains("/")) {
                            open(page, machine.id());
                            opened++;
                        }
                    }
                }
            }
        }
        return null;
    }

    private static void open(IWorkbenchPage page, String id) throws ExecutionException {
        int slash = id.indexOf('/');
        int number = 1;
        String instance = TerminalView.instance(id.substring(0, slash), id.substring(slash + 1), number);
        while (page.findViewReference(TerminalView.ID, instance) != null) {
            instance = TerminalView.instance(id.substring(0, slash), id.substring(slash + 1), ++number);
        }
        try {
            page.showView(TerminalView.ID, instance, IWorkbenchPage.VIEW_ACTIVATE);
        } catch (PartInitException e) {
            throw new ExecutionException("the terminal can't be shown", e);
        }
    }
}
