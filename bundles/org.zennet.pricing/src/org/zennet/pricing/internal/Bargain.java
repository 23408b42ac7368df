package org.zennet.pricing.internal;

import java.math.BigInteger;
import java.util.Optional;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;

/**
 * What one expected task costs at the offer and at a bid, in picozen. A counter of bytes or of time that the task is
 * expected to leave at zero counts with a small allowance, so that no rate can be absurd unseen.
 */
final class Bargain {
    /** For each counter of bytes that is expected to stay at zero: 64 KiB. */
    static final long ALLOWANCE_BYTES = 64 << 10;
    /** For the wall clock, should it be expected at zero: a second, in milliseconds. */
    static final long ALLOWANCE_WALL = 1000;

    private final BidRequest request;
    private final UsageVector usage;
    private final BigInteger ceiling;
    private final BigInteger offered;

    Bargain(BidRequest request) {
        this.request = request;
        usage = withAllowance(request.expectedTaskUsage());
        ceiling = Rates.picozen(request.ceilingPerTask());
        offered = Rates.cost(request.offer(), usage);
    }

    BigInteger ceiling() {
        return ceiling;
    }

    BigInteger offered() {
        return offered;
    }

    /** The cheapest of all offers, this one included. */
    BigInteger cheapest() {
        return request.otherOffers().stream().map(o -> Rates.cost(o, usage)).reduce(offered, BigInteger::min);
    }

    /** What the own bid of the round before would cost. */
    Optional<BigInteger> previous() {
        return request.previous().map(p -> Rates.cost(p, usage));
    }

    /** Whether the offer costs no more than the own bid of the round before. */
    private boolean met() {
        return fits() && previous().filter(p -> offered.compareTo(p) <= 0).isPresent();
    }

    /** Whether the offer costs no more than the ceiling. */
    boolean fits() {
        return offered.compareTo(ceiling) <= 0;
    }

    /** Whether there is nothing to bargain about: the offer costs nothing, or no more than the own bid. */
    boolean settled() {
        return offered.signum() == 0 || met();
    }

    /** Whether the offer is the last, or so many bids were made. */
    boolean over(int rounds) {
        return request.lastOffer() || request.round() >= rounds;
    }

    /** Takes what is within the ceiling and leaves the rest. */
    Bid takeOrLeave() {
        return fits() ? accept() : refuse();
    }

    /** Takes the offer. */
    Bid accept() {
        return Bid.accept(amount(offered) + " a task, the ceiling is " + amount(ceiling));
    }

    private Bid refuse() {
        return Bid.refuse(amount(offered) + " a task is above the ceiling of " + amount(ceiling));
    }

    /**
     * The offer scaled down so that a task costs at most so much; at most the ceiling, at most the offer, and not less
     * than the bid of the round before: that is repeated where rounding would make it less.
     */
    Bid counter(BigInteger picozen) {
        BigInteger target = picozen.min(ceiling).min(offered);
        RateVector scaled = Rates.timesDown(request.offer(), target, offered);
        BigInteger cost = Rates.cost(scaled, usage);
        RateVector rates = request.previous().filter(p -> isBetween(cost, Rates.cost(p, usage), ceiling)).orElse(scaled);
        return Bid.counter(rates, "bids " + amount(target) + " a task, the offer is " + amount(offered));
    }

    private static boolean isBetween(BigInteger low, BigInteger value, BigInteger high) {
        return low.compareTo(value) < 0 && value.compareTo(high) <= 0;
    }

    private static Amount amount(BigInteger picozen) {
        return Rates.amount(picozen);
    }

    private static UsageVector withAllowance(UsageVector expected) {
        return UsageVector.of((Counter c) -> {
            long count = expected.get(c);
            return switch (c) {
                case CPU, MEMORY -> count;
                case WALL -> Math.max(count, ALLOWANCE_WALL);
                default -> Math.max(count, ALLOWANCE_BYTES);
            };
        });
    }
}
