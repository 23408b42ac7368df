package org.zennet.market.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.zennet.services.Rejected;
import org.zennet.services.market.PluginInfo;
import org.zennet.services.market.PluginService;

/** In a real framework, with bundles that are made here. */
class InstalledPluginsTest {
    @TempDir
    Path temporary;
    private Path directory;
    private Framework framework;

    @BeforeEach
    void start() throws Exception {
        directory = Files.createDirectory(temporary.resolve("plugins"));
        framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(Map.of(
                Constants.FRAMEWORK_STORAGE, temporary.resolve("framework").toString(),
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, "org.zennet.api.pricing;version=1.0.0"));
        framework.start();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    private BundleContext context() {
        return framework.getBundleContext();
    }

    private InstalledPlugins plugins() {
        return new InstalledPlugins(context(), directory, new ExtensionRegistry(100));
    }

    private Path jar(String version, String... headers) throws IOException {
        Path jar = Files.createTempFile(temporary, "made", ".jar");
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "org.example.night;singleton:=true");
        main.putValue("Bundle-Version", version);
        main.putValue("Import-Package", "org.zennet.api.pricing;version=\"[1.0,2)\"");
        for (int i = 0; i < headers.length; i += 2) {
            main.putValue(headers[i], headers[i + 1]);
        }
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream zip = new JarOutputStream(out, manifest)) {
            zip.putNextEntry(new JarEntry("org/example/readme.txt"));
            zip.write(version.getBytes());
            zip.closeEntry();
        }
        return jar;
    }

    private Optional<Bundle> bundle() {
        return List.of(context().getBundles()).stream().filter(b -> "org.example.night".equals(b.getSymbolicName())).findFirst();
    }

    private List<Path> kept() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(Path::getFileName).sorted().toList();
        }
    }

    private static String refusal(PluginService plugins, Path jar) {
        String message = assertThrows(Rejected.class, () -> plugins.install(jar)).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void anInstalledPluginRunsFromACopyAndSaysWhoseItIs() throws Exception {
        InstalledPlugins plugins = plugins();
        Path jar = jar("1.2.0", "Bundle-License", "Apache-2.0", "Bundle-Name", "Night rate");
        PluginInfo info = plugins.install(jar);
        Files.delete(jar);
        assertTrue(info.active());
        assertEquals("Night rate", info.label());
        assertEquals(List.of("org.zennet.api.pricing [1.0.0,2.0.0)"), info.apis());
        assertTrue(info.notice().contains("org.example.night 1.2.0 runs with all rights of this process")
                && info.notice().contains("unsigned") && info.notice().contains("Apache-2.0"), info.notice());
        assertEquals(Bundle.ACTIVE, bundle().orElseThrow().getState());
        assertEquals(List.of(Path.of("org.example.night.jar")), kept());
        assertEquals(List.of(info), plugins.list());
    }

    @Test
    void whatWasShownIsWhatIsInstalled() throws Exception {
        InstalledPlugins plugins = plugins();
        Path jar = jar("1.2.0", "Bundle-License", "Apache-2.0");
        PluginInfo shown = plugins.inspect(jar);
        assertEquals("org.example.night 1.2.0 Apache-2.0 false ", shown.name() + " " + shown.version() + " " + shown.license() + " " + shown.active() + " " + shown.problem());
        assertEquals(List.of(), kept());
        assertEquals(List.of(), plugins.list());
        Path other = jar("1.2.1");
        String refused = assertThrows(Rejected.class, () -> plugins.install(other, Optional.of(shown.sha256()))).getMessage();
        assertTrue(refused.contains("is not what was shown"), refused);
        assertEquals(List.of(), kept());
        assertTrue(plugins.install(jar, Optional.of(shown.sha256())).active());
        assertTrue(assertThrows(Rejected.class, () -> plugins.update(other, Optional.of(shown.sha256()))).getMessage().contains("is not what was shown"));
        assertEquals("1.2.0", plugins.list().get(0).version());
    }

    @Test
    void aPluginThatDoesNotFitIsShownWithItsProblem() throws Exception {
        Path jar = jar("1.0.0", "Import-Package", "org.zennet.api.pricing;version=\"[2.1,3)\"");
        String problem = plugins().inspect(jar).problem();
        assertTrue(problem.contains("org.zennet.api.pricing [2.1.0,3.0.0)") && problem.contains("this Zennet has 1.0.0"), problem);
    }

    @Test
    void itIsThereAgainAfterARestart() throws Exception {
        plugins().install(jar("1.2.0"));
        Files.write(directory.resolve("new1.tmp"), new byte[3]);
        Files.write(directory.resolve("broken.jar"), new byte[3]);
        InstalledPlugins again = plugins();
        assertEquals(1, again.list().size());
        assertTrue(again.list().get(0).active());
        assertEquals(1, List.of(context().getBundles()).stream().filter(b -> "org.example.night".equals(b.getSymbolicName())).count());
        assertFalse(Files.exists(directory.resolve("new1.tmp")));
    }

    @Test
    void removingStopsUninstallsAndDeletes() throws Exception {
        InstalledPlugins plugins = plugins();
        plugins.install(jar("1.2.0"));
        plugins.remove("org.example.night");
        assertTrue(bundle().isEmpty());
        assertEquals(List.of(), kept());
        assertEquals(List.of(), plugins.list());
        assertEquals("no plug-in 'org.example.night' is installed",
                assertThrows(Rejected.class, () -> plugins.remove("org.example.night")).getMessage());
    }

    @Test
    void anUpdateReplacesTheVersionAndAFailedOneKeepsTheOld() throws Exception {
        InstalledPlugins plugins = plugins();
        plugins.install(jar("1.2.0"));
        assertEquals("1.3.0", plugins.update(jar("1.3.0")).version());
        assertEquals("1.3.0", bundle().orElseThrow().getVersion().toString());
        Path unresolvable = jar("1.4.0", "Import-Package", "org.example.nowhere;version=\"3\"");
        String message = assertThrows(Rejected.class, () -> plugins.update(unresolvable)).getMessage();
        assertTrue(message.contains("org.example.nowhere") && message.endsWith("version 1.3.0 stays"), message);
        assertEquals("1.3.0", bundle().orElseThrow().getVersion().toString());
        assertEquals(Bundle.ACTIVE, bundle().orElseThrow().getState());
        assertTrue(plugins.list().get(0).active());
    }

    @Test
    void whatCannotWorkIsRefusedWithTheReasonAndLeavesNothing() throws Exception {
        InstalledPlugins plugins = plugins();
        Path text = Files.writeString(temporary.resolve("notes.txt"), "hello");
        assertEquals("notes.txt is no plug-in: it is no jar file", refusal(plugins, text));
        assertTrue(refusal(plugins, temporary.resolve("absent.jar")).endsWith("is no file"));
        assertTrue(refusal(plugins, jar("1.0.0", "Bundle-ManifestVersion", "1")).contains("no OSGi bundle"));
        assertTrue(refusal(plugins, jar("1.0.0", "Fragment-Host", "org.zennet.wallet")).contains("fragment"));
        assertTrue(refusal(plugins, jar("1.0.0", "Export-Package", "a.b;version=1,org.zennet.api.value")).contains("org.zennet.api.value"));
        assertTrue(refusal(plugins, jar("1.0.0", "Bundle-SymbolicName", "../../evil")).contains("evil"));
        assertTrue(refusal(plugins, jar("1.0.0", "Bundle-SymbolicName", "org.eclipse.osgi")).contains("part of Zennet"));
        assertTrue(refusal(plugins, jar("1.0.0", "Bundle-Version", "one")).contains("version"));
        assertTrue(refusal(plugins, jar("1.0.0", "Import-Package", "org.example.nowhere")).contains("can't be started"));
        Path large = temporary.resolve("large.jar");
        try (var file = Files.newByteChannel(Files.createFile(large), java.nio.file.StandardOpenOption.WRITE)) {
            file.position(PluginService.MAX_SIZE);
            file.write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        assertTrue(refusal(plugins, large).endsWith("is larger than 20 MiB"));
        assertEquals(List.of(), kept());
        assertEquals(1, context().getBundles().length);
        plugins.install(jar("1.0.0"));
        assertTrue(refusal(plugins, jar("1.0.0")).contains("installed already"));
    }

    @Test
    void aNewerApiIsRefusedNamingBothVersions() throws Exception {
        String message = refusal(plugins(), jar("1.0.0", "Import-Package", "org.zennet.api.pricing;version=\"[2.1,3)\",org.osgi.framework"));
        assertTrue(message.contains("org.zennet.api.pricing [2.1.0,3.0.0)") && message.contains("this Zennet has 1.0.0")
                && message.contains("take a newer Zennet"), message);
        message = refusal(plugins(), jar("1.0.0", "Import-Package", "org.zennet.api.quantum;version=\"[1,2)\""));
        assertTrue(message.contains("org.zennet.api.quantum"), message);
    }

    @Test
    void theSignerOfASignedJarIsNamedAndATamperedOneIsRefused() throws Exception {
        InstalledPlugins plugins = plugins();
        Path jar = jar("1.0.0");
        sign(jar);
        Path tampered = Files.copy(jar, temporary.resolve("tampered.jar"));
        assertEquals(Optional.of("Ada, of Example"), plugins.install(jar).signer());
        assertTrue(assertThrows(Rejected.class, () -> plugins.update(jar("1.1.0"))).getMessage().contains("another signer (unsigned)"));
        plugins.remove("org.example.night");
        Path unpacked = Files.createDirectory(temporary.resolve("unpacked"));
        run(unpacked, "jar", "xf", tampered.toString());
        Files.writeString(unpacked.resolve("org/example/readme.txt"), "changed");
        run(unpacked, "jar", "cfM", tampered.toString(), ".");
        assertTrue(refusal(plugins, tampered).contains("its signature is broken"));
    }

    private void sign(Path jar) throws Exception {
        Path store = temporary.resolve("keys.p12");
        run(temporary, "keytool", "-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=Ada\\, of Example,O=Example", "-keystore",
                store.toString(), "-storepass", "secret1", "-storetype", "PKCS12");
        run(temporary, "jarsigner", "-keystore", store.toString(), "-storepass", "secret1", jar.toString(), "a");
    }

    private static void run(Path where, String tool, String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
    }
}
