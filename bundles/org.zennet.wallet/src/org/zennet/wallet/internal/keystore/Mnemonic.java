package org.zennet.wallet.internal.keystore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.zennet.services.Rejected;

/**
 * BIP39: entropy as words, and words as a seed. Only the English list. The seed takes 2,048 rounds of PBKDF2 with
 * HMAC-SHA512, as the standard says; there is no extra BIP39 passphrase, because the keystore file is sealed by its own.
 */
public final class Mnemonic {
    private static final int ROUNDS = 2048;
    private static final int BITS_PER_WORD = 11;
    private static final List<String> WORDS = load();

    private Mnemonic() { }

    /** How many bytes of entropy stand behind a number of words: 16 for 12, 32 for 24. */
    public static int entropyBytes(int words) throws Rejected {
        if (words < 12 || words > 24 || words % 3 != 0) {
            throw new Rejected("a wallet has 12, 15, 18, 21 or 24 words, not " + words);
        }
        return words / 3 * 4;
    }

    /** The words of some entropy of 16, 20, 24, 28 or 32 bytes. */
    public static List<String> words(byte[] entropy) {
        byte[] bits = Arrays.copyOf(entropy, entropy.length + 1);
        bits[entropy.length] = sha256(entropy)[0];
        int count = entropy.length / 4 * 3;
        List<String> words = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int index = 0;
            for (int bit = i * BITS_PER_WORD; bit < (i + 1) * BITS_PER_WORD; bit++) {
                index = index << 1 | bits[bit / 8] >> 7 - bit % 8 & 1;
            }
            words.add(WORDS.get(index));
        }
        Secret.wipe(bits);
        return List.copyOf(words);
    }

    /**
     * The entropy behind words.
     *
     * @throws Rejected when there are too few or many, one is not on the list, or the checksum is wrong
     */
    public static byte[] entropy(List<String> words) throws Rejected {
        byte[] entropy = new byte[entropyBytes(words.size())];
        byte[] bits = new byte[entropy.length + 1];
        int bit = 0;
        for (int i = 0; i < words.size(); i++) {
            int index = Collections.binarySearch(WORDS, words.get(i).strip().toLowerCase(Locale.ROOT));
            if (index < 0) {
                throw new Rejected("word " + (i + 1) + " is not on the list of wallet words; look for a slip of the pen");
            }
            for (int b = BITS_PER_WORD - 1; b >= 0; b--, bit++) {
                bits[bit / 8] |= (byte) ((index >> b & 1) << 7 - bit % 8);
            }
        }
        System.arraycopy(bits, 0, entropy, 0, entropy.length);
        int checkBits = entropy.length / 4;
        int mask = 0xFF << 8 - checkBits & 0xFF;
        if ((sha256(entropy)[0] & mask) != (bits[entropy.length] & mask)) {
            throw new Rejected("these words are not a wallet: the checksum is wrong, so a word or the order of words is");
        }
        return entropy;
    }

    /** The 64-byte seed of words. */
    public static Secret seed(List<String> words, String passphrase) {
        byte[] sentence = Normalizer.normalize(String.join(" ", words), Normalizer.Form.NFKD).getBytes(StandardCharsets.UTF_8);
        byte[] salt = Normalizer.normalize("mnemonic" + passphrase, Normalizer.Form.NFKD).getBytes(StandardCharsets.UTF_8);
        try {
            Mac mac = Mac.getInstance("HmacSHA512");
            mac.init(new SecretKeySpec(sentence, "HmacSHA512"));
            mac.update(salt);
            byte[] u = mac.doFinal(new byte[] {0, 0, 0, 1});
            byte[] seed = u.clone();
            for (int round = 1; round < ROUNDS; round++) {
                u = mac.doFinal(u);
                for (int i = 0; i < seed.length; i++) {
                    seed[i] ^= u[i];
                }
            }
            return Secret.taking(seed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks HMAC-SHA512", e);
        } finally {
            Secret.wipe(sentence);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    private static List<String> load() {
        try (InputStream in = Mnemonic.class.getResourceAsStream("bip39-english.txt")) {
            List<String> words = new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
            if (words.size() != 1 << BITS_PER_WORD) {
                throw new ExceptionInInitializerError("the word list has " + words.size() + " words");
            }
            return words;
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
