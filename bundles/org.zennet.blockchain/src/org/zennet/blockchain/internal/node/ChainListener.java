package org.zennet.blockchain.internal.node;

import java.util.List;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.machine.BlockRules.Spent;
import org.zennet.blockchain.machine.HeaderTree.Node;
import org.zennet.blockchain.machine.Mempool;

/** Hears of the engine, one call at a time and in order, without a lock held. */
public interface ChainListener {
    /** A block became part of the best chain. */
    default void connected(Block block, List<Spent> spent) { }

    /** A block left the best chain. */
    default void disconnected(Block block, List<Spent> spent) { }

    /** A transaction entered the mempool. */
    default void pending(Mempool.Entry entry) { }

    /** The tip is another one, after all its blocks were told. */
    default void tip(Node tip) { }
}
