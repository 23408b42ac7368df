package org.zennet.blockchain;

import java.io.ByteArrayOutputStream;
import java.util.Locale;

/** Text with a checksum that catches typing errors: BIP350, with the alphabet and limits of BIP173. */
public final class Bech32m {
    /** The most characters. */
    public static final int MAX_LENGTH = 90;
    private static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int CONSTANT = 0x2bc830a3;
    private static final int CHECKSUM = 6;

    private Bech32m() { }

    /**
     * A decoded text.
     *
     * @param prefix the part for people, in lower case
     * @param groups 5 bits each
     */
    public record Decoded(String prefix, byte[] groups) { }

    /** Encodes groups of 5 bits. */
    public static String encode(String prefix, byte[] groups) {
        if (prefix.isEmpty() || prefix.length() + 1 + groups.length + CHECKSUM > MAX_LENGTH) {
            throw new IllegalArgumentException("too long for bech32m: " + groups.length + " groups");
        }
        StringBuilder text = new StringBuilder(prefix).append('1');
        int check = 1;
        check = prefix(check, prefix);
        for (byte group : groups) {
            check = step(check, group);
            text.append(ALPHABET.charAt(group));
        }
        for (int i = 0; i < CHECKSUM; i++) {
            check = step(check, 0);
        }
        check ^= CONSTANT;
        for (int i = CHECKSUM - 1; i >= 0; i--) {
            text.append(ALPHABET.charAt(check >>> 5 * i & 31));
        }
        return text.toString();
    }

    /**
     * Decodes and checks.
     *
     * @throws IllegalArgumentException with a one-line reason
     */
    public static Decoded decode(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!text.equals(lower) && !text.equals(text.toUpperCase(Locale.ROOT))) {
            throw new IllegalArgumentException("it mixes upper and lower case");
        }
        int separator = lower.lastIndexOf('1');
        if (text.length() > MAX_LENGTH || separator < 1 || lower.length() - separator - 1 < CHECKSUM) {
            throw new IllegalArgumentException("it has not the form PREFIX1DATA");
        }
        String prefix = lower.substring(0, separator);
        int check = prefix(1, prefix);
        byte[] groups = new byte[lower.length() - separator - 1];
        for (int i = 0; i < groups.length; i++) {
            int group = ALPHABET.indexOf(lower.charAt(separator + 1 + i));
            if (group < 0) {
                throw new IllegalArgumentException("'" + lower.charAt(separator + 1 + i) + "' does not occur in it");
            }
            groups[i] = (byte) group;
            check = step(check, group);
        }
        if (check != CONSTANT) {
            throw new IllegalArgumentException("its checksum is wrong; it was mistyped");
        }
        return new Decoded(prefix, java.util.Arrays.copyOf(groups, groups.length - CHECKSUM));
    }

    /** Regroups bits: 8 to 5 with padding for encoding, 5 to 8 with strict zero padding for decoding. */
    public static byte[] regroup(byte[] in, int from, int to, boolean pad) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int buffer = 0;
        int bits = 0;
        for (byte b : in) {
            buffer = (buffer << from | b & (1 << from) - 1) & 0xFFFF;
            bits += from;
            while (bits >= to) {
                bits -= to;
                out.write(buffer >>> bits & (1 << to) - 1);
            }
        }
        if (pad) {
            if (bits > 0) {
                out.write(buffer << to - bits & (1 << to) - 1);
            }
        } else if (bits >= from || (buffer & (1 << bits) - 1) != 0) {
            throw new IllegalArgumentException("its padding is not zero");
        }
        return out.toByteArray();
    }

    private static int prefix(int start, String prefix) {
        int check = start;
        for (char c : prefix.toCharArray()) {
            if (c < 33 || c > 126) {
                throw new IllegalArgumentException("its prefix has a character that can't be typed");
            }
            check = step(check, c >>> 5);
        }
        check = step(check, 0);
        for (char c : prefix.toCharArray()) {
            check = step(check, c & 31);
        }
        return check;
    }

    private static int step(int check, int value) {
        int top = check >>> 25;
        int next = (check & 0x1ffffff) << 5 ^ value;
        next ^= (top & 1) != 0 ? 0x3b6a57b2 : 0;
        next ^= (top & 2) != 0 ? 0x26508e6d : 0;
        next ^= (top & 4) != 0 ? 0x1ea119fa : 0;
        next ^= (top & 8) != 0 ? 0x3d4233dd : 0;
        next ^= (top & 16) != 0 ? 0x2a1462b3 : 0;
        return next;
    }
}
