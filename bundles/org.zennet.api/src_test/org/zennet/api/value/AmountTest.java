package org.zennet.api.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTest {
    @ParameterizedTest
    @CsvSource({"5 XEN,500000000", "0.25 XEN,25000000", "0.00000001 XEN,1", "1200 zen,1200", "1200zen,1200", "0 XEN,0"})
    void amountsAreReadAsPeopleWriteThem(String text, long zen) {
        assertEquals(zen, Amount.parse(text).zen());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "XEN", "-1 XEN", "1e3 XEN", "0.000000001 XEN", "0.5 zen", "99999999999999 XEN", "5 BTC", "", "5 XEN x", "1,5 XEN"})
    void whatIsNoAmountIsRefusedInOneLine(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Amount.parse(text));
        assertTrue(!e.getMessage().contains("\n") && e.getMessage().length() > 10);
    }

    @Test
    void arithmeticNeverWraps() {
        Amount most = new Amount(Long.MAX_VALUE);
        assertThrows(ArithmeticException.class, () -> most.plus(new Amount(1)));
        assertThrows(ArithmeticException.class, () -> most.times(2));
        assertThrows(ArithmeticException.class, () -> Amount.ZERO.minus(new Amount(1)));
        assertThrows(IllegalArgumentException.class, () -> new Amount(-1));
        assertEquals(Amount.ZERO, Amount.ZERO.minusOrZero(most));
    }

    @Test
    void aShareIsTheExactFloor() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            long zen = random.nextLong(Long.MAX_VALUE);
            int share = random.nextInt(1001);
            BigInteger exact = BigInteger.valueOf(zen).multiply(BigInteger.valueOf(share)).divide(BigInteger.valueOf(1000));
            assertEquals(exact.longValueExact(), new Amount(zen).perMille(share).zen());
        }
    }

    @Test
    void aBillIsRoundedOnceOnTheWholeSum() {
        RateVector rates = RateVector.of(400_000_000_000L, 0, 0, 0, 0, 0, 300_000_000_000L);
        assertEquals(0, rates.cost(UsageVector.of(1, 0, 0, 0, 0, 0, 1)).zen());
        assertEquals(7, rates.cost(UsageVector.of(10, 0, 0, 0, 0, 0, 10)).zen());
        assertThrows(ArithmeticException.class, () -> RateVector.of(c -> RateVector.MAX_RATE).cost(UsageVector.of(c -> Long.MAX_VALUE)));
    }

    @Test
    void ratesAreDescribedInTheUnitsThatPeopleCompare() {
        // 0.35 XEN an hour for a core is 35,000,000 zen in 3,600,000,000 µs
        assertEquals("0.35 XEN/core-hour, 0.01966 XEN/GiB-hour, 1 XEN/hour",
                RateVector.of(9_722_222_222L, 508_626, 0, 0, 0, 0, 27_777_777_777_778L).describe());
        assertEquals("free", RateVector.ZERO.describe());
    }

    @Test
    void theEnvelopeBoundsAFullyUsedContainer() {
        Resources r = new Resources(1500, 64L << 20, 0);
        UsageVector e = r.envelope(2000, 1_000_000);
        assertEquals(3_000_000, e.get(Counter.CPU));
        assertTrue(e.get(Counter.MEMORY) >= (64L << 20) * 2);
        assertEquals(2_000_000, e.get(Counter.DISK_READ));
        assertEquals(2000, e.get(Counter.WALL));
    }
}
