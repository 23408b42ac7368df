package org.zennet.publisher.machine;

import org.zennet.api.value.UsageVector;

/** What may happen to a rent. Signatures were verified before. */
public sealed interface RentEvent permits BuyerEvent, RentEvent.Returned, RentEvent.Closed {
    /** The provider asks to go on; what it shows was found true. */
    record Returned(String lease, int sequence, UsageVector usage) implements RentEvent { }

    /** The owner ends the rent. */
    record Closed(String reason) implements RentEvent { }
}
