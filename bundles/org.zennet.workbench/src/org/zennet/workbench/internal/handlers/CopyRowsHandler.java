package org.zennet.workbench.internal.handlers;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.jface.viewers.ISelection;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.workbench.internal.model.Row;
import org.zennet.workbench.internal.views.Live;
import org.zennet.workbench.internal.views.ManyRows;

/** Copies the selected rows, and those below them, as tab-separated text. The text of very many is made by a worker. */
public final class CopyRowsHandler extends AbstractHandler {
    private static final int FEW = 1_000;

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        List<Row> rows = rows(HandlerUtil.getCurrentSelection(event));
        if (rows.size() > FEW || Row.moreThan(FEW, rows)) {
            Live.compute(shell, () -> text(rows), text -> copy(shell, text));
        } else {
            copy(shell, text(rows));
        }
        return null;
    }

    private static List<Row> rows(ISelection selection) {
        return switch (selection) {
            case ManyRows many -> many.rows();
            case IStructuredSelection some -> Stream.of(some.toArray()).filter(Row.class::isInstance).map(Row.class::cast).toList();
            case null, default -> List.of();
        };
    }

    private static String text(List<Row> rows) {
        return rows.stream().map(Row::text).collect(Collectors.joining());
    }

    /** Puts a text into the clipboard, where there is one. */
    static void copy(Shell shell, String text) {
        if (!text.isEmpty()) {
            Clipboard clipboard = new Clipboard(shell.getDisplay());
            clipboard.setContents(new Object[] {text}, new Transfer[] {TextTransfer.getInstance()});
            clipboard.dispose();
        }
    }
}
