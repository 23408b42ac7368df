package org.zennet.workbench.internal;

import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.CTabFolder;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.IPerspectiveDescriptor;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.PerspectiveAdapter;

/**
 * Puts the tool bars of views back beside their tabs after a change of perspective. GTK measures them too large while
 * they are squeezed, and SWT then wraps them over the view until the next resize (eclipse.platform.swt issue 3608; when
 * the target has an SWT with its fix, this class can go).
 */
final class ToolBars extends PerspectiveAdapter {
    private static final int LATER_MILLIS = 50;

    @Override
    public void perspectiveActivated(IWorkbenchPage page, IPerspectiveDescriptor perspective) {
        Shell shell = page.getWorkbenchWindow().getShell();
        if (shell != null) {
            shell.getDisplay().timerExec(LATER_MILLIS, () -> {
                if (!shell.isDisposed()) {
                    settle(shell);
                }
            });
        }
    }

    private static void settle(Composite parent) {
        for (Control c : parent.getChildren()) {
            if (c instanceof CTabFolder folder && folder.isVisible() && folder.getTopRight() != null) {
                folder.notifyListeners(SWT.Resize, new Event());
            }
            if (c instanceof Composite inner) {
                settle(inner);
            }
        }
    }
}
