package org.zennet.blockchain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.services.chain.ChainService.OutPoint;

/** The bytes of every format. A golden value that changes is a new network. */
class FormatTest {
    private static final Hash GENESIS = Hash.ofHex("11".repeat(32));
    private static final OutPoint COIN = new OutPoint(Hash.ofHex("22".repeat(32)), 3);
    private static final PublicKey A = PublicKey.ofHex("aa".repeat(32));
    private static final PublicKey B = PublicKey.ofHex("bb".repeat(32));
    private static final Signature SIGNATURE = Signature.ofHex("cc".repeat(64));
    private static final byte[] PAYLOAD = {1, 2, 3};

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Transaction simple() {
        return Transaction.of(List.of(new Input(COIN, new Witness.KeyWitness(SIGNATURE))),
                List.of(new Output(new Amount(1_000), new Predicate.Key(A)), new Output(new Amount(2_000), new Predicate.Key(B))));
    }

    @Test
    void aTransferHasTheseBytes() {
        assertEquals("01010101" + "22".repeat(32) + "0003" + "02" + "00000000000003e8" + "00" + "aa".repeat(32)
                + "00000000000007d0" + "00" + "bb".repeat(32) + "00" + "cc".repeat(64), hex(simple().toBytes()));
        assertEquals(186, simple().size());
        assertEquals(GOLDEN_TXID, simple().txid().toHex());
        assertEquals(GOLDEN_WITNESS, simple().witnessHash().toHex());
    }

    @Test
    void aRewardCarriesItsHeight() {
        Transaction reward = Transaction.coinbase(7, List.of(new Output(new Amount(5_000_000_000L), new Predicate.Key(A))));
        assertEquals("010101" + "00" + "00000007" + "01" + "000000012a05f200" + "00" + "aa".repeat(32), hex(reward.toBytes()));
        assertNotEquals(reward.txid(), Transaction.coinbase(8, reward.outputs()).txid());
    }

    @Test
    void predicatesHaveTheseBytes() {
        assertEquals("00" + "aa".repeat(32), hex(new Predicate.Key(A).toBytes()));
        assertEquals("04" + "aa".repeat(32) + "bb".repeat(32) + "00000100", hex(new Predicate.Channel(A, B, 256).toBytes()));
        assertEquals("05" + "aa".repeat(32) + "00000100" + "0003" + GOLDEN_PAYLOAD, hex(Predicate.Announce.of(A, 256, PAYLOAD).toBytes()));
    }

    @Test
    void witnessesHaveTheseBytes() {
        Witness settle = new Witness.ChannelSettle(SIGNATURE, Signature.ofHex("dd".repeat(64)), new Amount(9), GENESIS, new Amount(5),
                100, Optional.of(new Witness.Tail(7, COIN.txid())), 1);
        Transaction t = Transaction.of(List.of(new Input(COIN, settle), new Input(COIN, new Witness.ChannelBoth(SIGNATURE, SIGNATURE)),
                new Input(COIN, new Witness.ChannelRefund(SIGNATURE)), new Input(COIN, new Witness.AnnounceOwner(SIGNATURE))), List.of());
        String all = hex(t.toBytes());
        assertEquals("01" + "cc".repeat(64) + "dd".repeat(64) + "0000000000000009" + "11".repeat(32) + "0000000000000005" + "0064"
                + "01" + "0007" + "22".repeat(32) + "0001" + "02" + "cc".repeat(128) + "03" + "cc".repeat(64) + "04" + "cc".repeat(64),
                all.substring(all.length() - 2 * (1 + 64 + 64 + 8 + 32 + 8 + 2 + 1 + 2 + 32 + 2 + 129 + 65 + 65)));
    }

    @Test
    void aPayloadTravelsBehindTheWitnessesAndIsNotInTheId() throws Exception {
        Predicate announce = Predicate.Announce.of(A, 256, PAYLOAD);
        Transaction t = Transaction.of(simple().inputs(), List.of(new Output(new Amount(1), announce)), List.of(PAYLOAD));
        assertEquals("03010203", hex(t.toBytes()).substring(2 * t.size() - 8));
        byte[] other = t.toBytes();
        other[other.length - 1]++;
        assertEquals(t.txid(), Transaction.parse(other).txid());
        assertEquals(t.witnessHash(), Transaction.parse(other).witnessHash());
    }

    @Test
    void digestsHaveTheseValues() {
        List<Output> spent = List.of(new Output(new Amount(3_500), new Predicate.Key(A)));
        assertEquals(GOLDEN_SIGHASH, Sighash.of(GENESIS, simple(), spent).digest(0).toHex());
        Voucher voucher = new Voucher(GENESIS, COIN, new Amount(9), COIN.txid(), new Amount(5), 100);
        assertEquals(GOLDEN_VOUCHER, voucher.digest().toHex());
        Ticks ticks = new Ticks(GENESIS, COIN);
        assertEquals(GOLDEN_TICK, ticks.back(2, GENESIS, 1).toHex());
    }

    @Test
    void ticksLeadToTheAnchorFromAnyStep() {
        Ticks ticks = new Ticks(GENESIS, COIN);
        Hash[] chain = ticks.chain(GENESIS, 50);
        for (int k = 0; k <= 50; k++) {
            assertEquals(chain[0], ticks.anchor(k, chain[k]));
            assertEquals(chain[k / 2], ticks.back(k, chain[k], k / 2));
        }
        assertNotEquals(chain[0], ticks.anchor(3, chain[4]));
        assertNotEquals(chain[0], new Ticks(GENESIS, new OutPoint(COIN.txid(), 4)).anchor(4, chain[4]));
        assertThrows(IllegalArgumentException.class, () -> ticks.back(3, GENESIS, 4));
    }

    @Test
    void aHeaderHas124Bytes() throws Exception {
        BlockHeader header = new BlockHeader(1, GENESIS, COIN.txid(), BlockHeader.NO_AUX, 5, 1_800_000_000L, 0x2000FFFF, -2);
        assertEquals("00000001" + "11".repeat(32) + "22".repeat(32) + "00".repeat(32) + "00000005" + "000000006b49d200" + "2000ffff"
                + "fffffffffffffffe", hex(header.toBytes()));
        assertEquals(BlockHeader.BYTES, header.toBytes().length);
        assertEquals(GOLDEN_HEADER, header.hash().toHex());
        assertEquals(header, BlockHeader.parse(header.toBytes()));
    }

    @Test
    void whatWasWrittenIsReadAgain() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            Transaction t = Samples.transaction(random);
            assertArrayEquals(t.toBytes(), Transaction.parse(t.toBytes()).toBytes());
            assertEquals(t, Transaction.parse(t.toBytes()));
            BlockHeader header = Samples.header(random);
            assertEquals(header, BlockHeader.parse(header.toBytes()));
            if (i % 100 == 0) {
                Block block = new Block(header, List.of(t, Samples.transaction(random)));
                assertEquals(block, Block.parse(block.toBytes()));
            }
        }
    }

    @Test
    void everyOtherReadingIsRefusedOrTheSameBytes() {
        Random random = new Random(2);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = Samples.transaction(random).toBytes();
            int flips = random.nextInt(1, 4);
            for (int f = 0; f < flips; f++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 5));
            }
            try {
                assertArrayEquals(bytes, Transaction.parse(bytes).toBytes());
            } catch (EncodingException e) {
                // refused is fine
            }
        }
    }

    @Test
    void whatIsOutsideTheLimitsIsRefused() {
        assertThrows(EncodingException.class, () -> Predicate.parse(HexFormat.of().parseHex("01" + "aa".repeat(32))));
        assertThrows(EncodingException.class, () -> Predicate.parse(HexFormat.of().parseHex("04" + "aa".repeat(64) + "80000000")));
        assertThrows(EncodingException.class, () -> Predicate.parse(HexFormat.of().parseHex("05" + "aa".repeat(32) + "00000100" + "0101" + "aa".repeat(32))));
        assertThrows(EncodingException.class, () -> Predicate.parse(HexFormat.of().parseHex("05" + "aa".repeat(32) + "00000100" + "0000" + "aa".repeat(32))));
        assertThrows(EncodingException.class, () -> Transaction.parse(new byte[Transaction.MAX_BYTES + 1]));
        assertThrows(EncodingException.class, () -> Transaction.parse(HexFormat.of().parseHex("010102" + "00")));
        assertThrows(EncodingException.class, () -> Transaction.parse(HexFormat.of().parseHex("010101" + "fd00fc")));
        assertThrows(EncodingException.class, () -> Transaction.parse(HexFormat.of().parseHex("010101" + "fd03e9")));
        assertThrows(EncodingException.class, () -> Block.parse(new byte[0]));
        assertThrows(EncodingException.class, () -> Block.parse(new byte[Block.MAX_BYTES + 1]));
        assertThrows(IllegalArgumentException.class, () -> Transaction.of(List.of(), List.of()));
        assertThrows(IllegalArgumentException.class, () -> Transaction.of(simple().inputs(),
                java.util.Collections.nCopies(1_001, simple().outputs().getFirst())));
        assertThrows(IllegalArgumentException.class, () -> Transaction.of(simple().inputs(), List.of(), List.of(PAYLOAD)));
    }

    private static final String GOLDEN_TXID = "c0505b42abdf5a472c4342e9529f15a1071d7b3903d0d07e5587cdf4cfa49d9c";
    private static final String GOLDEN_WITNESS = "6bcde9f080d950eab19ee304bf29f27a28f7c1ab4994fc225cde626429e6ccd0";
    private static final String GOLDEN_PAYLOAD = "316aed73daa59743e40219a192b5a868023e7c6e99bf1b17dcc147ea8b67ca99";
    private static final String GOLDEN_SIGHASH = "9f996ac070ca31ede4eb83875f0d97ac40186423a45067432469839479ee0acc";
    private static final String GOLDEN_VOUCHER = "dfa8928defbdf4ac6c03d93d4b480aecfbf6e405330e6b10bba005bccec3ae40";
    private static final String GOLDEN_TICK = "5793138859aa6f9244f65aef2ee9c3e71582de6446779f1b7e622bb1a1dc4374";
    private static final String GOLDEN_HEADER = "eef8a2cad55b0c3ce69076e6da9e95d5c7c47b82521af7237ddd6aba9f2a86cb";
}
