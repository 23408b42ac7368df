package org.zennet.workbench.internal.views;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.SashForm;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.workbench.internal.model.ChartData;
import org.zennet.workbench.internal.model.Earnings;
import org.zennet.workbench.internal.model.Row;

/** What this machine earned, by day. */
public final class EarningsView extends ViewPart implements ChartHolder {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.earnings";
    private RowsViewer rows;
    private ChartCanvas canvas;

    private record Snapshot(String status, List<Row> rows, ChartData chart) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label status = new Label(parent, SWT.WRAP);
        status.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        SashForm sash = new SashForm(parent, SWT.HORIZONTAL);
        sash.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        canvas = new ChartCanvas(sash);
        rows = new RowsViewer(sash, Messages.earnings, Earnings.COLUMNS, 3, 2, 2, 3, 3, 3, 6);
        FocusedSelection.register(getSite(), rows);
        Live.follow(parent, EarningsView::snapshot, (a, b) -> a.status().equals(b.status()) && Row.showSame(a.rows(), b.rows()) && a.chart().equals(b.chart()), s -> {
            status.setText(s.status());
            rows.show(s.rows());
            canvas.show(s.chart());
            parent.layout();
        });
    }

    private static Snapshot snapshot() {
        List<LeaseInfo> leases = Provided.now().map(Provided::leases).orElse(List.of());
        ZoneId zone = ZoneId.systemDefault();
        Instant now = Instant.now();
        return new Snapshot(Earnings.headline(leases, zone, now), Earnings.rows(leases, zone, now), Earnings.chart(leases, zone, now));
    }

    @Override
    public ChartData shown() {
        return canvas.shown();
    }

    @Override
    public void savePng(Path file) {
        canvas.savePng(file);
    }

    @Override
    public void setFocus() {
        rows.setFocus();
    }
}
