package org.zennet.market.internal.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.zennet.services.Rejected;

/**
 * What a plug-in's jar says of itself, read before anything of it runs.
 *
 * @param uses the packages of Zennet's api that it imports, with the versions that it takes
 */
record PluginFile(String name, Version version, String label, String license, Optional<String> signer,
        Map<String, VersionRange> uses, String sha256) {
    private static final String API = "org.zennet.api.";
    private static final String OURS = "org.zennet.";

    /**
     * Reads a jar.
     *
     * @throws Rejected with a reason when it can be no plug-in
     */
    static PluginFile read(Path jar) throws Rejected, IOException {
        Attributes main;
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            main = manifest == null ? new Attributes() : manifest.getMainAttributes();
        } catch (ZipException e) {
            throw new Rejected("it is no jar file", e);
        }
        String symbolic = main.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (symbolic == null || !"2".equals(main.getValue(Constants.BUNDLE_MANIFESTVERSION))) {
            throw new Rejected("it is a jar but no OSGi bundle: its manifest has no Bundle-SymbolicName; see docs/plugins.md");
        }
        String name = split(symbolic, ';').get(0);
        if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")) {
            throw new Rejected("its symbolic name '" + Guard.line(name, 60) + "' has more than letters, digits, dot, dash and underline");
        }
        if (main.getValue(Constants.FRAGMENT_HOST) != null) {
            throw new Rejected("it is a fragment, which would change another bundle");
        }
        for (String exported : clauses(main.getValue(Constants.EXPORT_PACKAGE)).keySet()) {
            if (exported.startsWith(OURS)) {
                throw new Rejected("it exports " + exported + ", which only Zennet itself may; leave the API out of the jar");
            }
        }
        try {
            Map<String, VersionRange> uses = new LinkedHashMap<>();
            clauses(main.getValue(Constants.IMPORT_PACKAGE)).forEach((pack, attributes) -> {
                if (pack.startsWith(API)) {
                    uses.put(pack, new VersionRange(attributes.getOrDefault(Constants.VERSION_ATTRIBUTE, "0")));
                }
            });
            String version = main.getValue(Constants.BUNDLE_VERSION);
            return new PluginFile(name, version == null ? Version.emptyVersion : Version.parseVersion(version),
                    text(main, Constants.BUNDLE_NAME, name), text(main, "Bundle-License", ""), Signers.of(jar), uses, sha256(jar));
        } catch (IllegalArgumentException e) {
            throw new Rejected("its manifest has a version that can't be read: " + Guard.describe(e), e);
        }
    }

    /** Refuses what was made for another version of the API, naming both. */
    void checkApi(Map<String, Version> present) throws Rejected {
        for (Map.Entry<String, VersionRange> use : uses.entrySet()) {
            Version here = present.get(use.getKey());
            if (here == null) {
                throw new Rejected(name + " " + version + " needs " + use.getKey() + " " + use.getValue()
                        + ", which this Zennet does not have");
            }
            if (!use.getValue().includes(here)) {
                boolean newer = use.getValue().getLeft().compareTo(here) > 0;
                throw new Rejected(name + " " + version + " needs " + use.getKey() + " " + use.getValue() + ", this Zennet has "
                        + here + ": " + (newer ? "take a newer Zennet, or a build of the plug-in for this one"
                                : "ask for a build of the plug-in for this Zennet"));
            }
        }
    }

    /** For people: each package with its range. */
    List<String> apis() {
        return uses.entrySet().stream().map(u -> u.getKey() + " " + u.getValue()).toList();
    }

    private static String text(Attributes main, String key, String otherwise) {
        String value = main.getValue(key);
        return value == null || value.isBlank() ? otherwise : Guard.line(value, 100);
    }

    /** The names of a manifest header with their attributes; several names may share attributes. */
    static Map<String, Map<String, String>> clauses(String header) {
        Map<String, Map<String, String>> clauses = new LinkedHashMap<>();
        for (String clause : header == null ? List.<String>of() : split(header, ',')) {
            List<String> names = new ArrayList<>();
            Map<String, String> attributes = new LinkedHashMap<>();
            for (String part : split(clause, ';')) {
                int equals = part.indexOf('=');
                if (equals < 0) {
                    names.add(part);
                } else if (part.charAt(Math.max(0, equals - 1)) != ':') {
                    attributes.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip().replace("\"", ""));
                }
            }
            names.forEach(n -> clauses.put(n, attributes));
        }
        return clauses;
    }

    private static List<String> split(String text, char at) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == at && !quoted) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            } else if (text.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        return parts;
    }

    private static String sha256(Path jar) throws IOException {
        try (InputStream in = Files.newInputStream(jar)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[64 * 1024];
            for (int n; (n = in.read(buffer)) >= 0;) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
