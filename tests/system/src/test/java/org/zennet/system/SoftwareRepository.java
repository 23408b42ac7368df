package org.zennet.system;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A p2 repository as somebody else would publish it: one feature with one bundle. */
final class SoftwareRepository {
    static final String BUNDLE = "org.example.added";
    static final String FEATURE = "org.example.added.feature";
    /** What a person picks. */
    static final String UNIT = FEATURE + ".feature.group";
    private static final String SECRET = "secret";

    private final Path directory;
    private final String version;

    private SoftwareRepository(Path directory, String version) {
        this.directory = directory;
        this.version = version;
    }

    /** Makes one; of the signed ones the signer is {@code CN=Example Signer}. */
    static SoftwareRepository make(Path directory, String version, boolean signed) throws Exception {
        SoftwareRepository r = new SoftwareRepository(directory, version);
        Files.createDirectories(r.bundle().getParent());
        Files.createDirectories(r.feature().getParent());
        jar(r.bundle(), "Bundle-ManifestVersion: 2\nBundle-SymbolicName: " + BUNDLE + "\nBundle-Version: " + version + "\nBundle-Name: Added\n",
                Map.of("hello.txt", "version " + version));
        jar(r.feature(), "", Map.of("feature.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feature id=\"" + FEATURE + "\" label=\"Added\" version=\"" + version
                + "\"><plugin id=\"" + BUNDLE + "\" version=\"" + version + "\"/></feature>"));
        if (signed) {
            r.sign();
        }
        r.index();
        return r;
    }

    /** Its address. */
    String address() {
        return directory.toUri().toString();
    }

    /** Changes the bundle after it was signed, and tells the index of it, as who wants to deceive would. */
    void tamper() throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (JarFile jar = new JarFile(bundle().toFile(), false)) {
            for (JarEntry e : java.util.Collections.list(jar.entries())) {
                entries.put(e.getName(), jar.getInputStream(e).readAllBytes());
            }
        }
        entries.put("hello.txt", "something else".getBytes(StandardCharsets.UTF_8));
        try (var out = new java.util.zip.ZipOutputStream(Files.newOutputStream(bundle()))) {
            for (var e : entries.entrySet()) {
                out.putNextEntry(new java.util.zip.ZipEntry(e.getKey()));
                out.write(e.getValue());
                out.closeEntry();
            }
        }
        index();
    }

    private Path bundle() {
        return directory.resolve("plugins/" + BUNDLE + "_" + version + ".jar");
    }

    private Path feature() {
        return directory.resolve("features/" + FEATURE + "_" + version + ".jar");
    }

    private void sign() throws Exception {
        Path keys = directory.resolveSibling("keys-" + directory.getFileName());
        tool("keytool", "-genkeypair", "-keystore", keys.toString(), "-storepass", SECRET, "-keypass", SECRET, "-alias", "k", "-keyalg", "RSA", "-dname", "CN=Example Signer");
        for (Path jar : List.of(bundle(), feature())) {
            tool("jarsigner", "-keystore", keys.toString(), "-storepass", SECRET, jar.toString(), "k");
        }
    }

    private static void tool(String name, String... words) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", name).toString()));
        command.addAll(List.of(words));
        Zennet.Result r = Zennet.execute(java.time.Duration.ofMinutes(1), command);
        if (r.code() != 0) {
            throw new AssertionError(name + ": " + r.out() + r.err());
        }
    }

    private static void jar(Path file, String headers, Map<String, String> entries) throws IOException {
        Manifest manifest = new Manifest(new ByteArrayInputStream(("Manifest-Version: 1.0\n" + headers + "\n").getBytes(StandardCharsets.UTF_8)));
        try (OutputStream out = Files.newOutputStream(file); JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (var e : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(e.getKey()));
                jar.write(e.getValue().getBytes(StandardCharsets.UTF_8));
                jar.closeEntry();
            }
        }
    }

    private void index() throws Exception {
        Files.writeString(directory.resolve("content.xml"), """
                <?xml version='1.0' encoding='UTF-8'?>
                <?metadataRepository version='1.1.0'?>
                <repository name='Example' type='org.eclipse.equinox.internal.p2.metadata.repository.LocalMetadataRepository' version='1'>
                  <units size='3'>
                    <unit id='%1$s' version='%3$s' singleton='false'>
                      <provides size='3'>
                        <provided namespace='org.eclipse.equinox.p2.iu' name='%1$s' version='%3$s'/>
                        <provided namespace='osgi.bundle' name='%1$s' version='%3$s'/>
                        <provided namespace='org.eclipse.equinox.p2.eclipse.type' name='bundle' version='1.0.0'/>
                      </provides>
                      <artifacts size='1'><artifact classifier='osgi.bundle' id='%1$s' version='%3$s'/></artifacts>
                      <touchpoint id='org.eclipse.equinox.p2.osgi' version='1.0.0'/>
                      <touchpointData size='1'><instructions size='1'><instruction key='manifest'>Bundle-SymbolicName: %1$s&#xA;Bundle-Version: %3$s&#xA;</instruction></instructions></touchpointData>
                    </unit>
                    <unit id='%2$s.feature.group' version='%3$s' singleton='false'>
                      <update id='%2$s.feature.group' range='[0.0.0,%3$s)' severity='0'/>
                      <properties size='2'>
                        <property name='org.eclipse.equinox.p2.name' value='Added feature'/>
                        <property name='org.eclipse.equinox.p2.type.group' value='true'/>
                      </properties>
                      <provides size='1'><provided namespace='org.eclipse.equinox.p2.iu' name='%2$s.feature.group' version='%3$s'/></provides>
                      <requires size='2'>
                        <required namespace='org.eclipse.equinox.p2.iu' name='%1$s' range='[%3$s,%3$s]'/>
                        <required namespace='org.eclipse.equinox.p2.iu' name='%2$s.feature.jar' range='[%3$s,%3$s]'><filter>(org.eclipse.update.install.features=true)</filter></required>
                      </requires>
                      <touchpoint id='null' version='0.0.0'/>
                      <licenses size='1'><license uri='https://www.apache.org/licenses/LICENSE-2.0' url='https://www.apache.org/licenses/LICENSE-2.0'>Apache License 2.0</license></licenses>
                    </unit>
                    <unit id='%2$s.feature.jar' version='%3$s'>
                      <provides size='2'>
                        <provided namespace='org.eclipse.equinox.p2.iu' name='%2$s.feature.jar' version='%3$s'/>
                        <provided namespace='org.eclipse.equinox.p2.eclipse.type' name='feature' version='1.0.0'/>
                      </provides>
                      <filter>(org.eclipse.update.install.features=true)</filter>
                      <artifacts size='1'><artifact classifier='org.eclipse.update.feature' id='%2$s' version='%3$s'/></artifacts>
                      <touchpoint id='org.eclipse.equinox.p2.osgi' version='1.0.0'/>
                      <touchpointData size='1'><instructions size='1'><instruction key='zipped'>true</instruction></instructions></touchpointData>
                    </unit>
                  </units>
                </repository>
                """.formatted(BUNDLE, FEATURE, version));
        Files.writeString(directory.resolve("artifacts.xml"), """
                <?xml version='1.0' encoding='UTF-8'?>
                <?artifactRepository version='1.1.0'?>
                <repository name='Example' type='org.eclipse.equinox.p2.artifact.repository.simpleRepository' version='1'>
                  <mappings size='2'>
                    <rule filter='(&amp; (classifier=osgi.bundle))' output='${repoUrl}/plugins/${id}_${version}.jar'/>
                    <rule filter='(&amp; (classifier=org.eclipse.update.feature))' output='${repoUrl}/features/${id}_${version}.jar'/>
                  </mappings>
                  <artifacts size='2'>%s%s</artifacts>
                </repository>
                """.formatted(artifact("osgi.bundle", BUNDLE, bundle()), artifact("org.eclipse.update.feature", FEATURE, feature())));
    }

    private String artifact(String classifier, String id, Path file) throws Exception {
        return """
                <artifact classifier='%s' id='%s' version='%s'><properties size='2'>\
                <property name='download.size' value='%d'/><property name='download.checksum.sha-256' value='%s'/></properties></artifact>
                """.formatted(classifier, id, version, Files.size(file), HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
    }
}
