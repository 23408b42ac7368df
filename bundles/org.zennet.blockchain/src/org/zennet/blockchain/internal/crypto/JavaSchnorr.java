package org.zennet.blockchain.internal.crypto;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.services.crypto.SignatureScheme;

/**
 * BIP340 on BouncyCastle's custom secp256k1 curve: the reference. BouncyCastle 1.84 has no BIP340 signer of its own, so
 * the few lines around the curve are here, after the BIP's pseudo code.
 */
final class JavaSchnorr implements SignatureScheme {
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final BigInteger N = CURVE.getN();
    private static final BigInteger P = CURVE.getCurve().getField().getCharacteristic();
    private static final int LENGTH = 32;
    private static final byte[] ZERO_AUX = new byte[LENGTH];
    private static final byte[] AUX = tag("BIP0340/aux");
    private static final byte[] NONCE = tag("BIP0340/nonce");
    private static final byte[] CHALLENGE = tag("BIP0340/challenge");

    @Override
    public boolean verify(PublicKey key, Hash digest, Signature signature) {
        try {
            return verify(key.toBytes(), digest.toBytes(), signature.toBytes());
        } catch (RuntimeException e) {
            return false; // BouncyCastle throws on points that are not on the curve
        }
    }

    private static boolean verify(byte[] key, byte[] message, byte[] signature) {
        ECPoint point = lift(key);
        byte[] rx = Arrays.copyOf(signature, LENGTH);
        BigInteger r = new BigInteger(1, rx);
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, LENGTH, 2 * LENGTH));
        if (point == null || r.compareTo(P) >= 0 || s.compareTo(N) >= 0) {
            return false;
        }
        BigInteger e = number(hash(CHALLENGE, rx, key, message));
        ECPoint candidate = ECAlgorithms.sumOfTwoMultiplies(CURVE.getG(), s, point, N.subtract(e).mod(N)).normalize();
        return !candidate.isInfinity() && isEven(candidate) && candidate.getAffineXCoord().toBigInteger().equals(r);
    }

    @Override
    public Signature sign(byte[] secret, Hash digest) {
        return sign(secret, digest.toBytes(), ZERO_AUX);
    }

    static Signature sign(byte[] secret, byte[] message, byte[] aux) {
        BigInteger d0 = secret(secret);
        ECPoint point = multiply(d0);
        BigInteger d = isEven(point) ? d0 : N.subtract(d0);
        byte[] key = x(point);
        byte[] masked = BigIntegers.asUnsignedByteArray(LENGTH, d);
        byte[] mask = hash(AUX, aux);
        for (int i = 0; i < LENGTH; i++) {
            masked[i] ^= mask[i];
        }
        BigInteger k0 = number(hash(NONCE, masked, key, message));
        if (k0.signum() == 0) {
            throw new IllegalStateException("the nonce is zero");
        }
        ECPoint nonce = multiply(k0);
        BigInteger k = isEven(nonce) ? k0 : N.subtract(k0);
        BigInteger e = number(hash(CHALLENGE, x(nonce), key, message));
        byte[] signature = new byte[2 * LENGTH];
        System.arraycopy(x(nonce), 0, signature, 0, LENGTH);
        System.arraycopy(BigIntegers.asUnsignedByteArray(LENGTH, k.add(e.multiply(d)).mod(N)), 0, signature, LENGTH, LENGTH);
        return Signature.of(signature);
    }

    @Override
    public PublicKey publicKey(byte[] secret) {
        return PublicKey.of(x(multiply(secret(secret))));
    }

    @Override
    public String implementation() {
        return "java";
    }

    /** The secret as a number, if it is one. */
    static BigInteger secret(byte[] secret) {
        BigInteger d = secret.length == LENGTH ? new BigInteger(1, secret) : BigInteger.ZERO;
        if (d.signum() == 0 || d.compareTo(N) >= 0) {
            throw new IllegalArgumentException("a secret key has 32 bytes and lies between 1 and the group's order less 1");
        }
        return d;
    }

    private static ECPoint lift(byte[] x) {
        byte[] compressed = new byte[LENGTH + 1];
        compressed[0] = 2;
        System.arraycopy(x, 0, compressed, 1, LENGTH);
        return new BigInteger(1, x).compareTo(P) >= 0 ? null : CURVE.getCurve().decodePoint(compressed);
    }

    private static ECPoint multiply(BigInteger scalar) {
        return new FixedPointCombMultiplier().multiply(CURVE.getG(), scalar).normalize();
    }

    private static boolean isEven(ECPoint point) {
        return !point.getAffineYCoord().testBitZero();
    }

    private static byte[] x(ECPoint point) {
        return point.getAffineXCoord().getEncoded();
    }

    private static BigInteger number(byte[] hash) {
        return new BigInteger(1, hash).mod(N);
    }

    private static byte[] hash(byte[] tag, byte[]... parts) {
        MessageDigest digest = sha256();
        digest.update(tag);
        digest.update(tag);
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    private static byte[] tag(String name) {
        return sha256().digest(name.getBytes(StandardCharsets.US_ASCII));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
