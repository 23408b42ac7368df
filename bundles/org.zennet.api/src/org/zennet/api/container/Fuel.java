package org.zennet.api.container;

import java.util.Optional;
import org.zennet.api.encoding.Limit;

/**
 * An exact count of what a task did: the same program with the same task gives the same on every host, so that a second
 * party can recompute it. It is a witness, not a price.
 *
 * @param unit   what is counted, with the version of its definition: 1 to 32 characters of {@code a-z0-9-/}, such as
 *               {@code wasm/1}. Counts of different units can't be compared.
 * @param amount how much, at least 0
 */
public record Fuel(@Limit(32) String unit, long amount) {
    /** Refuses what is outside the ranges. */
    public Fuel {
        if (!unit.matches("[a-z0-9/-]{1,32}") || amount < 0) {
            throw new IllegalArgumentException("no count: " + amount + " '" + unit + "'");
        }
    }

    /** Whether two counts of one task can't both be right. One that is missing contradicts nothing. */
    public static boolean contradict(Optional<Fuel> a, Optional<Fuel> b) {
        return a.isPresent() && b.isPresent() && a.get().unit.equals(b.get().unit) && a.get().amount != b.get().amount;
    }

    @Override
    public String toString() {
        return amount + " " + unit;
    }
}
