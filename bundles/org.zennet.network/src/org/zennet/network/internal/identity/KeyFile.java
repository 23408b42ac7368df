package org.zennet.network.internal.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The file of the identity key: 32 bytes that only the owner may read. It is made durably (written aside, synced,
 * renamed, the directory synced), so that after a power loss there is the whole key or none. Anything else found in
 * its place is refused, never repaired.
 */
final class KeyFile {
    /** The number of bytes of a key. */
    static final int LENGTH = 32;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;

    KeyFile(Path path) {
        this.path = path;
    }

    /**
     * The key in the file, which is made with a fresh one when there is none.
     *
     * @throws IOException with a one-line reason that says what to do
     */
    byte[] readOrCreate(Supplier<byte[]> fresh) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            create(fresh.get());
        }
        return read();
    }

    private byte[] read() throws IOException {
        BasicFileAttributes found =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!found.isRegularFile()) {
            throw new IOException("the identity key " + path + " is no regular file; move it away");
        }
        Set<PosixFilePermission> open = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        if (!OWNER_ONLY.containsAll(open)) {
            throw new IOException("the identity key " + path + " is open to others ("
                    + PosixFilePermissions.toString(open) + "); run: chmod 600 " + path);
        }
        if (found.size() != LENGTH) {
            throw new IOException("the identity key " + path + " has " + found.size() + " bytes instead of " + LENGTH
                    + "; restore it from a backup, or move it away to get a new identity");
        }
        ByteBuffer key = ByteBuffer.allocate(LENGTH + 1);
        try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (key.hasRemaining() && in.read(key) >= 0) {
                continue;
            }
        }
        if (key.position() != LENGTH) {
            throw new IOException("the identity key " + path + " changed while it was read");
        }
        return Arrays.copyOf(key.array(), LENGTH);
    }

    private void create(byte[] key) throws IOException {
        Path aside = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(aside);
        Files.createFile(aside, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try (FileChannel out = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(key);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
