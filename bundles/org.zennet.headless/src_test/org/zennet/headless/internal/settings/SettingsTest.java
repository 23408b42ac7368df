package org.zennet.headless.internal.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.services.Rejected;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsGuide;
import org.zennet.services.settings.SettingsService;

class SettingsTest {
    private static final String JOIN = "zennet:dev:" + "ab".repeat(32) + "@127.0.0.1:4000#" + "cd".repeat(32);
    private static final String NIGHT = """
            <?xml version="1.0" encoding="UTF-8"?>
            <m:MetaData xmlns:m="http://www.osgi.org/xmlns/metatype/v1.4.0" localization="OSGI-INF/l10n/night">
              <OCD id="c" name="%title" description="Prices by the hour">
                <AD id="nightPercent" type="Integer" name="%percent" description="Of the day's price" default="50" min="1" max="100"/>
                <AD id="zone" type="String" name="Time zone" default="UTC" max="40"/>
                <AD id="motto" type="String" cardinality="3" required="false" default="a\\,b, c\\ d ,e\\\\f"/>
                <AD id="mode" type="String" default="soft"><Option label="Gently" value="soft"/><Option label="%hard" value="hard"/></AD>
                <AD id="token" type="Password" required="false"/>
                <AD id="own.users" type="Boolean" default="true"/>
                <x:AD xmlns:x="urn:other" id="foreign"/>
              </OCD>
              <Designate pid="org.example.night"><Object ocdref="c"/></Designate>
              <Designate factoryPid="org.example.factory"><Object ocdref="c"/></Designate>
              <Designate pid="org.example.nothing"><Object ocdref="missing"/></Designate>
            </m:MetaData>
            """;
    private static final String OWN = """
            <m:MetaData xmlns:m="http://www.osgi.org/xmlns/metatype/v1.4.0">
              <OCD id="p" name="Provider"><AD id="target" type="String" default="20\\ XEN"/><AD id="max-leases" type="Integer" default="64" min="1"/></OCD>
              <OCD id="w" name="Wasm"><AD id="own.users" type="Boolean" default="true"/></OCD>
              <Designate pid="org.zennet.provider"><Object ocdref="p"/></Designate>
              <Designate pid="org.zennet.virtualization.wasm"><Object ocdref="w"/></Designate>
            </m:MetaData>
            """;

    @TempDir
    Path directory;
    private final Guides guides = new Guides(() -> { });

    private static List<Definition> read(String xml, boolean plugin, Locale locale) throws IOException {
        Map<String, String> files = Map.of("doc.xml", xml, "OSGI-INF/l10n/night.properties", "title=Cheaper at night\npercent=Per cent\nhard=Hard\n",
                "OSGI-INF/l10n/night_de.properties", "title=Nachts billiger\n");
        return new MetatypeReader(name -> Optional.ofNullable(files.get(name)).map(t -> t.getBytes(StandardCharsets.UTF_8)), "org.example 1.0.0", plugin,
                locale).read("doc.xml");
    }

    private OfflineSettings settings(Map<String, String> environment) throws Exception {
        List<Definition> all = new ArrayList<>(read(NIGHT, true, Locale.ROOT));
        all.addAll(read(OWN, false, Locale.ROOT));
        return new OfflineSettings(data(), Catalogue.of(all), environment, guides);
    }

    private DataDirectory data() throws Exception {
        DataDirectory d = DataDirectory.of(directory, "net");
        d.create();
        Path file = directory.resolve("net/config.yaml");
        if (!Files.exists(file)) {
            Files.writeString(file, "# of my own hand\nzennet: 1\njoin: '" + JOIN + "'\nseed: false\nprovider:\n  # twenty is too much\n  target: 7 XEN # for now\n");
        }
        return d;
    }

    @Test
    void aMetatypeDocumentTellsEverythingAndKeepsFactoriesAndOtherNameSpacesOut() throws Exception {
        List<Definition> all = read(NIGHT, true, Locale.GERMANY);
        assertEquals(List.of("org.example.night"), all.stream().map(Definition::section).toList());
        Definition night = all.get(0);
        assertEquals("Nachts billiger", night.label());
        Attribute percent = night.attribute("nightPercent").orElseThrow();
        assertEquals("Per cent", percent.label(), "what a language lacks is told in the first one");
        assertEquals(List.of("a,b", "c d", "e\\f"), night.attribute("motto").orElseThrow().defaults());
        Setting shown = percent.setting(night.section(), "50", Setting.Source.DEFAULT, true, false);
        assertEquals("org.example.night.nightPercent", shown.key());
        assertEquals("1 to 100", shown.range());
        assertEquals("ZENNET_ORG_EXAMPLE_NIGHT_NIGHT_PERCENT", shown.variable());
        assertEquals("ZENNET_VIRTUALIZATION_WASM_OWN_USERS", Attribute.variable("virtualization.wasm.own.users"));
    }

    @Test
    void aDocumentThatNamesOtherFilesIsNotFollowed() {
        String evil = "<!DOCTYPE m [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><m><OCD id=\"c\" name=\"&x;\"/></m>";
        assertThrows(IOException.class, () -> read(evil, true, Locale.ROOT));
        assertThrows(IOException.class, () -> read("x".repeat(1 << 19), true, Locale.ROOT));
    }

    @Test
    void whatIsSetStandsInTheFileWithItsTypeAndLeavesTheRestAsItsOwnerWroteIt() throws Exception {
        OfflineSettings s = settings(Map.of());
        Setting set = s.set("org.example.night.nightPercent", "30");
        assertEquals("30", set.value());
        assertEquals(Setting.Source.FILE, set.source());
        s.set("virtualization.wasm.own.users", "false");
        s.set("provider.target", "9 XEN");
        Path file = directory.resolve("net/config.yaml");
        String text = Files.readString(file);
        assertTrue(text.startsWith("# of my own hand\n"), text);
        assertTrue(text.contains("  # twenty is too much\n  target: 9 XEN # for now\n"), text);
        assertTrue(text.contains("org.example.night:\n  nightPercent: 30\n"), text);
        assertTrue(text.contains("virtualization.wasm:\n  own.users: false\n"), text);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), "it may hold secrets");
        s.unset("org.example.night.nightPercent");
        assertFalse(Files.readString(file).contains("org.example.night"), "an empty section goes too");
        assertEquals(Setting.Source.DEFAULT, s.setting("org.example.night.nightPercent").orElseThrow().source());
        s.set("provider.target", "0123");
        assertEquals("0123", s.setting("provider.target").orElseThrow().value(), "a text that looks like a number stays a text");
    }

    @Test
    void whatIsNotAllowedIsRefusedWithTheRangeAndChangesNothing() throws Exception {
        OfflineSettings s = settings(Map.of());
        String before = Files.readString(directory.resolve("net/config.yaml"));
        Map<String, String> wrong = new HashMap<>();
        wrong.put("101", "org.example.night.nightPercent is 1 to 100, not '101'");
        wrong.put("1.5", "org.example.night.nightPercent is a whole number, 1 to 100, not '1.5'");
        for (Map.Entry<String, String> e : wrong.entrySet()) {
            assertEquals(e.getValue(), assertThrows(Rejected.class, () -> s.set("org.example.night.nightPercent", e.getKey())).getMessage());
        }
        assertEquals("org.example.night.mode is one of soft, hard, not 'softly'",
                assertThrows(Rejected.class, () -> s.set("org.example.night.mode", "softly")).getMessage());
        assertEquals("virtualization.wasm.own.users is true or false, not 'yes'",
                assertThrows(Rejected.class, () -> s.set("virtualization.wasm.own.users", "yes")).getMessage());
        assertTrue(assertThrows(Rejected.class, () -> s.set("org.example.night.zone", "x".repeat(41))).getMessage().contains("at most 40 characters"));
        assertTrue(assertThrows(Rejected.class, () -> s.set("org.example.night.motto", "a,b,c,d")).getMessage().contains("at most 3"));
        assertTrue(assertThrows(Rejected.class, () -> s.set("provider.targte", "1")).getMessage().contains("did you mean provider.target?"));
        assertEquals(before, Files.readString(directory.resolve("net/config.yaml")));
        try (AutoCloseable held = data().lock()) {
            assertThrows(Rejected.class, () -> s.set("provider.target", "1 XEN"), "another process holds the directory");
        }
    }

    @Test
    void theCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile() throws Exception {
        List<Definition> all = read(OWN, false, Locale.ROOT);
        Definition provider = all.get(0);
        Attribute target = provider.attribute("target").orElseThrow();
        Map<String, Map<String, Object>> file = Map.of("provider", Map.of("target", "7 XEN", "strategy.x", 1));
        Map<String, String> environment = Map.of("ZENNET_PROVIDER_TARGET", "8 XEN", "ZENNET_PROVIDER_MAX_LEASES", "5", "ZENNET_PROVIDER_TARGTE", "9");
        Map<String, Map<String, Object>> line = Map.of("provider", Map.of("target", "9 XEN"));
        assertEquals(new Layers.Value("20 XEN", Setting.Source.DEFAULT), new Layers(Map.of(), Map.of(), Map.of()).value(provider, target));
        assertEquals(new Layers.Value("7 XEN", Setting.Source.FILE), new Layers(file, Map.of(), Map.of()).value(provider, target));
        assertEquals(new Layers.Value("8 XEN", Setting.Source.ENVIRONMENT), new Layers(file, environment, Map.of()).value(provider, target));
        Layers three = new Layers(file, environment, line);
        assertEquals(new Layers.Value("9 XEN", Setting.Source.COMMAND_LINE), three.value(provider, target));
        assertEquals(Map.of("target", "9 XEN", "max-leases", 5, "strategy.x", 1), three.properties("provider", Optional.of(provider)));
        assertEquals(Set.of("ZENNET_PROVIDER_TARGTE"), three.unknownVariables(Catalogue.of(all)));
        String told = assertThrows(Rejected.class, () -> new Layers(Map.of(), Map.of("ZENNET_PROVIDER_MAX_LEASES", "0"), Map.of())
                .properties("provider", Optional.of(provider))).getMessage();
        assertEquals("the variable ZENNET_PROVIDER_MAX_LEASES: provider.max-leases is at least 1, not '0'", told);
        told = assertThrows(Rejected.class, () -> new Layers(Map.of("provider", Map.of("max-leases", "many")), Map.of(), Map.of())
                .properties("provider", Optional.of(provider))).getMessage();
        assertEquals("config.yaml: provider.max-leases is a whole number, at least 1, not 'many'", told);
    }

    @Test
    void aSecretIsKeptAndNeverShown() throws Exception {
        OfflineSettings s = settings(Map.of());
        assertEquals("********", s.set("org.example.night.token", "hush").value());
        assertTrue(Files.readString(directory.resolve("net/config.yaml")).contains("token: hush"));
    }

    @Test
    void thePluginsOfAStoppedNodeDescribeTheirSettingsFromTheirJars() throws Exception {
        DataDirectory data = data();
        Path jar = data.directory("plugins").resolve("night.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "org.example;singleton:=true");
        manifest.getMainAttributes().putValue("Bundle-Version", "2.1.0");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new JarEntry("OSGI-INF/metatype/night.xml"));
            out.write(NIGHT.getBytes(StandardCharsets.UTF_8));
        }
        Files.writeString(data.directory("plugins").resolve("broken.jar"), "no jar");
        SettingsService.Section section = new OfflineSettings(data, new org.osgi.framework.Bundle[0], Map.of(), guides).sections().get(0);
        assertEquals("org.example 2.1.0", section.bundle());
        assertTrue(section.plugin());
        assertEquals(6, section.settings().size());
    }

    /** As the provider's: whole XEN, and strategies that come and go. */
    private static final class Guide implements SettingsGuide {
        private final List<String> installed = new ArrayList<>(List.of("fixed", "calibrated"));

        @Override
        public List<Setting.Option> choices(String name) {
            return name.equals("target") ? installed.stream().map(i -> new Setting.Option(i, "the " + i)).toList() : List.of();
        }

        @Override
        public void check(Map<String, ?> properties) throws Rejected {
            if (String.valueOf(properties.get("target")).equals("nothing")) {
                throw new Rejected("provider.target: 'nothing' is no amount");
            }
            if (Integer.valueOf(13).equals(properties.get("max-leases"))) {
                throw new Rejected("provider.max-leases: 13 brings bad luck");
            }
        }
    }

    @Test
    void whatABundleCouldNotReadIsRefusedBeforeItIsWritten() throws Exception {
        guides.add("1", "provider", Guide::new);
        OfflineSettings s = settings(Map.of());
        String before = Files.readString(directory.resolve("net/config.yaml"));
        assertEquals("provider.target: 'nothing' is no amount", assertThrows(Rejected.class, () -> s.set("provider.target", "nothing")).getMessage());
        assertEquals(before, Files.readString(directory.resolve("net/config.yaml")));
    }

    @Test
    void whatWasWrongBeforeDoesNotKeepAnotherSettingFromBeingPutRight() throws Exception {
        guides.add("1", "provider", Guide::new);
        data();
        Path file = directory.resolve("net/config.yaml");
        Files.writeString(file, Files.readString(file).replace("target: 7 XEN", "max-leases: 13\n  target: 7 XEN"));
        OfflineSettings s = settings(Map.of());
        assertEquals("8 XEN", s.set("provider.target", "8 XEN").value());
        assertThrows(Rejected.class, () -> s.set("provider.target", "nothing"), "a second mistake is none the less one");
        assertEquals("12", s.set("provider.max-leases", "12").value());
    }

    @Test
    void aSettingTellsWhatThereIsNowAndTakesOtherNamesToo() throws Exception {
        Guide guide = new Guide();
        guides.add("1", "provider", () -> guide);
        OfflineSettings s = settings(Map.of());
        Setting target = s.setting("provider.target").orElseThrow();
        assertEquals(List.of("fixed", "calibrated"), target.choices().stream().map(Setting.Option::value).toList());
        assertFalse(target.isAbsent("fixed"));
        assertTrue(target.isAbsent("night-rate"));
        assertEquals("night-rate", s.set("provider.target", "night-rate").value());
        guide.installed.add("night-rate");
        assertFalse(s.setting("provider.target").orElseThrow().isAbsent("night-rate"), "it came meanwhile");
        assertFalse(s.setting("provider.max-leases").orElseThrow().isAbsent("7"), "a setting without choices lacks none");
    }
}
