package org.zennet.services.crypto;

import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;

/** BIP340 over secp256k1 on 32-byte digests. Thread-safe. Never throws on bad keys or signatures: they are invalid. */
public interface SignatureScheme {
    /** Whether this signature over this digest is of this key. A key that is not on the curve verifies nothing. */
    boolean verify(PublicKey key, Hash digest, Signature signature);

    /**
     * Signs a digest. Deterministic: auxiliary randomness is all zero.
     *
     * @param secret 32 bytes, 1 to the group order less 1
     * @throws IllegalArgumentException when the secret is out of range
     */
    Signature sign(byte[] secret, Hash digest);

    /** The x-only public key of a secret of 32 bytes. */
    PublicKey publicKey(byte[] secret);

    /** Which implementation answers: {@code native} or {@code java}. */
    String implementation();
}
