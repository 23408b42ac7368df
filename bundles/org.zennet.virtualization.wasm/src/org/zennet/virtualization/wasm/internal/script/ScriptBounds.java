package org.zennet.virtualization.wasm.internal.script;

import java.math.BigInteger;
import java.util.Map;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;

/**
 * What a stranger's strategy may not do with the owner's money, whatever it answers: sell the machine for next to nothing or at an absurd
 * price, or pay more than the ceiling.
 */
final class ScriptBounds {
    /** The setting for the least that the full machine may earn, in thousandths of the target. */
    static final String LEAST = "leastPerMille";
    /** The setting for the most. */
    static final String MOST = "mostPerMille";
    private static final int USUAL_LEAST = 250;
    private static final int USUAL_MOST = 4000;
    private static final int LARGEST = 1_000_000;
    private static final BigInteger PICO = BigInteger.TEN.pow(RateVector.SCALE);
    private static final long DAY = 86_400;
    /** As the built-in buyers have it: a counter that a task should leave at zero counts with so much. */
    private static final long ALLOWANCE_BYTES = 64 << 10;
    private static final long ALLOWANCE_WALL = 1000;

    private ScriptBounds() { }

    /**
     * Refuses rates at which the full machine would earn too little or too much in a day: all processors busy, all memory held, one container.
     * Without a target nothing is known, and nothing refused.
     */
    static void check(QuoteRequest r, RateVector rates) {
        int least = number(r.settings(), LEAST, USUAL_LEAST);
        int most = number(r.settings(), MOST, USUAL_MOST);
        if (least > most) {
            throw new ScriptFailed("setting " + LEAST + ": " + least + " is more than " + MOST + ", which is " + most);
        }
        if (r.targetPerDay().isZero()) {
            return;
        }
        BigInteger day = times(rates, Counter.CPU, BigInteger.valueOf(r.machine().cores()).multiply(BigInteger.valueOf(DAY * 1000)))
                .add(times(rates, Counter.MEMORY, BigInteger.valueOf(r.machine().memory()).multiply(BigInteger.valueOf(DAY))))
                .add(times(rates, Counter.WALL, BigInteger.valueOf(DAY * 1000))).divide(PICO);
        BigInteger target = BigInteger.valueOf(r.targetPerDay().zen());
        BigInteger thousand = BigInteger.valueOf(1000);
        if (day.multiply(thousand).compareTo(target.multiply(BigInteger.valueOf(least))) < 0
                || day.multiply(thousand).compareTo(target.multiply(BigInteger.valueOf(most))) > 0) {
            throw new ScriptFailed("at its rates the full machine earns " + amount(day) + " a day, which is not between " + least + " and " + most
                    + " thousandths of the target of " + r.targetPerDay() + " (settings " + LEAST + ", " + MOST + ")");
        }
    }

    /** Refuses to take or to bid what costs more than the ceiling of a task. */
    static void check(BidRequest r, Bid bid) {
        if (bid.kind() == Bid.Kind.REFUSE) {
            return;
        }
        RateVector rates = bid.counter().orElse(r.offer());
        UsageVector usage = UsageVector.of(c -> switch (c) {
            case CPU, MEMORY -> r.expectedTaskUsage().get(c);
            case WALL -> Math.max(r.expectedTaskUsage().get(c), ALLOWANCE_WALL);
            default -> Math.max(r.expectedTaskUsage().get(c), ALLOWANCE_BYTES);
        });
        BigInteger cost = BigInteger.ZERO;
        for (Counter c : Counter.values()) {
            cost = cost.add(times(rates, c, BigInteger.valueOf(usage.get(c))));
        }
        if (cost.compareTo(BigInteger.valueOf(r.ceilingPerTask().zen()).multiply(PICO)) > 0) {
            throw new ScriptFailed("it would " + (bid.kind() == Bid.Kind.ACCEPT ? "take" : "bid") + " " + amount(cost.divide(PICO))
                    + " a task, the ceiling is " + r.ceilingPerTask());
        }
    }

    private static BigInteger times(RateVector rates, Counter counter, BigInteger units) {
        return BigInteger.valueOf(rates.get(counter)).multiply(units);
    }

    private static Amount amount(BigInteger zen) {
        return new Amount(zen.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact());
    }

    private static int number(Map<String, String> settings, String key, int fallback) {
        String text = settings.getOrDefault(key, "").strip();
        if (text.isEmpty()) {
            return fallback;
        }
        if (!text.matches("[0-9]{1,7}") || Integer.parseInt(text) > LARGEST) {
            throw new ScriptFailed("setting " + key + ": '" + ScriptText.shortened(text) + "' is no whole number of 0 to " + LARGEST);
        }
        return Integer.parseInt(text);
    }
}
