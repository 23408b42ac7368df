package org.zennet.wallet.internal.channels;

import java.util.Optional;
import org.zennet.api.encoding.EncodingException;
import org.zennet.blockchain.Input;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Witness;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.chain.ChainService.TransactionInfo;
import org.zennet.wallet.machine.Event;

/** Asks the chain how a channel stands. */
final class Sightings {
    private final ChainService chain;

    Sightings(ChainService chain) {
        this.chain = chain;
    }

    /**
     * How a channel stands.
     *
     * @param funding the funding transaction, if it is known here
     */
    Event.Sighted of(OutPoint id, int tip, Optional<byte[]> funding) {
        Optional<Event.Spend> spend = chain.spender(id)
                .map(s -> new Event.Spend(s.txid(), s.depth() > 0 ? Math.max(1, s.height()) : 0, isRefund(id, s.raw())));
        Optional<TransactionInfo> found = chain.transaction(id.txid());
        int depth = found.map(TransactionInfo::depth).orElse(-1);
        boolean lost = depth < 1 && spend.isEmpty() && funding.map(raw -> isDoubleSpent(id, raw)).orElse(false);
        return new Event.Sighted(tip, depth, lost, spend);
    }

    private boolean isDoubleSpent(OutPoint id, byte[] funding) {
        try {
            for (Input input : Transaction.parse(funding).inputs()) {
                Optional<TransactionInfo> spender = chain.spender(input.outPoint());
                if (spender.isPresent() && spender.get().depth() > 0 && !spender.get().txid().equals(id.txid())) {
                    return true;
                }
            }
            return false;
        } catch (EncodingException e) {
            throw new IllegalStateException("the stored funding of " + id + " is damaged", e);
        }
    }

    private static boolean isRefund(OutPoint id, byte[] raw) {
        try {
            return Transaction.parse(raw).inputs().stream().filter(i -> i.outPoint().equals(id))
                    .anyMatch(i -> i.witness() instanceof Witness.ChannelRefund);
        } catch (EncodingException e) {
            throw new IllegalStateException("the chain gave a malformed transaction", e);
        }
    }
}
