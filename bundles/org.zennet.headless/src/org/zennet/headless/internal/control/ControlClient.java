package org.zennet.headless.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.zennet.services.Rejected;

/** Asks the process that holds a data directory. */
public final class ControlClient {
    private final Path directory;
    private final Optional<Path> given;

    /** For a data directory of one network. */
    public ControlClient(Path directory) {
        this(directory, Optional.empty());
    }

    private ControlClient(Path directory, Optional<Path> socket) {
        this.directory = directory;
        this.given = socket;
    }

    /** For a socket, wherever it leads. */
    public static ControlClient at(Path socket) {
        return new ControlClient(socket.toAbsolutePath().getParent(), Optional.of(socket));
    }

    /** Whether a process answers there. */
    public boolean answers() {
        try (SocketChannel channel = connect()) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Asks and waits for the answer.
     *
     * @throws Rejected with the other side's reason, or that nobody answers
     */
    public JsonNode call(String method, Map<String, ?> params) throws Rejected {
        try (SocketChannel channel = connect()) {
            ObjectNode request = Json.MAPPER.createObjectNode();
            request.put("method", method);
            request.set("params", Json.tree(params));
            ControlSocket.writeLine(channel, Json.MAPPER.writeValueAsBytes(request));
            JsonNode answer = Json.MAPPER.readTree(ControlSocket.readLine(channel, ControlSocket.MAX_LINE));
            if (answer.hasNonNull("error")) {
                throw new Rejected(answer.get("error").asText());
            }
            return answer.path("result");
        } catch (IOException e) {
            throw given.isPresent() ? new Rejected("the process there does not answer: " + e.getMessage(), e) : new Rejected("no process answers in " + directory + ": start one, such as 'zennet node start --data DIR'", e);
        }
    }

    private SocketChannel connect() throws IOException {
        Path socket = given.isPresent() ? given.get() : ControlSocket.path(directory);
        if (!Files.exists(socket)) {
            throw new IOException("no socket");
        }
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }
}
