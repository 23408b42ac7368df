package org.zennet.headless.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpareMemoryTest {
    private static final long MIB = 1 << 20;
    private static final MemoryUsage LARGE = new MemoryUsage(16 * MIB, 20 * MIB, 60 * MIB, 1000 * MIB);
    private static final MemoryUsage SMALL = new MemoryUsage(16 * MIB, 15 * MIB, 20 * MIB, 1000 * MIB);

    @Test
    void aHeapIsCollectedOnlyWhenItHoldsMuchMoreThanAtTheStart() {
        assertTrue(SpareMemory.worthIt(LARGE));
        assertFalse(SpareMemory.worthIt(SMALL));
    }

    @Test
    void itLooksSoonAfterTheStartAndThenEveryTenMinutesUntilItIsClosed() {
        List<Duration> waits = new ArrayList<>();
        Deque<Runnable> next = new ArrayDeque<>();
        MemoryUsage[] heap = {LARGE};
        int[] collected = {0};
        SpareMemory memory = new SpareMemory(new SpareMemory.Later() {
            @Override
            public void after(Duration time, Runnable task) {
                waits.add(time);
                next.add(task);
            }

            @Override
            public void close() { }
        }, () -> heap[0], () -> collected[0]++);
        assertEquals(List.of(SpareMemory.SOON), waits);
        assertEquals(0, collected[0]);
        next.poll().run();
        assertEquals(1, collected[0]);
        heap[0] = SMALL;
        next.poll().run();
        assertEquals(1, collected[0], "there is nothing to give back");
        heap[0] = LARGE;
        next.poll().run();
        assertEquals(2, collected[0]);
        assertEquals(List.of(SpareMemory.SOON, SpareMemory.THEN, SpareMemory.THEN, SpareMemory.THEN), waits);
        memory.close();
        next.poll().run();
        assertEquals(2, collected[0]);
        assertEquals(4, waits.size(), "after the end it plans nothing");
    }
}
