package org.zennet.workbench.internal.views;

import java.util.List;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.SashForm;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.WalletService;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.Row;
import org.zennet.workbench.internal.model.WalletRows;

/** Balance, history and payment channels. */
public final class WalletView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.wallet";
    private static final int ENTRIES = 500;
    private RowsViewer history;

    private record Snapshot(String available, String pending, String channels, List<Row> history, List<Row> open) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Composite balance = new Composite(parent, SWT.NONE);
        balance.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        balance.setLayout(new GridLayout(3, true));
        Label available = figure(balance, Messages.available);
        Label pending = figure(balance, Messages.pending);
        Label channels = figure(balance, Messages.inChannels);
        SashForm sash = new SashForm(parent, SWT.VERTICAL);
        sash.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        history = new RowsTree(RowsViewer.titled(sash, Messages.history), Messages.history, WalletRows.HISTORY, 4, 4, 4, 2, 3, 8);
        RowsViewer open = new RowsTree(RowsViewer.titled(sash, Messages.channels), Messages.channels, WalletRows.CHANNELS,
                3, 2, 2, 4, 4, 2, 2, 6);
        sash.setWeights(3, 2);
        FocusedSelection.register(getSite(), history, open);
        Live.follow(parent, WalletView::snapshot, WalletView::same, s -> {
            available.setText(s.available());
            pending.setText(s.pending());
            channels.setText(s.channels());
            history.show(s.history());
            open.show(s.open());
            balance.layout();
        });
    }

    private static Label figure(Composite parent, String name) {
        Composite c = new Composite(parent, SWT.NONE);
        c.setLayout(new GridLayout());
        c.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        new Label(c, SWT.NONE).setText(name);
        Label figure = new Label(c, SWT.NONE);
        figure.setFont(JFaceResources.getHeaderFont());
        figure.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        figure.setText("-");
        return figure;
    }

    private static Snapshot snapshot() {
        return Services.find(WalletService.class).map(w -> {
            WalletService.Balance b = w.balance();
            return new Snapshot(b.available().toString(), b.pending().toString(), b.inChannels().toString(), WalletRows.history(w.history(ENTRIES)),
                    Services.find(ChannelService.class).map(c -> WalletRows.channels(c.channels())).orElse(List.of()));
        }).orElse(new Snapshot("-", "-", "-", List.of(), List.of()));
    }

    private static boolean same(Snapshot a, Snapshot b) {
        return a.available().equals(b.available()) && a.pending().equals(b.pending()) && a.channels().equals(b.channels())
                && Row.showSame(a.history(), b.history()) && Row.showSame(a.open(), b.open());
    }

    @Override
    public void setFocus() {
        history.setFocus();
    }
}
