package org.zennet.workbench.internal.provider;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.IDialogConstants;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.swt.SWT;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.provider.ProviderProcess;

/** Stops the provider beside the window: its leases end, or work on until it starts again. */
public final class StopProvidingHandler extends AbstractHandler {
    private static final int END = 0;
    private static final int KEEP = 1;

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        int answer = MessageDialog.open(MessageDialog.QUESTION, HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell(), Messages.stop, Messages.stopQuestion, SWT.NONE,
                Messages.stopEnding, Messages.stopKeeping, IDialogConstants.CANCEL_LABEL);
        if (answer == END || answer == KEEP) {
            Machine.job(Messages.stopping, ProviderProcess.class, (process, monitor) -> process.stop(answer == KEEP));
        }
        return null;
    }
}
