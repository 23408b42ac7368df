package org.zennet.workbench.internal.views;

import java.util.List;
import java.util.Optional;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ProviderProcess;
import org.zennet.services.settings.SettingsService;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.OfferRows;
import org.zennet.workbench.internal.model.Row;

/** This machine as an offer: whether it is for rent now, what stands in the way, and what its owner set. */
public final class OfferView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.offerView";
    private RowsViewer rows;

    private record Snapshot(String status, List<Row> rows) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label status = new Label(parent, SWT.WRAP);
        status.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        rows = new RowsTree(parent, Messages.offer, OfferRows.COLUMNS, 2, 7);
        FocusedSelection.register(getSite(), rows);
        Live.follow(parent, OfferView::snapshot, (a, b) -> a.status().equals(b.status()) && Row.showSame(a.rows(), b.rows()), s -> {
            status.setText(s.status());
            rows.show(s.rows());
            parent.layout();
        });
    }

    private static Snapshot snapshot() {
        Optional<Provided> now = Provided.now();
        List<SettingsService.Section> settings = Services.find(ProviderProcess.class).map(OfferView::settings).orElse(List.of());
        return new Snapshot(OfferRows.headline(now.map(Provided::status), Services.find(ProviderProcess.class).isPresent()),
                OfferRows.of(now.map(Provided::status), now.map(Provided::pid), settings));
    }

    private static List<SettingsService.Section> settings(ProviderProcess process) {
        try {
            return process.settings();
        } catch (Rejected e) {
            return List.of();
        }
    }

    @Override
    public void setFocus() {
        rows.setFocus();
    }
}
