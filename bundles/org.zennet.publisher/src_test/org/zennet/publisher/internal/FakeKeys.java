package org.zennet.publisher.internal;

import java.util.Arrays;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.crypto.SignatureScheme;

/** Signatures by a keyed hash: who knows the public key can sign, which is all that tests need. */
final class FakeKeys implements SignatureScheme {
    /** The identity of a number. */
    IdentityService identity(int number) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) number);
        PublicKey self = publicKey(secret);
        return new IdentityService() {
            @Override
            public PublicKey identity() {
                return self;
            }

            @Override
            public Signature sign(Record message) {
                return FakeKeys.this.sign(secret, Records.digest(message));
            }

            @Override
            public boolean verify(PublicKey identity, Record message, Signature signature) {
                return FakeKeys.this.verify(identity, Records.digest(message), signature);
            }
        };
    }

    @Override
    public boolean verify(PublicKey key, Hash digest, Signature signature) {
        return of(key, digest).equals(signature);
    }

    @Override
    public Signature sign(byte[] secret, Hash digest) {
        return of(publicKey(secret), digest);
    }

    private static Signature of(PublicKey key, Hash digest) {
        byte[] half = Tag.TEST.hash(key.toBytes(), digest.toBytes()).toBytes();
        byte[] whole = Arrays.copyOf(half, 64);
        System.arraycopy(half, 0, whole, 32, 32);
        return Signature.of(whole);
    }

    @Override
    public PublicKey publicKey(byte[] secret) {
        return PublicKey.of(Tag.TEST.hash(secret).toBytes());
    }

    @Override
    public String implementation() {
        return "test";
    }
}
