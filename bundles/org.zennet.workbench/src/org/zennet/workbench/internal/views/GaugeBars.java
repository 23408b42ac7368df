package org.zennet.workbench.internal.views;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.ProgressBar;
import org.zennet.workbench.internal.model.Gauge;

/** {@link Gauge}s beside each other: a name, a bar and the same in words. */
final class GaugeBars {
    private static final int PARTS = 1_000;
    private static final int LEAST_WIDTH = 90;
    private final Composite area;
    private final List<Bar> bars = new ArrayList<>();
    private List<Gauge> shown = List.of();

    /** The widgets of one gauge. */
    private record Bar(Composite cell, Label name, ProgressBar bar, Label text) { }

    GaugeBars(Composite parent) {
        area = new Composite(parent, SWT.NONE);
        area.setLayoutData(new GridData(SWT.FILL, SWT.BOTTOM, true, false));
        area.setLayout(new GridLayout(1, true));
    }

    /** Shows gauges in place of those before. */
    void show(List<Gauge> gauges) {
        if (gauges.equals(shown)) {
            return;
        }
        shown = gauges;
        while (bars.size() < gauges.size()) {
            bars.add(make(bars.size()));
        }
        while (bars.size() > gauges.size()) {
            bars.removeLast().cell().dispose();
        }
        ((GridLayout) area.getLayout()).numColumns = Math.max(1, gauges.size());
        for (int i = 0; i < gauges.size(); i++) {
            Gauge g = gauges.get(i);
            Bar b = bars.get(i);
            b.name().setText(g.name());
            b.bar().setSelection((int) Math.round(g.fraction() * PARTS));
            b.text().setText(g.text());
        }
        area.getParent().layout(true, true);
    }

    private Bar make(int index) {
        Composite cell = new Composite(area, SWT.NONE);
        cell.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        cell.setLayout(new GridLayout());
        Label name = new Label(cell, SWT.NONE);
        name.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        ProgressBar bar = new ProgressBar(cell, SWT.HORIZONTAL | SWT.SMOOTH);
        bar.setMaximum(PARTS);
        GridData place = new GridData(SWT.FILL, SWT.CENTER, true, false);
        place.minimumWidth = LEAST_WIDTH;
        bar.setLayoutData(place);
        bar.getAccessible().addAccessibleListener(AccessibleListener.getNameAdapter(e -> e.result = index < shown.size()
                ? shown.get(index).name() + ": " + shown.get(index).text() : ""));
        Label text = new Label(cell, SWT.NONE);
        text.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        return new Bar(cell, name, bar, text);
    }
}
