package org.zennet.virtualization.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

class MeterTest {
    private static final long SECOND = 1_000_000_000L;

    /** Control groups that say what they are told. */
    private static final class Groups implements GroupReader {
        private OptionalLong cpu = OptionalLong.of(40_000_000);
        private long memory;
        private long read;
        private boolean closed;

        @Override
        public OptionalLong cpuNanos() {
            return cpu;
        }

        @Override
        public OptionalLong memoryBytes() {
            return OptionalLong.of(memory);
        }

        @Override
        public OptionalLong diskRead() {
            return OptionalLong.of(read);
        }

        @Override
        public OptionalLong diskWritten() {
            return OptionalLong.empty();
        }

        @Override
        public OptionalLong pids() {
            return OptionalLong.of(1);
        }

        @Override
        public OptionalLong oomKills() {
            return OptionalLong.empty();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final Groups groups = new Groups();
    private long now;
    private Meter meter = meter(UsageVector.ZERO);

    private Meter meter(UsageVector earlier) {
        return new Meter(groups, new Resources(1000, 1 << 20, 0), earlier, () -> now);
    }

    private static void assertUsage(UsageVector u, Counter c, long value) {
        assertEquals(value, u.get(c), c.toString());
    }

    @Test
    void whatWasUsedBeforeTheContainerWasReadyIsNotCounted() {
        now = SECOND;
        assertUsage(meter.sample(), Counter.CPU, 0);
        groups.cpu = OptionalLong.of(340_000_000);
        assertUsage(meter.sample(), Counter.CPU, 300_000);
    }

    @Test
    void memoryIsIntegratedBetweenSamples() {
        groups.memory = 100;
        meter = meter(UsageVector.ZERO);
        now = 2 * SECOND;
        groups.memory = 300;
        assertUsage(meter.sample(), Counter.MEMORY, 400);
    }

    @Test
    void nothingIsCountedBeyondTheEnvelope() {
        now = SECOND;
        groups.cpu = OptionalLong.of(40_000_000 + 5 * SECOND);
        groups.memory = 1 << 30;
        UsageVector u = meter.sample();
        assertUsage(u, Counter.CPU, 1_000_000);
        assertTrue(u.get(Counter.MEMORY) <= 1 << 20, "at most the limit for one second");
    }

    @Test
    void frozenTimeIsWallTimeOnly() {
        groups.memory = 100;
        meter = meter(UsageVector.ZERO);
        meter.frozen(true);
        now = 10 * SECOND;
        UsageVector u = meter.sample();
        assertUsage(u, Counter.MEMORY, 0);
        assertUsage(u, Counter.WALL, 10_000);
    }

    @Test
    void theEnginesOwnWorkIsTakenOff() {
        now = 10 * SECOND;
        meter.discount(20_000_000);
        groups.cpu = OptionalLong.of(40_000_000 + 20_000_000 + 5_000_000);
        assertUsage(meter.sample(), Counter.CPU, 5_000);
    }

    @Test
    void aCounterThatFallsOrVanishesLowersNothing() {
        now = 10 * SECOND;
        groups.cpu = OptionalLong.of(90_000_000);
        groups.read = 500;
        meter.sample();
        groups.cpu = OptionalLong.of(1);
        groups.read = 0;
        assertUsage(meter.sample(), Counter.CPU, 50_000);
        groups.cpu = OptionalLong.empty();
        UsageVector u = meter.sample();
        assertUsage(u, Counter.CPU, 50_000);
        assertUsage(u, Counter.DISK_READ, 500);
    }

    @Test
    void anotherLifeGoesOnWhereTheEarlierEnded() {
        meter = meter(UsageVector.ZERO.with(Counter.CPU, 70).with(Counter.WALL, 1000));
        now = SECOND;
        groups.cpu = OptionalLong.of(40_000_000 + 30_000);
        UsageVector u = meter.sample();
        assertUsage(u, Counter.CPU, 100);
        assertUsage(u, Counter.WALL, 2000);
    }

    @Test
    void whatWasUsedWhileNobodyLookedIsCountedOnce() {
        groups.memory = 100;
        meter = meter(UsageVector.ZERO);
        now = SECOND;
        groups.cpu = OptionalLong.of(40_000_000 + 30_000_000);
        Meter.Stand stand = meter.stand(5_000);
        groups.cpu = OptionalLong.of(40_000_000 + 930_000_000);
        groups.read = 77;
        Meter later = Meter.resume(groups, new Resources(1000, 1 << 20, 0), stand, 7_000, () -> now);
        assertUsage(later.sample(), Counter.CPU, 930_000);
        assertUsage(later.sample(), Counter.WALL, 3_000);
        assertUsage(later.sample(), Counter.DISK_READ, 77);
        assertUsage(later.sample(), Counter.MEMORY, 300);
    }

    @Test
    void theGapHasAnEnvelopeToo() {
        Meter.Stand stand = meter.stand(5_000);
        groups.cpu = OptionalLong.of(500 * SECOND);
        Meter later = Meter.resume(groups, new Resources(1000, 1 << 20, 0), stand, 6_000, () -> now);
        assertUsage(later.sample(), Counter.CPU, 1_000_000);
        Meter back = Meter.resume(groups, new Resources(1000, 1 << 20, 0), stand, 4_000, () -> now);
        assertUsage(back.sample(), Counter.CPU, 0);
    }

    @Test
    void afterTheEndNothingMoves() {
        now = SECOND;
        UsageVector end = meter.end();
        now = 5 * SECOND;
        assertEquals(end, meter.sample());
        assertTrue(groups.closed);
    }
}
