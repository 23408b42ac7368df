package org.zennet.pricing.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zennet.api.pricing.Quote;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;

class CalibratedTest {
    /** As the command writes it: 20 XEN a day for 4 cores and 16 GiB. */
    private static final String SETTING = "target=2000000000 cores=4000 memory=17179869184 rate.cpu=6000000 rate.memory=1500 rate.disk-read=11 "
            + "rate.disk-written=22 rate.network-in=33 rate.network-out=44 rate.wall=0";
    private static final RateVector RATES = RateVector.of(6_000_000, 1_500, 11, 22, 33, 44, 0);

    private static Quote quote(Amount target, Resources machine, String setting) {
        return Strategies.CALIBRATED.quote(Strategies.ask(machine, target, 0, 0, Optional.empty(), Optional.empty(), List.of(), Map.of("calibration", setting)));
    }

    @Test
    void theFittedRatesAreAskedWhereNothingChanged() {
        Quote q = quote(Amount.ofXen(20), Strategies.MACHINE, SETTING);
        assertEquals(RATES, q.rates());
        assertTrue(q.reason().contains("by calibration"), q.reason());
    }

    @Test
    void anotherTargetScalesAllOfThem() {
        assertEquals(RateVector.of(12_000_000, 3_000, 22, 44, 66, 88, 0), quote(Amount.ofXen(40), Strategies.MACHINE, SETTING).rates());
    }

    @Test
    void halfOfTheCoresForRentCostTwiceAsMuchEach() {
        RateVector r = quote(Amount.ofXen(20), new Resources(2000, 16L << 30, 0), SETTING).rates();
        assertEquals(RATES.with(Counter.CPU, 12_000_000), r);
    }

    @Test
    void withoutACalibrationTheProportionsOfFullLoadHold() {
        assertEquals(Strategies.CALIBRATED.quote(Strategies.first(Amount.ofXen(20))).rates(), quote(Amount.ofXen(20), Strategies.MACHINE, " ").rates());
    }

    @ParameterizedTest
    @ValueSource(strings = {"target=1", "nonsense", "target=1 cores=1 memory=1 rate.cpu=1", "=3", "target=-1"})
    void aSettingThatCantBeReadIsNamedAndNeverGuessed(String setting) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> quote(Amount.ofXen(20), Strategies.MACHINE, setting));
        assertTrue(e.getMessage().startsWith("setting calibration: "), e.getMessage());
    }

    @Test
    void namesThatNobodyKnowsAndRatesBeyondTheLargestAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> quote(Amount.ofXen(20), Strategies.MACHINE, SETTING + " rate.gpu=1"));
        assertThrows(IllegalArgumentException.class, () -> quote(Amount.ofXen(20), Strategies.MACHINE, SETTING.replace("rate.cpu=6000000", "rate.cpu=9999999999999999999")));
        assertThrows(IllegalArgumentException.class, () -> quote(Amount.ofXen(20), Strategies.MACHINE, SETTING + " cores=4000"));
    }
}
