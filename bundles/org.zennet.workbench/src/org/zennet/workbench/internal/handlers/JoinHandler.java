package org.zennet.workbench.internal.handlers;

import java.util.Optional;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.InputDialog;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.window.Window;
import org.eclipse.swt.graphics.Point;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.network.JoinLine;
import org.zennet.workbench.internal.EmbeddedNode;
import org.zennet.workbench.internal.Services;

/** Asks for a join line and starts the node of this window with it. */
public final class JoinHandler extends AbstractHandler {
    /** Wide enough for a whole join line. */
    private static final int WIDTH = 800;

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        EmbeddedNode node = Services.find(EmbeddedNode.class).orElseThrow(() -> new ExecutionException("no node belongs to this window"));
        var shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        if (node.isBusy()) {
            MessageDialog.openInformation(shell, Messages.join, Messages.nodeRunsAlready);
            return null;
        }
        InputDialog dialog = new InputDialog(shell, Messages.join, Messages.joinLine, "", JoinHandler::problem) {
            @Override
            protected Point getInitialSize() {
                return new Point(WIDTH, super.getInitialSize().y);
            }
        };
        if (dialog.open() == Window.OK) {
            node.start(Optional.of(JoinLine.parse(dialog.getValue())));
        }
        return null;
    }

    private static String problem(String text) {
        try {
            JoinLine.parse(text);
            return null;
        } catch (IllegalArgumentException e) {
            return text.isEmpty() ? "" : e.getMessage();
        }
    }
}
