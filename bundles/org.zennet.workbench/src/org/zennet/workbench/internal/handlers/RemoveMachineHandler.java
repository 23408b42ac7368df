package org.zennet.workbench.internal.handlers;

import java.util.List;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.node.RemoteMachines;
import org.zennet.workbench.internal.WatchedMachines;
import org.zennet.workbench.internal.model.MachineRows;
import org.zennet.workbench.internal.model.Row;

/** Watches the selected machines no longer. Nothing is changed on them. */
public final class RemoveMachineHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        List<String> addresses = HandlerUtil.getCurrentSelection(event) instanceof IStructuredSelection s
                ? s.stream().filter(Row.class::isInstance).flatMap(r -> MachineRows.machine((Row) r).stream()).toList() : List.of();
        if (!addresses.isEmpty()) {
            Background.call(NLS.bind(Messages.forgettingMachines, String.join(", ", addresses)), RemoteMachines.class, machines -> {
                addresses.forEach(machines::remove);
                WatchedMachines.remember(machines);
                return addresses;
            }, shell, done -> { });
        }
        return null;
    }
}
