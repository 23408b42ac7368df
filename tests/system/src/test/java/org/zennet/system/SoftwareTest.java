package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Help > Install New Software, by p2's own operations in the framework that the launcher starts, with a stand-in for the person at the wizard
 * ({@code software/Driver.java}).
 */
class SoftwareTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String UNIT = SoftwareRepository.UNIT;
    private static final String BUNDLE = "bundle " + SoftwareRepository.BUNDLE;

    @TempDir
    Path directory;

    private Path product;
    private Path driver;

    @BeforeEach
    void findTheProduct() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "only the desktop of Linux is built here");
        product = Path.of(System.getProperty("zennet.desktop"));
    }

    private void compileTheDriver() throws Exception {
        driver = directory.resolve("driver.jar");
        Path classes = Files.createDirectory(directory.resolve("classes"));
        Path source = directory.resolve("Driver.java");
        try (InputStream in = SoftwareTest.class.getResourceAsStream("/software/Driver.java")) {
            Files.copy(in, source);
        }
        try (Stream<Path> jars = Files.list(product.resolve("plugins"))) {
            String path = jars.map(Path::toString).filter(n -> n.matches(".*/org\\.eclipse\\.(osgi|core\\.jobs|equinox\\.(common|registry|p2\\.[a-z]+))_[^/]*")).collect(Collectors.joining(java.io.File.pathSeparator));
            assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-nowarn", "-proc:none", "-d", classes.toString(), "-cp", path, source.toString()));
        }
        Manifest manifest = new Manifest(new java.io.ByteArrayInputStream(("Manifest-Version: 1.0\nBundle-ManifestVersion: 2\nBundle-SymbolicName: org.zennet.software\n"
                + "Bundle-Version: 1.0.0\nBundle-Activator: org.zennet.software.Driver\nDynamicImport-Package: *\n\n").getBytes(StandardCharsets.UTF_8)));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(driver), manifest); Stream<Path> files = Files.walk(classes)) {
            for (Path f : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(f).toString()));
                jar.write(Files.readAllBytes(f));
                jar.closeEntry();
            }
        }
    }

    @Test
    void whatIsInstalledIsThereAfterTheRestartAndTheProductIsNotTouched() throws Exception {
        SoftwareRepository unsigned = SoftwareRepository.make(directory.resolve("unsigned"), "1.0.0", false);
        String before = fingerprint(product);

        List<String> first = desktop("data", "trust no; install " + unsigned.address() + " " + UNIT + "; list; trust yes; install " + unsigned.address() + " " + UNIT);
        assertTrue(first.contains("asked unsigned " + SoftwareRepository.BUNDLE + "_1.0.0.jar"), () -> "a person is asked: " + first);
        assertTrue(first.stream().anyMatch(l -> l.startsWith("install refused: Unsigned content")), first::toString);
        assertTrue(first.stream().anyMatch(l -> l.startsWith("product org.zennet.feature.desktop")), first::toString);
        assertFalse(first.contains("added " + UNIT + " 1.0.0"), () -> "what nobody trusts is not installed: " + first);
        assertEquals("install done", first.getLast(), first::toString);

        List<String> second = desktop("data", "bundles; list; remove " + UNIT + "; list");
        assertTrue(second.contains(BUNDLE + " 1.0.0 resolved"), () -> "the framework has it after the restart: " + second);
        assertTrue(second.contains("added " + UNIT + " 1.0.0"), second::toString);
        assertTrue(second.contains("remove done"), second::toString);
        assertEquals(1, second.stream().filter(l -> l.startsWith("added ")).count(), () -> "it is gone from the list: " + second);
        assertEquals(before, fingerprint(product), "the product is as it was");
    }

    @Test
    void theSignerIsNamedAndABrokenSignatureIsRefused() throws Exception {
        full();
        SoftwareRepository signed = SoftwareRepository.make(directory.resolve("signed"), "1.0.0", true);
        SoftwareRepository tampered = SoftwareRepository.make(directory.resolve("tampered"), "1.0.0", true);
        tampered.tamper();

        List<String> bad = desktop("bad", "trust yes; install " + tampered.address() + " " + UNIT + "; list");
        assertTrue(bad.stream().anyMatch(l -> l.startsWith("install refused")), bad::toString);
        assertTrue(bad.stream().noneMatch(l -> l.startsWith("added ")), bad::toString);

        List<String> refused = desktop("data", "trust no; install " + signed.address() + " " + UNIT + "; list; trust yes; install " + signed.address() + " " + UNIT);
        assertTrue(refused.contains("asked signed CN=Example Signer"), () -> "a signer whom nobody vouches for is shown by name: " + refused);
        assertTrue(refused.stream().noneMatch(l -> l.startsWith("asked unsigned")), refused::toString);
        assertTrue(refused.stream().anyMatch(l -> l.startsWith("install refused")), refused::toString);
        assertEquals("install done", refused.getLast(), refused::toString);
        assertTrue(desktop("data", "bundles").contains(BUNDLE + " 1.0.0 resolved"), "it is there after the restart");
    }

    @Test
    void whatIsRemovedIsGoneAfterTheRestart() throws Exception {
        full();
        SoftwareRepository one = SoftwareRepository.make(directory.resolve("one"), "1.0.0", false);
        desktop("data", "trust yes; install " + one.address() + " " + UNIT);
        List<String> remove = desktop("data", "bundles; remove " + UNIT);
        assertTrue(remove.contains(BUNDLE + " 1.0.0 resolved"), remove::toString);
        assertEquals("remove done", remove.getLast(), remove::toString);
        assertTrue(desktop("data", "bundles; list").stream().noneMatch(l -> l.startsWith(BUNDLE) || l.startsWith("added ")), "it is gone");
    }

    @Test
    void anUpdateReplacesItAndAnotherDataDirectoryHasNothingOfIt() throws Exception {
        full();
        SoftwareRepository one = SoftwareRepository.make(directory.resolve("one"), "1.0.0", false);
        SoftwareRepository two = SoftwareRepository.make(directory.resolve("two"), "2.0.0", false);
        desktop("data", "trust yes; install " + one.address() + " " + UNIT);
        List<String> update = desktop("data", "trust yes; update " + two.address() + " " + UNIT);
        assertEquals("update done", update.getLast(), update::toString);
        List<String> after = desktop("data", "bundles");
        assertTrue(after.contains(BUNDLE + " 2.0.0 resolved"), after::toString);
        assertFalse(after.contains(BUNDLE + " 1.0.0 resolved"), after::toString);
        assertTrue(desktop("other", "bundles; list").stream().noneMatch(l -> l.startsWith(BUNDLE) || l.startsWith("added ")), "another data directory");
    }

    @Test
    void whatWasAddedIsCarriedOverWhenTheProductIsReplaced() throws Exception {
        full();
        SoftwareRepository one = SoftwareRepository.make(directory.resolve("one"), "1.0.0", false);
        desktop("data", "trust yes; install " + one.address() + " " + UNIT);
        product = replaced();
        List<String> first = desktop("data", "bundles; trust no; carry; list");
        assertTrue(first.stream().noneMatch(l -> l.startsWith(BUNDLE)), () -> "the new product starts as it is: " + first);
        assertTrue(first.contains("added " + UNIT + " 1.0.0"), first::toString);
        assertTrue(first.stream().noneMatch(l -> l.startsWith("asked")), () -> "nobody is asked a second time: " + first);
        List<String> second = desktop("data", "bundles; carry");
        assertTrue(second.contains(BUNDLE + " 1.0.0 resolved"), second::toString);
        assertTrue(second.contains("carried []"), () -> "there is nothing left to do: " + second);
    }

    @Test
    void theProductsOwnRepositoryHoldsAPluginThatWorks() throws Exception {
        full();
        Path repository = Zennet.ROOT.resolve("product/repository/target/repository");
        assumeTrue(Files.exists(repository.resolve("p2.index")), "the p2 repository was not built");
        List<String> offered = desktop("data", "offer " + repository.toUri());
        for (String feature : List.of("runtime", "headless", "desktop", "nightrate")) {
            assertTrue(offered.stream().anyMatch(l -> l.startsWith("offered org.zennet.feature." + feature + ".feature.group ")), offered::toString);
        }
        List<String> installed = desktop("data", "trust yes; install " + repository.toUri() + " org.zennet.feature.nightrate.feature.group");
        assertEquals("install done", installed.getLast(), installed::toString);
        List<String> after = desktop("data", "bundles");
        assertTrue(after.stream().anyMatch(l -> l.startsWith("bundle org.example.nightrate 1.0.0") && l.matches(".* (starting|active)")), () -> "its service is there: " + after);
    }

    private static void full() {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "updates, signers and replaced products are tried with './zennet test --full'");
    }

    /** Starts the desktop's framework as people do, with the driver in place of the window; what it said. */
    private List<String> desktop(String data, String commands) throws Exception {
        if (driver == null) {
            compileTheDriver();
        }
        Path configurator;
        try (Stream<Path> plugins = Files.list(product.resolve("plugins"))) {
            configurator = plugins.filter(p -> p.getFileName().toString().startsWith("org.eclipse.equinox.simpleconfigurator_")).findFirst().orElseThrow();
        }
        List<String> command = new ArrayList<>();
        if (Hosts.succeeds("bwrap", "--dev-bind", "/", "/", "true")) {
            // whoever runs this, the product can't be written
            command.addAll(List.of("bwrap", "--dev-bind", "/", "/", "--ro-bind", product.toString(), product.toString()));
        }
        Path own = product.resolve("zennet");
        command.addAll(List.of((product.startsWith(directory) ? own : Zennet.ROOT.resolve("zennet")).toString(), "workbench", "--data", directory.resolve(data).toString()));
        Path log = directory.resolve(data + ".log");
        ProcessBuilder b = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        b.environment().put("DISPLAY", ":none");
        b.environment().put("ZENNET_NO_BUILD", "1");
        b.environment().put("SOFTWARE", commands);
        b.environment().put("ZENNET_JAVA_OPTS", "-Declipse.ignoreApp=true -Dosgi.noShutdown=true -Dorg.eclipse.equinox.simpleconfigurator.exclusiveInstallation=false"
                + " -Dosgi.bundles=reference:file:" + configurator + "@1:start,reference:file:" + driver + "@5:start");
        Process p = b.start();
        if (!p.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            p.descendants().forEach(ProcessHandle::destroyForcibly);
            p.destroyForcibly();
            throw new AssertionError("did not end within " + LIMIT + ": " + Files.readString(log));
        }
        List<String> lines = Files.readAllLines(log).stream().filter(l -> l.matches("(asked|bundle org\\.example|product|added|offered|install|remove|update|carried).*")).toList();
        assertEquals(0, p.exitValue(), () -> text(log));
        assertTrue(text(log).contains("driver done"), () -> text(log));
        return lines;
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    /** The same product elsewhere, as if it had been built a minute later. */
    private Path replaced() throws Exception {
        Path copy = directory.resolve("replaced");
        assertTrue(Hosts.succeeds("cp", "-R", product.toString(), copy.toString()), "copied");
        try (Stream<Path> states = Files.list(copy.resolve("p2/org.eclipse.equinox.p2.engine/profileRegistry/DefaultProfile.profile"))) {
            Path newest = states.filter(p -> p.getFileName().toString().endsWith(".profile.gz")).max(Path::compareTo).orElseThrow();
            String time = newest.getFileName().toString().replaceAll("\\D.*", "");
            String later = String.valueOf(Long.parseLong(time) + 60_000);
            String xml;
            try (InputStream in = new GZIPInputStream(Files.newInputStream(newest))) {
                xml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            try (var out = new GZIPOutputStream(Files.newOutputStream(newest.resolveSibling(later + ".profile.gz")))) {
                out.write(xml.replaceFirst("timestamp='" + time, "timestamp='" + later).getBytes(StandardCharsets.UTF_8));
            }
        }
        return copy;
    }

    /** Names, sizes and times of all files. */
    private static String fingerprint(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            StringBuilder b = new StringBuilder();
            for (Path f : files.filter(Files::isRegularFile).sorted().toList()) {
                b.append(root.relativize(f)).append(' ').append(Files.size(f)).append(' ').append(Files.getLastModifiedTime(f)).append('\n');
            }
            return b.toString();
        }
    }
}
