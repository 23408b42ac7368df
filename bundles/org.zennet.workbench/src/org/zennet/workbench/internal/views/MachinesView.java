package org.zennet.workbench.internal.views;

import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.node.RemoteMachines;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.MachineRows;
import org.zennet.workbench.internal.model.Row;

/** Headless machines elsewhere, seen over ssh, with what each earned by day. */
public final class MachinesView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.machines";
    private RowsViewer rows;

    private record Snapshot(String status, List<Row> rows) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label status = new Label(parent, SWT.WRAP);
        status.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        rows = new RowsTree(parent, Messages.machinesElsewhere, MachineRows.COLUMNS, 6, 4, 2, 2, 3, 8);
        FocusedSelection.register(getSite(), rows);
        Live.follow(parent, MachinesView::snapshot, (a, b) -> a.status().equals(b.status()) && Row.showSame(a.rows(), b.rows()), s -> {
            status.setText(s.status());
            rows.show(s.rows());
            parent.layout();
        });
    }

    private static Snapshot snapshot() {
        return Services.find(RemoteMachines.class).map(RemoteMachines::machines).map(m -> new Snapshot(MachineRows.status(m), MachineRows.of(m)))
                .orElse(new Snapshot(Messages.watchesNone, List.of()));
    }

    @Override
    public void setFocus() {
        rows.setFocus();
    }
}
