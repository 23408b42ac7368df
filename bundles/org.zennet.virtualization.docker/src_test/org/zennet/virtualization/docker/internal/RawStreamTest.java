package org.zennet.virtualization.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.ContainerException;

class RawStreamTest {
    @TempDir
    private Path directory;

    /** Answers one connection with these bytes, and tells what it was sent until the other side ended. */
    private CompletableFuture<String> engine(byte[] answer) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("s")));
        CompletableFuture<String> heard = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (server; SocketChannel c = server.accept()) {
                c.write(ByteBuffer.wrap(answer));
                c.shutdownOutput();
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                ByteBuffer b = ByteBuffer.allocate(1000);
                while (c.read(b.clear()) >= 0) {
                    all.write(b.array(), 0, b.position());
                }
                heard.complete(all.toString(StandardCharsets.UTF_8));
            } catch (IOException e) {
                heard.completeExceptionally(e);
            }
        });
        return heard;
    }

    private static byte[] frame(int stream, String text) {
        byte[] b = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + b.length).put((byte) stream).put(new byte[3]).putInt(b.length).put(b).array();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] p : parts) {
            all.writeBytes(p);
        }
        return all.toByteArray();
    }

    private static byte[] ascii(String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }

    private static final byte[] UPGRADED = ascii("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n\r\n");

    private String read() throws IOException {
        StringBuilder seen = new StringBuilder();
        try (RawStream s = RawStream.hijack(directory.resolve("s"), "/x", "{}")) {
            s.read((stream, b, n) -> seen.append(stream).append(new String(b, 0, n, StandardCharsets.UTF_8)));
        }
        return seen.toString();
    }

    @Test
    void framesAreToldApart() throws IOException {
        engine(join(UPGRADED, frame(1, "out"), frame(2, "err"), frame(1, ""), frame(1, "more")));
        assertEquals("1out2err1more", read());
    }

    @Test
    void theEndOfTheInputIsToldAndTheAnswerStillRead() throws Exception {
        CompletableFuture<String> heard = engine(join(UPGRADED, frame(1, "late")));
        try (RawStream s = RawStream.hijack(directory.resolve("s"), "/exec/1/start", "{\"a\":1}")) {
            s.write(ascii("input"));
            s.end();
            StringBuilder seen = new StringBuilder();
            s.read((stream, b, n) -> seen.append(new String(b, 0, n, StandardCharsets.UTF_8)));
            assertEquals("late", seen.toString());
        }
        String all = heard.get();
        assertTrue(all.startsWith("POST /exec/1/start HTTP/1.1\r\n"), all);
        assertTrue(all.endsWith("\r\n\r\n{\"a\":1}input"), all);
    }

    @Test
    void whatIsCutOffIsAnError() throws IOException {
        engine(join(UPGRADED, new byte[] {1, 0, 0, 0, 0, 0, 0, 9, 'x'}));
        assertThrows(IOException.class, this::read);
    }

    @Test
    void whatAreNoFramesIsAnError() throws IOException {
        engine(join(UPGRADED, ascii("garbage that is no frame")));
        assertThrows(IOException.class, this::read);
    }

    @Test
    void aRefusalIsToldInItsWords() throws IOException {
        engine(ascii("HTTP/1.1 404 Not Found\r\n\r\n{\"message\":\"No such container\"}"));
        IOException e = assertThrows(IOException.class, this::read);
        assertTrue(e.getMessage().contains("404"), e.getMessage());
    }

    @Test
    void aHeadWithoutEndIsAnError() throws IOException {
        engine(ascii("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(20_000)));
        assertThrows(IOException.class, this::read);
    }

    @Test
    void theLanguageIsChosen() throws ContainerException {
        assertEquals("1.41", Engine.choose("1.12", "1.41"));
        assertEquals("1.41", Engine.choose("1.24", "1.51"));
        assertEquals("1.44", Engine.choose("1.44", "1.52"));
        assertThrows(ContainerException.class, () -> Engine.choose("1.12", "1.40"));
        assertThrows(ContainerException.class, () -> Engine.choose("x", "y"));
    }

    @Test
    void onlySocketsOfThisHostAreEngines() throws ContainerException {
        assertEquals(Path.of("/run/x.sock"), Engine.path("unix:///run/x.sock"));
        assertEquals(Path.of("/run/x.sock"), Engine.path("/run/x.sock"));
        assertThrows(ContainerException.class, () -> Engine.path("tcp://10.0.0.1:2375"));
        ContainerException e = assertThrows(ContainerException.class, () -> Engine.open("unix:///nowhere/docker.sock"));
        assertTrue(e.getMessage().contains("/nowhere/docker.sock"), e.getMessage());
    }
}
