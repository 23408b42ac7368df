package org.zennet.api.value;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What was used, one cumulative count per {@link Counter}. Immutable; counts are never negative.
 */
public final class UsageVector {
    /** Nothing used. */
    public static final UsageVector ZERO = new UsageVector(new long[Counter.values().length]);

    private final long[] counts;

    private UsageVector(long[] counts) {
        this.counts = counts;
    }

    /** From one count per counter, in the order of {@link Counter}. */
    public static UsageVector of(long... counts) {
        if (counts.length != Counter.values().length) {
            throw new IllegalArgumentException("needs " + Counter.values().length + " counts, not " + counts.length);
        }
        for (long c : counts) {
            if (c < 0) {
                throw new IllegalArgumentException("a count can't be negative: " + c);
            }
        }
        return new UsageVector(counts.clone());
    }

    /** From a function of the counter. */
    public static UsageVector of(ToLongFunction<Counter> count) {
        return of(Arrays.stream(Counter.values()).mapToLong(count).toArray());
    }

    /** The count of one counter, in its unit. */
    public long get(Counter counter) {
        return counts[counter.ordinal()];
    }

    /** The same with one count replaced. */
    public UsageVector with(Counter counter, long count) {
        long[] c = counts.clone();
        c[counter.ordinal()] = count;
        return of(c);
    }

    /** Both together; throws {@link ArithmeticException} on overflow. */
    public UsageVector plus(UsageVector other) {
        return of(c -> Math.addExact(get(c), other.get(c)));
    }

    /** This less an earlier reading; a counter that went backwards counts zero. */
    public UsageVector since(UsageVector earlier) {
        return of(c -> Math.max(0, get(c) - earlier.get(c)));
    }

    /** The smaller count of each counter. */
    public UsageVector min(UsageVector other) {
        return of(c -> Math.min(get(c), other.get(c)));
    }

    /** Whether no counter is below that of an earlier reading. */
    public boolean isAtLeast(UsageVector earlier) {
        return Arrays.stream(Counter.values()).allMatch(c -> get(c) >= earlier.get(c));
    }

    /** The counts in the order of {@link Counter}. */
    public List<Long> toList() {
        return Arrays.stream(counts).boxed().toList();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof UsageVector v && Arrays.equals(counts, v.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    /** Such as {@code cpu 1200 µs, memory 640 B·s}; counters at zero are left out. */
    @Override
    public String toString() {
        StringBuilder s = new StringBuilder();
        for (Counter c : Counter.values()) {
            if (get(c) != 0) {
                s.append(s.isEmpty() ? "" : ", ").append(c.id()).append(' ').append(get(c)).append(' ').append(c.unit());
            }
        }
        return s.isEmpty() ? "nothing" : s.toString();
    }
}
