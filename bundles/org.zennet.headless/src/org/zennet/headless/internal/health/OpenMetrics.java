package org.zennet.headless.internal.health;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes metrics as text in the OpenMetrics format, version 1.0.0 (openmetrics.io). For one thread. */
public final class OpenMetrics {
    /** The content type of {@link #text}. */
    public static final String TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private final Map<String, StringBuilder> families = new LinkedHashMap<>();

    /** A value that goes up and down. */
    public OpenMetrics gauge(String name, String help, String unit, double value) {
        return sample(name, "gauge", help, unit, name, Map.of(), value);
    }

    /** A value with labels that goes up and down. */
    public OpenMetrics gauge(String name, String help, String unit, Map<String, String> labels, double value) {
        return sample(name, "gauge", help, unit, name, labels, value);
    }

    /** A value that only goes up; its sample's name ends in {@code _total}. */
    public OpenMetrics counter(String name, String help, String unit, double value) {
        return sample(name, "counter", help, unit, name + "_total", Map.of(), value);
    }

    /** A fact that labels tell; its sample's name ends in {@code _info} and its value is 1. */
    public OpenMetrics info(String name, String help, Map<String, String> labels) {
        return sample(name, "info", help, "", name + "_info", labels, 1);
    }

    private OpenMetrics sample(String family, String type, String help, String unit, String name, Map<String, String> labels, double value) {
        if (!family.matches("[a-z][a-z0-9_]*") || !unit.isEmpty() && !family.endsWith("_" + unit)) {
            throw new IllegalArgumentException("a metric's name is lower-case and ends in its unit: " + family + ", " + unit);
        }
        StringBuilder s = families.computeIfAbsent(family, f -> {
            StringBuilder head = new StringBuilder("# TYPE ").append(f).append(' ').append(type).append('\n');
            if (!unit.isEmpty()) {
                head.append("# UNIT ").append(f).append(' ').append(unit).append('\n');
            }
            return head.append("# HELP ").append(f).append(' ').append(escaped(help)).append('\n');
        });
        s.append(name);
        if (!labels.isEmpty()) {
            s.append('{');
            String comma = "";
            for (Map.Entry<String, String> l : new java.util.TreeMap<>(labels).entrySet()) {
                s.append(comma).append(l.getKey()).append("=\"").append(escaped(l.getValue())).append('"');
                comma = ",";
            }
            s.append('}');
        }
        s.append(' ').append(value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : String.format(Locale.ROOT, "%.9g", value)).append('\n');
        return this;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** All of it, with the end mark that the format asks for. */
    public String text() {
        return String.join("", families.values()) + "# EOF\n";
    }
}
