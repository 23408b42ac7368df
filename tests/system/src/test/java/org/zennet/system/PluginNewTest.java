package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code plugin new} writes is built as its author would: a stock JDK 17, the system's Maven, far from any checkout. */
class PluginNewTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long BUILD_SECONDS = 180;

    @TempDir
    Path directory;

    @Test
    void eachKindOfProjectBuildsWithItsTestsAndBecomesABundle() throws Exception {
        List<String> kinds = "full".equals(System.getProperty("zennet.tier")) ? List.of("pricing", "buying", "backend", "benchmark", "comparer", "template") : List.of("pricing", "backend");
        for (String kind : kinds) {
            Path project = directory.resolve("my-" + kind);
            Zennet.Result made = Zennet.run(LIMIT, "plugin", "new", "my-" + kind, "--kind", kind, "--dir", project.toString(), "--json");
            assertEquals(0, made.code(), made.err());
            build(project);
            try (JarFile jar = new JarFile(made.json().path("jar").asText())) {
                assertEquals("org.example.my" + kind, jar.getManifest().getMainAttributes().getValue("Bundle-SymbolicName"));
                assertTrue(jar.getManifest().getMainAttributes().getValue("Service-Component").startsWith("OSGI-INF/"));
            }
        }
    }

    @Test
    void whatIsNoKindAndWhatIsThereAlreadyIsRefusedInOneLine() throws Exception {
        Zennet.Result kind = Zennet.run(LIMIT, "plugin", "new", "abc", "--kind", "teapot", "--dir", directory.resolve("x").toString());
        assertEquals(2, kind.code());
        Zennet.assertOneLine(kind);
        Zennet.Result there = Zennet.run(LIMIT, "plugin", "new", "abc", "--kind", "pricing", "--dir", directory.toString());
        assertEquals(1, there.code());
        Zennet.assertOneLine(there);
    }

    private static void build(Path project) throws Exception {
        Optional<Path> jdk = first(Path.of("/usr/lib/jvm"), ".*17.*");
        Optional<Path> maven = Stream.of(System.getenv("PATH").split(":")).map(d -> Path.of(d, "mvn")).filter(Files::isExecutable).findFirst();
        assumeTrue(jdk.isPresent(), "SKIPPED: no JDK 17 in /usr/lib/jvm");
        assumeTrue(maven.isPresent(), "SKIPPED: no mvn on the PATH");
        List<String> command = new ArrayList<>(List.of(maven.get().toString(), "-B", "-q", "package"));
        if (Files.isDirectory(Path.of(System.getProperty("user.home"), ".m2/repository/biz/aQute/bnd/bnd-maven-plugin/6.4.0"))) {
            command.add(1, "-o");
        }
        Path log = project.resolveSibling(project.getFileName() + ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", jdk.get().toString());
        builder.environment().remove("MAVEN_OPTS");
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(BUILD_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0, () -> "the build failed:\n" + MarketProcesses.text(log));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Optional<Path> first(Path directory, String name) throws Exception {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().matches(name) && Files.exists(f.resolve("bin/javac"))).sorted().findFirst();
        }
    }
}
