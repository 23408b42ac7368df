package org.zennet.network.internal;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.services.crypto.SignatureScheme;

/** BIP340 as its text says, without speed or care for side channels: for tests of this bundle only. */
public final class TestScheme implements SignatureScheme {
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final BigInteger N = CURVE.getN();

    @Override
    public PublicKey publicKey(byte[] secret) {
        return PublicKey.of(x(point(secret)));
    }

    @Override
    public Signature sign(byte[] secret, Hash digest) {
        ECPoint p = point(secret);
        BigInteger d = new BigInteger(1, secret);
        d = odd(p) ? N.subtract(d) : d;
        byte[] mask = tagged("BIP0340/aux", new byte[32]);
        byte[] t = BigIntegers.asUnsignedByteArray(32, d);
        for (int i = 0; i < 32; i++) {
            t[i] ^= mask[i];
        }
        BigInteger k = new BigInteger(1, tagged("BIP0340/nonce", t, x(p), digest.toBytes())).mod(N);
        ECPoint r = CURVE.getG().multiply(k).normalize();
        k = odd(r) ? N.subtract(k) : k;
        BigInteger e = new BigInteger(1, tagged("BIP0340/challenge", x(r), x(p), digest.toBytes())).mod(N);
        byte[] signature = Arrays.copyOf(x(r), 64);
        System.arraycopy(BigIntegers.asUnsignedByteArray(32, k.add(e.multiply(d)).mod(N)), 0, signature, 32, 32);
        return Signature.of(signature);
    }

    @Override
    public boolean verify(PublicKey key, Hash digest, Signature signature) {
        try {
            byte[] raw = signature.toBytes();
            byte[] r = Arrays.copyOf(raw, 32);
            BigInteger s = new BigInteger(1, Arrays.copyOfRange(raw, 32, 64));
            byte[] even = new byte[33];
            even[0] = 2;
            System.arraycopy(key.toBytes(), 0, even, 1, 32);
            ECPoint p = CURVE.getCurve().decodePoint(even);
            BigInteger e = new BigInteger(1, tagged("BIP0340/challenge", r, key.toBytes(), digest.toBytes())).mod(N);
            ECPoint found = CURVE.getG().multiply(s).subtract(p.multiply(e)).normalize();
            return s.compareTo(N) < 0 && !found.isInfinity() && !odd(found) && Arrays.equals(x(found), r);
        } catch (RuntimeException invalid) {
            return false;
        }
    }

    @Override
    public String implementation() {
        return "java";
    }

    private static ECPoint point(byte[] secret) {
        BigInteger d = new BigInteger(1, secret);
        if (d.signum() == 0 || d.compareTo(N) >= 0) {
            throw new IllegalArgumentException("a secret is out of range");
        }
        return CURVE.getG().multiply(d).normalize();
    }

    private static boolean odd(ECPoint p) {
        return p.getAffineYCoord().toBigInteger().testBit(0);
    }

    private static byte[] x(ECPoint p) {
        return p.getAffineXCoord().getEncoded();
    }

    private static byte[] tagged(String tag, byte[]... parts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] name = sha.digest(tag.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            sha.update(name);
            sha.update(name);
            for (byte[] part : parts) {
                sha.update(part);
            }
            return sha.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
