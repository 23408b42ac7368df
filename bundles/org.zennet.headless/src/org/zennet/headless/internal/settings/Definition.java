package org.zennet.headless.internal.settings;

import java.util.List;
import java.util.Optional;

/**
 * The settings that a bundle describes for one of its components.
 *
 * @param pid        of the configuration that the component takes
 * @param bundle     symbolic name and version
 * @param plugin     whether the bundle is not part of the product
 * @param attributes in the order of their author
 */
record Definition(String pid, String label, String description, String bundle, boolean plugin, List<Attribute> attributes) {
    private static final String OWN = "org.zennet.";
    /** Where the names of Zennet's own components begin. */
    private static final List<String> AREAS = List.of("network", "blockchain", "wallet", "market", "provider", "publisher", "pricing", "buying",
            "virtualization", "benchmark", "store", "simulation", "logging", "metrics");

    /** Its section of {@code config.yaml}. */
    String section() {
        return pid.startsWith(OWN) ? pid.substring(OWN.length()) : pid;
    }

    /** The PID of a section. */
    static String pid(String section) {
        return AREAS.contains(section.split("\\.", 2)[0]) ? OWN + section : section;
    }

    Optional<Attribute> attribute(String id) {
        return attributes.stream().filter(a -> a.id().equals(id)).findFirst();
    }
}
