package org.zennet.publisher.internal.buyer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Hash;

/** Files by their SHA-256: modules, inputs, outputs. Thread-safe. */
public final class ContentStore {
    private static final Logger LOG = LoggerFactory.getLogger(ContentStore.class);
    private final Path directory;

    /** In a directory, which is made. */
    public ContentStore(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " can't be made", e);
        }
    }

    /** Removes everything. */
    public void clear() {
        try (java.util.stream.Stream<Path> files = Files.list(directory)) {
            for (Path p : files.filter(Files::isRegularFile).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("contents stay: {}", e.getMessage());
        }
    }

    /** Where a content lies or would lie. */
    public Path path(Hash hash) {
        return directory.resolve(hash.toHex());
    }

    /** Whether it is here. */
    public boolean has(Hash hash) {
        return Files.isRegularFile(path(hash));
    }

    /** Its size. */
    public long size(Hash hash) throws IOException {
        return Files.size(path(hash));
    }

    /** Keeps bytes. */
    public Hash put(byte[] bytes) throws IOException {
        Hash hash = sha256(bytes);
        if (!has(hash)) {
            Path part = Files.createTempFile(directory, "part", "");
            Files.write(part, bytes);
            keep(part, hash);
        }
        return hash;
    }

    /** Writes a content into a stream. */
    public interface Filling {
        /** All of it. */
        void into(OutputStream out) throws IOException;
    }

    /** Keeps what is written, without ever holding it in memory. */
    public Hash put(Filling filling) throws IOException {
        try (Incoming in = incoming()) {
            filling.into(in);
            return in.keep();
        }
    }

    /** Keeps a copy of a file. */
    public Hash copy(Path file) throws IOException {
        return put(out -> Files.copy(file, out));
    }

    /** Keeps several contents, one behind the other. */
    public Hash concatenate(Iterable<Hash> contents) throws IOException {
        return put(out -> {
            for (Hash h : contents) {
                Files.copy(path(h), out);
            }
        });
    }

    /** A content that arrives piece by piece. */
    public Incoming incoming() throws IOException {
        return new Incoming();
    }

    /** What arrived so far. Closing drops it, unless it was kept. For one thread at a time. */
    public final class Incoming extends OutputStream {
        private final Path part = Files.createTempFile(directory, "part", "");
        private final OutputStream out = Files.newOutputStream(part);
        private final MessageDigest digest = digest();

        private Incoming() throws IOException { }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int at, int length) throws IOException {
            out.write(bytes, at, length);
            digest.update(bytes, at, length);
        }

        /** Keeps it, if it has this hash; else drops it. */
        public boolean keep(Hash expected) throws IOException {
            out.close();
            boolean right = Hash.of(digest.digest()).equals(expected);
            if (right) {
                ContentStore.this.keep(part, expected);
            }
            return right;
        }

        Hash keep() throws IOException {
            out.close();
            Hash hash = Hash.of(digest.digest());
            ContentStore.this.keep(part, hash);
            return hash;
        }

        @Override
        public void close() throws IOException {
            out.close();
            Files.deleteIfExists(part);
        }
    }

    /** Opens it. */
    public InputStream open(Hash hash) throws IOException {
        return Files.newInputStream(path(hash));
    }

    /** All of it. */
    public byte[] read(Hash hash) throws IOException {
        return Files.readAllBytes(path(hash));
    }

    /** A piece of it. */
    public byte[] read(Hash hash, long offset, int most) throws IOException {
        try (FileChannel channel = FileChannel.open(path(hash), StandardOpenOption.READ)) {
            long left = channel.size() - offset;
            if (offset < 0 || left <= 0) {
                return new byte[0];
            }
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(most, left));
            while (piece.hasRemaining() && channel.read(piece, offset + piece.position()) > 0) {
                // goes on until the piece is full
            }
            return java.util.Arrays.copyOf(piece.array(), piece.position());
        }
    }

    /** The SHA-256 of bytes. */
    public static Hash sha256(byte[] bytes) {
        return Hash.of(digest().digest(bytes));
    }

    private void keep(Path part, Hash hash) throws IOException {
        Files.move(part, path(hash), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
