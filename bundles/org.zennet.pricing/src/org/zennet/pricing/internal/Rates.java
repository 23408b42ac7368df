package org.zennet.pricing.internal;

import java.math.BigInteger;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;

/** Exact arithmetic on rates. Integers only: a rate is part of a contract that both sides compute. */
final class Rates {
    /** Microseconds of processor time in a core-hour. */
    static final BigInteger CORE_HOUR = BigInteger.valueOf(3_600_000_000L);
    /** Byte-seconds in a GiB-hour. */
    static final BigInteger GIB_HOUR = BigInteger.valueOf(3600L << 30);
    /** Bytes in a GiB. */
    static final BigInteger GIB = BigInteger.valueOf(1L << 30);
    /** Milliseconds in an hour. */
    static final BigInteger HOUR = BigInteger.valueOf(3_600_000L);

    private static final BigInteger PICO = BigInteger.TEN.pow(RateVector.SCALE);
    private static final BigInteger MAX = BigInteger.valueOf(RateVector.MAX_RATE);

    private Rates() { }

    /**
     * The rate at which so many units cost an amount, rounded up to a picozen and cut to the largest rate: who sells
     * never asks less than was meant.
     */
    static long rate(Amount amount, BigInteger units) {
        return clamp(ceil(BigInteger.valueOf(amount.zen()).multiply(PICO), units));
    }

    /** All rates times {@code numerator / denominator}, rounded up. */
    static RateVector timesUp(RateVector rates, BigInteger numerator, BigInteger denominator) {
        return RateVector.of(c -> clamp(ceil(BigInteger.valueOf(rates.get(c)).multiply(numerator), denominator)));
    }

    /** All rates times {@code numerator / denominator}, rounded down: who buys never bids more than was meant. */
    static RateVector timesDown(RateVector rates, BigInteger numerator, BigInteger denominator) {
        return RateVector.of(c -> clamp(BigInteger.valueOf(rates.get(c)).multiply(numerator).divide(denominator)));
    }

    /** What a usage costs in picozen, exact. */
    static BigInteger cost(RateVector rates, UsageVector usage) {
        BigInteger sum = BigInteger.ZERO;
        for (Counter c : Counter.values()) {
            sum = sum.add(BigInteger.valueOf(usage.get(c)).multiply(BigInteger.valueOf(rates.get(c))));
        }
        return sum;
    }

    /** An amount in picozen. */
    static BigInteger picozen(Amount amount) {
        return BigInteger.valueOf(amount.zen()).multiply(PICO);
    }

    /** Picozen as an amount for people, rounded down and cut to the largest. */
    static Amount amount(BigInteger picozen) {
        return new Amount(picozen.divide(PICO).min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact());
    }

    /** The smaller rate of each counter. */
    static RateVector min(RateVector a, Optional<RateVector> b) {
        return b.map(o -> RateVector.of(c -> Math.min(a.get(c), o.get(c)))).orElse(a);
    }

    /** The quotient rounded up. */
    static BigInteger ceil(BigInteger dividend, BigInteger divisor) {
        BigInteger[] q = dividend.divideAndRemainder(divisor);
        return q[1].signum() > 0 ? q[0].add(BigInteger.ONE) : q[0];
    }

    /** Cut to the largest rate. */
    static long clamp(BigInteger rate) {
        return rate.min(MAX).longValueExact();
    }
}
