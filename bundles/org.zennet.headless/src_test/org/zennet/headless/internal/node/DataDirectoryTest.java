package org.zennet.headless.internal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;

class DataDirectoryTest {
    private static final JoinLine LINE = JoinLine.parse("zennet:dev:" + "ab".repeat(32) + "@127.0.0.1:4000#" + "cd".repeat(32));

    @TempDir
    Path root;

    @Test
    void theLockIsHeldByOneAndFreeAfterwards() throws Exception {
        DataDirectory d = DataDirectory.of(root, "net");
        d.create();
        try (AutoCloseable lock = d.lock()) {
            Rejected e = assertThrows(Rejected.class, d::lock);
            assertTrue(e.getMessage().contains(String.valueOf(ProcessHandle.current().pid())), e.getMessage());
        }
        d.lock().close();
    }

    @Test
    void itIsForTheOwnerAlone() throws Exception {
        DataDirectory d = DataDirectory.of(root, "net");
        d.create();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(d.path())));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(d.directory("wallet"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "a/b", "", "A", "-x", "x y"})
    void aNameThatLeadsElsewhereIsRefused(String name) {
        assertThrows(Rejected.class, () -> DataDirectory.of(root, name));
    }

    @Test
    void aDirectoryOfANewerLayoutIsRefused() throws Exception {
        DataDirectory d = DataDirectory.of(root, "net");
        d.create();
        Files.writeString(d.path().resolve("version"), "9\n");
        assertTrue(assertThrows(Rejected.class, d::create).getMessage().contains("version 9"));
    }

    @Test
    void theOnlyNetworkIsFoundAndSeveralMustBeNamed() throws Exception {
        assertThrows(Rejected.class, () -> DataDirectory.find(root, Optional.empty()));
        for (String name : new String[] {"one", "two"}) {
            DataDirectory d = DataDirectory.of(root, name);
            d.create();
            new NetworkConfig(LINE, false, Map.of()).write(d.path());
            if (name.equals("one")) {
                assertEquals(d.path(), DataDirectory.find(root, Optional.empty()).path());
            }
        }
        assertTrue(assertThrows(Rejected.class, () -> DataDirectory.find(root, Optional.empty())).getMessage().contains("one, two"));
        assertEquals("two", DataDirectory.find(root, Optional.of("two")).path().getFileName().toString());
    }

    @Test
    void theConfigurationComesBackAsItWasWritten() throws Exception {
        NetworkConfig c = new NetworkConfig(LINE, true, Map.of("network", Map.of("listen", "127.0.0.1:4000"), "provider", Map.of("cores", "2")));
        c.write(root);
        assertEquals(c, NetworkConfig.read(root));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "join: 5", "join: zennet:dev:x", "[1, 2]", "join: [", "a: &a [1]\nb: *a", "provider: 3"})
    void aBrokenConfigurationIsRefusedInOneLine(String text) throws Exception {
        Files.writeString(root.resolve("config.yaml"), text);
        Rejected e = assertThrows(Rejected.class, () -> NetworkConfig.read(root));
        assertTrue(e.getMessage().contains("config.yaml") && !e.getMessage().contains("\n"), e.getMessage());
    }
}
