package org.zennet.api.template;

import java.util.List;
import java.util.Optional;

/**
 * One thing that a template is filled in with.
 *
 * @param name        a lower-case letter, then letters, digits and dashes, at most 40
 * @param title       for people, such as {@code Number of tasks}
 * @param description one line on what it does; may be empty
 * @param type        what values it takes
 * @param required    whether it needs a value
 * @param fallback    its value where none is given; empty for none
 * @param choices     what {@link Type#CHOICE} takes; empty for all others
 */
public record TemplateParameter(String name, String title, String description, Type type, boolean required,
        Optional<String> fallback, List<String> choices) {
    /** What values a parameter takes. All are text of at most 4,000 characters without control characters. */
    public enum Type {
        /** Any text. */
        TEXT,
        /** Words with spaces between them; double quotes hold a word with spaces together. */
        WORDS,
        /** A whole number of 0 or more. */
        NUMBER,
        /** An amount such as {@code 5 XEN}. */
        AMOUNT,
        /** A size such as {@code 64MiB}. */
        SIZE,
        /** A time such as {@code 60s}. */
        DURATION,
        /** The path of a file, relative to the job file. */
        FILE,
        /** One of the choices. */
        CHOICE
    }

    /** Copies the list. */
    public TemplateParameter {
        choices = List.copyOf(choices);
    }

    /** One that needs a value and has none yet. */
    public static TemplateParameter needed(String name, String title, String description, Type type) {
        return new TemplateParameter(name, title, description, type, true, Optional.empty(), List.of());
    }

    /** One with a value that may be changed. */
    public static TemplateParameter preset(String name, String title, String description, Type type, String fallback) {
        return new TemplateParameter(name, title, description, type, true, Optional.of(fallback), List.of());
    }

    /** One that may be left out. */
    public static TemplateParameter optional(String name, String title, String description, Type type) {
        return new TemplateParameter(name, title, description, type, false, Optional.empty(), List.of());
    }

    /** One of several values, the first where none is chosen. */
    public static TemplateParameter choice(String name, String title, String description, List<String> choices) {
        return new TemplateParameter(name, title, description, Type.CHOICE, true, Optional.of(choices.get(0)), choices);
    }
}
