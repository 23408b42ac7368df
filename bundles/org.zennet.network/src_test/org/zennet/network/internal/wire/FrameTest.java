package org.zennet.network.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.network.internal.TestNodeContext;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.MessageStream.Priority;

class FrameTest {
    private static final Hash HASH = Hash.ofHex("11".repeat(32));
    private static final PublicKey A = PublicKey.ofHex("aa".repeat(32));
    private static final PublicKey B = PublicKey.ofHex("bb".repeat(32));

    private static String hex(Frame frame) {
        return String.format("%02x %08x %04x ", frame.code(), frame.stream(), frame.payload().length)
                + HexFormat.of().formatHex(frame.payload());
    }

    @Test
    void theBytesOfEveryKindOfFrameStayAsTheyAre() {
        assertEquals("03 00000000 0000 ", hex(Frame.of(Kind.READY)));
        assertEquals("04 00000000 0003 026f6b", hex(Frame.goodbye(Goodbye.DUPLICATE, "ok")));
        assertEquals("07 00000000 0005 0200100000", hex(Frame.classWindow(Priority.BULK, 1 << 20)));
        assertEquals("10 00000001 0009 0007636861696e2f31",
                hex(Frame.open(1, Priority.PAYMENT, "chain/1")));
        assertEquals("11 00000002 0006 000000020708", hex(Frame.message(2, new byte[] {7, 8})));
        assertEquals("11 00000002 0004 00000000", hex(Frame.message(2, new byte[0])));
        assertEquals("12 00000002 0001 09", hex(Frame.more(2, new byte[] {7, 8, 9}, 2)));
        assertEquals("13 00000003 0004 00080000", hex(Frame.window(3, 512 << 10)));
        assertEquals("14 00000003 0003 627965", hex(Frame.close(3, "bye")));
    }

    @Test
    void theBytesOfHelloAndProofStayAsTheyAre() {
        Hello hello = new Hello(1, 1, HASH, "zennet-node", A, Optional.of(new Endpoint("127.0.0.1", 9)));
        assertEquals("0301" + "00000001" + "00000001" + "11".repeat(32) + "0b7a656e6e65742d6e6f6465" + "aa".repeat(32)
                + "01" + "093132372e302e302e31" + "00000009", HexFormat.of().formatHex(Records.encode(hello)));
        IdentityProof proof = new IdentityProof(HASH, 1, IdentityProof.Role.LISTENER, A, B, HASH);
        assertEquals("0302" + "11".repeat(32) + "00000001" + "01" + "aa".repeat(32) + "bb".repeat(32) + "11".repeat(32),
                HexFormat.of().formatHex(Records.encode(proof)));
    }

    @Test
    void networksDifferByTheirSalt() {
        assertEquals(Hello.network(TestNodeContext.line(1)), Hello.network(TestNodeContext.line(1)));
        assertNotEquals(Hello.network(TestNodeContext.line(1)), Hello.network(TestNodeContext.line(2)));
    }

    @Test
    void theNewestCommonVersionIsChosen() {
        Hello ours = new Hello(2, 4, HASH, "x", A, Optional.empty());
        assertEquals(Optional.of(3), ours.common(new Hello(1, 3, HASH, "x", B, Optional.empty())));
        assertEquals(Optional.of(4), ours.common(new Hello(4, 9, HASH, "x", B, Optional.empty())));
        assertEquals(Optional.empty(), ours.common(new Hello(1, 1, HASH, "x", B, Optional.empty())));
        assertEquals(Optional.empty(), ours.common(new Hello(5, 9, HASH, "x", B, Optional.empty())));
    }

    @Test
    void aHelloThatIsCutShortLongerOrSenselessIsRefused() {
        byte[] bytes = Records.encode(new Hello(1, 1, HASH, "x", A, Optional.empty()));
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThrows(EncodingException.class, () -> Records.decode(Hello.class, part));
        }
        assertThrows(EncodingException.class,
                () -> Records.decode(Hello.class, Arrays.copyOf(bytes, bytes.length + 1)));
        byte[] backwards = bytes.clone();
        backwards[5] = 9;
        assertThrows(EncodingException.class, () -> Records.decode(Hello.class, backwards));
    }

    @Test
    void headersThatNoFrameHasAreRefused() {
        int[][] wrong = {{0, 0, 0}, {0x08, 0, 0}, {0x15, 1, 0}, {0xFF, 0, 0}, {1, 0, 513}, {2, 0, 63}, {2, 1, 64},
            {0x10, 0, 5}, {0x11, 1, 3}, {0x11, 1, 16_378}, {0x12, 1, 0}, {0x13, 1, 5}, {0x14, 0, 0}, {5, 0, 9}};
        for (int[] h : wrong) {
            FrameException refusal = assertThrows(FrameException.class, () -> Frame.Header.of(h[0], h[1], h[2]),
                    Arrays.toString(h));
            assertTrue(!refusal.getMessage().contains("\n"));
        }
    }

    @Test
    void openingsWithAnotherPriorityOrNameAreRefused() throws FrameException {
        assertEquals(new Frame.Opening(Priority.BULK, "a/1"), Frame.open(1, Priority.BULK, "a/1").opening());
        for (String payload : new String[] {"030161", "000141", "0000", "000261", "00016161"}) {
            assertThrows(FrameException.class,
                    () -> new Frame(Kind.OPEN, 1, HexFormat.of().parseHex(payload)).opening(), payload);
        }
    }

    @Test
    void whatAStrangerSaysIsOnePlainShortLine() {
        Frame frame = new Frame(Kind.CLOSE, 1, new byte[] {'a', 10, 27, (byte) 0x9B, 'b'});
        assertEquals("a???b", frame.line());
        assertEquals(200, Frame.close(1, "x".repeat(999)).line().length());
        assertEquals(Goodbye.CLOSED, new Frame(Kind.GOODBYE, 0, new byte[] {99}).parting().why());
        assertArrayEquals(new byte[] {'?'}, Frame.close(1, "\u00e9").payload());
    }
}
