package org.zennet.headless.internal.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.MemoryUsage;
import org.junit.jupiter.api.Test;

class SpareMemoryTest {
    private static final long MIB = 1 << 20;

    @Test
    void aHeapThatGrewIsCollectedAndOneThatDidNotIsLeftAlone() {
        assertTrue(SpareMemory.worthIt(new MemoryUsage(16 * MIB, 20 * MIB, 60 * MIB, 1000 * MIB)));
        assertFalse(SpareMemory.worthIt(new MemoryUsage(16 * MIB, 15 * MIB, 20 * MIB, 1000 * MIB)));
    }
}
