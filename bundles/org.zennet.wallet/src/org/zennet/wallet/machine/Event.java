package org.zennet.wallet.machine;

import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.services.wallet.ChannelService.Payment;

/** What can happen to a channel. Some events belong to one end only. */
public sealed interface Event {
    /**
     * Payer: this much is owed in all.
     *
     * @param exact by a voucher over exactly this sum, not by the largest tick below it; also when exactly this was paid
     *              before, so that a payee that missed it can be told again
     */
    record Owed(Amount total, boolean exact) implements Event { }

    /** Payer: the payee shows its newest payment, after a break. */
    record Synced(Payment newest) implements Event { }

    /**
     * Payer: take everything back, if the payee never settled.
     *
     * @param tip height of the newest block
     */
    record RefundWanted(int tip) implements Event { }

    /** Payee: a payment message came. */
    record Received(Payment payment) implements Event { }

    /** Payee: settle with the newest that there is. */
    record SettleWanted() implements Event { }

    /**
     * The transaction that was asked for was built and signed.
     *
     * @param total what it takes out of the channel for this end, before the fee
     */
    record Built(Hash txid, byte[] transaction, Amount total) implements Event { }

    /** The chain did not take the transaction of this end: why, for people. */
    record NotTaken(String reason) implements Event { }

    /**
     * How the chain stands, told after every block. Complete in itself: missed or repeated ones do no harm.
     *
     * @param tip           height of the newest block
     * @param fundingDepth  1 in the newest block, 0 in the mempool, -1 when the chain does not know the funding
     * @param doubleSpent   whether another transaction that is in a block spent what funds the channel
     * @param spend         what spends the channel, if anything does
     */
    record Sighted(int tip, int fundingDepth, boolean doubleSpent, Optional<Spend> spend) implements Event { }

    /**
     * What spends a channel.
     *
     * @param height   of its block, 0 while it waits
     * @param isRefund whether it is the payer's own refund
     */
    record Spend(Hash txid, int height, boolean isRefund) { }
}
