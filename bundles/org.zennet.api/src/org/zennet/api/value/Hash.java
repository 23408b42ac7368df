package org.zennet.api.value;

import java.util.HexFormat;

/** A 32-byte hash: of a block, a transaction, a message, content. */
public final class Hash extends FixedBytes {
    /** The number of bytes. */
    public static final int LENGTH = 32;

    private Hash(byte[] bytes) {
        super(bytes, LENGTH);
    }

    /** From exactly {@value #LENGTH} bytes, which are copied. */
    public static Hash of(byte[] bytes) {
        return new Hash(bytes);
    }

    /** From lower- or upper-case hex. */
    public static Hash ofHex(String hex) {
        return new Hash(HexFormat.of().parseHex(hex));
    }
}
