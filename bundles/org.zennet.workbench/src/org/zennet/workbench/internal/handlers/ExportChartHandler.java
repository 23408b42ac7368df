package org.zennet.workbench.internal.handlers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.SWTException;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.workbench.internal.views.ChartHolder;

/** Writes the chart that is shown to a file: as a picture where its name ends in .png, as its values where it ends in .csv. */
public final class ExportChartHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        if (HandlerUtil.getActivePart(event) instanceof ChartHolder view) {
            FileDialog dialog = new FileDialog(shell, SWT.SAVE);
            dialog.setText(Messages.exportChart);
            dialog.setFilterExtensions(new String[] {"*.png", "*.csv"});
            dialog.setFilterNames(new String[] {Messages.picture, Messages.values});
            dialog.setFileName("chart.png");
            dialog.setOverwrite(true);
            String file = dialog.open();
            if (file != null) {
                try {
                    export(view, Path.of(file));
                } catch (IOException | SWTException e) {
                    MessageDialog.openError(shell, Messages.exportChart, NLS.bind(Messages.cannotWrite, file, e.getMessage()));
                }
            }
        }
        return null;
    }

    /** Writes a view's chart by the ending of a name. */
    public static void export(ChartHolder view, Path file) throws IOException {
        if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
            Files.writeString(file, view.shown().csv());
        } else {
            view.savePng(file);
        }
    }
}
