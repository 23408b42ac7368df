package org.zennet.wallet.internal.channels;

import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Amount;
import org.zennet.api.value.PublicKey;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.services.Rejected;
import org.zennet.services.wallet.ChannelService.Funding;

/** Whether a funding transaction is what its payer says. */
final class FundingCheck {
    private FundingCheck() { }

    /**
     * Checks the claims against the transaction.
     *
     * @param payee the key of the lease that it must pay
     * @param tip   height of the newest block
     */
    static void check(Funding f, PublicKey payee, Amount leastCapacity, int leastBlocks, int tip) throws Rejected {
        if (!f.payee().equals(payee)) {
            throw new Rejected("the channel pays key " + f.payee().toShortHex() + ", not the key of this lease");
        }
        if (f.quantum().isZero() || leastCapacity.isMoreThan(f.capacity())) {
            throw new Rejected("the channel holds " + f.capacity() + " in ticks of " + f.quantum() + ", at least " + leastCapacity
                    + " are needed");
        }
        if (f.expiry() - tip < leastBlocks) {
            throw new Rejected("the channel expires in " + (f.expiry() - tip) + " blocks, at least " + leastBlocks + " are needed");
        }
        try {
            Transaction tx = Transaction.parse(f.transaction());
            if (!tx.txid().equals(f.txid()) || f.index() >= tx.outputs().size() || tx.isCoinbase()) {
                throw new Rejected("the funding transaction is not " + f.outPoint());
            }
            if (!tx.outputs().get(f.index()).equals(new Output(f.capacity(),
                    new Predicate.Channel(f.payer(), f.payee(), f.expiry())))) {
                throw new Rejected("the funding transaction does not fund the channel that was named");
            }
        } catch (EncodingException e) {
            throw new Rejected("the funding transaction is malformed: " + e.getMessage(), e);
        }
    }
}
