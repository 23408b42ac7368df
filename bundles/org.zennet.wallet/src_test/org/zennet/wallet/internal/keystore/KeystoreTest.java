package org.zennet.wallet.internal.keystore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.wallet.testing.TestSchnorr;

class KeystoreTest {
    private static final Optional<char[]> NONE = Optional.empty();
    @TempDir
    Path directory;

    private Keystore open(String passphrase) {
        return new Keystore(directory, Optional.ofNullable(passphrase).map(String::toCharArray));
    }

    private static PublicKey first(Keystore keystore) throws Rejected {
        try (WalletKeys keys = keystore.unlock(new TestSchnorr(), WalletKeys.TEST_COIN)) {
            return keys.publicKey(new KeyRef.Numbered(KeyRef.RECEIVE, 0));
        }
    }

    @Test
    void theSameWordsAreTheSameWallet() throws Exception {
        Keystore keystore = open("correct horse");
        assertFalse(keystore.exists());
        List<String> words = keystore.create(12, NONE);
        assertEquals(12, words.size());
        PublicKey key = first(keystore);
        Path other = Files.createDirectory(directory.resolve("other"));
        Keystore restored = new Keystore(other, Optional.of("another".toCharArray()));
        restored.restore(words, NONE);
        assertEquals(key, first(restored));
        assertTrue(restored.unseenWords().isEmpty());
    }

    @Test
    void aWrongPassphraseIsOneLine() throws Exception {
        open("right").create(24, NONE);
        Rejected e = assertThrows(Rejected.class, () -> first(open("wrong")));
        assertTrue(e.getMessage().startsWith("the passphrase of ") && !e.getMessage().contains("\n"), e.getMessage());
        assertTrue(assertThrows(Rejected.class, () -> first(open(null))).getMessage().contains("needs its passphrase"));
    }

    @Test
    void everyFlippedBitIsNoticed() throws Exception {
        Keystore keystore = open("right");
        keystore.create(12, NONE);
        Path file = directory.resolve(Keystore.FILE);
        byte[] good = Files.readAllBytes(file);
        for (int at : new int[] {0, 4, 8, 11, 12, 14, 30, 42, 43, good.length - 1}) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(file, bad);
            assertThrows(Rejected.class, () -> first(keystore), "byte " + at);
        }
        Files.write(file, java.util.Arrays.copyOf(good, good.length - 1));
        assertThrows(Rejected.class, () -> first(keystore));
    }

    @Test
    void aDaemonMakesItsOwnAndTheWordsAreShownOnce() throws Exception {
        Keystore keystore = open(null);
        keystore.ensure();
        PublicKey key = first(keystore);
        keystore.ensure();
        assertEquals(key, first(open(null)));
        for (String name : List.of(Keystore.FILE, "passphrase")) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))));
        }
        List<String> words = keystore.unseenWords().orElseThrow();
        assertTrue(keystore.unseenWords().isEmpty());
        assertEquals(key, first(open(null)), "telling the words does not change the wallet");
        Keystore other = new Keystore(Files.createDirectory(directory.resolve("o")), NONE);
        other.restore(words, NONE);
        assertEquals(key, first(other));
    }

    @Test
    void aBackupOpensElsewhere() throws Exception {
        Keystore keystore = open(null);
        keystore.ensure();
        Path o = Files.createDirectory(directory.resolve("o"));
        keystore.backup(o.resolve(Keystore.FILE), Optional.of("travel".toCharArray()));
        assertEquals(first(keystore), first(new Keystore(o, Optional.of("travel".toCharArray()))));
        assertThrows(Rejected.class, () -> keystore.backup(o.resolve(Keystore.FILE), NONE), "never overwrites");
        Path p = Files.createDirectory(directory.resolve("p"));
        keystore.backup(p.resolve("copy"), NONE);
        Files.move(p.resolve("copy"), p.resolve(Keystore.FILE));
        Files.move(p.resolve("copy.passphrase"), p.resolve("passphrase"));
        assertEquals(first(keystore), first(new Keystore(p, NONE)));
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Keystore keystore = open("a");
        keystore.create(12, NONE);
        assertThrows(Rejected.class, () -> keystore.create(12, NONE));
        assertThrows(Rejected.class, () -> keystore.restore(Mnemonic.words(new byte[16]), NONE));
        assertThrows(Rejected.class, () -> open("a").create(13, NONE));
    }

    @Test
    void theFileNeverHoldsTheEntropyAndSecretsDontPrint() {
        byte[] entropy = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        SealedSeed seed = new SealedSeed(Secret.taking(entropy), true);
        String file = new String(seed.seal("x".toCharArray(), new SecureRandom()), StandardCharsets.ISO_8859_1);
        assertFalse(file.contains("0123456789abcdef"));
        assertFalse(seed.toString().contains("012345"));
        assertNotEquals(file, new String(seed.seal("x".toCharArray(), new SecureRandom()), StandardCharsets.ISO_8859_1));
        seed.entropy().close();
        assertThrows(IllegalStateException.class, () -> seed.entropy().copy());
    }

    @Test
    void anUnlockedWalletForgetsItsKeysWhenClosed() throws Exception {
        Keystore keystore = open("a");
        keystore.create(12, NONE);
        WalletKeys keys = keystore.unlock(new TestSchnorr(), WalletKeys.TEST_COIN);
        Hash digest = Hash.of(new byte[32]);
        KeyRef label = new KeyRef.Labelled("lease:1");
        assertEquals(keys.publicKey(label), keys.publicKey(new KeyRef.Labelled("lease:1")));
        assertTrue(new TestSchnorr().verify(keys.publicKey(label), digest, keys.sign(label, digest)));
        OutPoint channel = new OutPoint(digest, 0);
        Hash end = keys.tickSecret(channel, 1, Amount.ZERO, new Amount(5), 10);
        assertEquals(end, keys.tickSecret(channel, 1, Amount.ZERO, new Amount(5), 10));
        assertNotEquals(end, keys.tickSecret(channel, 1, new Amount(1), new Amount(5), 10));
        assertNotEquals(end, keys.tickSecret(channel, 1, Amount.ZERO, new Amount(6), 10));
        assertNotEquals(end, keys.tickSecret(channel, 2, Amount.ZERO, new Amount(5), 10));
        keys.close();
        assertThrows(IllegalStateException.class, () -> keys.sign(label, digest));
        assertThrows(IllegalStateException.class, () -> keys.publicKey(new KeyRef.Numbered(0, 77)));
    }
}
