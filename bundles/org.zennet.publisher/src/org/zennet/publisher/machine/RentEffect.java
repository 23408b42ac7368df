package org.zennet.publisher.machine;

import org.zennet.api.value.Amount;

/** What is to be done for a rent, in order. */
public sealed interface RentEffect {
    /** Open the channel and send its funding. */
    record Fund(String lease) implements RentEffect { }

    /** The container runs: pay the first interval and let people in. */
    record Begin(String lease, Amount prepaid) implements RentEffect { }

    /**
     * Pay and answer a usage statement.
     *
     * @param exact       whether to the zen, for the last one
     * @param countersign whether the claim lies within the envelope
     */
    record Answer(String lease, int sequence, Amount due, boolean exact, boolean countersign) implements RentEffect { }

    /** Let the provider go on over its new connection, and pay what is due. */
    record Resume(String lease, int sequence, Amount due) implements RentEffect { }

    /** Tell a provider that comes back that it can't go on. */
    record Decline(String lease, String reason) implements RentEffect { }

    /** Let nobody in any more. */
    record Shut(String lease) implements RentEffect { }

    /**
     * End a lease.
     *
     * @param pay whether a last payment of what is due goes with it
     */
    record Close(String lease, boolean pay, Amount due, String reason) implements RentEffect { }

    /** Revoke the announcement and end negotiations. */
    record StopHiring(String reason) implements RentEffect { }

    /** The rent is over. */
    record Over() implements RentEffect { }
}
