package org.zennet.api.value;

import java.util.HexFormat;

/** A BIP340 signature. */
public final class Signature extends FixedBytes {
    /** The number of bytes. */
    public static final int LENGTH = 64;

    private Signature(byte[] bytes) {
        super(bytes, LENGTH);
    }

    /** From exactly {@value #LENGTH} bytes, which are copied. */
    public static Signature of(byte[] bytes) {
        return new Signature(bytes);
    }

    /** From lower- or upper-case hex. */
    public static Signature ofHex(String hex) {
        return new Signature(HexFormat.of().parseHex(hex));
    }
}
