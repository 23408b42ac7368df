package org.zennet.workbench.internal.model;

import java.time.Instant;
import java.util.List;
import org.zennet.services.chain.ChainService.BlockInfo;
import org.zennet.services.chain.ChainService.TransactionInfo;
import org.zennet.services.network.PeerConnection;

/** Blocks with their transactions, transactions that wait, and peers as lines. */
public final class ChainRows {
    /** The headings of blocks. */
    public static final List<String> BLOCKS = List.of(Messages.block, Messages.time, Messages.transactions, Messages.bytes, Messages.subsidy, Messages.fees, Messages.id);
    /** The headings of the mempool. */
    public static final List<String> MEMPOOL = List.of(Messages.transaction, Messages.bytes, Messages.fee, Messages.zenPerByte);
    /** The headings of peers. */
    public static final List<String> PEERS = List.of(Messages.peer, Messages.address, Messages.dialledBy);

    private ChainRows() { }

    /** One line per block, its transactions below it. */
    public static List<Row> blocks(List<BlockInfo> blocks) {
        return blocks.stream().map(b -> new Row(b.hash().toHex(), List.of(String.valueOf(b.height()), Figures.time(Instant.ofEpochSecond(b.time())),
                String.valueOf(b.transactions().size()), String.valueOf(b.bytes()), b.subsidy().toString(), b.fees().toString(), b.hash().toHex()),
                b.transactions().stream().map(t -> Row.of(b.hash().toHex() + "/" + t.txid().toHex(), "", "", "", String.valueOf(t.raw().length), "",
                        t.fee().isZero() ? "" : t.fee().toString(), "tx:" + t.txid().toHex())).toList())).toList();
    }

    /** One line per transaction that waits, the best fee rate first. */
    public static List<Row> mempool(List<TransactionInfo> waiting) {
        return waiting.stream().map(t -> Row.of(t.txid().toHex(), "tx:" + t.txid().toHex(), String.valueOf(t.raw().length), t.fee().toString(),
                String.valueOf(t.fee().zen() / Math.max(1, t.raw().length)))).toList();
    }

    /** One line per connection. */
    public static List<Row> peers(List<PeerConnection> peers) {
        return peers.stream().map(p -> Row.of(p.identity().toHex(), p.identity().toHex(), p.remote(), p.outbound() ? Messages.thisNode : Messages.thePeer)).toList();
    }
}
