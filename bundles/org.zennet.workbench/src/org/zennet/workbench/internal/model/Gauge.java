package org.zennet.workbench.internal.model;

/**
 * How much of a limit is used.
 *
 * @param name     of what
 * @param fraction 0 to 1
 * @param text     the same in words, with units
 */
public record Gauge(String name, double fraction, String text) {
    /** Keeps the fraction in its range; what can't be told is nothing. */
    public Gauge {
        fraction = Double.isFinite(fraction) ? Math.clamp(fraction, 0, 1) : 0;
    }
}
