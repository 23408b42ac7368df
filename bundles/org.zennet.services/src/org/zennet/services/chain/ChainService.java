package org.zennet.services.chain;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;

/**
 * The chain as this process validated it for itself. Thread-safe; answers come from memory or local disk.
 */
public interface ChainService {
    /** Which chain. */
    ChainParameters parameters();

    /** The newest block of the chain with the most work. */
    Tip tip();

    /** Completes when this node has a peer and is level with the best chain that its peers know. */
    CompletableFuture<Tip> synced();

    /**
     * Validates a transaction (canonical encoding), adds it to the mempool and tells peers.
     *
     * @return its id
     * @throws Rejected when it breaks a rule; the message names the rule and the values
     */
    Hash submit(byte[] transaction) throws Rejected;

    /** A transaction of the chain or the mempool. */
    Optional<TransactionInfo> transaction(Hash txid);

    /** Who spent an output of the chain or the mempool, if anybody did. */
    Optional<TransactionInfo> spender(OutPoint output);

    /** An unspent output of the chain (not of the mempool). */
    Optional<Coin> coin(OutPoint output);

    /** Every unspent output that pays to one of some predicates (canonical bytes of each), mempool spends taken off. */
    List<Coin> coinsOf(List<byte[]> predicates);

    /** The announcements that live now, newest first, those of the mempool too (height 0). */
    List<AnnouncementInfo> announcements();

    /** A block by height, for people. */
    Optional<BlockInfo> block(int height);

    /** Transactions that wait for a block, best fee rate first. */
    List<TransactionInfo> mempool();

    /** Fee per byte, in zen, that gets a transaction into the next block; at least 1. */
    long feeRate();

    /**
     * Adds up the whole chain: conservation holds when genesis + subsidies = unspent + burnt. Reads every coin; seconds
     * on a long chain.
     */
    Conservation scanConservation();

    /** Is told of blocks and transactions from now on, one call at a time, on a worker thread. */
    Registration watch(ChainWatcher watcher);

    /** Hears of the chain. */
    interface ChainWatcher {
        /** A block became part of the best chain. */
        void connected(BlockInfo block);

        /** A block left the best chain. */
        void disconnected(BlockInfo block);

        /** A transaction entered the mempool. */
        default void pending(TransactionInfo transaction) { }
    }

    /**
     * The newest block.
     *
     * @param height of the block; genesis is 0
     * @param hash   its id
     * @param time   its header's time, seconds since 1970
     */
    record Tip(int height, Hash hash, long time) { }

    /** One output of one transaction. */
    record OutPoint(Hash txid, int index) {
        @Override
        public String toString() {
            return "tx:" + txid.toHex() + ":" + index;
        }
    }

    /**
     * An unspent output.
     *
     * @param predicate canonical bytes of its predicate, tag first
     * @param height    of its block
     * @param coinbase  whether it is a block reward
     */
    record Coin(OutPoint outPoint, Amount amount, byte[] predicate, int height, boolean coinbase) { }

    /**
     * A transaction.
     *
     * @param height of its block, or 0 while it waits in the mempool (genesis counts as block 0 too)
     * @param depth  blocks on top of it and its own: 1 in the tip, 0 in the mempool
     * @param raw    canonical bytes
     */
    record TransactionInfo(Hash txid, int height, int depth, Amount fee, byte[] raw) { }

    /** A block. */
    record BlockInfo(int height, Hash hash, Hash previous, long time, int bytes, Amount subsidy, Amount fees,
            byte[] minerPredicate, List<TransactionInfo> transactions) { }

    /** An announcement: the outpoint that first made it, its bytes as {@link Announcement} encodes them. */
    record AnnouncementInfo(OutPoint id, int height, int expiry, Announcement announcement) { }

    /** The sums of a full scan, in zen. */
    record Conservation(int height, Hash tip, Amount genesis, Amount subsidies, Amount unspent, Amount burnt,
            boolean holds) { }
}
