package org.zennet.headless.internal.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zennet.services.Rejected;
import org.zennet.services.market.PluginService;

/** A plug-in's jar as people name it: a file, or an address from which it is fetched to a temporary file. */
final class PluginSource implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final long FETCH_SECONDS = 120;
    private static final int PIECE = 1 << 16;
    private final Path file;
    private final Optional<Path> temporary;

    private PluginSource(Path file, Optional<Path> temporary) {
        this.file = file;
        this.temporary = temporary;
    }

    /** From a path or an http or https address. */
    static PluginSource of(String named) throws Rejected {
        if (!named.matches("[a-zA-Z][a-zA-Z0-9+.-]*://.*")) {
            return new PluginSource(Path.of(named).toAbsolutePath().normalize(), Optional.empty());
        }
        URI address;
        try {
            address = URI.create(named);
        } catch (IllegalArgumentException e) {
            throw new Misused("'" + named + "' is no address: " + e.getMessage(), e);
        }
        if (!"http".equalsIgnoreCase(address.getScheme()) && !"https".equalsIgnoreCase(address.getScheme()) || address.getHost() == null) {
            throw new Misused("a plug-in comes from a file, http:// or https://, not from '" + named + "'");
        }
        Path target = null;
        try {
            target = Files.createTempFile("zennet-plugin-", ".jar");
            fetch(address, target);
            return new PluginSource(target, Optional.of(target));
        } catch (IOException e) {
            delete(target);
            throw new Rejected(named + " can't be fetched: " + e.getMessage(), e);
        } catch (Rejected e) {
            delete(target);
            throw e;
        }
    }

    Path file() {
        return file;
    }

    private static void fetch(URI address, Path target) throws IOException, Rejected {
        // NORMAL follows no redirect from https to http
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NORMAL).build()) {
            CompletableFuture<HttpResponse<InputStream>> answer = client.sendAsync(HttpRequest.newBuilder(address).GET().build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            CompletableFuture<Void> whole = answer.thenAcceptAsync(r -> {
                try (InputStream in = r.body(); OutputStream out = Files.newOutputStream(target)) {
                    if (r.statusCode() != 200) {
                        throw new IOException("the server answers " + r.statusCode());
                    }
                    byte[] piece = new byte[PIECE];
                    long size = 0;
                    for (int n; (n = in.read(piece)) >= 0;) {
                        size += n;
                        if (size > PluginService.MAX_SIZE) {
                            throw new IOException("it is larger than " + (PluginService.MAX_SIZE >> 20) + " MiB");
                        }
                        out.write(piece, 0, n);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try {
                whole.get(FETCH_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                String why = cause instanceof java.io.UncheckedIOException u ? u.getCause().getMessage() : cause.getMessage();
                throw new IOException(why == null ? cause.getClass().getSimpleName() : why, e);
            } catch (TimeoutException e) {
                client.shutdownNow();
                throw new IOException("it takes longer than " + FETCH_SECONDS + " s", e);
            } catch (InterruptedException e) {
                client.shutdownNow();
                Thread.currentThread().interrupt();
                throw new Rejected("interrupted", e);
            }
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(PluginSource.class).warn("{} is left behind: {}", file, e.getMessage());
        }
    }

    /** Deletes what was fetched. */
    @Override
    public void close() {
        temporary.ifPresent(PluginSource::delete);
    }
}
