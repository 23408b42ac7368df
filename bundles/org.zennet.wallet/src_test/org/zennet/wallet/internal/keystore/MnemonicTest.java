package org.zennet.wallet.internal.keystore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.services.Rejected;

/** Against the vectors of BIP39's reference implementation (trezor/python-mnemonic, vectors.json). */
class MnemonicTest {
    @Test
    void wordsAndSeedAreThoseOfTheStandard() throws Exception {
        check("00000000000000000000000000000000", "abandon abandon abandon abandon abandon abandon abandon abandon abandon"
                + " abandon abandon about", "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1"
                + "c92f2cf141630c7a3c4ab7c81b2f001698e7463b04");
        check("7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f", "legal winner thank year wave sausage worth useful legal winner thank yellow",
                "2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d"
                + "9739fce1f607");
        check("ff".repeat(32), "zoo ".repeat(23) + "vote", "dd48c104698c30cfe2b6142103248622fb7bb0ff692eebb00089b32d22484e1613912f0a"
                + "5b694407be899ffd31ed3992c456cdf60f5d4564b8ba3f05a69890ad");
    }

    private static void check(String entropy, String sentence, String seed) throws Exception {
        List<String> words = List.of(sentence.split(" "));
        byte[] bytes = HexFormat.of().parseHex(entropy);
        assertEquals(words, Mnemonic.words(bytes));
        assertArrayEquals(bytes, Mnemonic.entropy(words));
        assertEquals(seed, HexFormat.of().formatHex(Mnemonic.seed(words, "TREZOR").copy()));
    }

    @Test
    void anyEntropyComesBackFromItsWords() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            byte[] entropy = new byte[16 + 4 * random.nextInt(5)];
            random.nextBytes(entropy);
            assertArrayEquals(entropy, Mnemonic.entropy(Mnemonic.words(entropy)));
        }
    }

    @Test
    void aSlipIsNamedWithoutSayingTheSecret() {
        List<String> words = new ArrayList<>(Mnemonic.words(new byte[16]));
        words.set(4, "abandom");
        Rejected unknown = assertThrows(Rejected.class, () -> Mnemonic.entropy(words));
        assertEquals("word 5 is not on the list of wallet words; look for a slip of the pen", unknown.getMessage());
        words.set(4, "zoo");
        assertThrows(Rejected.class, () -> Mnemonic.entropy(words));
        assertThrows(Rejected.class, () -> Mnemonic.entropy(Arrays.asList("abandon", "about")));
    }
}
