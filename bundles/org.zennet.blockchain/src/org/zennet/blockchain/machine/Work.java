package org.zennet.blockchain.machine;

import java.math.BigInteger;
import org.zennet.api.value.Hash;

/** Targets in Bitcoin's compact form, and the work that a block under a target stands for. */
public final class Work {
    private static final BigInteger SPACE = BigInteger.ONE.shiftLeft(256);

    private Work() { }

    /** The target: a hash, read as a big-endian number, has to be at most this. Zero where the form is not valid. */
    public static BigInteger target(int bits) {
        int exponent = bits >>> 24;
        BigInteger mantissa = BigInteger.valueOf(bits & 0x007FFFFF);
        if ((bits & 0x00800000) != 0) {
            return BigInteger.ZERO;
        }
        BigInteger target = exponent >= 3 ? mantissa.shiftLeft(8 * (exponent - 3)) : mantissa.shiftRight(8 * (3 - exponent));
        return target.compareTo(SPACE) < 0 ? target : BigInteger.ZERO;
    }

    /** Whether a hash meets a target. */
    public static boolean meets(Hash hash, int bits) {
        return new BigInteger(1, hash.toBytes()).compareTo(target(bits)) <= 0;
    }

    /** The expected number of hashes for a block: 2^256 / (target + 1). */
    public static BigInteger of(int bits) {
        return SPACE.divide(target(bits).add(BigInteger.ONE));
    }
}
