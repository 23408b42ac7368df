package org.zennet.blockchain.internal.crypto;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.services.crypto.SignatureScheme;

/** The signature scheme of this process: the native library where it passes a self-test, else the reference. A leaf. */
@Component(service = SignatureScheme.class, name = "org.zennet.blockchain.signatures")
public final class SignatureComponent implements SignatureScheme {
    private static final Logger LOG = LoggerFactory.getLogger(SignatureComponent.class);
    private static final int ROUNDS = 8;
    private final SignatureScheme scheme;

    /** Chooses. */
    @Activate
    public SignatureComponent() {
        this.scheme = choose();
        LOG.debug("signatures by the {} implementation", scheme.implementation());
    }

    private static SignatureScheme choose() {
        SignatureScheme reference = new JavaSchnorr();
        try {
            SignatureScheme fast = new NativeSchnorr();
            if (selfTest(fast, reference)) {
                return fast;
            }
            LOG.warn("the native secp256k1 library failed its self-test and is not used");
        } catch (RuntimeException | LinkageError e) {
            LOG.info("no native secp256k1 library here ({}); signatures are checked in Java", e.toString());
        }
        return reference;
    }

    /** Whether two implementations sign alike and agree on what is valid. */
    static boolean selfTest(SignatureScheme candidate, SignatureScheme reference) {
        for (int i = 1; i <= ROUNDS; i++) {
            byte[] secret = Tag.TEST.hash(new byte[] {(byte) i}).toBytes();
            Hash digest = Tag.TEST.hash(secret);
            Signature signature = reference.sign(secret, digest);
            PublicKey key = reference.publicKey(secret);
            byte[] wrong = signature.toBytes();
            wrong[i * 7] ^= 1;
            if (!candidate.publicKey(secret).equals(key) || !candidate.sign(secret, digest).equals(signature)
                    || !candidate.verify(key, digest, signature) || candidate.verify(key, digest, Signature.of(wrong))
                    || candidate.verify(key, Tag.TEST.hash(signature.toBytes()), signature)
                    || candidate.verify(PublicKey.of(new byte[32]), digest, signature)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean verify(PublicKey key, Hash digest, Signature signature) {
        return scheme.verify(key, digest, signature);
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
