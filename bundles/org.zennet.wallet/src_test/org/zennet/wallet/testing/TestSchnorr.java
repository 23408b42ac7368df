package org.zennet.wallet.testing;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.services.crypto.SignatureScheme;

/** BIP340 written down once more, straight from its text, so that these tests need no internals of another bundle. */
public final class TestSchnorr implements SignatureScheme {
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final BigInteger N = CURVE.getN();
    private static final BigInteger P = CURVE.getCurve().getField().getCharacteristic();

    @Override
    public boolean verify(PublicKey key, Hash digest, Signature signature) {
        try {
            byte[] s64 = signature.toBytes();
            byte[] rx = Arrays.copyOf(s64, 32);
            BigInteger r = new BigInteger(1, rx);
            BigInteger s = new BigInteger(1, Arrays.copyOfRange(s64, 32, 64));
            if (r.compareTo(P) >= 0 || s.compareTo(N) >= 0 || new BigInteger(1, key.toBytes()).compareTo(P) >= 0) {
                return false;
            }
            byte[] compressed = new byte[33];
            compressed[0] = 2;
            System.arraycopy(key.toBytes(), 0, compressed, 1, 32);
            ECPoint point = CURVE.getCurve().decodePoint(compressed);
            BigInteger e = tagged("BIP0340/challenge", rx, key.toBytes(), digest.toBytes()).mod(N);
            ECPoint sum = times(CURVE.getG(), s).add(point.multiply(N.subtract(e))).normalize();
            return !sum.isInfinity() && !sum.getAffineYCoord().testBitZero() && sum.getAffineXCoord().toBigInteger().equals(r);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public Signature sign(byte[] secret, Hash digest) {
        BigInteger d = new BigInteger(1, secret);
        if (d.signum() == 0 || d.compareTo(N) >= 0) {
            throw new IllegalArgumentException("out of range");
        }
        ECPoint p = times(CURVE.getG(), d);
        if (p.getAffineYCoord().testBitZero()) {
            d = N.subtract(d);
        }
        byte[] px = p.getAffineXCoord().getEncoded();
        byte[] t = to32(d.xor(tagged("BIP0340/aux", new byte[32])));
        BigInteger k = tagged("BIP0340/nonce", t, px, digest.toBytes()).mod(N);
        ECPoint r = times(CURVE.getG(), k);
        if (r.getAffineYCoord().testBitZero()) {
            k = N.subtract(k);
        }
        byte[] rx = r.getAffineXCoord().getEncoded();
        BigInteger e = tagged("BIP0340/challenge", rx, px, digest.toBytes()).mod(N);
        byte[] out = Arrays.copyOf(rx, 64);
        System.arraycopy(to32(k.add(e.multiply(d)).mod(N)), 0, out, 32, 32);
        return Signature.of(out);
    }

    @Override
    public PublicKey publicKey(byte[] secret) {
        return PublicKey.of(times(CURVE.getG(), new BigInteger(1, secret)).getAffineXCoord().getEncoded());
    }

    @Override
    public String implementation() {
        return "test";
    }

    private static ECPoint times(ECPoint point, BigInteger k) {
        return new FixedPointCombMultiplier().multiply(point, k).normalize();
    }

    private static byte[] to32(BigInteger v) {
        byte[] raw = v.toByteArray();
        byte[] out = new byte[32];
        int skip = Math.max(0, raw.length - 32);
        System.arraycopy(raw, skip, out, 32 - raw.length + skip, raw.length - skip);
        return out;
    }

    private static BigInteger tagged(String tag, byte[]... parts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] t = sha.digest(tag.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            sha.update(t);
            sha.update(t);
            for (byte[] part : parts) {
                sha.update(part);
            }
            return new BigInteger(1, sha.digest());
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
