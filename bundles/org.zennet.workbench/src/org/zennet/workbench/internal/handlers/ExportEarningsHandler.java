package org.zennet.workbench.internal.handlers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.Rejected;
import org.zennet.services.node.RemoteMachines;
import org.zennet.workbench.internal.model.MachineRows;

/** Writes what the machines earned, by machine and day, as comma-separated values. */
public final class ExportEarningsHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        FileDialog dialog = new FileDialog(shell, SWT.SAVE);
        dialog.setText(Messages.exportEarnings);
        dialog.setFilterExtensions(new String[] {"*.csv"});
        dialog.setFilterNames(new String[] {Messages.earningsCsv});
        dialog.setFileName("earnings.csv");
        dialog.setOverwrite(true);
        String file = dialog.open();
        if (file != null) {
            Background.call(NLS.bind(Messages.writingEarnings, file), RemoteMachines.class, machines -> {
                try {
                    return Files.writeString(Path.of(file), MachineRows.csv(machines.machines()));
                } catch (IOException e) {
                    throw new Rejected(NLS.bind(Messages.fileFails, file, e.getMessage()), e);
                }
            }, shell, done -> { });
        }
        return null;
    }
}
