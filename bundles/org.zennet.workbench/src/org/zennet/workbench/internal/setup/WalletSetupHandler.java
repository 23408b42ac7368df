package org.zennet.workbench.internal.setup;

import java.util.List;
import java.util.Optional;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.window.Window;
import org.eclipse.jface.wizard.WizardDialog;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.Rejected;
import org.zennet.services.wallet.KeystoreService;
import org.zennet.workbench.internal.EmbeddedNode;
import org.zennet.workbench.internal.Services;

/** Creates or restores the window's wallet. Where its node made one for itself, shows the words that nobody has seen. */
public final class WalletSetupHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        EmbeddedNode node = Services.find(EmbeddedNode.class).orElseThrow(() -> new ExecutionException("no node belongs to this window"));
        if (node.isBusy()) {
            showUnseen(shell);
            return null;
        }
        WalletWizard wizard = new WalletWizard(node);
        if (new WizardDialog(shell, wizard).open() == Window.OK) {
            if (!wizard.created().isEmpty()) {
                new WordsDialog(shell, wizard.created()).open();
            }
            node.start(wizard.join());
        }
        return null;
    }

    private static void showUnseen(Shell shell) {
        Job job = Job.create(Messages.readingWords, (ICoreRunnable) m -> {
            try {
                Optional<List<String>> words = Services.find(KeystoreService.class).orElseThrow(() -> new Rejected(Messages.nodeStarts)).unseenWords();
                shell.getDisplay().asyncExec(() -> {
                    if (shell.isDisposed()) {
                        return;
                    }
                    if (words.isPresent()) {
                        new WordsDialog(shell, words.get()).open();
                    } else {
                        MessageDialog.openInformation(shell, Messages.wallet, Messages.walletIsThere);
                    }
                });
            } catch (Rejected e) {
                throw new CoreException(Status.error(e.getMessage()));
            }
        });
        job.setUser(true);
        job.schedule();
    }
}
