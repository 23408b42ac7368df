package org.zennet.workbench.internal.views;

import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.workbench.internal.model.LeaseRows;
import org.zennet.workbench.internal.model.Row;

/** What this machine is rented for: leases, what they owe and paid. */
public final class LeasesView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.leases";
    private RowsViewer rows;

    private record Snapshot(String status, List<Row> rows) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label status = new Label(parent, SWT.WRAP);
        status.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        rows = new RowsTree(parent, Messages.leases, LeaseRows.COLUMNS, 4, 3, 2, 1, 4, 4, 2, 2, 6, 5);
        FocusedSelection.register(getSite(), rows);
        Live.follow(parent, LeasesView::snapshot, (a, b) -> a.status().equals(b.status()) && Row.showSame(a.rows(), b.rows()), s -> {
            status.setText(s.status());
            rows.show(s.rows());
            parent.layout();
        });
    }

    private static Snapshot snapshot() {
        return Provided.now().map(p -> new Snapshot(LeaseRows.status(p.status()), LeaseRows.of(p.leases()))).orElse(new Snapshot(Messages.notProviding, List.of()));
    }

    @Override
    public void setFocus() {
        rows.setFocus();
    }
}
