package org.zennet.services.settings;

import java.util.List;
import java.util.Optional;

/**
 * One setting and its value. The value is text in the form that {@link SettingsService#set} takes; several values of a list
 * are separated by commas.
 *
 * @param key          section and name with a dot between: {@code provider.target}
 * @param name         within its section
 * @param label        a name for people
 * @param description  what it does; may be empty
 * @param type         what it holds
 * @param list         whether it holds several values
 * @param min          the least value, of a text the least length
 * @param max          the greatest value, of a text the greatest length
 * @param options      the values it may take, where these are few; empty for any
 * @param choices      the values that mean something now, such as what is installed; others may be set too. Empty where any does
 * @param defaultValue the value where nobody says another
 * @param value        the value by the newest state of file, environment and command line
 * @param source       where that comes from
 * @param variable     the environment variable that goes before the file
 * @param live         whether a change takes effect at once; else with the next start of the process
 * @param pending      whether the running process still works with another value
 */
public record Setting(String key, String name, String label, String description, Type type, boolean list, Optional<String> min,
        Optional<String> max, List<Option> options, List<Option> choices, String defaultValue, String value, Source source, String variable,
        boolean live, boolean pending) {
    /** What a setting holds. */
    public enum Type {
        /** Any text. */
        TEXT,
        /** A text that is not shown: {@link Setting#value} is empty where none is set, else asterisks. */
        SECRET,
        /** A whole number. */
        INTEGER,
        /** A number with a fraction. */
        DECIMAL,
        /** {@code true} or {@code false}. */
        BOOLEAN
    }

    /** Where a value comes from, the weakest first. */
    public enum Source { DEFAULT, FILE, ENVIRONMENT, COMMAND_LINE }

    /**
     * A value that is allowed.
     *
     * @param value in the form that {@link SettingsService#set} takes
     * @param label for people
     */
    public record Option(String value, String label) { }

    /** Copies the lists. */
    public Setting {
        options = List.copyOf(options);
        choices = List.copyOf(choices);
    }

    /** Whether a value names something that is not there now, such as a strategy that is not installed. */
    public boolean isAbsent(String name) {
        return !choices.isEmpty() && choices.stream().noneMatch(o -> o.value().equals(name));
    }

    /** What is allowed, in a few words, such as {@code 1 to 1000}; empty for anything of its type. */
    public String range() {
        if (!options.isEmpty()) {
            return String.join(", ", options.stream().map(Option::value).toList());
        }
        String unit = type == Type.TEXT || type == Type.SECRET ? " characters" : "";
        if (min.isPresent() && max.isPresent()) {
            return min.get() + " to " + max.get() + unit;
        }
        return min.map(m -> "at least " + m + unit).or(() -> max.map(m -> "at most " + m + unit)).orElse("");
    }
}
