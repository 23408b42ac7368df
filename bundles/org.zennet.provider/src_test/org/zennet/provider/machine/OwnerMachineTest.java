package org.zennet.provider.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneId;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** When the owner wants the machine. */
class OwnerMachineTest {
    private static final long T0 = 1_800_000_000_000L;
    private long now = T0;
    private OwnerMachine m = machine(true, "");

    private static OwnerMachine machine(boolean idleOnly, String schedule) {
        return OwnerMachine.start(new OwnerMachine.Rule(idleOnly, 200, 60_000, Schedule.parse(schedule, ZoneId.of("UTC"))), Instant.ofEpochMilli(T0));
    }

    private int seen(long inputAt, int foreign) {
        now += 1000;
        m = m.on(new OwnerMachine.Seen(inputAt, foreign < 0 ? OptionalInt.empty() : OptionalInt.of(foreign)), Instant.ofEpochMilli(now));
        return m.perMille();
    }

    @Test
    void inputTakesTheMachineBackAtOnceAndGivesItAfterQuiet() {
        assertEquals(1000, seen(T0 - 60_000, 0), "that was a while ago");
        assertEquals(0, seen(now, 0));
        assertTrue(m.reason().contains("the owner is here"), m.reason());
        long at = m.inputAt();
        while (now + 1000 < at + 60_000) {
            assertEquals(0, seen(at, 0));
        }
        assertEquals(1000, seen(at, 0));
    }

    @Test
    void loadOfOthersCountsWhenItIsSeenTwice() {
        assertEquals(1000, seen(0, 900));
        assertEquals(1000, seen(0, 100), "a moment is no load");
        assertEquals(1000, seen(0, 201));
        assertEquals(0, seen(0, 201), "within five seconds");
        assertTrue(m.reason().contains("20.1 % now, at most 20.0 %"), m.reason());
        for (int i = 0; i < 59; i++) {
            assertEquals(0, seen(0, 200));
        }
        assertEquals(1000, seen(0, 200));
    }

    @Test
    void loadThatGoesOnKeepsTheMachineTaken() {
        seen(0, 500);
        for (int i = 0; i < 200; i++) {
            assertEquals(0, seen(0, i % 10 == 0 ? 500 : 0));
        }
    }

    @Test
    void whatCanNotBeToldChangesNothing() {
        seen(0, 500);
        assertEquals(1000, seen(0, -1));
        assertEquals(0, seen(0, 500), "twice, with one look between that told nothing");
    }

    @Test
    void anInputOfTheFutureIsOneOfNow() {
        assertEquals(0, seen(now + 1_000_000_000L, 0));
        now += 60_000;
        assertEquals(1000, seen(0, 0));
    }

    @Test
    void withoutIdleOnlyTheScheduleAloneCounts() {
        m = machine(false, "00:00-24:00 30%");
        assertEquals(300, seen(now, 1000));
        assertEquals("the schedule leaves 30.0 %", m.reason());
    }

    @Test
    void theScheduleTakesBackWhatTheIdleMachineWouldGive() {
        m = machine(true, "mon 10:00-11:00");
        assertEquals(0, seen(0, 0));
        assertEquals("outside of the schedule", m.reason());
    }
}
