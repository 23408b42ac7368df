package org.zennet.workbench.internal.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import org.eclipse.osgi.util.NLS;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/** Ids, times and usage as people read them. */
public final class Figures {
    private static final int BRIEF = 12;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final double KIBI = 1024;
    private static final long MINUTE = 60;
    private static final long HOUR = 3_600;
    private static final long DAY = 86_400;
    /** What services call states and kinds, by language. */
    private static final ResourceBundle WORDS = ResourceBundle.getBundle(Figures.class.getPackageName() + ".words", Locale.getDefault(),
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    private static final double MICROS = 1e6;
    private static final double MILLIS = 1e3;

    private Figures() { }

    /** The beginning of a long id. */
    public static String brief(String id) {
        return id.substring(0, Math.min(BRIEF, id.length()));
    }

    /** A constant as a word of the user's language. */
    public static String word(Enum<?> e) {
        return word(e.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    /** A word that services use, in the user's language; itself where it is not in the list of words. */
    public static String word(String service) {
        String key = service.replace(' ', '_');
        return WORDS.containsKey(key) ? WORDS.getString(key) : service;
    }

    /** A moment in the time zone of this machine, to the second. */
    public static String time(Instant at) {
        return TIME.format(at.atZone(ZoneId.systemDefault()));
    }

    /** A time that passed or is left, in the two largest units that fit. */
    public static String duration(Duration d) {
        long s = d.toSeconds();
        if (s < MINUTE) {
            return s + " s";
        }
        if (s < HOUR) {
            return s / MINUTE + " min" + (s < 10 * MINUTE ? " " + s % MINUTE + " s" : "");
        }
        return s < DAY ? s / HOUR + " h " + s % HOUR / MINUTE + " min" : s / DAY + " d " + s % DAY / HOUR + " h";
    }

    /** The limits of a container. */
    public static String resources(Resources r) {
        String cores = BigDecimal.valueOf(r.cores(), 3).stripTrailingZeros().toPlainString();
        String first = NLS.bind(Messages.limitsInWords, new Object[] {cores, cores.equals("1") ? Messages.oneCoreUnit : Messages.manyCores, bytes(r.memory())});
        return r.disk() == 0 ? first : first + ", " + NLS.bind(Messages.ofDisk, bytes(r.disk()));
    }

    /** A number of things, in the singular or plural. */
    public static String count(long n, String one, String many) {
        return n + " " + (n == 1 ? one : many);
    }

    /** A block's height; what is in no block yet waits. */
    public static String block(int height) {
        return height == 0 ? Messages.waits : String.valueOf(height);
    }

    /** What was used, in units that fit; counters at zero are left out. */
    public static String usage(UsageVector usage) {
        List<String> parts = new ArrayList<>();
        for (Counter c : Counter.values()) {
            long n = usage.get(c);
            if (n != 0) {
                parts.add(word(c.id()) + " " + amount(c, n));
            }
        }
        return parts.isEmpty() ? Messages.nothing : String.join(", ", parts);
    }

    /** What a counter counted, in a unit that fits. */
    public static String amount(Counter counter, long n) {
        return switch (counter) {
            case CPU -> seconds(n / MICROS);
            case WALL -> seconds(n / MILLIS);
            case MEMORY -> bytes(n) + "·s";
            default -> bytes(n);
        };
    }

    private static String seconds(double s) {
        return String.format(Locale.ROOT, s < 10 ? "%.2f s" : s < 1000 ? "%.1f s" : "%.0f s", s);
    }

    /** A number of bytes in a unit that fits. */
    public static String bytes(long n) {
        double v = n;
        int unit = 0;
        while (v >= KIBI && unit < BINARY.length - 1) {
            v /= KIBI;
            unit++;
        }
        return unit == 0 ? n + " B" : String.format(Locale.ROOT, v < 10 ? "%.1f %s" : "%.0f %s", v, BINARY[unit]);
    }
}
