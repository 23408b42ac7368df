package org.zennet.registry.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Builds the plug-ins of examples/ as their authors would: with a JDK 17 and the Maven that the system has, not in this build. */
final class ExamplePlugin {
    private static final long BUILD_SECONDS = 180;

    private ExamplePlugin() { }

    /** The pricing strategy's jar, which the system tests install into a real provider too. */
    static Path nightRate(Path work) throws IOException, InterruptedException {
        Path jar = jar(work, "pricing-plugin", "night-rate");
        Files.copy(jar, Files.createDirectories(root().resolve("tests/org.zennet.registry.tests/target")).resolve("night-rate.jar"),
                StandardCopyOption.REPLACE_EXISTING);
        return jar;
    }

    private static Path root() {
        return Path.of(System.getProperty("zennet.root", "../..")).toAbsolutePath().normalize();
    }

    /** A plug-in's jar, built once in a directory. Skips the test, naming what is missing, where it can't be built. */
    static Path jar(Path work, String example, String artifact) throws IOException, InterruptedException {
        String named = artifact + "-[0-9.]+\\.jar";
        Optional<Path> built = first(work.resolve(example).resolve("target"), named, "");
        if (built.isPresent()) {
            return built.get();
        }
        Path root = root();
        Optional<Path> api = first(root.resolve("bundles/org.zennet.api/target"), "org\\.zennet\\.api-[0-9.]+(-SNAPSHOT)?\\.jar", "");
        Optional<Path> jdk = first(Path.of("/usr/lib/jvm"), ".*17.*", "bin/javac");
        Optional<Path> maven = Stream.of(System.getenv("PATH").split(":")).map(d -> Path.of(d, "mvn")).filter(Files::isExecutable).findFirst();
        assumeTrue(api.isPresent(), "SKIPPED: the jar of org.zennet.api is not built");
        assumeTrue(jdk.isPresent(), "SKIPPED: no JDK 17 in /usr/lib/jvm");
        assumeTrue(maven.isPresent(), "SKIPPED: no mvn on the PATH");
        Path copy = work.resolve(example);
        copy(root.resolve("examples").resolve(example), copy);
        List<String> command = new ArrayList<>(List.of(maven.get().toString(), "-B", "-q", "package", "-Dzennet.api=" + api.get()));
        if (Files.isDirectory(Path.of(System.getProperty("user.home"), ".m2/repository/biz/aQute/bnd/bnd-maven-plugin/6.4.0"))) {
            command.add(1, "-o");
        }
        Path log = work.resolve(example + ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(copy.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", jdk.get().toString());
        builder.environment().remove("MAVEN_OPTS");
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(BUILD_SECONDS, TimeUnit.SECONDS);
            assertEquals(true, ended && process.exitValue() == 0, () -> "the plug-in's build failed:\n" + read(log));
        } finally {
            process.destroyForcibly();
        }
        return first(copy.resolve("target"), named, "").orElseThrow();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path f : files.filter(f -> !from.relativize(f).startsWith("target")).toList()) {
                Files.copy(f, to.resolve(from.relativize(f).toString()));
            }
        }
    }

    /** The first file or directory of a name in a directory that holds a file. */
    private static Optional<Path> first(Path directory, String name, String inside) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().matches(name) && Files.exists(f.resolve(inside)))
                    .sorted().findFirst();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
