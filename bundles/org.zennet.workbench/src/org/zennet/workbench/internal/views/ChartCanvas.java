package org.zennet.workbench.internal.views;

import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.SimpleDateFormat;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.graphics.Image;
import org.eclipse.swt.graphics.ImageData;
import org.eclipse.swt.graphics.ImageLoader;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swtchart.Chart;
import org.eclipse.swtchart.IAxis;
import org.eclipse.swtchart.IBarSeries;
import org.eclipse.swtchart.ILineSeries;
import org.eclipse.swtchart.ILineSeries.PlotSymbolType;
import org.eclipse.swtchart.ISeries;
import org.eclipse.swtchart.ISeries.SeriesType;
import org.eclipse.swtchart.LineStyle;
import org.eclipse.swtchart.Range;
import org.eclipse.swtchart.model.DateArraySeriesModel;
import org.zennet.workbench.internal.model.ChartData;

/** Draws {@link ChartData} in the colours of the theme. Lines differ by style and mark, not by colour alone. */
final class ChartCanvas {
    private static final LineStyle[] STYLES = {LineStyle.SOLID, LineStyle.DASH, LineStyle.DOT};
    private static final PlotSymbolType[] MARKS = {PlotSymbolType.CIRCLE, PlotSymbolType.DIAMOND, PlotSymbolType.TRIANGLE};
    /** Of the palette of Okabe and Ito, readable on light and dark and by those who see colours differently. */
    private static final int[][] COLOURS = {{0, 114, 178}, {213, 94, 0}, {0, 158, 115}};
    /** From so many points on, marks would hide the line. */
    private static final int MARKED = 60;
    private static final int MARK = 3;
    /** From so many bars on, their names are slanted, and their values are told by the table beside. */
    private static final int LEVEL = 6;
    private static final int SLANTED = 55;
    private static final double HEADROOM = 1.08;
    /** Below it, two digits after the point would say nothing. */
    private static final double SMALL = 0.1;
    private final Chart chart;
    private ChartData shown = new ChartData("", "", List.of(), List.of(), List.of());

    ChartCanvas(Composite parent) {
        chart = new Chart(parent, SWT.NONE);
        chart.getLegend().setPosition(SWT.BOTTOM);
        chart.getAccessible().addAccessibleListener(AccessibleListener.getNameAdapter(e -> e.result = description()));
        chart.getPlotArea().addCustomPaintListener(e -> {
            if (shown.isEmpty()) {
                String text = Messages.nothingToShow;
                var size = e.gc.textExtent(text);
                var area = chart.getPlotArea().getSize();
                e.gc.setForeground(chart.getForeground());
                e.gc.drawText(text, (area.x - size.x) / 2, (area.y - size.y) / 2, true);
            }
        });
    }

    Chart chart() {
        return chart;
    }

    ChartData shown() {
        return shown;
    }

    private String description() {
        StringBuilder s = new StringBuilder(shown.title().isBlank() ? Messages.nothingToShow : shown.title());
        for (ChartData.Series x : shown.series()) {
            s.append(", ").append(x.name()).append(x.values().isEmpty() ? " " + Messages.nothing : " " + x.values().getLast() + " " + shown.unit());
        }
        return s.toString();
    }

    /** Shows data in place of what was shown. */
    void show(ChartData data) {
        shown = data;
        chart.suspendUpdate(true);
        try {
            for (ISeries<?> s : chart.getSeriesSet().getSeries()) {
                chart.getSeriesSet().deleteSeries(s.getId());
            }
            colours();
            chart.getTitle().setText(data.title());
            IAxis x = chart.getAxisSet().getXAxis(0);
            IAxis y = chart.getAxisSet().getYAxis(0);
            y.getTitle().setText(data.unit());
            y.getTick().setFormat(new DecimalFormat("0.########", DecimalFormatSymbols.getInstance(Locale.ROOT)));
            x.getTitle().setVisible(false);
            boolean bars = !data.names().isEmpty();
            x.enableCategory(bars);
            if (bars) {
                x.setCategorySeries(data.names().toArray(String[]::new));
                x.getTick().setTickLabelAngle(data.names().size() > LEVEL ? SLANTED : 0);
            }
            double top = 0;
            double bottom = 0;
            for (int i = 0; i < data.series().size(); i++) {
                ChartData.Series s = data.series().get(i);
                double[] values = s.values().stream().mapToDouble(Double::doubleValue).toArray();
                for (double v : values) {
                    top = Math.max(top, v);
                    bottom = Math.min(bottom, v);
                }
                if (bars) {
                    bars(s.name(), values, i);
                } else {
                    line(data, s.name(), values, i);
                }
            }
            chart.getLegend().setVisible(data.series().size() > 1 && !data.isEmpty());
            for (IAxis axis : chart.getAxisSet().getAxes()) {
                // numbers without a value would say something
                axis.getTick().setVisible(!data.isEmpty());
            }
            if (!data.isEmpty()) {
                chart.getAxisSet().adjustRange();
                y.setRange(new Range(bottom * HEADROOM, top == 0 ? 1 : top * HEADROOM));
            }
        } finally {
            chart.suspendUpdate(false);
        }
        chart.redraw();
    }

    private void line(ChartData data, String name, double[] values, int i) {
        @SuppressWarnings("unchecked")   // the model counts its points
        ILineSeries<Integer> line = (ILineSeries<Integer>) chart.getSeriesSet().createSeries(SeriesType.LINE, name);
        if (data.times().isEmpty()) {
            return;
        }
        line.setDataModel(new DateArraySeriesModel(data.times().stream().map(Date::from).toArray(Date[]::new), values));
        line.enableStep(true);
        line.setLineStyle(STYLES[i % STYLES.length]);
        line.setLineColor(colour(i));
        line.setLineWidth(2);
        line.setSymbolType(values.length > MARKED ? PlotSymbolType.NONE : MARKS[i % MARKS.length]);
        line.setSymbolSize(MARK);
        line.setSymbolColor(colour(i));
        boolean days = Duration.between(data.times().getFirst(), data.times().getLast()).toHours() > 20;
        chart.getAxisSet().getXAxis(0).getTick().setFormat(new SimpleDateFormat(days ? "yyyy-MM-dd" : "HH:mm:ss", Locale.ROOT));
    }

    private void bars(String name, double[] values, int i) {
        IBarSeries<?> bar = (IBarSeries<?>) chart.getSeriesSet().createSeries(SeriesType.BAR, name);
        bar.setYSeries(values);
        bar.setBarColor(colour(i));
        bar.setBarPadding(values.length > LEVEL ? 25 : 40);
        bar.getLabel().setVisible(values.length <= LEVEL);
        bar.getLabel().setFormat(Arrays.stream(values).max().orElse(0) < SMALL ? "0.########" : "0.00");
        bar.getLabel().setForeground(chart.getForeground());
    }

    private static Color colour(int i) {
        int[] c = COLOURS[i % COLOURS.length];
        return new Color(c[0], c[1], c[2]);
    }

    private void colours() {
        Composite parent = chart.getParent();
        Color front = parent.getForeground();
        Color back = parent.getBackground();
        chart.setBackground(back);
        chart.setForeground(front);
        chart.getPlotArea().setBackground(back);
        chart.getLegend().setBackground(back);
        chart.getLegend().setForeground(front);
        chart.getTitle().setForeground(front);
        for (IAxis axis : chart.getAxisSet().getAxes()) {
            axis.getTitle().setForeground(front);
            axis.getTick().setForeground(front);
        }
    }

    /** Writes what is shown as a picture, as large as it is on the screen. */
    void savePng(Path file) {
        Image image = new Image(chart.getDisplay(), Math.max(1, chart.getSize().x), Math.max(1, chart.getSize().y));
        GC gc = new GC(image);
        try {
            chart.print(gc);
            ImageData data = image.getImageData();
            ImageLoader loader = new ImageLoader();
            loader.data = new ImageData[] {data};
            loader.save(file.toString(), SWT.IMAGE_PNG);
        } finally {
            gc.dispose();
            image.dispose();
        }
    }
}
