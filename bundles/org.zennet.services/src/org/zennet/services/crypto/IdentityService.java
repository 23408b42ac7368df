package org.zennet.services.crypto;

import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;

/** The long-lived identity of this process. Not a money key. Thread-safe; a leaf: it references no other service. */
public interface IdentityService {
    /** The identity's public key. */
    PublicKey identity();

    /**
     * Signs a message record (with {@link org.zennet.api.encoding.Message}) by its tagged digest. There is no way to
     * sign plain bytes.
     */
    Signature sign(Record message);

    /** Whether a signature over a message record is of an identity. */
    boolean verify(PublicKey identity, Record message, Signature signature);
}
