package org.zennet.headless.internal.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.zennet.services.Rejected;
import org.zennet.services.settings.Setting;

/**
 * Where values come from: the file, over it the environment, over both the command line; under all the defaults. Immutable.
 *
 * @param file        section to its properties
 * @param environment of the process
 * @param commandLine section to its properties
 */
record Layers(Map<String, Map<String, Object>> file, Map<String, String> environment, Map<String, Map<String, Object>> commandLine) {
    /** Variables that are no settings. */
    private static final Set<String> OTHERS = Set.of("ZENNET_DATA", "ZENNET_NETWORK", "ZENNET_JOIN", "ZENNET_PASSPHRASE", "ZENNET_JAVA_HOME",
            "ZENNET_JAVA_OPTS", "ZENNET_PRODUCT", "ZENNET_DESKTOP_PRODUCT", "ZENNET_NO_BUILD", "ZENNET_VECTORS", "ZENNET_SSH");

    /** A value as text, and where it comes from. */
    record Value(String text, Setting.Source source) { }

    Value value(Definition d, Attribute a) {
        Object given = commandLine.getOrDefault(d.section(), Map.of()).get(a.id());
        if (given != null) {
            return new Value(Attribute.text(given), Setting.Source.COMMAND_LINE);
        }
        String variable = environment.get(Attribute.variable(d.section() + "." + a.id()));
        if (variable != null) {
            return new Value(variable, Setting.Source.ENVIRONMENT);
        }
        Object written = file.getOrDefault(d.section(), Map.of()).get(a.id());
        return written != null ? new Value(Attribute.text(written), Setting.Source.FILE) : new Value(a.defaultText(), Setting.Source.DEFAULT);
    }

    /**
     * The properties of a section for its component, without defaults. What the file holds beside what is defined stays in it.
     *
     * @throws Rejected naming the first value that is none, and where it stands
     */
    Map<String, Object> properties(String section, Optional<Definition> definition) throws Rejected {
        Map<String, Object> all = new LinkedHashMap<>(file.getOrDefault(section, Map.of()));
        if (definition.isPresent()) {
            for (Attribute a : definition.get().attributes()) {
                Object written = all.get(a.id());
                if (written != null) {
                    checked("config.yaml: ", a, section, Attribute.text(written));
                }
                String variable = Attribute.variable(section + "." + a.id());
                if (environment.containsKey(variable)) {
                    all.put(a.id(), checked("the variable " + variable + ": ", a, section, environment.get(variable)));
                }
            }
        }
        all.putAll(commandLine.getOrDefault(section, Map.of()));
        all.values().removeIf(v -> v == null);
        return all;
    }

    /** The properties of a section as far as they can be read: what is no value is left out. */
    Map<String, Object> readable(Definition definition) {
        Map<String, Object> all = new LinkedHashMap<>(file.getOrDefault(definition.section(), Map.of()));
        all.putAll(commandLine.getOrDefault(definition.section(), Map.of()));
        for (Attribute a : definition.attributes()) {
            Value v = value(definition, a);
            try {
                if (v.source() != Setting.Source.DEFAULT) {
                    all.put(a.id(), a.parse(definition.section() + "." + a.id(), v.text()));
                }
            } catch (Rejected e) {
                all.remove(a.id());
            }
        }
        all.values().removeIf(v -> v == null);
        return all;
    }

    /** With another value in the file; nothing takes one out of it. */
    Layers with(String section, String name, Optional<Object> value) {
        Map<String, Map<String, Object>> changed = new LinkedHashMap<>(file);
        Map<String, Object> properties = new LinkedHashMap<>(file.getOrDefault(section, Map.of()));
        value.ifPresentOrElse(v -> properties.put(name, v), () -> properties.remove(name));
        changed.put(section, properties);
        return new Layers(changed, environment, commandLine);
    }

    private static Object checked(String where, Attribute a, String section, String text) throws Rejected {
        try {
            return a.parse(section + "." + a.id(), text);
        } catch (Rejected e) {
            throw new Rejected(where + e.getMessage(), e);
        }
    }

    /** Variables that begin like settings and are none. */
    Set<String> unknownVariables(Catalogue catalogue) {
        Set<String> unknown = new TreeSet<>();
        environment.keySet().stream().filter(n -> n.startsWith("ZENNET_") && !OTHERS.contains(n)).forEach(unknown::add);
        catalogue.all().forEach(d -> d.attributes().forEach(a -> unknown.remove(Attribute.variable(d.section() + "." + a.id()))));
        return unknown;
    }
}
