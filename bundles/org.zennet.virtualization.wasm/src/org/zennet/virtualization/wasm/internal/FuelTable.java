package org.zennet.virtualization.wasm.internal;

import org.zennet.api.container.Fuel;

/**
 * What instructions cost, and how much of that a task may use. docs/wasm.md defines the count exactly; whoever changes it
 * changes {@link #VERSION} too.
 */
public final class FuelTable {
    /** The version of the table. */
    public static final int VERSION = 1;
    /** The unit of counts by this table. */
    public static final String UNIT = "wasm/" + VERSION;
    /** What {@code memory.grow} costs for each page that is asked for, besides 1. */
    public static final int PER_PAGE = 4096;
    /** Instructions that write many bytes cost 1 for each two to the power of this, besides 1. */
    public static final int BYTES_SHIFT = 4;
    /** The most fuel of any task. */
    public static final long MAX = 1L << 60;
    /**
     * The fuel of a task for each millisecond of its time limit, where nothing else is configured: more than any
     * machine burns, so that time ends first unless the owner wants less.
     */
    public static final long PER_MILLISECOND = 20_000_000;

    private FuelTable() { }

    /** The fuel that a task may use: what is configured, or where that is 0 what follows from its time limit. */
    public static long limit(long configured, long timeoutMillis) {
        if (configured > 0) {
            return Math.min(configured, MAX);
        }
        return Math.clamp(timeoutMillis, 1, MAX / PER_MILLISECOND) * PER_MILLISECOND;
    }

    /** A count by this table. */
    public static Fuel count(long amount) {
        return new Fuel(UNIT, amount);
    }
}
