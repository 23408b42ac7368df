package org.zennet.virtualization.keeper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Users of this machine that one container each has for itself, among all keepers on it. */
public final class Users {
    /** Also the wasm backend's, so that no two containers of whatever kind are of one user. */
    private static final Path LOCKS = Path.of("/run/zennet-wasm-users");

    private Users() { }

    /** A user that one child has for itself. Closing gives it back; so does the end of this process. */
    public record User(int id, FileChannel channel) implements AutoCloseable {
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                System.err.println("can't release user " + id + ": " + e.getMessage());
            }
        }
    }

    /** Claims a user that no other keeper on this machine uses; empty when there is none. */
    public static Optional<User> claim(int first, int count) throws IOException {
        Files.createDirectories(LOCKS);
        for (int id = first; id < first + count; id++) {
            FileChannel channel = FileChannel.open(LOCKS.resolve(Integer.toString(id)), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return Optional.of(new User(id, channel));
                }
            } catch (OverlappingFileLockException e) {
                // held by another lease of this keeper
            }
            channel.close();
        }
        return Optional.empty();
    }
}
