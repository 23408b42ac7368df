package org.zennet.headless.internal.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

class MeterTruthTest {
    @Test
    void theShellsAndItsChildrensTimesAreAddedUp() {
        MeterTruth t = MeterTruth.parse("noise\nTRUTH memory 1234567\nTRUTH written 100663296\nTRUTH times 0m0.005s 0m0.010s\nTRUTH times 1m2.500s 0m0.485s\n");
        assertEquals(Map.of(Counter.CPU, 63_000_000L, Counter.MEMORY, 1_234_567L, Counter.DISK_WRITTEN, 100_663_296L), t.counts());
    }

    @Test
    void anErrorIsAShareOfTheTruthAndUnknownWhereNoTruthIs() {
        MeterTruth t = MeterTruth.parse("TRUTH times 0m1.000s 0m0.000s\n");
        UsageVector metered = UsageVector.ZERO.with(Counter.CPU, 1_020_000);
        assertEquals(0.02, t.error(Counter.CPU, metered).orElseThrow(), 1e-9);
        assertTrue(t.error(Counter.DISK_READ, metered).isEmpty());
    }

    @Test
    void whatAGuestPrintsBesidesIsIgnored() {
        assertTrue(MeterTruth.parse("TRUTH\nTRUTH memory lots\nTRUTH read -5\nTRUTH times never\n").counts().values().stream().allMatch(v -> v == 0));
    }
}
