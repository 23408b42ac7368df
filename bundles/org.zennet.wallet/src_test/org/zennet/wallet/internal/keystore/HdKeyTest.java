package org.zennet.wallet.internal.keystore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.junit.jupiter.api.Test;

/** Against the vectors in the text of BIP32. */
class HdKeyTest {
    @Test
    void everyPrivateKeyOfTheStandardsVectorsComesOut() throws Exception {
        String vectors = System.getProperty("zennet.vectors");
        Path file = vectors == null ? null : Path.of(vectors, "bip32-vectors.txt");
        assumeTrue(file != null && Files.exists(file), "bip32-vectors.txt is absent (system property zennet.vectors)");
        String seed = null;
        String path = null;
        int checked = 0;
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("===Test vector 5")) {
                break;
            } else if (line.startsWith("Seed (hex): ")) {
                seed = line.substring(12).strip();
            } else if (line.startsWith("* Chain ")) {
                path = line.substring(8).replace("<sub>H</sub>", "'").strip();
            } else if (line.contains("ext prv: ")) {
                assertEquals(line.substring(line.indexOf("xprv")).strip(), extended(seed, path), path + " of seed " + seed);
                checked++;
            }
        }
        assertTrue(checked >= 17, "only " + checked + " vectors were found");
    }

    @Test
    void aWipedKeyGivesNoWrongChildren() {
        HdKey key = HdKey.master(new byte[16]);
        key.wipe();
        assertThrows(IllegalStateException.class, () -> key.child(0));
    }

    private static String extended(String seed, String path) throws Exception {
        HdKey parent = null;
        HdKey key = HdKey.master(HexFormat.of().parseHex(seed));
        String[] steps = path.split("/");
        int index = 0;
        for (int i = 1; i < steps.length; i++) {
            index = (int) (long) Long.valueOf(steps[i].replace("'", "")) | (steps[i].endsWith("'") ? HdKey.HARDENED : 0);
            parent = key;
            key = key.child(index);
        }
        byte[] fingerprint = parent == null ? new byte[4] : Arrays.copyOf(hash160(parent.compressed()), 4);
        byte[] raw = ByteBuffer.allocate(78).putInt(0x0488ADE4).put((byte) (steps.length - 1)).put(fingerprint).putInt(index)
                .put(key.chainCode()).put((byte) 0).put(key.secret()).array();
        return base58(raw);
    }

    private static byte[] hash160(byte[] bytes) throws Exception {
        byte[] sha = MessageDigest.getInstance("SHA-256").digest(bytes);
        RIPEMD160Digest ripe = new RIPEMD160Digest();
        ripe.update(sha, 0, sha.length);
        byte[] out = new byte[20];
        ripe.doFinal(out, 0);
        return out;
    }

    private static String base58(byte[] raw) throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(raw);
        out.write(sha.digest(sha.digest(raw)), 0, 4);
        BigInteger value = new BigInteger(1, out.toByteArray());
        StringBuilder text = new StringBuilder();
        for (; value.signum() > 0; value = value.divide(BigInteger.valueOf(58))) {
            text.append("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".charAt(value.mod(BigInteger.valueOf(58)).intValue()));
        }
        return text.reverse().toString();
    }
}
