package org.zennet.publisher.machine;

import java.time.Instant;
import org.zennet.api.value.UsageVector;

/** What may happen to a rent. Signatures were verified before. */
public sealed interface RentEvent permits BuyerEvent, RentEvent.Returned, RentEvent.Observed, RentEvent.Unobserved, RentEvent.Closed {
    /** The provider asks to go on; what it shows was found true. */
    record Returned(String lease, int sequence, UsageVector usage) implements RentEvent { }

    /**
     * The witness in the machine says something.
     *
     * @param taken when, by this side's clock
     */
    record Observed(String lease, WitnessReading reading, Instant taken) implements RentEvent { }

    /** The witness can't say anything, or not yet. */
    record Unobserved(String lease, String reason) implements RentEvent { }

    /** The owner ends the rent. */
    record Closed(String reason) implements RentEvent { }
}
