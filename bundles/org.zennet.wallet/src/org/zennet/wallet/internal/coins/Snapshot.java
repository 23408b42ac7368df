package org.zennet.wallet.internal.coins;

import java.util.List;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.Coin;
import org.zennet.services.chain.ChainService.TransactionInfo;

/**
 * The chain as the wallet last asked for it, without holding the wallet's lock.
 *
 * @param coins   unspent outputs in blocks that pay this wallet, those that the mempool spends taken off
 * @param waiting the mempool
 * @param feeRate zen per byte
 */
record Snapshot(ChainService.Tip tip, List<Coin> coins, List<TransactionInfo> waiting, long feeRate) {
    static Snapshot take(ChainService chain, List<byte[]> predicates) {
        return new Snapshot(chain.tip(), chain.coinsOf(predicates), chain.mempool(), Math.max(1, chain.feeRate()));
    }
}
