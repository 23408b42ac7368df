package org.zennet.wallet.internal.keystore;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** A private extended key of BIP32: a secret and a chain code. Private derivation only. Does not print. */
public final class HdKey {
    /** Added to an index: hardened, so that a leaked child with the parent's public key tells nothing of the parent. */
    public static final int HARDENED = 0x8000_0000;
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final BigInteger N = CURVE.getN();

    private final byte[] secret;
    private final byte[] chainCode;
    private byte[] compressed;
    private boolean wiped;

    private HdKey(byte[] secret, byte[] chainCode) {
        this.secret = secret;
        this.chainCode = chainCode;
    }

    /** The master key of a seed of 16 to 64 bytes. */
    public static HdKey master(byte[] seed) {
        byte[] i = hmac("Bitcoin seed".getBytes(StandardCharsets.US_ASCII), seed);
        BigInteger k = new BigInteger(1, Arrays.copyOf(i, 32));
        if (k.signum() == 0 || k.compareTo(N) >= 0) {
            throw new IllegalArgumentException("this seed has no master key (chance 2^-127): make another wallet");
        }
        return new HdKey(Arrays.copyOf(i, 32), Arrays.copyOfRange(i, 32, 64));
    }

    /** A child by index; with {@link #HARDENED} added for a hardened one. */
    public synchronized HdKey child(int index) {
        if (wiped) {
            throw new IllegalStateException("the wallet is closed");
        }
        byte[] data = new byte[37];
        if (index < 0) {
            System.arraycopy(secret, 0, data, 1, 32);
        } else {
            System.arraycopy(compressed(), 0, data, 0, 33);
        }
        for (int i = 0; i < 4; i++) {
            data[33 + i] = (byte) (index >>> 24 - 8 * i);
        }
        byte[] out = hmac(chainCode, data);
        Secret.wipe(data);
        BigInteger left = new BigInteger(1, Arrays.copyOf(out, 32));
        BigInteger k = left.add(new BigInteger(1, secret)).mod(N);
        if (left.compareTo(N) >= 0 || k.signum() == 0) {
            throw new IllegalStateException("index " + (index & ~HARDENED) + " has no key (chance 2^-127): use the next one");
        }
        return new HdKey(to32(k), Arrays.copyOfRange(out, 32, 64));
    }

    /** A descendant along indices. */
    public HdKey path(int... indices) {
        HdKey key = this;
        for (int index : indices) {
            HdKey next = key.child(index);
            if (key != this) {
                key.wipe();
            }
            key = next;
        }
        return key;
    }

    /** A copy of the secret, 32 bytes, to be wiped by who asked for it. */
    public byte[] secret() {
        return secret.clone();
    }

    /** The public key in 33 bytes, as BIP32 hashes it. */
    public synchronized byte[] compressed() {
        if (compressed == null) {
            compressed = point();
        }
        return compressed.clone();
    }

    private byte[] point() {
        return new FixedPointCombMultiplier().multiply(CURVE.getG(), new BigInteger(1, secret)).normalize().getEncoded(true);
    }

    byte[] chainCode() {
        return chainCode.clone();
    }

    /** Overwrites the key. */
    public synchronized void wipe() {
        wiped = true;
        Secret.wipe(secret);
        Secret.wipe(chainCode);
    }

    private static byte[] to32(BigInteger k) {
        byte[] raw = k.toByteArray();
        byte[] out = new byte[32];
        int skip = Math.max(0, raw.length - 32);
        System.arraycopy(raw, skip, out, 32 - (raw.length - skip), raw.length - skip);
        Secret.wipe(raw);
        return out;
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA512");
            mac.init(new SecretKeySpec(key, "HmacSHA512"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks HMAC-SHA512", e);
        }
    }

    @Override
    public String toString() {
        return "HdKey(...)";
    }
}
