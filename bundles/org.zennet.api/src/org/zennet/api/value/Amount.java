package org.zennet.api.value;

import java.math.BigDecimal;

/**
 * An amount of XenCoin, counted in zen. 1 XEN is 100,000,000 zen. Never negative; every operation is checked and
 * throws {@link ArithmeticException} rather than wrap.
 *
 * @param zen the number of zen, 0 to {@link Long#MAX_VALUE}
 */
public record Amount(long zen) implements Comparable<Amount> {
    /** The number of zen in one XEN. */
    public static final long ZEN_PER_XEN = 100_000_000L;
    /** No coins at all. */
    public static final Amount ZERO = new Amount(0);

    /** Refuses a negative number. */
    public Amount {
        if (zen < 0) {
            throw new IllegalArgumentException("an amount can't be negative: " + zen + " zen");
        }
    }

    /** An amount of whole XEN. */
    public static Amount ofXen(long xen) {
        return new Amount(Math.multiplyExact(xen, ZEN_PER_XEN));
    }

    /**
     * Reads an amount as people write it: {@code 5 XEN}, {@code 0.25 XEN}, {@code 1200 zen}. The unit is required.
     *
     * @throws IllegalArgumentException with a one-line reason
     */
    public static Amount parse(String text) {
        String[] parts = text.strip().split("\\s+");
        if (parts.length == 1) {
            parts = text.strip().split("(?<=[0-9.])(?=[A-Za-z])");
        }
        if (parts.length != 2 || parts[0].length() > 30 || !parts[0].matches("[0-9]+(\\.[0-9]+)?")) {
            throw new IllegalArgumentException("'" + text + "' is not an amount; write for example '5 XEN' or '1200 zen'");
        }
        try {
            BigDecimal number = new BigDecimal(parts[0]);
            switch (parts[1]) {
                case "XEN": return new Amount(number.movePointRight(8).longValueExact());
                case "zen": return new Amount(number.longValueExact());
                default: throw new IllegalArgumentException("'" + parts[1] + "' is not a unit of money; use XEN or zen");
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is too large or too precise; one zen (0.00000001 XEN) is the smallest unit");
        }
    }

    /** This amount and another together. */
    public Amount plus(Amount other) {
        return new Amount(Math.addExact(zen, other.zen));
    }

    /** This amount less another; throws {@link ArithmeticException} when the other is larger. */
    public Amount minus(Amount other) {
        if (other.zen > zen) {
            throw new ArithmeticException(this + " - " + other + " is below zero");
        }
        return new Amount(zen - other.zen);
    }

    /** This amount less another, or nothing when the other is larger. */
    public Amount minusOrZero(Amount other) {
        return other.zen >= zen ? ZERO : new Amount(zen - other.zen);
    }

    /** This amount taken a number of times. */
    public Amount times(long factor) {
        return new Amount(Math.multiplyExact(zen, factor));
    }

    /** The floor of this amount times a share in thousandths (0 to 1000). */
    public Amount perMille(int share) {
        if (share < 0 || share > 1000) {
            throw new IllegalArgumentException("a share in thousandths lies between 0 and 1000: " + share);
        }
        return new Amount(zen / 1000 * share + zen % 1000 * share / 1000);
    }

    /** The smaller of two amounts. */
    public static Amount min(Amount a, Amount b) {
        return a.zen <= b.zen ? a : b;
    }

    /** The larger of two amounts. */
    public static Amount max(Amount a, Amount b) {
        return a.zen >= b.zen ? a : b;
    }

    /** Whether this is more than another amount. */
    public boolean isMoreThan(Amount other) {
        return zen > other.zen;
    }

    /** Whether this is nothing. */
    public boolean isZero() {
        return zen == 0;
    }

    @Override
    public int compareTo(Amount other) {
        return Long.compare(zen, other.zen);
    }

    /** In XEN with all that is needed of eight decimals, such as {@code 0.0015 XEN}. */
    @Override
    public String toString() {
        return BigDecimal.valueOf(zen, 8).stripTrailingZeros().toPlainString() + " XEN";
    }
}
