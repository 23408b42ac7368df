package org.zennet.workbench.internal.provider;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.runtime.SubMonitor;
import org.eclipse.jface.dialogs.InputDialog;
import org.eclipse.jface.window.Window;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.api.value.Amount;
import org.zennet.services.market.MachineMeasurements;
import org.zennet.workbench.internal.views.CalibrationView;

/** Asks what the machine shall earn in a day, and fits rates to runs in real containers. */
public final class CalibrateHandler extends AbstractHandler {
    private static final String BACKEND = "wasm";
    private static final int RUNS = 24;

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        InputDialog dialog = new InputDialog(HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell(), Messages.calibrate, Messages.calibrateTarget, "20 XEN", CalibrateHandler::problem);
        if (dialog.open() != Window.OK) {
            return null;
        }
        try {
            HandlerUtil.getActiveWorkbenchWindowChecked(event).getActivePage().showView(CalibrationView.ID);
        } catch (PartInitException e) {
            throw new ExecutionException(e.getMessage(), e);
        }
        Amount target = Amount.parse(dialog.getValue());
        Machine.job(Messages.calibrating, MachineMeasurements.class, (m, monitor) -> {
            SubMonitor progress = SubMonitor.convert(monitor, RUNS);
            m.calibrate(BACKEND, target, false, line -> {
                progress.subTask(line);
                progress.worked(1);
            }, monitor::isCanceled);
        });
        return null;
    }

    private static String problem(String text) {
        try {
            return Amount.parse(text).isZero() ? "" : null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }
}
