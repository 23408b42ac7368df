package org.zennet.provider.internal.content;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.zennet.api.value.Hash;

/** Plain SHA-256, as content is named by. */
final class Digests {
    /** Of no bytes. */
    static final Hash EMPTY = sha256(new byte[0]);

    private Digests() { }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    static Hash sha256(byte[] bytes) {
        return Hash.of(sha256().digest(bytes));
    }
}
