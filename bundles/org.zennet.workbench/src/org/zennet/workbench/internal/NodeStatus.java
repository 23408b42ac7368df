package org.zennet.workbench.internal;

import java.util.Optional;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.FillLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.menus.WorkbenchWindowControlContribution;
import org.zennet.services.chain.ChainService;
import org.zennet.services.network.NetworkService;
import org.zennet.services.wallet.WalletService;

/** The status line's field: peers, block and balance at a glance. */
public final class NodeStatus extends WorkbenchWindowControlContribution {
    private static final int PERIOD_MILLIS = 1000;

    @Override
    protected Control createControl(Composite parent) {
        Composite holder = new Composite(parent, SWT.NONE);
        FillLayout layout = new FillLayout();
        layout.marginWidth = 6;
        layout.marginHeight = 3;
        holder.setLayout(layout);
        Label label = new Label(holder, SWT.NONE);
        label.setText(" ".repeat(56));
        label.setToolTipText("Peers, newest block and what the wallet can spend");
        refresh(label);
        return holder;
    }

    private static void refresh(Label label) {
        if (label.isDisposed()) {
            return;
        }
        Thread.ofVirtual().start(() -> {
            String text = text();
            if (!label.isDisposed()) {
                label.getDisplay().asyncExec(() -> {
                    if (!label.isDisposed()) {
                        label.setText(text);
                        label.getDisplay().timerExec(PERIOD_MILLIS, () -> refresh(label));
                    }
                });
            }
        });
    }

    private static String text() {
        Optional<ChainService> chain = Services.find(ChainService.class);
        if (chain.isEmpty()) {
            return "no network";
        }
        int peers = Services.find(NetworkService.class).map(n -> n.connections().size()).orElse(0);
        return peers + (peers == 1 ? " peer" : " peers") + " | block " + chain.get().tip().height()
                + Services.find(WalletService.class).map(w -> " | " + w.balance().available()).orElse("");
    }
}
