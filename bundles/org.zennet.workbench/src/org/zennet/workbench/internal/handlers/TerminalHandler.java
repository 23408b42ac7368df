package org.zennet.workbench.internal.handlers;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.workbench.internal.terminal.TerminalCanvas;
import org.zennet.workbench.internal.views.TerminalView;

/** Copy, paste and select all in a terminal. */
public final class TerminalHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) {
        if (HandlerUtil.getActivePart(event) instanceof TerminalView view) {
            TerminalCanvas canvas = view.canvas();
            switch (event.getCommand().getId()) {
                case "org.eclipse.ui.edit.copy" -> canvas.copy();
                case "org.eclipse.ui.edit.paste" -> canvas.paste();
                default -> canvas.selectAll();
            }
        }
        return null;
    }
}
