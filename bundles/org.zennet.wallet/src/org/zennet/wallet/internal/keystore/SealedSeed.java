package org.zennet.wallet.internal.keystore;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.services.Rejected;

/**
 * The content of a keystore file (docs/wallet.md): entropy sealed by Argon2id and ChaCha20-Poly1305.
 *
 * <p>{@code "ZKEY" | u8 version | u32 memory KiB | u32 passes | u8 lanes | salt 16 | nonce 12 | length, ciphertext}. All
 * before the ciphertext is authenticated with it. The plain text is {@code u8 shown | length, entropy}. Salt and nonce
 * are fresh at every writing, so a key never seals twice.
 *
 * @param entropy 16 to 32 bytes, as BIP39 has them
 * @param shown   whether a person was shown the words
 */
record SealedSeed(Secret entropy, boolean shown) {
    private static final byte[] MAGIC = "ZKEY".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    /** Argon2id: 32 MiB, three passes, one lane: measured 75 ms here; RFC 9106's second choice with half the memory. */
    private static final int MEMORY_KIB = 32 * 1024;
    private static final int PASSES = 3;
    private static final int LANES = 1;
    /** What a file may ask of us before we know that it is ours. */
    private static final int MAX_MEMORY_KIB = 1024 * 1024;
    private static final int MAX_PASSES = 64;
    private static final int SALT = 16;
    private static final int NONCE = 12;
    private static final int MAX_SEALED = 256;

    byte[] seal(char[] passphrase, SecureRandom random) {
        byte[] salt = new byte[SALT];
        byte[] nonce = new byte[NONCE];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        byte[] header = new Encoder().fixed(MAGIC).u8(VERSION).u32(MEMORY_KIB).u32(PASSES).u8(LANES).fixed(salt)
                .fixed(nonce).toBytes();
        byte[] plain = entropy.copy();
        byte[] framed = new Encoder().bool(shown).bytes(plain, 32).toBytes();
        byte[] key = stretch(passphrase, salt, MEMORY_KIB, PASSES, LANES);
        try {
            return new Encoder().fixed(header).bytes(cipher(Cipher.ENCRYPT_MODE, key, nonce, header).doFinal(framed), MAX_SEALED)
                    .toBytes();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks ChaCha20-Poly1305", e);
        } finally {
            Secret.wipe(plain);
            Secret.wipe(framed);
            Secret.wipe(key);
        }
    }

    static SealedSeed open(byte[] file, char[] passphrase, String name) throws Rejected {
        byte[] key = null;
        byte[] plain = null;
        try {
            Decoder in = new Decoder(file);
            if (!Arrays.equals(in.fixed(MAGIC.length), MAGIC)) {
                throw new Rejected(name + " is not a keystore");
            }
            int version = in.u8();
            if (version != VERSION) {
                throw new Rejected(name + " is a keystore of version " + version + ", this program knows " + VERSION);
            }
            long memory = in.u32();
            long passes = in.u32();
            int lanes = in.u8();
            byte[] salt = in.fixed(SALT);
            byte[] nonce = in.fixed(NONCE);
            byte[] header = Arrays.copyOf(file, file.length - in.remaining());
            byte[] sealed = in.bytes(MAX_SEALED);
            in.end();
            if (memory < 8L * lanes || memory > MAX_MEMORY_KIB || passes < 1 || passes > MAX_PASSES || lanes < 1) {
                throw new Rejected(name + " is damaged: its key stretching is out of range");
            }
            key = stretch(passphrase, salt, (int) memory, (int) passes, lanes);
            plain = cipher(Cipher.DECRYPT_MODE, key, nonce, header).doFinal(sealed);
            Decoder body = new Decoder(plain);
            boolean shown = body.bool();
            byte[] entropy = body.bytes(32);
            body.end();
            if (entropy.length < 16 || entropy.length % 4 != 0) {
                throw new Rejected(name + " is damaged: its seed has " + entropy.length + " bytes");
            }
            return new SealedSeed(Secret.taking(entropy), shown);
        } catch (EncodingException e) {
            throw new Rejected(name + " is damaged: " + e.getMessage(), e);
        } catch (AEADBadTagException e) {
            throw new Rejected("the passphrase of " + name + " is wrong, or the file is damaged");
        } catch (GeneralSecurityException e) {
            throw new Rejected(name + " can't be opened: " + e.getMessage(), e);
        } finally {
            if (key != null) {
                Secret.wipe(key);
            }
            if (plain != null) {
                Secret.wipe(plain);
            }
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] header) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
        cipher.updateAAD(header);
        return cipher;
    }

    private static byte[] stretch(char[] passphrase, byte[] salt, int memoryKib, int passes, int lanes) {
        Argon2BytesGenerator argon = new Argon2BytesGenerator();
        argon.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id).withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib).withIterations(passes).withParallelism(lanes).withSalt(salt).build());
        byte[] key = new byte[32];
        argon.generateBytes(passphrase, key);
        return key;
    }
}
