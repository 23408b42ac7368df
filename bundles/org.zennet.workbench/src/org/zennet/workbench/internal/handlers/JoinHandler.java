package org.zennet.workbench.internal.handlers;

import java.util.Optional;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.InputDialog;
import org.eclipse.jface.window.Window;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.network.JoinLine;
import org.zennet.workbench.internal.EmbeddedNode;
import org.zennet.workbench.internal.Services;

/** Asks for a join line and starts the node of this window with it. */
public final class JoinHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        InputDialog dialog = new InputDialog(HandlerUtil.getActiveShellChecked(event), "Join a Network",
                "The join line, as 'zennet network new' printed it:", "", text -> {
                    try {
                        JoinLine.parse(text);
                        return null;
                    } catch (IllegalArgumentException e) {
                        return text.isEmpty() ? "" : e.getMessage();
                    }
                });
        if (dialog.open() == Window.OK) {
            JoinLine line = JoinLine.parse(dialog.getValue());
            Services.find(EmbeddedNode.class).ifPresent(n -> n.start(Optional.of(line)));
        }
        return null;
    }
}
