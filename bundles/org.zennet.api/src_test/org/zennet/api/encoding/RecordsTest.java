package org.zennet.api.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;

class RecordsTest {
    private static final String GOLDEN = "7f01000000000000012c036ec3a90201000000000005f5e10000";

    @Message(Tag.TEST)
    record Sample(long number, @Limit(10) String text, @Limit(4) List<Boolean> flags, Amount amount, Optional<Inner> maybe) { }

    record Inner(int number, @Limit(3) byte[] bytes) { }

    @Message(Tag.TEST)
    record Values(UsageVector usage, RateVector rates, @Limit(value = 3, each = 5) List<String> words) { }

    private static Sample sample() {
        return new Sample(300, "né", List.of(true, false), Amount.ofXen(1), Optional.empty());
    }

    @Test
    void theGoldenBytesAreAsTheDocumentSays() throws Exception {
        byte[] bytes = Records.encode(sample());
        assertEquals(GOLDEN, HexFormat.of().formatHex(bytes));
        assertEquals(sample(), Records.decode(Sample.class, bytes));
        String document = Files.readString(Path.of(System.getProperty("zennet.root", "../.."), "docs/encoding.md"));
        assertTrue(document.replaceAll("[ \\n]", "").contains(GOLDEN), "the document shows these bytes");
        assertTrue(document.contains(Records.digest(sample()).toHex()), "the document shows the digest " + Records.digest(sample()));
    }

    @Test
    void textIsNormalisedWhenItIsWritten() {
        Sample decomposed = new Sample(300, "ne\u0301", List.of(true, false), Amount.ofXen(1), Optional.empty());
        assertEquals(GOLDEN, HexFormat.of().formatHex(Records.encode(decomposed)));
    }

    @ParameterizedTest
    @CsvSource({
        "7f01000000000000012c036ec3a90201000000000005f5e1, cut short",
        "7f01000000000000012c036ec3a90201000000000005f5e1000000, left over",
        "7f01800000000000012c036ec3a90201000000000005f5e10000, above 2^63-1",
        "7f01000000000000012cfd00036ec3a90201000000000005f5e10000, shortest form",
        "7f01000000000000012cfe000000036ec3a90201000000000005f5e10000, shortest form",
        "7f01000000000000012cff036ec3a90201000000000005f5e10000, 0xFF",
        "7f01000000000000012c0b6ec3a90201000000000005f5e10000, above its limit",
        "7f01000000000000012c03c328610201000000000005f5e10000, not UTF-8",
        "7f01000000000000012c046e65cc810201000000000005f5e10000, not normalised",
        "7f01000000000000012c036ec3a90202000000000005f5e10000, neither 0 nor 1",
        "7f01000000000000012c036ec3a905010000000000000005f5e10000, above its limit",
        "7f02000000000000012c036ec3a90201000000000005f5e10000, unknown kind",
        "0101000000000000012c036ec3a90201000000000005f5e10000, stands where",
        "7f01000000000000012c036ec3a90201000000000005f5e10001800000000100, above 2^31-1"})
    void whatIsNotCanonicalIsRefusedWithAReason(String hex, String reason) {
        EncodingException e = assertThrows(EncodingException.class, () -> Records.decode(Sample.class, HexFormat.of().parseHex(hex)));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    @Test
    void changedBytesAreRefusedOrMeanSomethingElse() {
        Random random = new Random(7);
        byte[] good = Records.encode(new Sample(5, "abc", List.of(true), new Amount(77), Optional.of(new Inner(9, new byte[] {1, 2}))));
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(10) == 0 ? random.nextInt(good.length + 3) : good.length);
            for (int flips = random.nextInt(3); flips >= 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Sample read = Records.decode(Sample.class, bytes);
                assertArrayEquals(bytes, Records.encode(read), "whatever is accepted is the one encoding of its meaning");
            } catch (EncodingException e) {
                assertTrue(e.getMessage().length() > 5);
            }
        }
    }

    @Test
    void vectorsAndListsComeBackAsTheyWere() throws Exception {
        Values v = new Values(UsageVector.of(1, 2, 3, 4, 5, 6, 7), RateVector.of(7, 6, 5, 4, 3, 2, 1), List.of("a", "bcdef"));
        assertEquals(v, Records.decode(Values.class, Records.encode(v)));
        assertThrows(IllegalArgumentException.class, () -> Records.encode(new Values(v.usage(), v.rates(), List.of("toolong"))));
        assertThrows(IllegalArgumentException.class, () -> Records.encode(new Values(v.usage(), v.rates(), List.of("a", "b", "c", "d"))));
    }

    @Test
    void aRateAboveTheLimitIsRefusedAsBytes() {
        byte[] bytes = Records.encode(new Values(UsageVector.ZERO, RateVector.ZERO, List.of()));
        bytes[2 + 7 * 8] = 0x7f;
        assertThrows(EncodingException.class, () -> Records.decode(Values.class, bytes));
    }

    @Test
    void tagsSeparateHashes() {
        assertTrue(!Tag.OFFER.hash(new byte[] {1}).equals(Tag.CONTRACT.hash(new byte[] {1})));
        assertEquals(Tag.TEST.hash(new byte[] {1, 2}), Tag.TEST.hash(new byte[] {1}, new byte[] {2}));
    }
}
