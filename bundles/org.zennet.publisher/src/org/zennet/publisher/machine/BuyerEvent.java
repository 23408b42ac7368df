package org.zennet.publisher.machine;

import org.zennet.api.value.Amount;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;

/** What may happen to who hires, a job or a rent alike. Signatures were verified before. */
public sealed interface BuyerEvent extends JobEvent, RentEvent {
    /** The announcement is on its way to a block. */
    record Announced() implements BuyerEvent { }

    /** Something failed without which it can't be. */
    record Broken(String reason) implements BuyerEvent { }

    /** Both signed a contract. */
    record Agreed(String lease, PublicKey provider, RateVector rates, Terms terms, Resources resources) implements BuyerEvent { }

    /** The provider reserved its capacity. */
    record Ready(String lease) implements BuyerEvent { }

    /** The channel could not be funded. */
    record NotFunded(String lease, String reason) implements BuyerEvent { }

    /** The container runs. */
    record Started(String lease) implements BuyerEvent { }

    /**
     * A signed usage statement arrived.
     *
     * @param relayed what this side moved to and from the container by its own count, as network counters
     */
    record Claimed(String lease, int sequence, UsageVector usage, UsageVector relayed) implements BuyerEvent {
        /** Of a container to which nothing is relayed. */
        public Claimed(String lease, int sequence, UsageVector usage) {
            this(lease, sequence, usage, UsageVector.ZERO);
        }
    }

    /** The channel pays so much in all. */
    record Paid(String lease, Amount total) implements BuyerEvent { }

    /** The channel can't pay what is due. */
    record Exhausted(String lease, String reason) implements BuyerEvent { }

    /** The provider broke the protocol. */
    record Violated(String lease, String reason) implements BuyerEvent { }

    /** The provider ends the lease. */
    record Ended(String lease, String reason) implements BuyerEvent { }

    /** The provider's receipt: nothing more comes of it. */
    record Receipted(String lease, boolean nothingToSettle) implements BuyerEvent { }

    /** The provider's owner holds the lease frozen, or lets it go on. */
    record Paused(String lease, boolean paused, String reason) implements BuyerEvent { }

    /** The provider's connection is gone. */
    record Lost(String lease, String reason) implements BuyerEvent { }

    /** The channel was settled or refunded in a block. */
    record Settled(String lease) implements BuyerEvent { }

    /** Time passes. */
    record Tick() implements BuyerEvent { }
}
