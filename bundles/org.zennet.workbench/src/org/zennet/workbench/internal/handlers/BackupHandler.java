package org.zennet.workbench.internal.handlers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.wallet.KeystoreService;

/** Writes a sealed copy of the wallet's keystore. */
public final class BackupHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        FileDialog dialog = new FileDialog(shell, SWT.SAVE);
        dialog.setText(Messages.backup);
        dialog.setFileName("zennet-wallet.backup");
        String file = dialog.open();
        if (file != null) {
            Path target = Path.of(file);
            Background.call(Messages.backingUp, KeystoreService.class, k -> {
                k.backup(target, Optional.empty());
                return Files.exists(target.resolveSibling(target.getFileName() + ".passphrase"));
            }, shell, beside -> MessageDialog.openInformation(shell, Messages.backup, NLS.bind(Messages.backupWritten, target) + "\n\n" + (beside
                    ? NLS.bind(Messages.backupBeside, target.getFileName()) : Messages.backupSealed)));
        }
        return null;
    }
}
