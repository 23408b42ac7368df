package org.zennet.headless.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.services.Rejected;

/**
 * Answers the command line of the same owner: one request per connection, a line of JSON each way. The socket lies in
 * the data directory, which only the owner may enter.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int MAX_REQUEST = 1 << 20;
    private static final int MAX_CONNECTIONS = 32;

    private final ServerSocketChannel server;
    private final Path socket;
    private final ControlMethods methods;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore room = new Semaphore(MAX_CONNECTIONS);

    /** Listens for a data directory. */
    public ControlServer(Path directory, ControlMethods methods) throws IOException {
        this.methods = methods;
        this.socket = ControlSocket.path(directory);
        Files.deleteIfExists(socket);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        Thread.ofPlatform().daemon().name("zennet-control").start(this::accept);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                if (!room.tryAcquire()) {
                    channel.close();
                    continue;
                }
                workers.execute(() -> {
                    try (channel) {
                        serve(channel);
                    } catch (IOException | RuntimeException e) {
                        LOG.debug("a control connection ended: {}", e.getMessage());
                    } finally {
                        room.release();
                    }
                });
            } catch (java.util.concurrent.RejectedExecutionException e) {
                return;
            } catch (IOException e) {
                if (server.isOpen()) {
                    LOG.warn("the control socket failed: {}", e.getMessage());
                }
                return;
            }
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        try {
            JsonNode request = Json.MAPPER.readTree(ControlSocket.readLine(channel, MAX_REQUEST));
            String method = request.path("method").asText("");
            answer.set("result", methods.call(method, request.path("params")));
        } catch (Rejected e) {
            answer.put("error", e.getMessage());
        } catch (IllegalArgumentException e) {
            answer.put("error", String.valueOf(e.getMessage()));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            answer.put("error", "the request is not JSON");
        } catch (RuntimeException e) {
            LOG.error("a control request failed", e);
            answer.put("error", "this is a fault of Zennet itself (" + e.getClass().getSimpleName() + "): the log has the details");
        }
        ControlSocket.writeLine(channel, Json.MAPPER.writeValueAsBytes(answer));
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.debug("while closing the control socket: {}", e.getMessage());
        }
        workers.shutdownNow();
    }
}
