package org.zennet.headless.internal.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.headless.internal.control.Json;
import org.zennet.services.Rejected;

/**
 * {@code /metrics} in the OpenMetrics format and {@code /health} as JSON (200, or 503 with what is wrong), over HTTP on the
 * loopback address only. Answers one request at a time and takes none with a body.
 */
public final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final int WAITING = 8;
    private final HttpServer server;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(r -> Thread.ofPlatform().daemon().name("zennet-metrics").unstarted(r));

    private interface Page {
        void write(HttpExchange exchange) throws IOException;
    }

    /**
     * Starts it.
     *
     * @param port 0 for any free one
     */
    public MetricsServer(int port, Readings readings) throws Rejected {
        if (port < 0 || port > 65_535) {
            throw new Rejected("a port lies between 0 and 65535: " + port);
        }
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), WAITING);
        } catch (IOException e) {
            throw new Rejected("the metrics endpoint can't listen on port " + port + ": " + e.getMessage() + "; name another one", e);
        }
        server.setExecutor(worker);
        server.createContext("/metrics", x -> page(x, "/metrics", e -> answer(e, 200, OpenMetrics.TYPE, readings.metrics())));
        server.createContext("/health", x -> page(x, "/health", e -> {
            Health h = readings.health();
            answer(e, h.healthy() ? 200 : 503, "application/json", Json.tree(h) + "\n");
        }));
        server.start();
        LOG.info("metrics and health on http://{}", server.getAddress());
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    private static void page(HttpExchange x, String path, Page page) throws IOException {
        try (x) {
            if (!x.getRequestURI().getPath().equals(path)) {
                answer(x, 404, "text/plain", "there are /metrics and /health\n");
            } else if (!x.getRequestMethod().equals("GET")) {
                answer(x, 405, "text/plain", "only GET\n");
            } else {
                page.write(x);
            }
        } catch (RuntimeException e) {
            // services go while they are read, when the node stops
            LOG.warn("{} could not be answered: {}", path, e.toString());
        }
    }

    private static void answer(HttpExchange x, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        x.getResponseHeaders().set("Content-Type", type);
        x.sendResponseHeaders(status, bytes.length);
        x.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        worker.shutdownNow();
    }
}
