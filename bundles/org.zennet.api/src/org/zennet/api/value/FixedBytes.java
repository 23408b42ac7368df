package org.zennet.api.value;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable value of a fixed number of bytes. Prints as lower-case hex. Ordered as unsigned bytes. */
public abstract sealed class FixedBytes implements Comparable<FixedBytes> permits Hash, PublicKey, Signature {
    private final byte[] bytes;

    FixedBytes(byte[] bytes, int length) {
        if (bytes.length != length) {
            throw new IllegalArgumentException("needs " + length + " bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    /** A copy of the bytes. */
    public final byte[] toBytes() {
        return bytes.clone();
    }

    /** The bytes as lower-case hex. */
    public final String toHex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** The first eight hex digits, for people. */
    public final String toShortHex() {
        return HexFormat.of().formatHex(bytes, 0, 4);
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass() && Arrays.equals(bytes, ((FixedBytes) other).bytes);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public final int compareTo(FixedBytes other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return toHex();
    }
}
