package org.zennet.workbench.internal.views;

import java.util.List;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.SashForm;
import org.eclipse.swt.layout.FillLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.chain.ChainService;
import org.zennet.services.market.MarketJournal;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.MarketRows;
import org.zennet.workbench.internal.model.Row;

/** Above: what publishers announce on the chain. Below: what this node negotiated, round by round. */
public final class MarketView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.market";
    private static final int NEGOTIATIONS = 200;
    private RowsViewer announcements;

    private record Snapshot(List<Row> announcements, List<Row> negotiations) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new FillLayout());
        SashForm sash = new SashForm(parent, SWT.VERTICAL);
        announcements = new RowsTable(RowsViewer.titled(sash, Messages.announcements), Messages.announcements,
                MarketRows.ANNOUNCEMENTS, 4, 2, 3, 2, 2, 3, 3, 5, 3).filtered();
        RowsViewer negotiations = new RowsTree(RowsViewer.titled(sash, Messages.negotiations), Messages.negotiations,
                MarketRows.NEGOTIATIONS, 4, 2, 2, 15).filtered();
        sash.setWeights(2, 3);
        FocusedSelection.register(getSite(), announcements, negotiations);
        Live.follow(parent, MarketView::snapshot, (a, b) -> Row.showSame(a.announcements(), b.announcements())
                && Row.showSame(a.negotiations(), b.negotiations()), s -> {
            announcements.show(s.announcements());
            negotiations.show(s.negotiations());
        });
    }

    private static Snapshot snapshot() {
        return new Snapshot(
                Services.find(ChainService.class).map(c -> MarketRows.announcements(c.announcements())).orElse(List.of()),
                Services.find(MarketJournal.class).map(j -> MarketRows.negotiations(j.newest(NEGOTIATIONS))).orElse(List.of()));
    }

    @Override
    public void setFocus() {
        announcements.setFocus();
    }
}
