package org.zennet.publisher.machine;

import org.zennet.api.value.Amount;

/** What is to be done for a job or a rent alike. */
public sealed interface BuyerEffect extends JobEffect, RentEffect {
    /** Open the channel and send its funding. */
    record Fund(String lease) implements BuyerEffect { }

    /**
     * Pay and answer a usage statement.
     *
     * @param exact       whether to the zen, for the last one
     * @param countersign whether the claim lies within the envelope
     */
    record Answer(String lease, int sequence, Amount due, boolean exact, boolean countersign) implements BuyerEffect { }

    /**
     * End a lease.
     *
     * @param pay whether a last payment of what is due goes with it
     */
    record Close(String lease, boolean pay, Amount due, String reason) implements BuyerEffect { }

    /** Revoke the announcement and end negotiations. */
    record StopHiring(String reason) implements BuyerEffect { }
}
