package org.zennet.pricing.internal;

import java.math.BigInteger;
import java.util.Optional;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;

/**
 * The most that a buyer pays for each counter, whatever the whole costs: the settings {@code mostCpuCoreHour}, {@code mostMemoryGibHour},
 * {@code mostDiskReadGib}, {@code mostDiskWrittenGib}, {@code mostNetworkInGib}, {@code mostNetworkOutGib} and {@code mostWallHour}, amounts. What is not
 * set has no bound.
 */
record Caps(RateVector most) {
    /** The owner's. */
    static Caps of(Settings settings) {
        return new Caps(RateVector.of((Counter c) -> switch (c) {
            case CPU -> cap(settings, "mostCpuCoreHour", Rates.CORE_HOUR);
            case MEMORY -> cap(settings, "mostMemoryGibHour", Rates.GIB_HOUR);
            case DISK_READ -> cap(settings, "mostDiskReadGib", Rates.GIB);
            case DISK_WRITTEN -> cap(settings, "mostDiskWrittenGib", Rates.GIB);
            case NETWORK_IN -> cap(settings, "mostNetworkInGib", Rates.GIB);
            case NETWORK_OUT -> cap(settings, "mostNetworkOutGib", Rates.GIB);
            case WALL -> cap(settings, "mostWallHour", Rates.HOUR);
        }));
    }

    private static long cap(Settings settings, String key, BigInteger units) {
        if (settings.optional(key).isEmpty()) {
            return RateVector.MAX_RATE;
        }
        return Rates.clamp(BigInteger.valueOf(settings.amount(key).zen()).multiply(BigInteger.TEN.pow(RateVector.SCALE)).divide(units));
    }

    /** Whether no rate is above its bound. */
    boolean allow(RateVector rates) {
        return rates.isAtMost(most);
    }

    /** A bid with each rate cut to its bound. */
    RateVector cut(RateVector rates) {
        return Rates.min(rates, Optional.of(most));
    }

    /** Which rates are above their bounds, for people. */
    String above(RateVector rates) {
        return String.join(", ", java.util.Arrays.stream(Counter.values()).filter(c -> rates.get(c) > most.get(c)).map(Counter::id).toList());
    }
}
