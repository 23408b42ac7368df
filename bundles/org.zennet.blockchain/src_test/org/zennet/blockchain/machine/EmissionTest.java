package org.zennet.blockchain.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;

class EmissionTest {
    @Test
    void theTableHasTheseValues() {
        assertEquals(0, Emission.subsidy(0).zen());
        assertEquals(5_000_000_000L, Emission.subsidy(1).zen());
        assertEquals(5_000_000_000L, Emission.subsidy(43_800).zen());
        assertEquals(4_928_315_993L, Emission.subsidy(43_801).zen());
        assertEquals(4_857_659_705L, Emission.subsidy(2 * 43_800 + 1).zen());
        assertEquals(2_499_999_999L, Emission.subsidy(2_102_401).zen());
        assertEquals(319, Emission.steps());
        assertEquals(50_657_795L, Emission.subsidy(319 * 43_800).zen());
        assertEquals(50_000_000L, Emission.subsidy(319 * 43_800 + 1).zen());
        assertEquals(50_000_000L, Emission.subsidy(Integer.MAX_VALUE).zen());
        assertEquals("151228292.6231", Emission.total(319 * 43_800).toString().substring(0, 14));
    }

    @Test
    void itFallsSmoothlyAndTheTotalIsTheSum() {
        Amount sum = Amount.ZERO;
        for (int height = 1; height <= 200_000; height++) {
            Amount subsidy = Emission.subsidy(height);
            assertTrue(!subsidy.isMoreThan(Emission.subsidy(Math.max(1, height - 1))));
            assertTrue(subsidy.zen() * 1000 > Emission.subsidy(Math.max(1, height - 1)).zen() * 985);
            sum = sum.plus(subsidy);
        }
        assertEquals(sum, Emission.total(200_000));
        assertTrue(Emission.total(Integer.MAX_VALUE).zen() > 0);
    }

    @Test
    void targetsAreThoseOfBitcoinsCompactForm() {
        assertEquals(new BigInteger("00000000FFFF0000000000000000000000000000000000000000000000000000", 16), Work.target(0x1D00FFFF));
        assertEquals(new BigInteger("4295032833"), Work.of(0x1D00FFFF));
        assertEquals(BigInteger.ZERO, Work.target(0x01FEDCBA));
        assertEquals(BigInteger.valueOf(0x12), Work.target(0x01123456));
        assertEquals(BigInteger.ZERO, Work.target(0xFF7FFFFF));
        assertEquals(256, Work.of(0x2000FFFF).intValueExact());
    }
}
