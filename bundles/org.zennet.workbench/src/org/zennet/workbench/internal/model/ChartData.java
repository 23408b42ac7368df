package org.zennet.workbench.internal.model;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What a chart shows, without SWT: lines over time, or bars over names.
 *
 * @param title  above it
 * @param unit   of the values
 * @param times  when, one for each value; empty for bars
 * @param names  whose, one for each value; empty for lines
 * @param series one or more, each with as many values
 */
public record ChartData(String title, String unit, List<Instant> times, List<String> names, List<Series> series) {
    /** Copies the lists; refuses series of another length. */
    public ChartData {
        times = List.copyOf(times);
        names = List.copyOf(names);
        series = List.copyOf(series);
        int length = Math.max(times.size(), names.size());
        for (Series s : series) {
            if (s.values().size() != length || !times.isEmpty() && !names.isEmpty()) {
                throw new IllegalArgumentException("series '" + s.name() + "' has " + s.values().size() + " values for " + length + " places");
            }
        }
    }

    /** Values with a name. */
    public record Series(String name, List<Double> values) {
        /** Copies the list. */
        public Series {
            values = List.copyOf(values);
        }
    }

    /** Whether there is nothing to draw. */
    public boolean isEmpty() {
        return times.isEmpty() && names.isEmpty();
    }

    /** Comma-separated values with a heading, as RFC 4180 has it: times in ISO 8601, UTC. */
    public String csv() {
        StringBuilder s = new StringBuilder(times.isEmpty() ? "name" : "time");
        series.forEach(x -> s.append(',').append(quoted(x.name() + " (" + unit + ")")));
        s.append("\r\n");
        for (int i = 0; i < Math.max(times.size(), names.size()); i++) {
            s.append(times.isEmpty() ? quoted(names.get(i)) : times.get(i).toString());
            for (Series x : series) {
                s.append(',').append(String.format(Locale.ROOT, "%.8f", x.values().get(i)).replaceFirst("\\.?0+$", ""));
            }
            s.append("\r\n");
        }
        return s.toString();
    }

    private static String quoted(String text) {
        return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
