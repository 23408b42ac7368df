package org.zennet.api.value;

import java.util.HexFormat;

/** An x-only public key on secp256k1 as BIP340 defines it. Holding one says nothing about its being on the curve: verification does. */
public final class PublicKey extends FixedBytes {
    /** The number of bytes. */
    public static final int LENGTH = 32;

    private PublicKey(byte[] bytes) {
        super(bytes, LENGTH);
    }

    /** From exactly {@value #LENGTH} bytes, which are copied. */
    public static PublicKey of(byte[] bytes) {
        return new PublicKey(bytes);
    }

    /** From lower- or upper-case hex. */
    public static PublicKey ofHex(String hex) {
        return new PublicKey(HexFormat.of().parseHex(hex));
    }
}
