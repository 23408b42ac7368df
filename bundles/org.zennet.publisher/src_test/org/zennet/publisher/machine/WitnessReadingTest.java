package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

class WitnessReadingTest {
    private static final String LINE = "zennet-witness 2 wall=1500 cpu=1250000 memory=33554432 held=4096 read=10 written=20";

    @Test
    void aLineOfTheWitnessIsRead() {
        WitnessReading r = WitnessReading.of(LINE).orElseThrow();
        assertEquals(1500, r.wall());
        assertEquals(4096, r.held());
        assertEquals(Set.of(Counter.CPU, Counter.MEMORY, Counter.DISK_READ, Counter.DISK_WRITTEN), r.seen());
        assertEquals(UsageVector.ZERO.with(Counter.CPU, 1_250_000).with(Counter.MEMORY, 33_554_432).with(Counter.DISK_READ, 10).with(Counter.DISK_WRITTEN, 20),
                r.usage());
    }

    @Test
    void whatCantBeSeenIsNotZero() {
        WitnessReading r = WitnessReading.of(LINE.replace("cpu=1250000", "cpu=-").replace("read=10 written=20", "read=- written=-")).orElseThrow();
        assertEquals(Set.of(Counter.MEMORY), r.seen());
        assertEquals(33_554_432, r.usage().get(Counter.MEMORY));
    }

    @Test
    void whatTheWitnessDoesNotWriteIsNoReading() {
        for (String bad : List.of("", LINE + " ", LINE + "\n", LINE.replace("2 wall", "1 wall"), LINE.replace("1250000", "-1"), LINE.replace("1250000", ""),
                LINE.replace("1250000", "9".repeat(16)), LINE.replace("33554432", "9".repeat(300)), LINE.replace(" held=4096", ""), LINE.replace("memory=33554432", "memory=-"),
                LINE.replace("1500", "1e3"))) {
            assertEquals(Optional.empty(), WitnessReading.of(bad), bad);
        }
    }
}
