package org.zennet.workbench.internal.handlers;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.ui.handlers.HandlerUtil;

/** Copies the selected lines of the Properties view as tab-separated text; its own copy, in its context menu, takes them one by one. */
public final class CopyPropertiesHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        if (shell.getDisplay().getFocusControl() instanceof Tree tree) {
            CopyRowsHandler.copy(shell, Arrays.stream(tree.getSelection()).map(i -> (i.getText(0) + "\t" + i.getText(1)).strip() + "\n").collect(Collectors.joining()));
        }
        return null;
    }
}
