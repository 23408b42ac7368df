package org.zennet.provider.internal.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Hash;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ImageRegistries;

/**
 * Images of registries: pulled once for all leases that wait for one, then kept among the modules, where the least used go first.
 * A pull that no lease waits for any more is ended. Thread-safe.
 */
public final class PulledImages {
    private final Optional<ImageRegistries> registries;
    private final Modules modules;
    private final Path directory;
    private final Map<Hash, Pulling> pulling = new HashMap<>();

    /** Hears how far an image has come, on the thread of the pull. */
    public interface Progress {
        /** So many bytes of all are here. */
        void moved(long bytes, long total);
    }

    /**
     * An image archive here.
     *
     * @param hash SHA-256 of the file
     */
    public record Image(Path file, Hash hash) { }

    private static final class Pulling {
        private final CompletableFuture<Image> done = new CompletableFuture<>();
        private final Map<String, Progress> waiting = new LinkedHashMap<>();
        private Thread thread;
        private long total;
    }

    /**
     * Over the registries that are allowed here, if any.
     *
     * @param directory remembers which archive came for which digest
     */
    public PulledImages(Optional<ImageRegistries> registries, Modules modules, Path directory) {
        this.registries = registries;
        this.modules = modules;
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("the directory " + directory + " can't be made", e);
        }
    }

    /** Why this image is not pulled here; empty where it may be. */
    public Optional<String> objection(ImageReference image) {
        return registries.map(r -> r.objection(image)).orElse(Optional.of("this machine pulls no images"));
    }

    /** Bytes of an image that is here already, packed; else 0. */
    public long cached(Hash digest) {
        return archive(digest).map(modules::cached).orElse(0L);
    }

    private Optional<Hash> archive(Hash digest) {
        try {
            return Optional.of(Hash.ofHex(Files.readString(directory.resolve(digest.toHex())).strip()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The archive of an image: from here or from its registry. May block on the disk; call it on a worker. */
    public CompletableFuture<Image> get(ImageReference image, String lease, Progress progress, Executor workers) {
        Optional<String> objection = objection(image);
        if (objection.isPresent()) {
            return CompletableFuture.failedFuture(new Rejected(objection.get()));
        }
        Pulling p;
        synchronized (this) {
            p = pulling.get(image.digest());
            if (p != null) {
                p.waiting.put(lease, progress);
                return p.done;
            }
            p = new Pulling();
            p.waiting.put(lease, progress);
            pulling.put(image.digest(), p);
        }
        begin(p, image, lease, workers);
        return p.done;
    }

    private void begin(Pulling p, ImageReference image, String lease, Executor workers) {
        workers.execute(() -> {
            Image found = null;
            Exception failure = null;
            try {
                found = here(image.digest());
                if (found == null) {
                    synchronized (this) {
                        p.thread = Thread.currentThread();
                        if (p.waiting.isEmpty()) {
                            throw new InterruptedException();
                        }
                    }
                    found = pull(p, image, modules.part("pull-" + image.digest().toHex() + "-" + lease));
                }
            } catch (InterruptedException e) {
                failure = new Rejected("no lease waits for the image " + image + " any more");
            } catch (Rejected | IOException | RuntimeException e) {
                failure = e;
            }
            synchronized (this) {
                p.thread = null;
                pulling.remove(image.digest(), p);
            }
            Thread.interrupted(); // one that came too late is not for what this worker does next
            if (failure == null) {
                p.done.complete(found);
            } else {
                p.done.completeExceptionally(failure);
            }
        });
    }

    private Image here(Hash digest) throws IOException {
        Optional<Hash> archive = archive(digest);
        Optional<Path> file = archive.isPresent() ? modules.find(archive.get()) : Optional.empty();
        return file.map(f -> new Image(f, archive.get())).orElse(null);
    }

    private Image pull(Pulling p, ImageReference image, Path part) throws Rejected, IOException, InterruptedException {
        try {
            Hash hash = registries.orElseThrow().pull(image, part, new ImageRegistries.Watcher() {
                @Override
                public void size(long bytes) throws IOException {
                    synchronized (PulledImages.this) {
                        p.total = bytes;
                    }
                    modules.room(bytes);
                    moved(0);
                }

                @Override
                public void moved(long bytes) {
                    List<Progress> all;
                    long total;
                    synchronized (PulledImages.this) {
                        all = List.copyOf(p.waiting.values());
                        total = p.total;
                    }
                    all.forEach(w -> w.moved(bytes, total));
                }
            });
            Path file = modules.keep(part, hash);
            Files.write(directory.resolve(image.digest().toHex()), hash.toHex().getBytes(StandardCharsets.US_ASCII));
            return new Image(file, hash);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** A lease waits no more. */
    public synchronized void leave(String lease) {
        pulling.values().removeIf(p -> {
            boolean last = p.waiting.remove(lease) != null && p.waiting.isEmpty();
            if (last && p.thread != null) {
                p.thread.interrupt();
            }
            return last;
        });
    }
}
