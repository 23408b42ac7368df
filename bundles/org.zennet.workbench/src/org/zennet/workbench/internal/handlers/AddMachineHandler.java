package org.zennet.workbench.internal.handlers;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.InputDialog;
import org.eclipse.jface.window.Window;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.node.RemoteMachines;
import org.zennet.workbench.internal.WatchedMachines;

/** Asks for a machine and watches it from then on. */
public final class AddMachineHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        InputDialog dialog = new InputDialog(shell, Messages.addMachine, Messages.addMachineHow, "ssh://", null);
        if (dialog.open() == Window.OK) {
            String address = dialog.getValue().strip();
            Background.call(NLS.bind(Messages.addingMachine, address), RemoteMachines.class, machines -> {
                machines.add(address);
                WatchedMachines.remember(machines);
                return address;
            }, shell, done -> { });
        }
        return null;
    }
}
