package org.zennet.provider.internal.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Protocols;

/** Modules and images by their hash, fetched once and kept while there is room: what was not used for longest goes first. Thread-safe. */
public final class Modules {
    /** What is left free of the disk, in bytes. */
    private static final long RESERVE = 64L << 20;
    private final Path directory;
    private final long most;
    private final InstantSource clock;
    private final LongSupplier free;
    private final Map<Hash, Stamp> checked = new ConcurrentHashMap<>();

    /** Where content comes from. */
    public interface Source {
        /** Fetches content into a file; fails with {@link IOException} when it does not come whole. */
        CompletableFuture<Path> fetch(Hash content, long size, Path file);
    }

    /** Under a directory, with so many bytes at most. */
    public Modules(Path directory, long most, InstantSource clock) {
        this(directory, most, clock, () -> directory.toFile().getUsableSpace());
    }

    /** With what tells the bytes that the disk has free. */
    Modules(Path directory, long most, InstantSource clock, LongSupplier free) {
        this.directory = directory;
        this.most = most;
        this.clock = clock;
        this.free = free;
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
            if (size < 1 || size > Protocols.MAX_IMAGE) {
                throw new IOException("an image of " + size + " bytes is not taken, at most " + Protocols.MAX_IMAGE);
            }
            if (find(hash).isPresent()) {
                return CompletableFuture.completedFuture(file);
            }
            makeRoom(size);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        return source.fetch(hash, size, part(hash.toHex() + "-" + lease)).thenApplyAsync(part -> {
            try {
                return keep(part, hash);
            } catch (IOException e) {
                throw new UncheckedIOException("the module can't be kept: " + e.getMessage(), e);
            }
        }, workers);
    }

    /** The file of a module that is here with all its bytes. May block on the disk. */
    Optional<Path> find(Hash hash) throws IOException {
        Path file = directory.resolve(hash.toHex());
        if (!whole(file, hash)) {
            return Optional.empty();
        }
        used(file, hash);
        return Optional.of(file);
    }

    /** Where something may be put together that {@link #keep} then takes. */
    Path part(String name) {
        return directory.resolve(name + ".part");
    }

    /** Makes room for so many bytes, or says why there is none. */
    void room(long size) throws IOException {
        makeRoom(size);
    }

    /** Takes over a file whose hash was just found to be this one. */
    Path keep(Path part, Hash hash) throws IOException {
        Path file = directory.resolve(hash.toHex());
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        used(file, hash);
        return file;
    }

    /** Bytes of what is here already: 0 or all. Told from the file alone, whose bytes are checked when it is used. */
    public long cached(Hash hash) {
        try {
            return Files.size(directory.resolve(hash.toHex()));
        } catch (IOException e) {
            return 0;
        }
    }

    /** Whether it is here with all its bytes; they are read once in a life of this process, and when the file changed since. */
    private boolean whole(Path file, Hash hash) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        Stamp now = Stamp.of(file);
        return now.equals(checked.get(hash)) || hash(file).equals(hash) && now.equals(Stamp.of(file));
    }

    private void used(Path file, Hash hash) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        checked.put(hash, Stamp.of(file));
    }

    /** What tells a file from itself after a change. */
    private record Stamp(long size, FileTime modified, Object key) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(a.size(), a.lastModifiedTime(), String.valueOf(a.fileKey()));
        }
    }

    private synchronized void makeRoom(long size) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> oldest = all.filter(p -> !p.getFileName().toString().endsWith(".part"))
                    .sorted(Comparator.comparingLong((Path p) -> p.toFile().lastModified())).toList();
            long total = oldest.stream().mapToLong(p -> p.toFile().length()).sum();
            for (Path p : oldest) {
                if (total + size <= most && free.getAsLong() >= size + RESERVE) {
                    return;
                }
                total -= p.toFile().length();
                Files.deleteIfExists(p);
            }
        }
        if (free.getAsLong() < size + RESERVE) {
            throw new IOException("the disk of " + directory + " has " + free.getAsLong() + " bytes free, too few for an image of " + size);
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
