package org.zennet.workbench.internal.handlers;

import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.publisher.RentService;
import org.zennet.workbench.internal.model.Figures;
import org.zennet.workbench.internal.model.Row;

/** Gives back the rents whose lines are selected, after a question; what was used is paid. */
public final class EndRentHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Set<String> ids = new LinkedHashSet<>();
        if (HandlerUtil.getCurrentSelection(event) instanceof IStructuredSelection selection) {
            for (Object o : selection) {
                if (o instanceof Row row) {
                    ids.add(row.id().split("/")[0]);
                }
            }
        }
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        if (!ids.isEmpty() && MessageDialog.openConfirm(shell, Messages.giveBack,
                NLS.bind(Messages.giveBackQuestion,
                Figures.count(ids.size(), Messages.oneRent, Messages.manyRents)))) {
            ids.forEach(id -> Background.call(Messages.givingBack, RentService.class, s -> {
                s.close(id);
                return id;
            }, shell, done -> { }));
        }
        return null;
    }
}
