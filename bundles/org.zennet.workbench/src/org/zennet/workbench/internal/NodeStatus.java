package org.zennet.workbench.internal;

import java.util.Optional;
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
import org.zennet.workbench.internal.views.Live;
import org.zennet.workbench.internal.views.WalletView;

/** The status line's field: peers, block and balance at a glance; a click opens the wallet. */
public final class NodeStatus extends WorkbenchWindowControlContribution {
    private static final String WIDEST = "100 peers | block 1000000 | 1000000.00000000 XEN";

    @Override
    protected Control createControl(Composite parent) {
        Composite holder = new Composite(parent, SWT.NONE);
        GridLayout layout = new GridLayout();
        layout.marginWidth = 6;
        layout.marginHeight = 3;
        holder.setLayout(layout);
        Label label = new Label(holder, SWT.NONE);
        // the trim gives as much room as the first text needs
        label.setText(WIDEST);
        GridData place = new GridData(SWT.FILL, SWT.CENTER, true, true);
        place.widthHint = label.computeSize(SWT.DEFAULT, SWT.DEFAULT).x;
        label.setLayoutData(place);
        label.setText("");
        label.setToolTipText(Messages.statusTip);
        label.addMouseListener(MouseListener.mouseUpAdapter(e -> openWallet()));
        Live.follow(label, NodeStatus::text, String::equals, label::setText);
        return holder;
    }

    private void openWallet() {
        try {
            getWorkbenchWindow().getActivePage().showView(WalletView.ID);
        } catch (PartInitException e) {
            ILog.of(NodeStatus.class).error("the wallet can't be shown", e);
        }
    }

    private static String text() {
        Optional<ChainService> chain = Services.find(ChainService.class);
        if (chain.isEmpty()) {
            return Services.find(EmbeddedNode.class).map(EmbeddedNode::state).orElse(Messages.noNetwork);
        }
        int peers = Services.find(NetworkService.class).map(n -> n.connections().size()).orElse(0);
        return NLS.bind(Messages.status, Figures.count(peers, Messages.onePeer, Messages.peers), chain.get().tip().height())
                + Services.find(WalletService.class).map(w -> " | " + w.balance().available()).orElse("");
    }
}
