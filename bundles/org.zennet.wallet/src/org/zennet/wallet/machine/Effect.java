package org.zennet.wallet.machine;

import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Witness;
import org.zennet.services.wallet.ChannelService.Payment;

/** What a channel machine asks its driver to do. */
public sealed interface Effect {
    /** Hand this payment to the payee. */
    record Send(Payment payment) implements Effect { }

    /** Tell the caller that its request can't be carried out: one line with the values. */
    record Refuse(String reason) implements Effect { }

    /**
     * Build the settlement and come back with {@link Event.Built}.
     *
     * @param total what the payee takes, before the fee
     * @param shown the witness, with an empty payee signature and refund output still to be set
     */
    record BuildSettlement(Amount total, Witness.ChannelSettle shown) implements Effect { }

    /** Build the payer's refund of the whole capacity and come back with {@link Event.Built}. */
    record BuildRefund() implements Effect { }

    /** Give a transaction to the chain; again at every block until it is there. */
    record Submit(Hash txid, byte[] transaction) implements Effect { }
}
