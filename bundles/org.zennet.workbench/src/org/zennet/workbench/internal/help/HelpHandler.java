package org.zennet.workbench.internal.help;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.ui.PlatformUI;

/** Opens the help at its beginning. */
public final class HelpHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) {
        PlatformUI.getWorkbench().getHelpSystem().displayHelp();
        return null;
    }
}
