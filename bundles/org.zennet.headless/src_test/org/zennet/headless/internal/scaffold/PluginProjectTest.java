package org.zennet.headless.internal.scaffold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.headless.internal.scaffold.PluginProject.Kind;
import org.zennet.services.Rejected;

class PluginProjectTest {
    @TempDir
    private Path directory;

    @Test
    void namesBecomeClassesPackagesAndIds() {
        PluginProject p = new PluginProject("sun-and-moon", Kind.PRICING, PluginProject.packageFor("sun-and-moon"));
        assertEquals("SunAndMoonPricing", p.className());
        assertEquals("org.example.sunandmoon", p.packageName());
        assertEquals("org.example.new_", PluginProject.packageFor("new"));
    }

    @Test
    void noFileOfAnyKindKeepsAPlaceholder() {
        for (Kind kind : Kind.values()) {
            new PluginProject("abc", kind, "org.example.abc").files("1.2.3").forEach((path, text) -> {
                assertFalse(text.contains("@NAME@") || text.matches("(?s).*@[A-Z]+_?[A-Z]*@.*"), () -> path + " of " + kind + " has a placeholder left:\n" + text);
                assertFalse(text.isBlank(), path);
            });
        }
    }

    @Test
    void whatIsNoNameOrNoPackageIsRefused() {
        for (String name : List.of("", "Night", "1st", "a--b", "-a", "a-", "a b", "../x", "x".repeat(41))) {
            assertThrows(IllegalArgumentException.class, () -> new PluginProject(name, Kind.PRICING, "org.example"), name);
        }
        for (String p : List.of("", "Org", "a..b", "org.zennet", "org.zennet.x", "a.new.b", "a/b", "org.example.", "x".repeat(121))) {
            assertThrows(IllegalArgumentException.class, () -> new PluginProject("a", Kind.PRICING, p), p);
        }
    }

    @Test
    void aProjectAppearsWholeOrNotAtAll() throws Exception {
        PluginProject p = new PluginProject("abc", Kind.BENCHMARK, "org.example.abc");
        Path target = directory.resolve("sub/abc");
        assertThrows(Rejected.class, () -> p.write(target, directory.resolve("no.jar"), "1"));
        try (Stream<Path> left = Files.list(directory.resolve("sub"))) {
            assertEquals(0, left.count());
        }
        Path api = Files.write(directory.resolve("api.jar"), new byte[] {1});
        p.write(target, api, "1");
        assertTrue(Files.exists(target.resolve("src/test/java/org/example/abc/AbcBenchmarkTest.java")));
        assertEquals(1, Files.size(target.resolve("lib/org.zennet.api.jar")));
        assertTrue(assertThrows(Rejected.class, () -> p.write(target, api, "1")).getMessage().contains("exists already"));
    }
}
