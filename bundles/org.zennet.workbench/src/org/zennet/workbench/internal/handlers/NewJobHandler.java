package org.zennet.workbench.internal.handlers;

import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.wizard.WizardDialog;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.publisher.JobService;
import org.zennet.workbench.internal.Services;

/** Opens the wizard that takes a job file, says what it would cost and who can read it, and runs it. */
public final class NewJobHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        open(HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell(), Optional.empty());
        return null;
    }

    /** Opens it, on a file where there is one already. */
    public static void open(Shell shell, Optional<Path> file) {
        if (Services.find(JobService.class).isEmpty()) {
            MessageDialog.openInformation(shell, Messages.newJob, Messages.noNode);
            return;
        }
        WizardDialog dialog = new WizardDialog(shell, new NewJobWizard(file));
        dialog.setHelpAvailable(false);
        dialog.setMinimumPageSize(640, 380);
        dialog.open();
    }
}
