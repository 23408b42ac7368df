package org.zennet.workbench.internal.handlers;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.window.Window;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.api.value.Amount;
import org.zennet.services.wallet.WalletService;

/** Asks whom to pay and how much, shows what that would do, and pays. */
public final class SendHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        SendDialog dialog = new SendDialog(shell);
        if (dialog.open() == Window.OK) {
            String address = dialog.address();
            Amount amount = dialog.amount();
            Background.call(NLS.bind(Messages.paying, amount), WalletService.class, w -> w.send(address, amount), shell, txid -> { });
        }
        return null;
    }
}
