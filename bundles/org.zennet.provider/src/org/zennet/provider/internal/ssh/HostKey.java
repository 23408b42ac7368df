package org.zennet.provider.internal.ssh;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The SSH host key of one lease: Ed25519, drawn for its offer. Does not print its secret. */
public final class HostKey {
    private final KeyPair pair;

    private HostKey(KeyPair pair) {
        this.pair = pair;
    }

    /** A fresh one. */
    public static HostKey draw() {
        try {
            return new HostKey(KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime makes no Ed25519 keys: " + e.getMessage(), e);
        }
    }

    /**
     * One that was kept.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static HostKey of(byte[] secret) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(secret));
            byte[] priv = in.readNBytes(in.readUnsignedShort());
            byte[] pub = in.readAllBytes();
            KeyFactory factory = SecurityUtils.getKeyFactory("Ed25519");
            return new HostKey(new KeyPair(factory.generatePublic(new X509EncodedKeySpec(pub)),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(priv))));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("no Ed25519 key: " + e.getMessage(), e);
        }
    }

    /** What to keep: both halves, PKCS #8 and X.509, the first with its length before it. */
    public byte[] secret() {
        byte[] priv = pair.getPrivate().getEncoded();
        byte[] pub = pair.getPublic().getEncoded();
        return ByteBuffer.allocate(2 + priv.length + pub.length).putShort((short) priv.length).put(priv).put(pub).array();
    }

    KeyPair pair() {
        return pair;
    }

    /** The public half as OpenSSH writes it. */
    public String text() {
        return text(pair.getPublic());
    }

    static String text(PublicKey key) {
        return PublicKeyEntry.toString(key).strip();
    }

    @Override
    public String toString() {
        return "host key " + text();
    }
}
