package org.zennet.blockchain.machine;

import java.math.BigInteger;
import org.zennet.api.value.Amount;

/**
 * The subsidy of each block: 50 XEN halving smoothly every 2,102,400 blocks (four years at 60 s) in steps of 43,800
 * blocks (a month), never below 0.5 XEN. Step m pays {@code floor(50 XEN * 2^(-m/48))}, computed by repeated
 * multiplication with {@code r = floor(2^64 * 2^(-1/48)) = 18182276768189480718} and a 64-bit shift after each, on 128-bit intermediate values;
 * the first 32 bits below a zen are carried. Integers only: every implementation gets the same table.
 */
public final class Emission {
    /** Blocks of one step. */
    public static final int STEP = 43_800;
    /** The subsidy of the first step. */
    public static final Amount FIRST = Amount.ofXen(50);
    /** The subsidy for ever. */
    public static final Amount TAIL = new Amount(50_000_000);
    /** floor(2^64 / 2^(1/48)). */
    private static final BigInteger RATIO = new BigInteger("18182276768189480718");
    private static final int CARRIED_BITS = 32;
    private static final Amount[] TABLE = table();

    private Emission() { }

    /** The subsidy of the block at a height; none for genesis. */
    public static Amount subsidy(int height) {
        if (height <= 0) {
            return Amount.ZERO;
        }
        int step = (height - 1) / STEP;
        return step < TABLE.length ? TABLE[step] : TAIL;
    }

    /** The sum of all subsidies up to and with a height. */
    public static Amount total(int height) {
        Amount sum = Amount.ZERO;
        for (int from = 1; from <= height && from > 0; from += STEP) {
            int blocks = Math.min(STEP, height - from + 1);
            sum = sum.plus(subsidy(from).times(blocks));
        }
        return sum;
    }

    /** How many steps lie before the tail. */
    static int steps() {
        return TABLE.length;
    }

    private static Amount[] table() {
        java.util.List<Amount> table = new java.util.ArrayList<>();
        BigInteger value = BigInteger.valueOf(FIRST.zen()).shiftLeft(CARRIED_BITS);
        while (value.shiftRight(CARRIED_BITS).longValueExact() > TAIL.zen()) {
            table.add(new Amount(value.shiftRight(CARRIED_BITS).longValueExact()));
            value = value.multiply(RATIO).shiftRight(Long.SIZE);
        }
        return table.toArray(Amount[]::new);
    }
}
