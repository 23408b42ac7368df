package org.zennet.workbench.internal.views;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.SashForm;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.market.MachineMeasurements;
import org.zennet.services.market.MachineMeasurements.Benchmarks;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.ChartData;
import org.zennet.workbench.internal.model.Measurements;
import org.zennet.workbench.internal.model.Row;

/** The newest benchmarks of this machine, against fixed reference figures. */
public final class BenchmarksView extends ViewPart implements ChartHolder {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.benchmarks";
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
        rows = new RowsViewer(sash, Messages.benchmarks, Measurements.BENCHMARKS, 5, 2, 3, 2, 2, 3);
        canvas = new ChartCanvas(sash);
        FocusedSelection.register(getSite(), rows);
        Live.follow(parent, BenchmarksView::snapshot, (a, b) -> a.status().equals(b.status()) && Row.showSame(a.rows(), b.rows()), s -> {
            status.setText(s.status());
            rows.show(s.rows());
            canvas.show(s.chart());
            parent.layout();
        });
    }

    private static Snapshot snapshot() {
        Optional<Benchmarks> newest = Services.find(MachineMeasurements.class).flatMap(MachineMeasurements::benchmarks);
        return new Snapshot(Measurements.headline(newest), Measurements.benchmarks(newest), Measurements.benchmarkChart(newest));
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
