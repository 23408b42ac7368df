package org.zennet.virtualization.keeper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Users of this machine that one container each has for itself, among all keepers on it. */
public final class Users {
    /** Also the wasm backend's, so that no two containers of whatever kind are of one user. */
    private static final Path LOCKS = Path.of("/run/zennet-wasm-users");
    /** Of this process. Their files must not even be opened again: closing any descriptor of a file gives up its locks. */
    private static final Set<Integer> CLAIMED = new HashSet<>();

    private Users() { }

    /** A user that one child has for itself. Closing gives it back; so does the end of this process. */
    public record User(int id, FileChannel channel) implements AutoCloseable {
        @Override
        public void close() {
            synchronized (CLAIMED) {
                if (!channel.isOpen()) {
                    return;
                }
                try {
                    channel.close();
                } catch (IOException e) {
                    System.err.println("can't release user " + id + ": " + e.getMessage());
                }
                CLAIMED.remove(id);
            }
        }
    }

    /** Claims a user that no other keeper on this machine uses; empty when there is none. */
    public static Optional<User> claim(int first, int count) throws IOException {
        Files.createDirectories(LOCKS);
        synchronized (CLAIMED) {
            for (int id = first; id < first + count; id++) {
                if (CLAIMED.contains(id)) {
                    continue;
                }
                FileChannel channel = FileChannel.open(LOCKS.resolve(Integer.toString(id)), StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                if (channel.tryLock() != null) {
                    CLAIMED.add(id);
                    return Optional.of(new User(id, channel));
                }
                channel.close();
            }
        }
        return Optional.empty();
    }
}
