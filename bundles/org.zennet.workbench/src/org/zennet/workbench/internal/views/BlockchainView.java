package org.zennet.workbench.internal.views;

import java.util.List;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.SashForm;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.chain.ChainService;
import org.zennet.services.network.NetworkService;
import org.zennet.workbench.internal.EmbeddedNode;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.ChainRows;
import org.zennet.workbench.internal.model.Figures;
import org.zennet.workbench.internal.model.NewestBlocks;
import org.zennet.workbench.internal.model.Row;

/** The chain as this node validated it: newest blocks, transactions that wait, peers. */
public final class BlockchainView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.blockchain";
    private RowsViewer blocks;

    private record Snapshot(String status, List<Row> blocks, List<Row> mempool, List<Row> peers) { }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label status = new Label(parent, SWT.WRAP);
        status.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        SashForm sash = new SashForm(parent, SWT.VERTICAL);
        sash.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        blocks = new RowsTree(RowsViewer.titled(sash, Messages.newestBlocks), Messages.newestBlocks, ChainRows.BLOCKS, 2, 4, 3, 2, 3, 3, 9).closed();
        SashForm below = new SashForm(sash, SWT.HORIZONTAL);
        RowsViewer mempool = new RowsTree(RowsViewer.titled(below, Messages.waitingTransactions), Messages.waitingTransactions,
                ChainRows.MEMPOOL, 8, 2, 3, 2);
        RowsViewer peers = new RowsTree(RowsViewer.titled(below, Messages.peers), Messages.peers, ChainRows.PEERS, 6, 4, 2);
        sash.setWeights(3, 2);
        FocusedSelection.register(getSite(), blocks, mempool, peers);
        NewestBlocks newest = new NewestBlocks();
        Live.follow(parent, () -> snapshot(newest), BlockchainView::same, s -> {
            status.setText(s.status());
            blocks.show(s.blocks());
            mempool.show(s.mempool());
            peers.show(s.peers());
            parent.layout();
        });
    }

    private static Snapshot snapshot(NewestBlocks newest) {
        List<Row> peers = Services.find(NetworkService.class).map(n -> ChainRows.peers(n.connections())).orElse(List.of());
        return Services.find(ChainService.class).map(c -> new Snapshot(NLS.bind(Messages.chainStatus, new Object[] {c.tip().height(),
                c.parameters().kind(), c.synced().isDone() ? Messages.level : Messages.notLevel, Figures.count(peers.size(), Messages.onePeer, Messages.manyPeers)}),
                ChainRows.blocks(newest.of(c)), ChainRows.mempool(c.mempool()), peers))
                .orElseGet(() -> new Snapshot(Services.find(EmbeddedNode.class).map(EmbeddedNode::state).orElse(Messages.noNetwork), List.of(), List.of(), peers));
    }

    private static boolean same(Snapshot a, Snapshot b) {
        return a.status().equals(b.status()) && Row.showSame(a.blocks(), b.blocks()) && Row.showSame(a.mempool(), b.mempool()) && Row.showSame(a.peers(), b.peers());
    }

    @Override
    public void setFocus() {
        blocks.setFocus();
    }
}
