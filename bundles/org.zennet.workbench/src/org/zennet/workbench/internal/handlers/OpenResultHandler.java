package org.zennet.workbench.internal.handlers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.swt.program.Program;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.Row;

/** Opens the directory with the result of the selected job in the system's file manager. */
public final class OpenResultHandler extends AbstractHandler {

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        if (HandlerUtil.getCurrentSelection(event) instanceof IStructuredSelection s && s.getFirstElement() instanceof Row row) {
            String id = row.id().split("/")[0];
            Optional<Path> path = Services.ask(JobService.class, j -> j.job(id), Optional.<JobInfo>empty()).flatMap(JobInfo::result).map(JobService.Result::path);
            var shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
            if (path.isEmpty() || !Files.isDirectory(path.get())) {
                MessageDialog.openInformation(shell, Messages.openResult, Messages.noResult);
            } else if (!Program.launch(path.get().toString())) {
                MessageDialog.openInformation(shell, Messages.openResult, Messages.noFileManager + "\n" + path.get());
            }
        }
        return null;
    }
}
