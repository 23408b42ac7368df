package org.zennet.headless.internal.settings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The definitions of all bundles, by section. Immutable. */
final class Catalogue {
    private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);
    private static final String FOLDER = "OSGI-INF/metatype";
    private static final long MAX_ENTRY = 1 << 18;

    private final Map<String, Definition> bySection = new LinkedHashMap<>();

    private Catalogue(List<Definition> all) {
        all.stream().sorted(Comparator.comparing(Definition::plugin).thenComparing(Definition::section))
                .forEach(d -> bySection.putIfAbsent(d.section(), d));
    }

    /** Of the bundles of a framework, and of the jars in the data directory that no bundle there is made of. */
    static Catalogue of(Bundle[] bundles, Optional<Path> plugins) {
        List<Definition> all = new ArrayList<>();
        for (Bundle b : bundles) {
            if (b.getState() != Bundle.UNINSTALLED) {
                all.addAll(of(b));
            }
        }
        plugins.filter(Files::isDirectory).ifPresent(directory -> {
            try (Stream<Path> jars = Files.list(directory)) {
                jars.filter(p -> p.getFileName().toString().endsWith(".jar")).sorted().forEach(p -> all.addAll(of(p)));
            } catch (IOException e) {
                LOG.warn("{} can't be read: {}", directory, e.getMessage());
            }
        });
        return new Catalogue(all);
    }

    /** Of given definitions; for tests. */
    static Catalogue of(List<Definition> all) {
        return new Catalogue(all);
    }

    static List<Definition> of(Bundle bundle) {
        Enumeration<String> names = bundle.getEntryPaths(FOLDER);
        if (names == null) {
            return List.of();
        }
        // what p2 or the launcher put there is the product; plug-ins come in by a copy of their jar
        boolean plugin = !bundle.getSymbolicName().startsWith("org.zennet.") && !bundle.getLocation().startsWith("reference:");
        MetatypeReader reader = new MetatypeReader(name -> {
            URL url = bundle.getEntry(name);
            if (url == null) {
                return Optional.empty();
            }
            try (InputStream in = url.openStream()) {
                return Optional.of(in.readNBytes((int) MAX_ENTRY + 1));
            }
        }, bundle.getSymbolicName() + " " + bundle.getVersion(), plugin, Locale.getDefault());
        return read(reader, Collections.list(names), bundle.getSymbolicName());
    }

    static List<Definition> of(Path jar) {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            String name = file.getManifest() == null ? null : file.getManifest().getMainAttributes().getValue("Bundle-SymbolicName");
            if (name == null) {
                return List.of();
            }
            List<String> names = file.stream().map(JarEntry::getName).filter(n -> n.startsWith(FOLDER + "/")).toList();
            String version = file.getManifest().getMainAttributes().getValue("Bundle-Version");
            return read(new MetatypeReader(entry -> {
                JarEntry e = file.getJarEntry(entry);
                if (e == null) {
                    return Optional.empty();
                }
                try (InputStream in = file.getInputStream(e)) {
                    return Optional.of(in.readNBytes((int) MAX_ENTRY + 1));
                }
            }, name.split(";")[0].strip() + " " + (version == null ? "0.0.0" : version.strip()), true, Locale.getDefault()), names, jar.toString());
        } catch (IOException e) {
            LOG.warn("{} can't be read: {}", jar, e.getMessage());
            return List.of();
        }
    }

    private static List<Definition> read(MetatypeReader reader, List<String> names, String where) {
        List<Definition> all = new ArrayList<>();
        for (String name : names) {
            if (name.endsWith(".xml")) {
                try {
                    all.addAll(reader.read(name));
                } catch (IOException e) {
                    LOG.warn("the settings of {} can't be read: {}", where, e.getMessage());
                }
            }
        }
        return all;
    }

    List<Definition> all() {
        return List.copyOf(bySection.values());
    }

    Optional<Definition> section(String name) {
        return Optional.ofNullable(bySection.get(name));
    }

    /** A section and one of its attributes. */
    record Found(Definition definition, Attribute attribute) { }

    /** What a key names. Sections and names may both hold dots: the longest section that fits is meant. */
    Optional<Found> find(String key) {
        return bySection.values().stream().filter(d -> key.startsWith(d.section() + "."))
                .sorted(Comparator.comparing((Definition d) -> d.section().length()).reversed())
                .flatMap(d -> d.attribute(key.substring(d.section().length() + 1)).map(a -> new Found(d, a)).stream()).findFirst();
    }

    /** Keys that somebody may have meant. */
    List<String> near(String key) {
        String last = key.substring(key.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return bySection.values().stream().flatMap(d -> d.attributes().stream().map(a -> d.section() + "." + a.id()))
                .filter(k -> distance(k.toLowerCase(Locale.ROOT), key.toLowerCase(Locale.ROOT)) <= 2
                        || k.substring(k.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT).equals(last)).limit(3).toList();
    }

    /** How many characters one must insert, delete or replace (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                row[j] = Math.min(Math.min(row[j - 1], above) + 1, corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                corner = above;
            }
        }
        return row[b.length()];
    }
}
