package org.zennet.blockchain.internal.node;

import java.util.concurrent.atomic.AtomicReference;
import org.zennet.api.value.Amount;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.internal.node.ChainEngine.State;
import org.zennet.blockchain.machine.Emission;
import org.zennet.blockchain.machine.HeaderTree.Node;
import org.zennet.blockchain.machine.TransactionRules;
import org.zennet.services.chain.ChainService.Conservation;

/**
 * Adds up the chain from two sides that know nothing of each other: unspent from every stored coin; genesis, subsidies
 * and burnt rent from every block of the best chain.
 */
final class ConservationScan {
    private ConservationScan() { }

    static Conservation run(ChainEngine engine, State state) {
        AtomicReference<Amount> unspent = new AtomicReference<>(Amount.ZERO);
        state.forEachCoin((outPoint, coin) -> unspent.set(unspent.get().plus(coin.output().amount())));
        Amount genesis = engine.network().genesis().transactions().stream().flatMap(t -> t.outputs().stream())
                .map(o -> o.amount()).reduce(Amount.ZERO, Amount::plus);
        Amount subsidies = Amount.ZERO;
        Amount burnt = Amount.ZERO;
        Node tip = engine.tip();
        for (int height = 1; height <= tip.height(); height++) {
            subsidies = subsidies.plus(Emission.subsidy(height));
            for (Transaction transaction : engine.block(engine.active(height).orElseThrow().hash()).orElseThrow().transactions()) {
                burnt = burnt.plus(TransactionRules.burnt(transaction, height));
            }
        }
        return new Conservation(tip.height(), tip.hash(), genesis, subsidies, unspent.get(), burnt,
                genesis.plus(subsidies).equals(unspent.get().plus(burnt)));
    }
}
