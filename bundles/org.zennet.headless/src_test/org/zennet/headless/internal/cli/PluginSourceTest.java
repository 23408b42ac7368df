package org.zennet.headless.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zennet.services.Rejected;
import org.zennet.services.market.PluginService;

class PluginSourceTest {
    private HttpServer server;
    private String address;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        address = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/good.jar", x -> {
            x.sendResponseHeaders(200, 3);
            x.getResponseBody().write(new byte[] {1, 2, 3});
            x.close();
        });
        server.createContext("/large.jar", x -> {
            x.sendResponseHeaders(200, 0);
            byte[] piece = new byte[1 << 20];
            try {
                for (int i = 0; i <= PluginService.MAX_SIZE >> 20; i++) {
                    x.getResponseBody().write(piece);
                }
            } catch (IOException e) {
                // hung up, as it should be
            }
            x.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aFileIsTakenWhereItLiesAndAnAddressIsFetchedAndForgotten() throws Exception {
        try (PluginSource s = PluginSource.of("some/file.jar")) {
            assertEquals(Path.of("some/file.jar").toAbsolutePath(), s.file());
        }
        Path fetched;
        try (PluginSource s = PluginSource.of(address + "/good.jar")) {
            fetched = s.file();
            assertEquals(3, Files.size(fetched));
        }
        assertFalse(Files.exists(fetched));
    }

    @Test
    void whatIsNotThereOrTooLargeIsRefusedInOneLine() {
        String missing = assertThrows(Rejected.class, () -> PluginSource.of(address + "/none.jar")).getMessage();
        assertTrue(missing.endsWith("can't be fetched: the server answers 404"), missing);
        String large = assertThrows(Rejected.class, () -> PluginSource.of(address + "/large.jar")).getMessage();
        assertTrue(large.endsWith("it is larger than 20 MiB"), large);
        server.stop(0);
        assertTrue(assertThrows(Rejected.class, () -> PluginSource.of(address + "/good.jar")).getMessage().contains("can't be fetched"));
    }

    @Test
    void onlyHttpAndFilesAreTaken() {
        for (String a : List.of("ftp://example.org/x.jar", "file:///etc/passwd", "http://", "jar://x")) {
            assertThrows(Misused.class, () -> PluginSource.of(a), a);
        }
    }
}
