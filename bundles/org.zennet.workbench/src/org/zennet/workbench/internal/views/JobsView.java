package org.zennet.workbench.internal.views;

import java.util.List;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.publisher.JobService;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.JobRows;
import org.zennet.workbench.internal.model.Row;

/** Jobs with their tasks and providers, what they spent and what is at risk. */
public final class JobsView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.jobs";
    private RowsViewer rows;

    private record Snapshot(String hint, List<Row> rows) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label hint = new Label(parent, SWT.WRAP);
        hint.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        rows = new RowsViewer(parent, JobRows.COLUMNS, "Jobs");
        getSite().setSelectionProvider(rows.viewer());
        MenuManager menu = new MenuManager();
        rows.viewer().getTree().setMenu(menu.createContextMenu(rows.viewer().getTree()));
        getSite().registerContextMenu(menu, rows.viewer());
        Live.follow(parent, JobsView::snapshot, (a, b) -> a.hint().equals(b.hint()) && Row.showSame(a.rows(), b.rows()), s -> {
            hint.setText(s.hint());
            rows.show(s.rows());
            parent.layout();
        });
    }

    private static Snapshot snapshot() {
        return Services.find(JobService.class).map(j -> {
            List<Row> all = JobRows.of(j.jobs());
            return new Snapshot(all.isEmpty() ? "No job yet: Zennet > Run a Job… starts one." : "", all);
        }).orElse(new Snapshot("No node runs in this window: Zennet > Join a Network… starts one.", List.of()));
    }

    @Override
    public void setFocus() {
        rows.viewer().getControl().setFocus();
    }
}
