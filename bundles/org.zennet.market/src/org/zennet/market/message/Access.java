package org.zennet.market.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.zennet.api.encoding.Limit;

/**
 * The two keys of a lease for shells: who may log in, and who answers. Ed25519 keys as OpenSSH writes them (RFC 4253
 * section 6.6, RFC 8709): {@code ssh-ed25519} and the base64 of the key's blob, without a comment.
 *
 * @param userKey the publisher's fresh key for this lease: the only one that may log in
 * @param hostKey the provider's fresh host key for this lease
 */
public record Access(@Limit(Access.MAX_KEY) String userKey, @Limit(Access.MAX_KEY) String hostKey) {
    /** The longest key, in bytes of its text. */
    public static final int MAX_KEY = 100;
    private static final String TYPE = "ssh-ed25519";
    private static final int KEY_BYTES = 32;

    /** Refuses what is no key. */
    public Access {
        check(userKey);
        check(hostKey);
    }

    /** The text of an Ed25519 public key of 32 bytes (RFC 8032). */
    public static String text(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("an Ed25519 public key has 32 bytes, not " + key.length);
        }
        byte[] blob = Arrays.copyOf(prefix(), prefix().length + KEY_BYTES);
        System.arraycopy(key, 0, blob, prefix().length, KEY_BYTES);
        return TYPE + " " + Base64.getEncoder().encodeToString(blob);
    }

    /**
     * The 32 bytes of a key's text.
     *
     * @throws IllegalArgumentException when it is not in the one form that {@link #text} writes
     */
    public static byte[] check(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length == 2 && parts[0].equals(TYPE) && text.length() <= MAX_KEY) {
            byte[] blob = Base64.getDecoder().decode(parts[1]);
            byte[] prefix = prefix();
            if (blob.length == prefix.length + KEY_BYTES && Arrays.equals(prefix, Arrays.copyOf(blob, prefix.length))) {
                byte[] key = Arrays.copyOfRange(blob, prefix.length, blob.length);
                if (text(key).equals(text)) {
                    return key;
                }
            }
        }
        throw new IllegalArgumentException("not an Ed25519 key as OpenSSH writes it");
    }

    /** The name of the kind of key and the length of the key itself, as the blob begins. */
    private static byte[] prefix() {
        byte[] name = TYPE.getBytes(StandardCharsets.US_ASCII);
        byte[] prefix = new byte[4 + name.length + 4];
        prefix[3] = (byte) name.length;
        System.arraycopy(name, 0, prefix, 4, name.length);
        prefix[prefix.length - 1] = KEY_BYTES;
        return prefix;
    }
}
