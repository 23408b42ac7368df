package org.zennet.provider.internal.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.zennet.api.value.Hash;

/**
 * Outputs of tasks on disk, by lease and hash, until their publisher has fetched them: at most so many bytes in all,
 * those of ended leases going first. Of an earlier life only what leases hold that may go on is kept. Thread-safe.
 */
public final class Outputs {
    private final Path directory;
    private final long most;
    private final Map<String, Long> bytes = new LinkedHashMap<>();
    private final Map<String, Boolean> ended = new LinkedHashMap<>();

    /**
     * Under a directory, which is emptied.
     *
     * @param keep leases that may go on: theirs stays
     */
    public Outputs(Path directory, long most, Set<String> keep) {
        this.directory = directory;
        this.most = most;
        try {
            Files.createDirectories(directory);
            try (Stream<Path> old = Files.list(directory)) {
                for (Path p : old.toList()) {
                    String lease = p.getFileName().toString();
                    if (keep.contains(lease)) {
                        bytes.put(lease, size(p));
                    } else {
                        delete(p);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the directory " + directory + " can't be made", e);
        }
    }

    /** Keeps an output, synced. */
    public synchronized Hash put(String lease, byte[] output) throws IOException {
        for (String l : ended.keySet().toArray(String[]::new)) {
            if (total() + output.length > most) {
                drop(l);
            }
        }
        if (total() + output.length > most) {
            throw new IOException("outputs that nobody fetched fill " + total() + " of " + most + " bytes");
        }
        Hash hash = Digests.sha256(output);
        Path own = Files.createDirectories(directory.resolve(lease));
        Path file = own.resolve(hash.toHex());
        if (!Files.exists(file)) {
            Path part = own.resolve(hash.toHex() + ".part");
            try (FileChannel c = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer b = ByteBuffer.wrap(output);
                while (b.hasRemaining()) {
                    c.write(b);
                }
                c.force(true);
            }
            Files.move(part, file);
            bytes.merge(lease, (long) output.length, Long::sum);
        }
        return hash;
    }

    /** A piece of an output and the whole's size; empty when it is not there. */
    public Optional<Piece> read(String lease, Hash hash, long offset, int most) {
        try (FileChannel c = FileChannel.open(directory.resolve(lease).resolve(hash.toHex()), StandardOpenOption.READ)) {
            long size = c.size();
            if (offset >= size) {
                return Optional.of(new Piece(size, new byte[0]));
            }
            ByteBuffer b = ByteBuffer.allocate((int) Math.min(most, size - offset));
            long at = offset;
            while (b.hasRemaining()) {
                int n = c.read(b, at);
                if (n < 0) {
                    break;
                }
                at += n;
            }
            return Optional.of(new Piece(size, Arrays.copyOf(b.array(), b.position())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The lease ended: its outputs may go when room is needed. */
    public synchronized void ended(String lease) {
        if (bytes.containsKey(lease)) {
            ended.put(lease, true);
        }
    }

    /** Removes the outputs of a lease. */
    public synchronized void drop(String lease) {
        ended.remove(lease);
        bytes.remove(lease);
        delete(directory.resolve(lease));
    }

    private static long size(Path own) throws IOException {
        try (Stream<Path> files = Files.list(own)) {
            return files.mapToLong(f -> f.toFile().length()).sum();
        }
    }

    private long total() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Removes a file or a directory and what it holds, as far as it can be removed. */
    public static void delete(Path path) {
        try (Stream<Path> all = Files.walk(path)) {
            all.sorted(java.util.Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // what is left goes with the next start
        }
    }

    /** Some bytes of an output. */
    public record Piece(long total, byte[] bytes) { }
}
