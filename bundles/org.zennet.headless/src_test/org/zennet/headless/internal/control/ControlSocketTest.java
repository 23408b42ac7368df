package org.zennet.headless.internal.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.zennet.services.Rejected;

class ControlSocketTest {
    @TempDir
    Path directory;

    private static ControlMethods withoutServices() {
        return new ControlMethods((BundleContext) Proxy.newProxyInstance(ControlSocketTest.class.getClassLoader(),
                new Class<?>[] {BundleContext.class}, (p, m, a) -> null));
    }

    @Test
    void aRequestIsAnsweredAndAnErrorIsOneLine() throws Exception {
        try (ControlServer server = new ControlServer(directory, withoutServices())) {
            ControlClient client = new ControlClient(directory);
            assertTrue(client.answers());
            assertEquals(ProcessHandle.current().pid(), client.call("status", Map.of()).path("pid").asLong());
            assertEquals("this process has no wallet", assertThrows(Rejected.class, () -> client.call("wallet.balance", Map.of())).getMessage());
            assertTrue(assertThrows(Rejected.class, () -> client.call("no.such", Map.of())).getMessage().contains("no.such"));
        }
        assertFalse(new ControlClient(directory).answers());
        assertThrows(Rejected.class, () -> new ControlClient(directory).call("status", Map.of()));
    }

    @Test
    void onlyTheOwnerMayOpenTheSocket() throws Exception {
        try (ControlServer server = new ControlServer(directory, withoutServices())) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(ControlSocket.path(directory))));
        }
    }

    @Test
    void garbageAndEndlessLinesEndTheirConnectionOnly() throws Exception {
        try (ControlServer server = new ControlServer(directory, withoutServices())) {
            try (SocketChannel c = SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.path(directory)))) {
                c.write(ByteBuffer.wrap("{not json\n".getBytes(StandardCharsets.UTF_8)));
                assertTrue(new String(ControlSocket.readLine(c, 10_000), StandardCharsets.UTF_8).contains("not JSON"));
            }
            for (String odd : List.of("", "null", "[]", "7", "{\"method\":{}}", "{\"method\":\"stop\",", "{\"method\":\"job.show\",\"params\":[]}",
                    "[".repeat(100_000))) {
                try (SocketChannel c = SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.path(directory)))) {
                    ControlSocket.writeLine(c, odd.getBytes(StandardCharsets.UTF_8));
                    String answer = new String(ControlSocket.readLine(c, 10_000), StandardCharsets.UTF_8);
                    assertTrue(answer.startsWith("{\"error\":") && !answer.contains("fault of Zennet"), odd + ": " + answer);
                }
            }
            try (SocketChannel c = SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.path(directory)))) {
                c.write(ByteBuffer.wrap("{\"method\":\"stop\"".getBytes(StandardCharsets.UTF_8)));
                c.shutdownOutput();
                assertThrows(java.io.IOException.class, () -> ControlSocket.readLine(c, 10_000), "a request that is cut off is no request");
            }
            try (SocketChannel c = SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.path(directory)))) {
                ByteBuffer chunk = ByteBuffer.wrap(new byte[1 << 16]);
                assertThrows(java.io.IOException.class, () -> {
                    for (int i = 0; i < 1000; i++) {
                        chunk.rewind();
                        while (chunk.hasRemaining()) {
                            c.write(chunk);
                        }
                    }
                });
            }
            assertTrue(new ControlClient(directory).answers());
        }
    }

    @Test
    void aLongPathStillHasASocket() throws Exception {
        Path deep = Files.createDirectories(directory.resolve("d".repeat(60)).resolve("e".repeat(60)));
        try (ControlServer server = new ControlServer(deep, withoutServices())) {
            assertTrue(new ControlClient(deep).answers());
        }
    }
}
