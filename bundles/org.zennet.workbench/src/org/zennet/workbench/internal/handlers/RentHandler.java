package org.zennet.workbench.internal.handlers;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.runtime.ILog;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.window.Window;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.publisher.RentService;
import org.zennet.services.publisher.RentService.Request;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.views.RentsView;

/** Asks how many machines of what size, rents them and shows the view of them. */
public final class RentHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        IWorkbenchWindow window = HandlerUtil.getActiveWorkbenchWindowChecked(event);
        if (Services.find(RentService.class).isEmpty()) {
            MessageDialog.openInformation(shell, Messages.rentMachines, Messages.noNode);
            return null;
        }
        RentDialog dialog = new RentDialog(shell);
        if (dialog.open() == Window.OK) {
            Request request = dialog.request();
            Background.call(Messages.renting, RentService.class, s -> s.open(request), window.getShell(), id -> {
                try {
                    window.getActivePage().showView(RentsView.ID);
                } catch (PartInitException e) {
                    ILog.of(RentHandler.class).error("the rented machines can't be shown", e);
                }
            });
        }
        return null;
    }
}
