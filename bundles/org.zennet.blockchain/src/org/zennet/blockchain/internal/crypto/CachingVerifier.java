package org.zennet.blockchain.internal.crypto;

import java.util.LinkedHashMap;
import java.util.Map;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.services.crypto.SignatureScheme;

/** Remembers signatures that were valid, so that a block whose transactions waited in the mempool costs no curve work. */
public final class CachingVerifier implements SignatureScheme {
    private static final int MAX_ENTRIES = 50_000;
    private final SignatureScheme scheme;
    private final Map<Valid, Boolean> valid = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Valid, Boolean> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    private record Valid(PublicKey key, Hash digest, Signature signature) { }

    /** In front of another scheme. */
    public CachingVerifier(SignatureScheme scheme) {
        this.scheme = scheme;
    }

    @Override
    public boolean verify(PublicKey key, Hash digest, Signature signature) {
        Valid entry = new Valid(key, digest, signature);
        synchronized (valid) {
            if (valid.containsKey(entry)) {
                return true;
            }
        }
        boolean is = scheme.verify(key, digest, signature);
        if (is) {
            synchronized (valid) {
                valid.put(entry, true);
            }
        }
        return is;
    }

    @Override
    public Signature sign(byte[] secret, Hash digest) {
        return scheme.sign(secret, digest);
    }

    @Override
    public PublicKey publicKey(byte[] secret) {
        return scheme.publicKey(secret);
    }

    @Override
    public String implementation() {
        return scheme.implementation();
    }
}
