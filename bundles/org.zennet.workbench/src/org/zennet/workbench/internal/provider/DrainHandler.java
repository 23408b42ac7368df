package org.zennet.workbench.internal.provider;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.provider.ProviderProcess;

/** Has the provider beside the window take no new work. */
public final class DrainHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        if (MessageDialog.openConfirm(HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell(), Messages.drain, Messages.drainQuestion)) {
            Machine.job(Messages.draining, ProviderProcess.class, (process, monitor) -> process.drain());
        }
        return null;
    }
}
