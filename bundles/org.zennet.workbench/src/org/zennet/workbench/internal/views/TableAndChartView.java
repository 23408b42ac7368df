package org.zennet.workbench.internal.views;

import java.nio.file.Path;
import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.SashForm;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.workbench.internal.model.ChartData;
import org.zennet.workbench.internal.model.Row;

/** A line that sums up, and below it a table and a chart of the same figures side by side. */
abstract class TableAndChartView extends ViewPart implements ChartHolder {
    private final String name;
    private final boolean chartFirst;
    private final List<String> columns;
    private final int[] weights;
    private RowsViewer rows;
    private ChartCanvas canvas;

    /** What is shown. */
    record Snapshot(String status, List<Row> rows, ChartData chart) {
        boolean same(Snapshot o) {
            return status.equals(o.status) && Row.showSame(rows, o.rows) && chart.equals(o.chart);
        }
    }

    /**
     * Makes one.
     *
     * @param name       what a screen reader calls the table
     * @param chartFirst whether the chart is at the left
     */
    TableAndChartView(String name, boolean chartFirst, List<String> columns, int... weights) {
        this.name = name;
        this.chartFirst = chartFirst;
        this.columns = columns;
        this.weights = weights;
    }

    /** What to show now; on a worker thread. */
    abstract Snapshot snapshot();

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label status = new Label(parent, SWT.WRAP);
        status.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        SashForm sash = new SashForm(parent, SWT.HORIZONTAL);
        sash.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        if (chartFirst) {
            canvas = new ChartCanvas(sash);
        }
        rows = new RowsTree(sash, name, columns, weights);
        if (!chartFirst) {
            canvas = new ChartCanvas(sash);
        }
        FocusedSelection.register(getSite(), rows);
        Live.follow(parent, this::snapshot, Snapshot::same, s -> {
            status.setText(s.status());
            rows.show(s.rows());
            canvas.show(s.chart());
            parent.layout();
        });
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
