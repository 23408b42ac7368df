package org.zennet.workbench.internal;

import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.core.runtime.ILog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.MouseListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.menus.WorkbenchWindowControlContribution;
import org.zennet.services.chain.ChainService;
import org.zennet.services.network.NetworkService;
import org.zennet.services.wallet.WalletService;
import org.zennet.workbench.internal.model.Figures;
import org.zennet.workbench.internal.views.BlockchainView;
import org.zennet.workbench.internal.views.Live;
import org.zennet.workbench.internal.views.WalletView;

/** The status line's fields: peers and block, and whether that is level; balance, and whether the wallet is open. A click opens the view. */
public final class NodeStatus extends WorkbenchWindowControlContribution {
    @Override
    protected Control createControl(Composite parent) {
        Composite holder = new Composite(parent, SWT.NONE);
        GridLayout layout = new GridLayout(2, false);
        layout.marginWidth = 6;
        layout.marginHeight = 3;
        layout.horizontalSpacing = 12;
        holder.setLayout(layout);
        field(holder, NLS.bind(Messages.status, "12 " + Messages.peers, 100_000) + Messages.catchingUp, Messages.chainTip, BlockchainView.ID, NodeStatus::chain);
        field(holder, "10000.00000000 XEN" + Messages.open, Messages.walletTip, WalletView.ID, NodeStatus::wallet);
        return holder;
    }

    private void field(Composite holder, String widest, String tip, String view, Supplier<String> text) {
        Label label = new Label(holder, SWT.NONE);
        // the trim gives as much room as the first text needs
        label.setText(widest);
        GridData place = new GridData(SWT.FILL, SWT.CENTER, true, true);
        place.widthHint = label.computeSize(SWT.DEFAULT, SWT.DEFAULT).x;
        label.setLayoutData(place);
        label.setText("");
        label.setToolTipText(tip);
        label.addMouseListener(MouseListener.mouseUpAdapter(e -> open(view)));
        Live.follow(label, text, String::equals, label::setText);
    }

    private void open(String view) {
        try {
            getWorkbenchWindow().getActivePage().showView(view);
        } catch (PartInitException e) {
            ILog.of(NodeStatus.class).error("the view can't be shown: " + view, e);
        }
    }

    private static String chain() {
        Optional<ChainService> chain = Services.find(ChainService.class);
        if (chain.isEmpty()) {
            return Services.find(EmbeddedNode.class).map(EmbeddedNode::state).orElse(Messages.noNetwork);
        }
        int peers = Services.find(NetworkService.class).map(n -> n.connections().size()).orElse(0);
        return NLS.bind(Messages.status, Figures.count(peers, Messages.onePeer, Messages.peers), chain.get().tip().height())
                + (chain.get().synced().isDone() ? Messages.level : Messages.catchingUp);
    }

    private static String wallet() {
        String lock = switch (Services.find(EmbeddedNode.class).map(EmbeddedNode::lock).orElse(EmbeddedNode.Lock.CLOSED)) {
            case OPEN -> Messages.open;
            case LOCKED -> Messages.locked;
            case CLOSED -> "";
        };
        return Services.find(WalletService.class).map(w -> w.balance().available() + lock).orElse(lock.isEmpty() ? "" : Messages.wallet + lock);
    }
}
