package org.zennet.workbench.internal.views;

import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.market.PluginService;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.PluginRows;
import org.zennet.workbench.internal.model.Row;

/** Plug-ins of this window's node, and what every bundle offers: strategies, backends, benchmarks. */
public final class PluginsView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.plugins";
    private RowsViewer rows;

    private record Snapshot(String status, List<Row> rows) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label status = new Label(parent, SWT.WRAP);
        status.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        rows = new RowsTree(parent, Messages.plugins, PluginRows.COLUMNS, 5, 2, 3, 3, 3, 2, 2, 8);
        FocusedSelection.register(getSite(), rows);
        Live.follow(parent, PluginsView::snapshot, (a, b) -> a.status().equals(b.status()) && Row.showSame(a.rows(), b.rows()), s -> {
            status.setText(s.status());
            rows.show(s.rows());
            parent.layout();
        });
    }

    private static Snapshot snapshot() {
        return Services.find(PluginService.class).map(p -> new Snapshot(Messages.pluginsWarning,
                PluginRows.of(p.list(), Services.find(StrategyRegistry.class).map(StrategyRegistry::extensions).orElse(List.of()))))
                .orElse(new Snapshot(Messages.noNode, List.of()));
    }

    @Override
    public void setFocus() {
        rows.setFocus();
    }
}
