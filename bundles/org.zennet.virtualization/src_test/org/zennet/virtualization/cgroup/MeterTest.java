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
        private long written;
        private long in;
        private long out;
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
            return OptionalLong.of(written);
        }

        @Override
        public OptionalLong networkIn() {
            return OptionalLong.of(in);
        }

        @Override
        public OptionalLong networkOut() {
            return OptionalLong.of(out);
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

        /** All of them count on by so many nanoseconds and bytes. */
        void more(long n) {
            cpu = OptionalLong.of(cpu.getAsLong() + n);
            read += n;
            written += n;
            in += n;
            out += n;
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
    void ofWhatPassesWhileFrozenOnlyWallTimeCounts() {
        groups.memory = 100;
        meter = meter(UsageVector.ZERO);
        now = SECOND;
        groups.more(5_000_000);
        meter.frozen(true);
        now = 2 * SECOND;
        groups.more(70_000_000);
        UsageVector while1 = meter.sample();
        now = 10 * SECOND;
        groups.more(900_000_000);
        UsageVector u = meter.sample();
        for (Counter c : Counter.values()) {
            if (c != Counter.WALL) {
                assertEquals(while1.get(c), u.get(c), c.toString());
            }
        }
        assertUsage(u, Counter.CPU, 5_000);
        assertUsage(u, Counter.MEMORY, 100);
        assertUsage(u, Counter.DISK_READ, 5_000_000);
        assertUsage(u, Counter.DISK_WRITTEN, 5_000_000);
        assertUsage(u, Counter.NETWORK_IN, 5_000_000);
        assertUsage(u, Counter.NETWORK_OUT, 5_000_000);
        assertUsage(u, Counter.WALL, 10_000);
    }

    @Test
    void whatPassedWhileFrozenIsNotCountedAfterwardsEither() {
        groups.memory = 100;
        meter = meter(UsageVector.ZERO);
        now = SECOND;
        groups.more(5_000_000);
        meter.frozen(true);
        now = 10 * SECOND;
        groups.more(900_000_000);
        // nobody looked meanwhile
        meter.frozen(false);
        now = 11 * SECOND;
        groups.more(3_000_000);
        UsageVector u = meter.sample();
        assertUsage(u, Counter.CPU, 8_000);
        assertUsage(u, Counter.MEMORY, 200);
        assertUsage(u, Counter.DISK_READ, 8_000_000);
        assertUsage(u, Counter.NETWORK_OUT, 8_000_000);
        meter.frozen(true);
        groups.more(900_000_000);
        now = 12 * SECOND;
        assertUsage(meter.end(), Counter.CPU, 8_000);
    }

    @Test
    void whatTheEnvelopeHeldBackDoesNotComeOutWhileFrozen() {
        groups.memory = 1 << 20;
        meter = meter(UsageVector.ZERO);
        now = SECOND;
        groups.more(3 * SECOND);
        meter.frozen(true);
        UsageVector before = meter.sample();
        now = 10 * SECOND;
        UsageVector u = meter.sample();
        assertUsage(u, Counter.CPU, before.get(Counter.CPU));
        assertUsage(u, Counter.MEMORY, before.get(Counter.MEMORY));
        assertUsage(u, Counter.CPU, 1_000_000);
        meter.frozen(false);
        now = 11 * SECOND;
        assertUsage(meter.sample(), Counter.CPU, 2_000_000);
    }

    @Test
    void howOftenOneLooksChangesNothingAboutAFreeze() {
        long[] cpu = new long[2];
        for (int often = 0; often < 2; often++) {
            now = 0;
            groups.cpu = OptionalLong.of(40_000_000);
            meter = meter(UsageVector.ZERO);
            UsageVector last = UsageVector.ZERO;
            for (int i = 1; i <= 100; i++) {
                now += SECOND / 10;
                groups.more(1_000_000 + i * 1000L);
                if (i % 25 == 0) {
                    meter.frozen(i % 50 == 25);
                }
                if (often == 1) {
                    UsageVector next = meter.sample();
                    assertTrue(next.isAtLeast(last), next + " after " + last);
                    last = next;
                }
            }
            cpu[often] = meter.sample().get(Counter.CPU);
        }
        assertEquals(cpu[0], cpu[1]);
        assertTrue(cpu[0] < 60_000, "half of it: " + cpu[0]);
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
        Meter later = Meter.resume(groups, new Resources(1000, 1 << 20, 0), stand, false, 7_000, () -> now);
        assertUsage(later.sample(), Counter.CPU, 930_000);
        assertUsage(later.sample(), Counter.WALL, 3_000);
        assertUsage(later.sample(), Counter.DISK_READ, 77);
        assertUsage(later.sample(), Counter.MEMORY, 300);
    }

    @Test
    void ofAGapInWhichItWasFrozenOnlyWallTimeCounts() {
        for (boolean[] frozen : new boolean[][] {{true, true}, {true, false}, {false, true}}) {
            groups.memory = 100;
            meter = meter(UsageVector.ZERO);
            now += SECOND;
            groups.more(30_000_000);
            meter.frozen(frozen[0]);
            Meter.Stand stand = meter.stand(5_000);
            assertEquals(frozen[0], stand.frozen());
            groups.more(900_000_000);
            Meter later = Meter.resume(groups, new Resources(1000, 1 << 20, 0), stand, frozen[1], 7_000, () -> now);
            now += SECOND;
            groups.more(10_000_000);
            UsageVector u = later.sample();
            assertUsage(u, Counter.WALL, 4_000);
            assertUsage(u, Counter.CPU, frozen[1] ? 30_000 : 40_000);
            assertUsage(u, Counter.MEMORY, frozen[1] ? 100 : 200);
            assertUsage(u, Counter.DISK_READ, frozen[1] ? 30_000_000 : 40_000_000);
        }
    }

    @Test
    void theGapHasAnEnvelopeToo() {
        Meter.Stand stand = meter.stand(5_000);
        groups.cpu = OptionalLong.of(500 * SECOND);
        Meter later = Meter.resume(groups, new Resources(1000, 1 << 20, 0), stand, false, 6_000, () -> now);
        assertUsage(later.sample(), Counter.CPU, 1_000_000);
        Meter back = Meter.resume(groups, new Resources(1000, 1 << 20, 0), stand, false, 4_000, () -> now);
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
