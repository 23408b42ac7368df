package org.zennet.publisher.internal.rent;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.zennet.market.message.Access;

/** The key that logs in to one machine: Ed25519 (RFC 8032). Does not print its secret. */
final class UserKey {
    private static final String TYPE = "ssh-ed25519";
    private static final int BLOCK = 8;
    private static final int LINE = 70;
    private final byte[] seed;
    private final byte[] key;

    private UserKey(byte[] seed, byte[] key) {
        this.seed = seed;
        this.key = key;
    }

    /** A fresh one. */
    static UserKey draw() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] x509 = pair.getPublic().getEncoded(); // RFC 8410: the key is the last 32 bytes
            return new UserKey(((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow(), Arrays.copyOfRange(x509, x509.length - 32, x509.length));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks Ed25519", e);
        }
    }

    /** The public half as OpenSSH writes it. */
    String text() {
        return Access.text(key);
    }

    /** The file that OpenSSH reads as an identity, without passphrase (OpenSSH's PROTOCOL.key). */
    String file(String comment, RandomGenerator random) {
        try {
            ByteArrayOutputStream publicBlob = new ByteArrayOutputStream();
            string(new DataOutputStream(publicBlob), TYPE.getBytes(StandardCharsets.US_ASCII));
            string(new DataOutputStream(publicBlob), key);
            ByteArrayOutputStream secret = new ByteArrayOutputStream();
            DataOutputStream s = new DataOutputStream(secret);
            int check = random.nextInt();
            s.writeInt(check);
            s.writeInt(check);
            secret.writeBytes(publicBlob.toByteArray());
            byte[] both = Arrays.copyOf(seed, seed.length + key.length);
            System.arraycopy(key, 0, both, seed.length, key.length);
            string(s, both);
            string(s, comment.getBytes(StandardCharsets.UTF_8));
            for (int i = 1; secret.size() % BLOCK != 0; i++) {
                secret.write(i);
            }
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            DataOutputStream w = new DataOutputStream(whole);
            w.write("openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII));
            string(w, "none".getBytes(StandardCharsets.US_ASCII));
            string(w, "none".getBytes(StandardCharsets.US_ASCII));
            string(w, new byte[0]);
            w.writeInt(1);
            string(w, publicBlob.toByteArray());
            string(w, secret.toByteArray());
            return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(whole.toByteArray())
                    + "\n-----END OPENSSH PRIVATE KEY-----\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void string(DataOutputStream to, byte[] bytes) throws IOException {
        to.writeInt(bytes.length);
        to.write(bytes);
    }

    @Override
    public String toString() {
        return "user key " + text();
    }
}
