package org.zennet.workbench.internal.handlers;

import java.util.List;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.market.PluginService;
import org.zennet.workbench.internal.model.PluginRows;
import org.zennet.workbench.internal.model.Row;

/** Removes the selected plug-ins, after a question; what came with the product stays. */
public final class RemovePluginHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        List<String> names = HandlerUtil.getCurrentSelection(event) instanceof IStructuredSelection s
                ? s.stream().filter(Row.class::isInstance).flatMap(r -> PluginRows.plugin((Row) r).stream()).toList() : List.of();
        if (names.isEmpty()) {
            MessageDialog.openInformation(shell, Messages.removePlugin, Messages.selectPlugin);
        } else if (MessageDialog.openConfirm(shell, Messages.removePlugin, NLS.bind(Messages.removeQuestion, String.join(", ", names)))) {
            for (String name : names) {
                Background.call(NLS.bind(Messages.removing, name), PluginService.class, s -> {
                    s.remove(name);
                    return name;
                }, shell, done -> { });
            }
        }
        return null;
    }
}
