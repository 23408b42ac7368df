package org.zennet.provider.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** 2026-11-23 is a Monday. */
    private static int at(String schedule, int day, int hour, int minute) {
        return Schedule.parse(schedule, BERLIN).perMille(LocalDateTime.of(2026, 11, 22 + day, hour, minute).atZone(BERLIN).toInstant());
    }

    @Test
    void withoutWindowsAllOfItIsAlwaysForRent() {
        assertEquals(1000, at("", 1, 12, 0));
        assertEquals(1000, at(" , ", 7, 0, 0));
    }

    @Test
    void aNightBelongsToTheDayOnWhichItBegins() {
        String nights = "mon-fri 18:00-08:00";
        assertEquals(0, at(nights, 1, 7, 59), "the night of Sunday is none");
        assertEquals(0, at(nights, 1, 17, 59));
        assertEquals(1000, at(nights, 1, 18, 0));
        assertEquals(1000, at(nights, 2, 7, 59));
        assertEquals(0, at(nights, 2, 8, 0));
        assertEquals(1000, at(nights, 6, 7, 59), "Friday's night ends on Saturday");
        assertEquals(0, at(nights, 6, 18, 0));
    }

    @Test
    void theLargestShareOfThoseThatHoldCounts() {
        String s = "mon-sun 25%, 20:00-22:00 50%, sat-sun";
        assertEquals(250, at(s, 3, 12, 0));
        assertEquals(500, at(s, 3, 21, 0));
        assertEquals(1000, at(s, 7, 12, 0));
        assertEquals(1000, at("fri-mon", 1, 12, 0), "a week goes around");
        assertEquals(0, at("fri-mon", 2, 12, 0));
    }

    @Test
    void hoursAreThoseOfTheOwner() {
        Schedule s = Schedule.parse("18:00-24:00", BERLIN);
        assertEquals(1000, s.perMille(LocalDateTime.of(2026, 7, 1, 16, 0).atZone(ZoneId.of("UTC")).toInstant()));
        assertEquals(0, s.perMille(LocalDateTime.of(2026, 11, 1, 16, 0).atZone(ZoneId.of("UTC")).toInstant()));
    }

    @Test
    void whatIsNoWindowIsToldInOneLine() {
        for (String bad : new String[] {"mon-fri 18-8", "xyz", "mon 25:00-26:00", "mon 10:60-11:00", "0%", "101%", "fri - sat", "mon 18:00"}) {
            String why = assertThrows(IllegalArgumentException.class, () -> Schedule.parse(bad, BERLIN), bad).getMessage();
            assertTrue(!why.contains("\n") && !why.isBlank(), why);
        }
    }
}
