package org.zennet.wallet.internal.coins;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Input;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.BlockInfo;
import org.zennet.services.chain.ChainService.TransactionInfo;
import org.zennet.store.DurableStore;

/**
 * Reads the chain from where the wallet stopped, back over what was reorganised away, and submits again what is not in a
 * block yet. Looks at how things stand, never at which event came: missed and repeated calls do no harm. Called by one
 * thread at a time, without the wallet's lock.
 */
public final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    /** While catching up, a commit for so many blocks: after a crash they are read again. */
    private static final int BLOCKS_PER_COMMIT = 500;
    private final ChainService chain;
    private final Ledger ledger;
    private final DurableStore store;
    private final ReentrantLock lock;
    private final Runnable changed;
    private final Consumer<StoredTx> lost;

    Follower(ChainService chain, Ledger ledger, DurableStore store, ReentrantLock lock, Runnable changed,
            Consumer<StoredTx> lost) {
        this.chain = chain;
        this.ledger = ledger;
        this.store = store;
        this.lock = lock;
        this.changed = changed;
        this.lost = lost;
    }

    /** Catches up with the chain. */
    public void follow() {
        boolean concerns = false;
        int read = 0;
        for (boolean more = true; more;) {
            int height = height();
            Optional<BlockInfo> next = chain.block(height + 1);
            if (next.isPresent() && (height < 0 || next.get().previous().equals(blockId(height).orElse(null)))) {
                concerns |= connect(next.get());
            } else if (next.isPresent() || !isTip(height)) {
                back(height);
                concerns = true;
            } else {
                more = false;
                continue;
            }
            if (++read % BLOCKS_PER_COMMIT == 0) {
                commit();
            }
        }
        if (read > 0) {
            commit();
        }
        submitAgain();
        if (concerns || read > 0) {
            changed.run();
        }
    }

    private boolean connect(BlockInfo block) {
        lock.lock();
        try {
            return ledger.connect(block);
        } finally {
            lock.unlock();
        }
    }

    private void back(int height) {
        lock.lock();
        try {
            if (ledger.blockId(height - 1).isEmpty() && height > 0) {
                LOG.warn("the chain was reorganised deeper than {} blocks: the wallet reads it anew", Ledger.KEPT_BLOCKS);
                ledger.rewind();
            } else {
                ledger.disconnect();
            }
        } finally {
            lock.unlock();
        }
    }

    private int height() {
        lock.lock();
        try {
            return ledger.height();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Hash> blockId(int height) {
        lock.lock();
        try {
            return ledger.blockId(height);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the last block that was read is still on the best chain, which may have grown meanwhile. */
    private boolean isTip(int height) {
        return height < 0 || blockId(height).equals(chain.block(height).map(BlockInfo::hash));
    }

    private void commit() {
        lock.lock();
        try {
            store.commit();
        } finally {
            lock.unlock();
        }
    }

    private void submitAgain() {
        List<StoredTx> waiting;
        lock.lock();
        try {
            waiting = ledger.transactions().stream().filter(StoredTx::waits).toList();
        } finally {
            lock.unlock();
        }
        List<StoredTx> gone = new ArrayList<>();
        for (StoredTx tx : waiting) {
            if (chain.transaction(tx.txid()).isPresent()) {
                continue;
            }
            try {
                chain.submit(tx.raw());
            } catch (Rejected e) {
                if (neverValid(tx)) {
                    LOG.warn("transaction {} can never be confirmed, its coins were spent otherwise: {}", tx.txid(), e.getMessage());
                    gone.add(tx);
                } else {
                    LOG.debug("transaction {} waits: {}", tx.txid(), e.getMessage());
                }
            }
        }
        drop(gone);
    }

    private void drop(List<StoredTx> gone) {
        if (gone.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            gone.forEach(t -> ledger.put(t.dropped()));
            store.commit();
        } finally {
            lock.unlock();
        }
        changed.run();
        gone.forEach(lost);
    }

    /** Whether a block holds another transaction that spends one of its coins, or a parent of its own was dropped. */
    private boolean neverValid(StoredTx tx) {
        for (Input input : tx.transaction().inputs()) {
            Optional<TransactionInfo> spender = chain.spender(input.outPoint());
            if (spender.isPresent() && spender.get().depth() > 0 && !spender.get().txid().equals(tx.txid())) {
                return true;
            }
            lock.lock();
            try {
                if (ledger.transaction(input.outPoint().txid()).filter(p -> !p.counts()).isPresent()) {
                    return true;
                }
            } finally {
                lock.unlock();
            }
        }
        return false;
    }
}
