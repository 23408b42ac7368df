package org.zennet.provider.machine;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When how much of the machine is for rent: windows of the week, each with a share. Outside of all windows nothing is; without
 * any window all of it always is. Immutable.
 *
 * @param zone whose days and hours are meant
 */
public record Schedule(List<Window> windows, ZoneId zone) {
    private static final int DAY = 24 * 60;
    private static final int ALL = 1000;
    private static final Pattern WINDOW = Pattern.compile(
            "(?:([a-z]{3})(?:-([a-z]{3}))?)?\\s*(?:([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2}))?\\s*(?:([0-9]{1,3})\\s*%)?");
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    /**
     * A part of the week.
     *
     * @param days     on which it begins
     * @param from     minute of the day
     * @param to       minute of the day, of the next one where it is not after {@code from}
     * @param perMille of the machine, 1 to 1000
     */
    public record Window(Set<DayOfWeek> days, int from, int to, int perMille) {
        /** Copies the set. */
        public Window {
            days = Set.copyOf(days);
        }

        private boolean holds(ZonedDateTime t) {
            int minute = t.getHour() * 60 + t.getMinute();
            if (from < to) {
                return days.contains(t.getDayOfWeek()) && minute >= from && minute < to;
            }
            return days.contains(t.getDayOfWeek()) && minute >= from || days.contains(t.getDayOfWeek().minus(1)) && minute < to;
        }
    }

    /** Copies the list. */
    public Schedule {
        windows = List.copyOf(windows);
    }

    /**
     * Reads windows with commas between them, such as {@code mon-fri 18:00-08:00, sat-sun 50%}: days (all where none are
     * named), hours (all), share (100 %).
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    public static Schedule parse(String text, ZoneId zone) {
        List<Window> all = new ArrayList<>();
        for (String part : text.toLowerCase(Locale.ROOT).split(",")) {
            if (!part.isBlank()) {
                all.add(window(part.strip()));
            }
        }
        return new Schedule(all, zone);
    }

    private static Window window(String part) {
        Matcher m = WINDOW.matcher(part);
        if (!m.matches()) {
            throw new IllegalArgumentException("'" + part + "' is no window; write for example 'mon-fri 18:00-08:00' or 'sat-sun 50%'");
        }
        Set<DayOfWeek> days = EnumSet.allOf(DayOfWeek.class);
        if (m.group(1) != null) {
            days = EnumSet.noneOf(DayOfWeek.class);
            DayOfWeek last = day(m.group(2) == null ? m.group(1) : m.group(2));
            DayOfWeek d = day(m.group(1));
            days.add(d);
            while (d != last) {
                d = d.plus(1);
                days.add(d);
            }
        }
        int from = m.group(3) == null ? 0 : minute(m.group(3), m.group(4));
        int to = m.group(3) == null ? DAY : minute(m.group(5), m.group(6));
        int percent = m.group(7) == null ? 100 : Integer.parseInt(m.group(7));
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("a share of " + percent + " % does not lie between 1 % and 100 %");
        }
        return new Window(days, from, to, percent * 10);
    }

    private static DayOfWeek day(String name) {
        int i = DAYS.indexOf(name);
        if (i < 0) {
            throw new IllegalArgumentException("'" + name + "' is no day; the days are " + String.join(" ", DAYS));
        }
        return DayOfWeek.of(i + 1);
    }

    private static int minute(String hour, String minute) {
        int h = Integer.parseInt(hour);
        int m = Integer.parseInt(minute);
        if (m > 59 || h > 24 || h == 24 && m > 0) {
            throw new IllegalArgumentException(hour + ":" + minute + " is no time of the day");
        }
        return h * 60 + m;
    }

    /** How much is for rent at a time, in thousandths: the largest share of the windows that hold then. */
    public int perMille(Instant at) {
        if (windows.isEmpty()) {
            return ALL;
        }
        ZonedDateTime t = at.atZone(zone);
        return windows.stream().filter(w -> w.holds(t)).mapToInt(Window::perMille).max().orElse(0);
    }
}
