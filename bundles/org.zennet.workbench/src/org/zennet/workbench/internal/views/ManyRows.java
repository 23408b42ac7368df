package org.zennet.workbench.internal.views;

import java.util.List;
import org.eclipse.jface.viewers.ISelection;
import org.zennet.workbench.internal.model.Row;

/**
 * So many selected rows that nobody wants to look at each: they are copied, and made for that only. No structured selection, because whoever
 * listens to those takes all of them at once.
 *
 * @param rows in their order
 */
public record ManyRows(List<Row> rows) implements ISelection {
    @Override
    public boolean isEmpty() {
        return rows.isEmpty();
    }
}
