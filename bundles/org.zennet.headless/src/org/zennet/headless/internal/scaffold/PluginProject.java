package org.zennet.headless.internal.scaffold;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zennet.services.Rejected;

/**
 * A plug-in's project that builds as it is, with any Maven from 3.6 on and any JDK from 17 on.
 *
 * @param name        of the project and the id of what it adds: a lower-case letter, then letters, digits and single dashes; at most 40
 * @param kind        what it adds
 * @param packageName of its classes
 */
public record PluginProject(String name, Kind kind, String packageName) {
    private static final String ID = "[a-z][a-z0-9]*(-[a-z0-9]+)*";
    private static final String PACKAGE = "[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*";
    private static final int MAX_NAME = 40;
    private static final int MAX_PACKAGE = 120;
    private static final List<String> RESERVED = List.of("abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class", "const",
            "continue", "default", "do", "double", "else", "enum", "extends", "final", "finally", "float", "for", "goto", "if", "implements", "import",
            "instanceof", "int", "interface", "long", "native", "new", "package", "private", "protected", "public", "return", "short", "static",
            "strictfp", "super", "switch", "synchronized", "this", "throw", "throws", "transient", "try", "void", "volatile", "while", "true", "false",
            "null", "_");

    /** What a plug-in can add. */
    public enum Kind {
        /** What a provider asks. */
        PRICING("Pricing", "provider: { strategy: %s }"),
        /** What a publisher answers. */
        BUYING("Buying", "publisher: { buying: %s }"),
        /** What runs strangers' work. */
        BACKEND("Backend", "provider: { backends: \"wasm,%s\" }"),
        /** What measures the machine. */
        BENCHMARK("Benchmark", "", "The next offers carry its scores."),
        /** What says whether two results are the same. */
        COMPARER("Comparer", "", "Then name it in a job file: `verification: { comparer: %s }`."),
        /** What makes job files. */
        TEMPLATE("Template", "", "Then `zennet job template list` shows it, and `zennet job template %s --set program=FILE --to job.yaml` fills it in.");

        private final String suffix;
        private final String configuration;
        private final String use;

        Kind(String suffix, String configuration) {
            this(suffix, configuration, "");
        }

        Kind(String suffix, String configuration, String use) {
            this.suffix = suffix;
            this.configuration = configuration;
            this.use = use;
        }

        /** As on the command line. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Refuses names that are no id or no package. The message says which. */
    public PluginProject {
        if (name.length() > MAX_NAME || !name.matches(ID)) {
            throw new IllegalArgumentException("a plug-in's name is 1 to " + MAX_NAME + " lower-case letters, digits and single dashes, and starts with a letter: '"
                    + name + "'");
        }
        if (packageName.length() > MAX_PACKAGE || !packageName.matches(PACKAGE) || Arrays.stream(packageName.split("\\.")).anyMatch(RESERVED::contains)) {
            throw new IllegalArgumentException("a package is lower-case words with dots between, none of them a word of Java: '" + packageName + "'");
        }
        if (packageName.equals("org.zennet") || packageName.startsWith("org.zennet.")) {
            throw new IllegalArgumentException("packages of org.zennet are Zennet's own: name one of yours");
        }
    }

    /** The package that goes with a name. */
    public static String packageFor(String name) {
        String word = name.replaceAll("[^a-z0-9]", "");
        return "org.example." + (RESERVED.contains(word) ? word + "_" : word);
    }

    /** The name of its main class. */
    public String className() {
        return Arrays.stream(name.split("-")).map(w -> Character.toUpperCase(w.charAt(0)) + w.substring(1)).collect(Collectors.joining()) + kind.suffix;
    }

    /**
     * Writes it as a new directory, which appears whole or not at all.
     *
     * @param target  must not exist
     * @param api     the jar of org.zennet.api that it is built against
     * @param version of that jar
     */
    public void write(Path target, Path api, String version) throws Rejected {
        if (Files.exists(target)) {
            throw new Rejected(target + " exists already: name another plug-in or use --dir");
        }
        Path parent = target.toAbsolutePath().getParent();
        Path temporary = null;
        try {
            Files.createDirectories(parent);
            temporary = Files.createTempDirectory(parent, "." + name + "-");
            Files.setPosixFilePermissions(temporary, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            for (Map.Entry<String, String> file : files(version).entrySet()) {
                Path f = temporary.resolve(file.getKey());
                Files.createDirectories(f.getParent());
                Files.writeString(f, file.getValue());
            }
            Files.copy(api, Files.createDirectories(temporary.resolve("lib")).resolve("org.zennet.api.jar"));
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            temporary = null;
        } catch (IOException e) {
            throw new Rejected(target + " can't be written: " + e.getMessage(), e);
        } finally {
            if (temporary != null) {
                remove(temporary);
            }
        }
    }

    /** Its text files by their path, with / between the parts. */
    Map<String, String> files(String version) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("@NAME@", name);
        values.put("@CLASS@", className());
        values.put("@PACKAGE@", packageName);
        values.put("@KIND@", kind.id());
        values.put("@API_VERSION@", version);
        values.put("@USE@", kind.configuration.isEmpty() ? String.format(Locale.ROOT, kind.use, name) : "Then name it in `config.yaml` of the data directory and start again:\n\n```\n"
                + String.format(Locale.ROOT, kind.configuration, name) + "\n```");
        String directory = packageName.replace('.', '/') + "/" + className();
        Map<String, String> files = new LinkedHashMap<>();
        files.put("pom.xml", template("pom.xml", values));
        files.put("README.md", template("README.md", values));
        files.put(".gitignore", "target/\n");
        files.put("src/main/java/" + directory + ".java", template(kind.id() + ".java", values));
        files.put("src/test/java/" + directory + "Test.java", template(kind.id() + "-test.java", values));
        return files;
    }

    private static String template(String name, Map<String, String> values) {
        try (InputStream in = PluginProject.class.getResourceAsStream(name + ".txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> v : values.entrySet()) {
                text = text.replace(v.getKey(), v.getValue());
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path tree) {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(PluginProject.class).warn("{} is left behind: {}", tree, e.getMessage());
        }
    }
}
