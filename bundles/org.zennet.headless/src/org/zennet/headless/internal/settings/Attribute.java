package org.zennet.headless.internal.settings;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.services.Rejected;
import org.zennet.services.settings.Setting;

/**
 * What a bundle says of one of its settings, as the OSGi metatype specification (Compendium 8, chapter 105) defines it.
 *
 * @param type        of the specification: String, Long, Integer, Short, Byte, Character, Double, Float, Boolean, Password
 * @param cardinality 0: one value; positive: an array, negative: a list, of at most that many
 * @param required    whether it must not be empty
 * @param defaults    the default, unescaped, a value each
 */
record Attribute(String id, String label, String description, String type, int cardinality, boolean required, List<String> defaults,
        Optional<String> min, Optional<String> max, List<Setting.Option> options) {

    Setting.Type kind() {
        return switch (type) {
            case "Long", "Integer", "Short", "Byte" -> Setting.Type.INTEGER;
            case "Double", "Float" -> Setting.Type.DECIMAL;
            case "Boolean" -> Setting.Type.BOOLEAN;
            case "Password" -> Setting.Type.SECRET;
            default -> Setting.Type.TEXT;
        };
    }

    boolean list() {
        return cardinality != 0;
    }

    /** The default as text. */
    String defaultText() {
        return String.join(",", defaults);
    }

    /** A value of the file as text. */
    static String text(Object value) {
        if (value instanceof Iterable<?> many) {
            List<String> all = new ArrayList<>();
            many.forEach(v -> all.add(String.valueOf(v)));
            return String.join(",", all);
        }
        return value == null ? "" : value instanceof Object[] array ? text(List.of(array)) : String.valueOf(value);
    }

    /**
     * Reads a value: checks it and gives it the type that the component expects.
     *
     * @param key for what is told
     * @throws Rejected with the key, the value and what is allowed
     */
    Object parse(String key, String text) throws Rejected {
        if (!list()) {
            return one(key, text);
        }
        List<Object> all = new ArrayList<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",")) {
            all.add(one(key, part.strip()));
        }
        int most = Math.abs(cardinality);
        if (most != Integer.MAX_VALUE && cardinality != Integer.MIN_VALUE && all.size() > most) {
            throw new Rejected(key + " takes at most " + most + " values, not " + all.size());
        }
        return all;
    }

    private Object one(String key, String text) throws Rejected {
        if (!options.isEmpty()) {
            if (options.stream().noneMatch(o -> o.value().equals(text))) {
                throw new Rejected(key + " is one of " + String.join(", ", options.stream().map(Setting.Option::value).toList()) + ", not '" + text + "'");
            }
        }
        try {
            Object value = switch (type) {
                case "Integer" -> Integer.valueOf(text.strip());
                case "Long" -> Long.valueOf(text.strip());
                case "Short" -> Short.valueOf(text.strip());
                case "Byte" -> Byte.valueOf(text.strip());
                case "Double" -> Double.valueOf(text.strip());
                case "Float" -> Float.valueOf(text.strip());
                case "Boolean" -> {
                    if (!text.strip().equals("true") && !text.strip().equals("false")) {
                        throw new Rejected(key + " is true or false, not '" + text + "'");
                    }
                    yield Boolean.valueOf(text.strip());
                }
                default -> text;
            };
            range(key, text, value);
            return value;
        } catch (NumberFormatException e) {
            throw new Rejected(key + " is a " + (kind() == Setting.Type.DECIMAL ? "number" : "whole number") + allowed() + ", not '" + text + "'", e);
        }
    }

    private void range(String key, String text, Object value) throws Rejected {
        if (value instanceof Boolean) {
            return;
        }
        BigDecimal size;
        if (value instanceof Number) {
            if (value instanceof Double d && !Double.isFinite(d) || value instanceof Float f && !Float.isFinite(f)) {
                throw new NumberFormatException();
            }
            size = new BigDecimal(text.strip());
        } else {
            if (required && text.isEmpty() && defaults.stream().anyMatch(d -> !d.isEmpty())) {
                throw new Rejected(key + " must not be empty");
            }
            size = BigDecimal.valueOf(text.length());
        }
        boolean low = min.filter(m -> size.compareTo(new BigDecimal(m)) < 0).isPresent();
        boolean high = max.filter(m -> size.compareTo(new BigDecimal(m)) > 0).isPresent();
        if (low || high) {
            throw new Rejected(key + " is " + (value instanceof Number ? "" : "a text of ") + setting("", "", Setting.Source.DEFAULT, false, false).range()
                    + ", not '" + (kind() == Setting.Type.SECRET ? "***" : text) + "'");
        }
    }

    private String allowed() {
        String range = setting("", "", Setting.Source.DEFAULT, false, false).range();
        return range.isEmpty() ? "" : ", " + range;
    }

    /** With a value, and without choices. */
    Setting setting(String section, String value, Setting.Source source, boolean live, boolean pending) {
        return setting(section, value, List.of(), source, live, pending);
    }

    /** With a value. */
    Setting setting(String section, String value, List<Setting.Option> choices, Setting.Source source, boolean live, boolean pending) {
        String key = section + "." + id;
        String shown = kind() == Setting.Type.SECRET && !value.isEmpty() ? "********" : value;
        return new Setting(key, id, label, description, kind(), list(), min, max, options, choices, defaultText(), shown, source, variable(key), live, pending);
    }

    /** The environment variable of a key: {@code network.pingSeconds} is {@code ZENNET_NETWORK_PING_SECONDS}. */
    static String variable(String key) {
        return "ZENNET_" + key.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replaceAll("[^A-Za-z0-9]+", "_").toUpperCase(java.util.Locale.ROOT);
    }
}
