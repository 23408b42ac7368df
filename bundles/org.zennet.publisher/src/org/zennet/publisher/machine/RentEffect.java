package org.zennet.publisher.machine;

import org.zennet.api.value.Amount;

/** What is to be done for a rent, in order. */
public sealed interface RentEffect permits BuyerEffect, RentEffect.Begin, RentEffect.Resume, RentEffect.Decline, RentEffect.Shut, RentEffect.Over {
    /** The container runs: pay the first interval and let people in. */
    record Begin(String lease, Amount prepaid) implements RentEffect { }

    /** Let the provider go on over its new connection, and pay what is due. */
    record Resume(String lease, int sequence, Amount due) implements RentEffect { }

    /** Tell a provider that comes back that it can't go on. */
    record Decline(String lease, String reason) implements RentEffect { }

    /** Let nobody in any more. */
    record Shut(String lease) implements RentEffect { }

    /** The rent is over. */
    record Over() implements RentEffect { }
}
