package org.zennet.publisher.internal.file;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zennet.api.value.Amount;

/**
 * One mapping of a job file. Notes every problem with the path of its key and goes on with a stand-in, so that all
 * problems are told at once.
 */
final class Section {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})(B|KiB|MiB|GiB|TiB)");
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3})(?:\\.([0-9]))?%");
    private final String path;
    private final Map<?, ?> map;
    private final List<String> problems;
    private final Set<String> known = new LinkedHashSet<>();

    Section(String path, Map<?, ?> map, List<String> problems) {
        this.path = path;
        this.map = map;
        this.problems = problems;
    }

    void problem(String key, String text) {
        problems.add(path(key) + ": " + text);
    }

    String path(String key) {
        return path.isEmpty() ? key : key.isEmpty() ? path : path + "." + key;
    }

    boolean has(String key) {
        known.add(key);
        return map.containsKey(key);
    }

    /** Notes all keys that nobody asked for. */
    void end() {
        for (Object key : map.keySet()) {
            if (!(key instanceof String s) || !known.contains(s)) {
                problem(shorten(String.valueOf(key)), "unknown key; known here: " + String.join(", ", known));
            }
        }
    }

    Optional<Section> section(String key, boolean required) {
        if (!has(key)) {
            if (required) {
                problem(key, "is missing");
            }
            return Optional.empty();
        }
        if (map.get(key) instanceof Map<?, ?> m) {
            return Optional.of(new Section(path(key), m, problems));
        }
        problem(key, "must be a mapping of keys to values");
        return Optional.empty();
    }

    Optional<String> text(String key, boolean required) {
        if (!has(key)) {
            if (required) {
                problem(key, "is missing");
            }
            return Optional.empty();
        }
        Object value = map.get(key);
        if (value instanceof String s && !s.isEmpty()) {
            return Optional.of(s);
        }
        problem(key, value instanceof Map || value instanceof List ? "must be a single value" : "is empty");
        return Optional.empty();
    }

    List<String> texts(String key, int most, int bytes) {
        List<?> list = list(key, most, "[run, --seed, \"1\"]");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof String s)) {
                problem(key + "[" + i + "]", "must be a single value");
            } else if (s.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > bytes) {
                problem(key + "[" + i + "]", "is longer than " + bytes + " bytes");
            } else if (!java.text.Normalizer.isNormalized(s, java.text.Normalizer.Form.NFC) || s.indexOf(0) >= 0) {
                problem(key + "[" + i + "]", "must be text in Unicode's form NFC, without zero characters");
            } else {
                texts.add(s);
            }
        }
        return texts;
    }

    /** All that is here, by its key. */
    Map<String, Object> entries() {
        Map<String, Object> all = new LinkedHashMap<>();
        map.forEach((k, v) -> all.put(String.valueOf(k), v));
        return all;
    }

    /** The elements of a list as they stand there; what they are is for the caller to check. */
    List<?> list(String key, int most, String example) {
        if (!has(key)) {
            return List.of();
        }
        if (!(map.get(key) instanceof List<?> list)) {
            problem(key, "must be a list, such as " + example);
            return List.of();
        }
        if (list.size() > most) {
            problem(key, "has " + list.size() + " entries; at most " + most + " are allowed");
            return List.of();
        }
        return list;
    }

    /** A mapping that stands in a list. */
    Section element(String key, int index, Map<?, ?> element) {
        return new Section(path(key) + "[" + index + "]", element, problems);
    }

    Map<String, String> settings(String key) {
        Map<String, String> settings = new LinkedHashMap<>();
        section(key, false).ifPresent(s -> s.map.forEach((k, v) -> {
            if (k instanceof String name && v instanceof String value && name.length() <= 100 && value.length() <= 1000) {
                settings.put(name, value);
            } else {
                s.problem(shorten(String.valueOf(k)), "must be a single value of at most 1000 characters");
            }
        }));
        if (settings.size() > 50) {
            problem(key, "has " + settings.size() + " entries; at most 50 are allowed");
        }
        return settings;
    }

    long number(String key, long fallback, long least, long most, boolean required) {
        Optional<String> text = text(key, required);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            if (text.get().matches("-?[0-9]{1,18}")) {
                return inRange(key, Long.parseLong(text.get()), least, most, fallback, Long::toString);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        problem(key, "'" + shorten(text.get()) + "' is not a whole number from " + least + " to " + most);
        return fallback;
    }

    /** In milliseconds. */
    long duration(String key, long fallback, long least, long most, boolean required) {
        return measured(key, fallback, least, most, required, DURATION, "a time; write for example 500ms, 60s, 10m or 2h",
                unit -> switch (unit) {
                    case "ms" -> 1;
                    case "s" -> 1000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 86_400_000;
                }, Section::time);
    }

    /** In bytes. */
    long size(String key, long fallback, long least, long most, boolean required) {
        return measured(key, fallback, least, most, required, SIZE, "a size; write for example 64MiB or 2GiB",
                unit -> switch (unit) {
                    case "B" -> 1;
                    case "KiB" -> 1L << 10;
                    case "MiB" -> 1L << 20;
                    case "GiB" -> 1L << 30;
                    default -> 1L << 40;
                }, Section::bytes);
    }

    /** In thousandths. */
    int cores(String key, int fallback, int least, int most) {
        Optional<String> text = text(key, false);
        if (text.isEmpty()) {
            return fallback;
        }
        if (!text.get().matches("[0-9]{1,6}(\\.[0-9]{1,3})?")) {
            problem(key, "'" + shorten(text.get()) + "' is not a number of cores; write for example 1 or 0.5 (at most three decimals)");
            return fallback;
        }
        long milli = new BigDecimal(text.get()).movePointRight(3).longValueExact();
        return (int) inRange(key, milli, least, most, fallback, v -> BigDecimal.valueOf(v, 3).stripTrailingZeros().toPlainString());
    }

    /** In thousandths. */
    int percent(String key, int fallback, int most) {
        Optional<String> text = text(key, false);
        if (text.isEmpty()) {
            return fallback;
        }
        Matcher m = PERCENT.matcher(text.get());
        if (!m.matches()) {
            problem(key, "'" + shorten(text.get()) + "' is not a share; write for example 30%");
            return fallback;
        }
        int value = Integer.parseInt(m.group(1)) * 10 + (m.group(2) == null ? 0 : Integer.parseInt(m.group(2)));
        return (int) inRange(key, value, 0, most, fallback, v -> v / 10 + "%");
    }

    Optional<Amount> amount(String key, boolean required) {
        return text(key, required).flatMap(t -> {
            try {
                if (t.strip().startsWith("-")) {
                    throw new IllegalArgumentException("'" + shorten(t) + "' is negative; an amount is at least 1 zen");
                }
                Amount amount = Amount.parse(t);
                if (amount.isZero()) {
                    throw new IllegalArgumentException("is nothing; it must be at least 1 zen");
                }
                return Optional.of(amount);
            } catch (IllegalArgumentException e) {
                problem(key, shorten(e.getMessage()));
                return Optional.empty();
            }
        });
    }

    private long measured(String key, long fallback, long least, long most, boolean required, Pattern form, String what,
            java.util.function.ToLongFunction<String> unit, java.util.function.LongFunction<String> show) {
        Optional<String> text = text(key, required);
        if (text.isEmpty()) {
            return fallback;
        }
        Matcher m = form.matcher(text.get());
        if (!m.matches()) {
            problem(key, "'" + shorten(text.get()) + "' is not " + what);
            return fallback;
        }
        try {
            return inRange(key, Math.multiplyExact(Long.parseLong(m.group(1)), unit.applyAsLong(m.group(2))), least, most, fallback, show);
        } catch (ArithmeticException e) {
            problem(key, "'" + shorten(text.get()) + "' is too large; at most " + show.apply(most));
            return fallback;
        }
    }

    private long inRange(String key, long value, long least, long most, long fallback, java.util.function.LongFunction<String> show) {
        if (value < least || value > most) {
            problem(key, show.apply(value) + " lies outside of " + show.apply(least) + " to " + show.apply(most));
            return fallback;
        }
        return value;
    }

    static String time(long millis) {
        return millis % 86_400_000 == 0 && millis > 0 ? millis / 86_400_000 + "d" : millis % 3_600_000 == 0 && millis > 0
                ? millis / 3_600_000 + "h" : millis % 60_000 == 0 && millis > 0 ? millis / 60_000 + "m"
                : millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    static String bytes(long n) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int u = 0;
        long v = n;
        while (u < 4 && v > 0 && v % 1024 == 0) {
            v /= 1024;
            u++;
        }
        return v + units[u];
    }

    static String shorten(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > 160 ? line.substring(0, 160) + "..." : line;
    }
}
