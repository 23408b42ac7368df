package org.zennet.blockchain.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.blockchain.DevNetwork;
import org.zennet.blockchain.Samples;
import org.zennet.services.crypto.SignatureScheme;

class SchnorrTest {
    private static final JavaSchnorr JAVA = new JavaSchnorr();

    private static SignatureScheme nativeOne() {
        try {
            return new NativeSchnorr();
        } catch (RuntimeException | LinkageError e) {
            assumeTrue(false, "no native library here: " + e);
            throw e;
        }
    }

    @Test
    void theVectorsOfBip340HoldInJava() throws Exception {
        vectors(JAVA);
    }

    @Test
    void theVectorsOfBip340HoldNatively() throws Exception {
        vectors(nativeOne());
    }

    private static void vectors(SignatureScheme scheme) throws Exception {
        Path file = Path.of(System.getProperty("zennet.vectors", "../../../shared/vectors"), "bip340.csv");
        assumeTrue(Files.exists(file), "the public vectors are not here: " + file);
        HexFormat hex = HexFormat.of();
        int checked = 0;
        for (String line : Files.readAllLines(file).subList(1, 20)) {
            String[] f = line.split(",", -1);
            byte[] message = hex.parseHex(f[4].toLowerCase());
            if (message.length != 32) {
                continue; // messages of other lengths have no way into this scheme
            }
            PublicKey key = PublicKey.ofHex(f[2].toLowerCase());
            Signature signature = Signature.ofHex(f[5].toLowerCase());
            assertEquals(f[6].equals("TRUE"), scheme.verify(key, Hash.of(message), signature), line);
            if (!f[1].isEmpty()) {
                byte[] secret = hex.parseHex(f[1].toLowerCase());
                assertEquals(key, scheme.publicKey(secret));
                assertEquals(signature, JavaSchnorr.sign(secret, message, hex.parseHex(f[3].toLowerCase())));
            }
            checked++;
        }
        assertEquals(15, checked);
    }

    @Test
    void bothGiveTheSameVerdictOnEverything() {
        SignatureScheme fast = nativeOne();
        Random random = new Random(3);
        int valid = 0;
        for (int i = 0; i < 1_500; i++) {
            byte[] secret = Samples.bytes(random, 32);
            Hash digest = Hash.of(Samples.bytes(random, 32));
            Signature signature = JAVA.sign(secret, digest);
            assertEquals(signature, fast.sign(secret, digest));
            PublicKey key = JAVA.publicKey(secret);
            assertEquals(key, fast.publicKey(secret));
            byte[] s = signature.toBytes();
            byte[] k = key.toBytes();
            switch (random.nextInt(6)) {
                case 0 -> s[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> k[random.nextInt(32)] ^= (byte) (1 << random.nextInt(8));
                case 2 -> java.util.Arrays.fill(s, random.nextBoolean() ? 0 : 32, 64, (byte) (random.nextBoolean() ? 0 : 0xFF));
                case 3 -> java.util.Arrays.fill(k, (byte) (random.nextBoolean() ? 0 : 0xFF));
                case 4 -> System.arraycopy(Samples.bytes(random, 32), 0, s, 32 * random.nextInt(2), 32);
                default -> { }
            }
            boolean java = JAVA.verify(PublicKey.of(k), digest, Signature.of(s));
            assertEquals(java, fast.verify(PublicKey.of(k), digest, Signature.of(s)));
            valid += java ? 1 : 0;
        }
        assertTrue(valid > 100 && valid < 600, "valid: " + valid);
    }

    @Test
    void secretsOutOfRangeAreRefusedByBoth() {
        String order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
        for (SignatureScheme scheme : List.of(JAVA, new SignatureComponent())) {
            for (byte[] bad : List.of(new byte[32], new byte[31], new byte[0], HexFormat.of().parseHex(order))) {
                assertThrows(IllegalArgumentException.class, () -> scheme.publicKey(bad));
                assertThrows(IllegalArgumentException.class, () -> scheme.sign(bad, Hash.of(new byte[32])));
            }
        }
    }

    @Test
    void thePublishedTestKeyBelongsToItsSecret() {
        assertEquals(DevNetwork.TEST_KEY, JAVA.publicKey(DevNetwork.testSecret()));
        assertTrue(List.of("native", "java").contains(new SignatureComponent().implementation()));
    }

    @Test
    void anImplementationThatErrsFailsTheSelfTest() {
        assertTrue(SignatureComponent.selfTest(JAVA, JAVA));
        SignatureScheme lax = new Lax(JAVA);
        assertFalse(SignatureComponent.selfTest(lax, JAVA));
    }

    /** Accepts everything. */
    private record Lax(SignatureScheme scheme) implements SignatureScheme {
        @Override
        public boolean verify(PublicKey key, Hash digest, Signature signature) {
            return true;
        }

        @Override
        public Signature sign(byte[] secret, Hash digest) {
            return scheme.sign(secret, digest);
        }

        @Override
        public PublicKey publicKey(byte[] secret) {
            return scheme.publicKey(secret);
        }

        @Override
        public String implementation() {
            return "lax";
        }
    }
}
