package org.zennet.workbench.internal.provider;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.runtime.SubMonitor;
import org.eclipse.jface.dialogs.IDialogConstants;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.swt.SWT;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.market.MachineMeasurements;
import org.zennet.workbench.internal.views.BenchmarksView;

/** Runs the built-in benchmarks in a process of their own, and shows them. */
public final class RunBenchmarksHandler extends AbstractHandler {
    private static final int FULL = 0;
    private static final int QUICK = 1;
    /** How many results there are, about: each moves the bar on. */
    private static final int FULL_STEPS = 23;
    private static final int QUICK_STEPS = 5;

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        int answer = MessageDialog.open(MessageDialog.QUESTION, HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell(), Messages.benchmarks, Messages.benchmarksQuestion, SWT.NONE,
                Messages.full, Messages.quick, IDialogConstants.CANCEL_LABEL);
        if (answer != FULL && answer != QUICK) {
            return null;
        }
        try {
            HandlerUtil.getActiveWorkbenchWindowChecked(event).getActivePage().showView(BenchmarksView.ID);
        } catch (PartInitException e) {
            throw new ExecutionException(e.getMessage(), e);
        }
        boolean quick = answer == QUICK;
        Machine.job(Messages.benchmarking, MachineMeasurements.class, (m, monitor) -> {
            SubMonitor progress = SubMonitor.convert(monitor, quick ? QUICK_STEPS : FULL_STEPS);
            m.run(quick, line -> {
                progress.subTask(line);
                progress.worked(1);
            }, monitor::isCanceled);
        });
        return null;
    }
}
