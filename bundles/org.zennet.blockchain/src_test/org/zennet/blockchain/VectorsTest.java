package org.zennet.blockchain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;

/** The public vectors of BIP350 and of RFC 6962 (transparency-dev/merkle). */
class VectorsTest {
    private static Path vectors(String name) {
        Path path = Path.of(System.getProperty("zennet.vectors", "../../../shared/vectors"), name);
        assumeTrue(Files.exists(path), "the public vectors are not here: " + path);
        return path;
    }

    @Test
    void bech32mStringsOfTheBipAreReadAndTheBadOnesRefused() throws Exception {
        String text = Files.readString(vectors("bip350-vectors.txt"));
        int valid = text.indexOf("are valid Bech32m:");
        int invalid = text.indexOf("not valid Bech32m (");
        int end = text.indexOf("===Test vectors for v0");
        Matcher good = Pattern.compile("(?m)^\\* <tt>(.*?)</tt>").matcher(text.substring(valid, invalid));
        int count = 0;
        for (; good.find(); count++) {
            Bech32m.Decoded decoded = Bech32m.decode(good.group(1));
            assertEquals(good.group(1).toLowerCase(), Bech32m.encode(decoded.prefix(), decoded.groups()));
        }
        assertEquals(7, count);
        Matcher bad = Pattern.compile("(?m)^\\* (?:0x([0-9A-F]{2}) \\+ )?<tt>(.*?)</tt>").matcher(text.substring(invalid, end));
        for (count = 0; bad.find(); count++) {
            String first = bad.group(1) == null ? "" : String.valueOf((char) Integer.parseInt(bad.group(1), 16));
            assertThrows(IllegalArgumentException.class, () -> Bech32m.decode(first + bad.group(2)), bad.group());
        }
        assertEquals(14, count);
    }

    @Test
    void inclusionProofsOfThePublicVectorsAreJudgedAsTheySay() throws Exception {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(vectors("rfc6962/testdata/inclusion"))) {
            files = walk.filter(p -> p.toString().endsWith(".json")).sorted().toList();
        }
        for (Path file : files) {
            String json = Files.readString(file);
            boolean wrong = field(json, "wantErr").equals("true");
            assertEquals(!wrong, verifies(json), file.toString());
        }
        assertTrue(files.size() >= 98);
    }

    private static boolean verifies(String json) {
        List<Hash> proof = new ArrayList<>();
        Matcher list = Pattern.compile("\"proof\": \\[(.*?)]", Pattern.DOTALL).matcher(json);
        if (list.find()) {
            Matcher entry = Pattern.compile("\"([^\"]*)\"").matcher(list.group(1));
            while (entry.find()) {
                byte[] bytes = Base64.getDecoder().decode(entry.group(1));
                if (bytes.length != 32) {
                    return false;
                }
                proof.add(Hash.of(bytes));
            }
        }
        byte[] leaf = Base64.getDecoder().decode(field(json, "leafHash"));
        byte[] root = Base64.getDecoder().decode(field(json, "root"));
        return leaf.length == 32 && root.length == 32 && MerkleTree.verify(Hash.of(leaf), Long.parseUnsignedLong(field(json, "leafIdx")),
                Long.parseUnsignedLong(field(json, "treeSize")), proof, Hash.of(root));
    }

    private static String field(String json, String name) {
        Matcher m = Pattern.compile("\"" + name + "\": \"?([^\",\\n}]*)\"?").matcher(json);
        return m.find() && !m.group(1).equals("null") ? m.group(1) : "";
    }

    @Test
    void everyLeafOfEveryTreeHasAProofThatNoOtherLeafHas() {
        assertEquals("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", MerkleTree.root(List.of()).toHex());
        List<Hash> leaves = new ArrayList<>();
        for (int n = 1; n <= 40; n++) {
            leaves.add(MerkleTree.leaf(("leaf " + n).getBytes(StandardCharsets.US_ASCII)));
            Hash root = MerkleTree.root(leaves);
            for (int i = 0; i < n; i++) {
                List<Hash> proof = MerkleTree.proof(leaves, i);
                for (int j = 0; j < n; j++) {
                    assertEquals(i == j, MerkleTree.verify(leaves.get(j), i, n, proof, root));
                }
            }
        }
    }

    @Test
    void addressesAreReadAgainAndOnlyOnTheirNetwork() {
        Predicate.Key key = new Predicate.Key(DevNetwork.TEST_KEY);
        String address = Address.encode("dxen", key);
        assertEquals(GOLDEN, address);
        assertEquals(key, Address.decode("dxen", " " + address + "\n"));
        assertEquals(key, Address.decode("dxen", address.toUpperCase()));
        String reason = assertThrows(IllegalArgumentException.class, () -> Address.decode("xen", address)).getMessage();
        assertTrue(reason.contains("begin with xen1"), reason);
        Random random = new Random(4);
        for (int i = 0; i < 500; i++) {
            char[] typo = address.toCharArray();
            int at = 5 + random.nextInt(typo.length - 5);
            typo[at] = typo[at] == 'q' ? 'p' : 'q';
            assertThrows(IllegalArgumentException.class, () -> Address.decode("dxen", new String(typo)));
        }
        for (String bad : List.of("", "dxen1", "dxen1qqqqqq", "x".repeat(5_000), "\u0130".repeat(20), Bech32m.encode("dxen", new byte[50]))) {
            assertThrows(IllegalArgumentException.class, () -> Address.decode("dxen", bad));
        }
        assertEquals(PublicKey.ofHex("00".repeat(32)), Address.decode("dxen",
                Address.encode("dxen", new Predicate.Key(PublicKey.ofHex("00".repeat(32))))).key());
    }

    private static final String GOLDEN = "dxen1qr3s89lmuyplzdxs7lvvmdaghrp3eq9rsmqlqs47zer5a234lcn4c0ggwad";
}
