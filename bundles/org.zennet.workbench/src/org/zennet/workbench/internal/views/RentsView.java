package org.zennet.workbench.internal.views;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.publisher.RentService;
import org.zennet.services.publisher.RentService.RentInfo;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.Gauge;
import org.zennet.workbench.internal.model.RentMeter;
import org.zennet.workbench.internal.model.RentRows;
import org.zennet.workbench.internal.model.Row;

/** What this person rents: machines to log in to, with gauges of the selected one. */
public final class RentsView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.rents";
    private final RentMeter meter = new RentMeter();
    private RowsViewer rows;
    private GaugeBars gauges;
    private Snapshot shown = new Snapshot("", List.of(), Map.of());

    private record Snapshot(String hint, List<Row> rows, Map<String, List<Gauge>> gauges) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label hint = new Label(parent, SWT.WRAP);
        GridData place = new GridData(SWT.FILL, SWT.TOP, true, false);
        hint.setLayoutData(place);
        rows = new RowsTree(parent, Messages.rentedMachines, RentRows.COLUMNS, 3, 2, 3, 3, 1, 2, 3, 4, 6, 5);
        gauges = new GaugeBars(parent);
        rows.onSelection(this::gauges);
        rows.onOpen(row -> Commands.run(getSite(), "org.zennet.workbench.openTerminal"));
        FocusedSelection.register(getSite(), rows);
        Live.follow(parent, this::snapshot, RentsView::same, s -> {
            shown = s;
            hint.setText(s.hint());
            place.exclude = s.hint().isEmpty();
            hint.setVisible(!place.exclude);
            rows.show(s.rows());
            gauges();
            parent.layout();
        });
    }

    private static boolean same(Snapshot a, Snapshot b) {
        return a.hint().equals(b.hint()) && a.gauges().equals(b.gauges()) && Row.showSame(a.rows(), b.rows());
    }

    private Snapshot snapshot() {
        Instant now = Services.clock().instant();
        return Services.find(RentService.class).map(s -> {
            List<RentInfo> all = s.rents();
            meter.note(all);
            Map<String, List<Gauge>> each = new HashMap<>();
            for (RentInfo r : all) {
                each.put(r.id(), meter.of(r, now));
                r.machines().forEach(m -> each.put(RentRows.id(r, m), meter.of(r, m)));
            }
            return new Snapshot(all.isEmpty() ? Messages.noRent : "", RentRows.of(all, now), Map.copyOf(each));
        }).orElse(new Snapshot(Messages.noNode, List.of(), Map.of()));
    }

    /** Of the selected line, else of the newest rent. */
    private void gauges() {
        String id = rows.first().or(() -> shown.rows().stream().findFirst()).map(Row::id).orElse("");
        gauges.show(shown.gauges().getOrDefault(id, List.of()));
    }

    @Override
    public void setFocus() {
        rows.setFocus();
    }
}
