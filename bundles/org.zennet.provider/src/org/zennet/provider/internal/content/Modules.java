package org.zennet.provider.internal.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Protocols;

/** Modules by their hash, fetched once and kept while there is room: what was not used for longest goes first. Thread-safe. */
public final class Modules {
    private final Path directory;
    private final long most;
    private final InstantSource clock;

    /** Where content comes from. */
    public interface Source {
        /** Fetches content into a file; fails with {@link IOException} when it does not come whole. */
        CompletableFuture<Path> fetch(Hash content, long size, Path file);
    }

    /** Under a directory, with so many bytes at most. */
    public Modules(Path directory, long most, InstantSource clock) {
        this.directory = directory;
        this.most = most;
        this.clock = clock;
        try {
            Files.createDirectories(directory);
            try (Stream<Path> old = Files.list(directory)) {
                old.filter(p -> p.getFileName().toString().endsWith(".part")).forEach(Outputs::delete);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the directory " + directory + " can't be made", e);
        }
    }

    /** The file of a module: from here, or from the publisher of a lease. May block on the disk; call it on a worker. */
    public CompletableFuture<Path> get(Hash hash, long size, String lease, Source source, Executor workers) {
        Path file = directory.resolve(hash.toHex());
        try {
            if (Files.exists(file) && hash(file).equals(hash)) {
                Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
                return CompletableFuture.completedFuture(file);
            }
            makeRoom(size);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (size > Protocols.MAX_CONTENT) {
            return CompletableFuture.failedFuture(new IOException("a module of " + size + " bytes is too large"));
        }
        return source.fetch(hash, size, directory.resolve(hash.toHex() + "-" + lease + ".part")).thenApplyAsync(part -> {
            try {
                return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException("the module can't be kept: " + e.getMessage(), e);
            }
        }, workers);
    }

    private synchronized void makeRoom(long size) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> oldest = all.filter(p -> !p.getFileName().toString().endsWith(".part"))
                    .sorted(Comparator.comparingLong((Path p) -> p.toFile().lastModified())).toList();
            long total = oldest.stream().mapToLong(p -> p.toFile().length()).sum();
            for (Path p : oldest) {
                if (total + size <= most) {
                    return;
                }
                total -= p.toFile().length();
                Files.deleteIfExists(p);
            }
        }
    }

    private static Hash hash(Path file) throws IOException {
        java.security.MessageDigest digest = Digests.sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return Hash.of(digest.digest());
    }
}
