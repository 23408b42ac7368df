package org.zennet.virtualization.wasm;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zennet.api.container.Outcome;

/**
 * Fuel counts the work of a task in instructions of its module: the same number wherever the same module does the same
 * task, so that a second party can recompute it. docs/wasm.md defines it exactly. It is a limit and a witness of work,
 * not a price: instructions differ in what they take.
 */
public final class Fuel {
    /** The version of the cost table. */
    public static final int VERSION = 1;
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

    private static final Pattern USED = Pattern.compile("(?:^|; )fuel (0|[1-9][0-9]{0,18})$");

    private Fuel() { }

    /** The fuel that a task may use: what is configured, or where that is 0 what follows from its time limit. */
    public static long limit(long configured, long timeoutMillis) {
        if (configured > 0) {
            return Math.min(configured, MAX);
        }
        return Math.clamp(timeoutMillis, 1, MAX / PER_MILLISECOND) * PER_MILLISECOND;
    }

    /** The fuel that a task used, as its outcome tells; empty where it was not counted or is not the same everywhere. */
    public static OptionalLong of(Outcome outcome) {
        Matcher m = USED.matcher(outcome.detail());
        try {
            return m.find() ? OptionalLong.of(Long.parseLong(m.group(1))) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** An outcome's line with the fuel at its end. */
    public static String detail(String why, long used) {
        return (why.isEmpty() ? "" : why + "; ") + "fuel " + used;
    }
}
