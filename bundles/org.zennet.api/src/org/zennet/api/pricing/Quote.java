package org.zennet.api.pricing;

import org.zennet.api.value.RateVector;

/**
 * A price.
 *
 * @param rates  picozen per unit of each counter
 * @param last   whether this is the lowest it goes: the buyer takes it or leaves it
 * @param state  what the strategy wants back next time, at most 64 KiB
 * @param reason one line for people on how it came about; may be empty
 */
public record Quote(RateVector rates, boolean last, byte[] state, String reason) {
    /** A price without stored state. */
    public static Quote of(RateVector rates, boolean last, String reason) {
        return new Quote(rates, last, new byte[0], reason);
    }
}
