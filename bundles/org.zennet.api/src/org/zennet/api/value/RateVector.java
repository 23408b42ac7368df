package org.zennet.api.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A price per unit of each {@link Counter}, as integers in picozen (10<sup>-12</sup> zen) per unit. Immutable, never
 * negative. What is owed is the floor of the whole sum, rounded once on the cumulative usage, so that splitting a
 * lease into intervals changes no bill.
 */
public final class RateVector {
    /** Decimal digits below one zen: a rate of 10^12 is one zen per unit. */
    public static final int SCALE = 12;
    /** The largest rate that may be agreed, picozen per unit: a million zen. */
    public static final long MAX_RATE = 1_000_000_000_000_000_000L;
    /** Everything for free. */
    public static final RateVector ZERO = new RateVector(new long[Counter.values().length]);

    private static final BigInteger ONE_ZEN = BigInteger.TEN.pow(SCALE);
    private static final BigInteger LIMIT = BigInteger.valueOf(Long.MAX_VALUE);
    private final long[] rates;

    private RateVector(long[] rates) {
        this.rates = rates;
    }

    /** From one rate per counter in the order of {@link Counter}, each 0 to {@link #MAX_RATE}. */
    public static RateVector of(long... rates) {
        if (rates.length != Counter.values().length) {
            throw new IllegalArgumentException("needs " + Counter.values().length + " rates, not " + rates.length);
        }
        for (long r : rates) {
            if (r < 0 || r > MAX_RATE) {
                throw new IllegalArgumentException("a rate lies between 0 and " + MAX_RATE + " picozen: " + r);
            }
        }
        return new RateVector(rates.clone());
    }

    /** From a function of the counter. */
    public static RateVector of(ToLongFunction<Counter> rate) {
        return of(Arrays.stream(Counter.values()).mapToLong(rate).toArray());
    }

    /** The rate of one counter, picozen per unit. */
    public long get(Counter counter) {
        return rates[counter.ordinal()];
    }

    /** The same with one rate replaced. */
    public RateVector with(Counter counter, long rate) {
        long[] r = rates.clone();
        r[counter.ordinal()] = rate;
        return of(r);
    }

    /**
     * What this usage costs: floor(sum of count x rate / 10^12), exact, rounded once.
     *
     * @throws ArithmeticException when the sum exceeds the largest amount
     */
    public Amount cost(UsageVector usage) {
        BigInteger sum = BigInteger.ZERO;
        for (Counter c : Counter.values()) {
            sum = sum.add(BigInteger.valueOf(usage.get(c)).multiply(BigInteger.valueOf(get(c))));
        }
        BigInteger zen = sum.divide(ONE_ZEN);
        if (zen.compareTo(LIMIT) > 0) {
            throw new ArithmeticException("the cost of " + usage + " exceeds the largest amount");
        }
        return new Amount(zen.longValueExact());
    }

    /** Whether no rate is above that of the other. */
    public boolean isAtMost(RateVector other) {
        return Arrays.stream(Counter.values()).allMatch(c -> get(c) <= other.get(c));
    }

    /** The rates in the order of {@link Counter}. */
    public List<Long> toList() {
        return Arrays.stream(rates).boxed().toList();
    }

    /**
     * In the units that people compare: XEN per core and hour, per GiB and hour, per GiB of traffic, per hour. At most
     * four significant digits; rates of zero are left out. Such as {@code 0.03502 XEN/core-hour, 0.001984 XEN/GiB-hour}.
     */
    public String describe() {
        StringBuilder s = new StringBuilder();
        for (Counter c : Counter.values()) {
            if (get(c) == 0) {
                continue;
            }
            long units = switch (c) {
                case CPU -> 3_600_000_000L;
                case MEMORY -> 3600L << 30;
                case DISK_READ, DISK_WRITTEN, NETWORK_IN, NETWORK_OUT -> 1L << 30;
                case WALL -> 3_600_000L;
            };
            String per = switch (c) {
                case CPU -> "core-hour";
                case MEMORY -> "GiB-hour";
                case DISK_READ -> "GiB read";
                case DISK_WRITTEN -> "GiB written";
                case NETWORK_IN -> "GiB received";
                case NETWORK_OUT -> "GiB sent";
                case WALL -> "hour";
            };
            BigDecimal xen = BigDecimal.valueOf(get(c), SCALE).multiply(BigDecimal.valueOf(units)).movePointLeft(8)
                    .round(new MathContext(4)).stripTrailingZeros();
            s.append(s.isEmpty() ? "" : ", ").append(xen.toPlainString()).append(" XEN/").append(per);
        }
        return s.isEmpty() ? "free" : s.toString();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof RateVector v && Arrays.equals(rates, v.rates);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(rates);
    }

    /** Such as {@code cpu 1157407407 pzen/µs}; rates of zero are left out. */
    @Override
    public String toString() {
        StringBuilder s = new StringBuilder();
        for (Counter c : Counter.values()) {
            if (get(c) != 0) {
                s.append(s.isEmpty() ? "" : ", ").append(c.id()).append(' ').append(get(c)).append(" pzen/").append(c.unit());
            }
        }
        return s.isEmpty() ? "free" : s.toString();
    }
}
