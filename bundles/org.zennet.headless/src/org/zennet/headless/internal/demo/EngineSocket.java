package org.zennet.headless.internal.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.zennet.headless.internal.control.Json;

/** The few questions that a demo asks a container engine, over its socket by HTTP 1.0 (Docker Engine API 1.24 and later). */
final class EngineSocket {
    private static final String IMAGES = "zennet/image:";
    private static final int MOST = 1 << 22;
    private final Path path;

    EngineSocket(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Whether an engine answers. */
    boolean answers() {
        try {
            return ask("GET", "/_ping").startsWith("HTTP/1.0 200") || ask("GET", "/_ping").startsWith("HTTP/1.1 200");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** The tags of images that Zennet's nodes loaded. */
    Set<String> images() throws IOException {
        String answer = ask("GET", "/images/json");
        int body = answer.indexOf("\r\n\r\n");
        Set<String> tags = new TreeSet<>();
        for (JsonNode image : Json.MAPPER.readTree(body < 0 ? "[]" : answer.substring(body + 4))) {
            image.path("RepoTags").forEach(t -> {
                if (t.asText().startsWith(IMAGES)) {
                    tags.add(t.asText());
                }
            });
        }
        return tags;
    }

    /** Takes an image away, if nobody uses it. */
    void remove(String tag) throws IOException {
        ask("DELETE", "/images/" + tag);
    }

    private String ask(String method, String what) throws IOException {
        try (SocketChannel c = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            c.connect(UnixDomainSocketAddress.of(path));
            ByteBuffer request = ByteBuffer.wrap((method + " " + what + " HTTP/1.0\r\nHost: engine\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            while (request.hasRemaining()) {
                c.write(request);
            }
            return new String(Channels.newInputStream(c).readNBytes(MOST), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + " is no path for a socket: " + e.getMessage(), e);
        }
    }
}
