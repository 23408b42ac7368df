package org.zennet.workbench.internal.views;

import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.publisher.JobService;
import org.zennet.workbench.internal.EmbeddedNode;
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
        GridData place = new GridData(SWT.FILL, SWT.TOP, true, false);
        hint.setLayoutData(place);
        rows = new RowsTree(parent, Messages.jobs, JobRows.COLUMNS, 4, 2, 2, 4, 3, 9).filtered();
        rows.onOpen(row -> Commands.run(getSite(), "org.zennet.workbench.openJob"));
        FileDrop.accept(rows.control(), getSite());
        FocusedSelection.register(getSite(), rows);
        Live.follow(parent, JobsView::snapshot, (a, b) -> a.hint().equals(b.hint()) && Row.showSame(a.rows(), b.rows()), s -> {
            hint.setText(s.hint());
            place.exclude = s.hint().isEmpty();
            hint.setVisible(!place.exclude);
            rows.show(s.rows());
            parent.layout();
        });
    }

    private static Snapshot snapshot() {
        return Services.find(JobService.class).map(j -> {
            List<Row> all = JobRows.of(JobWatch.jobs());
            return new Snapshot(all.isEmpty() ? Messages.noJob : "", all);
        }).orElseGet(() -> {
            String state = Services.find(EmbeddedNode.class).map(EmbeddedNode::state).orElse(Messages.noNetwork);
            return new Snapshot(Character.toUpperCase(state.charAt(0)) + state.substring(1) + ". " + Messages.howToJoin, List.of());
        });
    }

    @Override
    public void setFocus() {
        rows.setFocus();
    }
}
