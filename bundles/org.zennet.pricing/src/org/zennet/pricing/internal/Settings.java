package org.zennet.pricing.internal;

import java.util.Map;
import java.util.Optional;
import org.zennet.api.value.Amount;

/**
 * The owner's settings of a strategy over its defaults. A setting that can't be read throws with one line that names
 * it: a price that nobody meant is worse than the fall-back.
 */
record Settings(Map<String, String> owner, Map<String, String> defaults) {
    /** An amount such as {@code 0.04 XEN}. */
    Amount amount(String key) {
        try {
            return Amount.parse(text(key));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("setting " + key + ": " + e.getMessage(), e);
        }
    }

    /** A whole number within bounds, both included. */
    int number(String key, int least, int most) {
        try {
            int number = Integer.parseInt(text(key).strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("setting " + key + ": '" + text(key) + "' is no whole number between " + least + " and " + most);
    }

    /** What the owner set, where it is set to something. */
    Optional<String> optional(String key) {
        return Optional.ofNullable(owner.get(key)).filter(v -> !v.isBlank());
    }

    private String text(String key) {
        return owner.getOrDefault(key, defaults.get(key));
    }
}
