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
import org.zennet.services.market.MachineMeasurements.Calibration;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.ChartData;
import org.zennet.workbench.internal.model.Measurements;
import org.zennet.workbench.internal.model.Row;

/** The newest calibration: rates with their intervals, and each run with what the rates make of it. */
public final class CalibrationView extends ViewPart implements ChartHolder {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.calibration";
    private RowsViewer rates;
    private ChartCanvas canvas;

    private record Snapshot(String status, List<Row> rates, List<Row> runs, ChartData chart) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label status = new Label(parent, SWT.WRAP);
        status.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        SashForm sash = new SashForm(parent, SWT.VERTICAL);
        sash.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        SashForm above = new SashForm(sash, SWT.HORIZONTAL);
        rates = new RowsTree(RowsViewer.titled(above, Messages.rates), Messages.rates, Measurements.RATES, 3, 3, 2, 5);
        canvas = new ChartCanvas(above);
        RowsViewer runs = new RowsTree(RowsViewer.titled(sash, Messages.runs), Messages.runs, Measurements.RUNS, 4, 2, 2, 7, 3, 3, 2);
        FocusedSelection.register(getSite(), rates, runs);
        Live.follow(parent, CalibrationView::snapshot, (a, b) -> a.status().equals(b.status()) && Row.showSame(a.rates(), b.rates()) && Row.showSame(a.runs(), b.runs()), s -> {
            status.setText(s.status());
            rates.show(s.rates());
            runs.show(s.runs());
            canvas.show(s.chart());
            parent.layout();
        });
    }

    private static Snapshot snapshot() {
        Optional<Calibration> newest = Services.find(MachineMeasurements.class).flatMap(MachineMeasurements::calibration);
        return new Snapshot(Measurements.verdict(newest), Measurements.rates(newest), Measurements.runs(newest), Measurements.residuals(newest));
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
        rates.setFocus();
    }
}
