package org.zennet.publisher.machine;

import org.zennet.api.value.Amount;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;

/** What may happen to a rent. Signatures were verified before. */
public sealed interface RentEvent {
    /** The announcement is on its way to a block. */
    record Announced() implements RentEvent { }

    /** Without this there is no rent. */
    record Broken(String reason) implements RentEvent { }

    /** Both signed a contract. */
    record Agreed(String lease, PublicKey provider, RateVector rates, Terms terms, Resources resources) implements RentEvent { }

    /** The provider reserved its capacity. */
    record Ready(String lease) implements RentEvent { }

    /** The channel could not be funded. */
    record NotFunded(String lease, String reason) implements RentEvent { }

    /** The container runs. */
    record Started(String lease) implements RentEvent { }

    /**
     * A signed usage statement arrived.
     *
     * @param relayed what this side moved to and from the container by its own count, as network counters
     */
    record Claimed(String lease, int sequence, UsageVector usage, UsageVector relayed) implements RentEvent { }

    /** The channel pays so much in all. */
    record Paid(String lease, Amount total) implements RentEvent { }

    /** The channel can't pay what is due. */
    record Exhausted(String lease, String reason) implements RentEvent { }

    /** The provider broke the protocol. */
    record Violated(String lease, String reason) implements RentEvent { }

    /** The provider ends the lease. */
    record Ended(String lease, String reason) implements RentEvent { }

    /** The provider's receipt: nothing more comes of it. */
    record Receipted(String lease, boolean nothingToSettle) implements RentEvent { }

    /** The provider's owner holds the lease frozen, or lets it go on. */
    record Paused(String lease, boolean paused, String reason) implements RentEvent { }

    /** The provider's connection is gone. */
    record Lost(String lease, String reason) implements RentEvent { }

    /** The provider asks to go on; what it shows was found true. */
    record Returned(String lease, int sequence, UsageVector usage) implements RentEvent { }

    /** The channel was settled or refunded in a block. */
    record Settled(String lease) implements RentEvent { }

    /** The owner ends the rent. */
    record Closed(String reason) implements RentEvent { }

    /** Time passes. */
    record Tick() implements RentEvent { }
}
