package org.zennet.headless.internal.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;

/** The data directory of one network: {@code DIR/<network>}. */
public final class DataDirectory {
    /** The layout's version. */
    static final int VERSION = 1;
    private final Path path;

    private DataDirectory(Path path) {
        this.path = path;
    }

    /** The directory's name for a network: its kind and the first digits of its salt. */
    public static String nameOf(JoinLine network) {
        return network.kind() + "-" + network.salt().toHex().substring(0, 8);
    }

    /** The directory of one network under a root, whether it exists or not. */
    public static DataDirectory of(Path root, String network) throws Rejected {
        if (!network.matches("[a-z0-9][a-z0-9-]{0,40}")) {
            throw new Rejected("'" + network + "' is not the name of a network: use a-z, 0-9 and dash");
        }
        return new DataDirectory(root.toAbsolutePath().normalize().resolve(network));
    }

    /** The one network under a root, or the one that is named. */
    public static DataDirectory find(Path root, Optional<String> network) throws Rejected {
        if (network.isPresent()) {
            DataDirectory named = of(root, network.get());
            if (!Files.exists(named.path.resolve("config.yaml"))) {
                throw new Rejected("there is no network '" + network.get() + "' in " + root + ": join one with 'zennet network join LINE'");
            }
            return named;
        }
        List<Path> found = List.of();
        if (Files.isDirectory(root)) {
            try (Stream<Path> children = Files.list(root)) {
                found = children.filter(c -> Files.exists(c.resolve("config.yaml"))).sorted().toList();
            } catch (IOException e) {
                throw new Rejected(root + " can't be read: " + e.getMessage(), e);
            }
        }
        if (found.isEmpty()) {
            throw new Rejected("there is no network in " + root + ": make one with 'zennet network new' or join one with 'zennet network join LINE'");
        }
        if (found.size() > 1) {
            throw new Rejected("there are several networks in " + root + ": name one with --network, of "
                    + String.join(", ", found.stream().map(p -> p.getFileName().toString()).toList()));
        }
        return new DataDirectory(found.get(0).toAbsolutePath().normalize());
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** A sub-directory, made for the owner alone. */
    public Path directory(String name) {
        try {
            Path d = path.resolve(name).normalize();
            if (!d.startsWith(path)) {
                throw new IllegalArgumentException("'" + name + "' leads out of " + path);
            }
            makePrivate(d);
            return d;
        } catch (IOException e) {
            throw new IllegalStateException(path.resolve(name) + " can't be made: " + e.getMessage(), e);
        }
    }

    /** Makes it, with its version, if it isn't there; refuses one of a newer version. */
    public void create() throws Rejected {
        try {
            makePrivate(path);
            Path version = path.resolve("version");
            if (Files.exists(version)) {
                String found = Files.readString(version).strip();
                if (!found.equals(String.valueOf(VERSION))) {
                    throw new Rejected(path + " has layout version " + found + ", this Zennet knows " + VERSION
                            + ": use the version that wrote it");
                }
            } else {
                Files.writeString(version, VERSION + "\n");
            }
        } catch (IOException e) {
            throw new Rejected(path + " can't be made: " + e.getMessage(), e);
        }
    }

    /** Takes the lock for this process, until the result is closed. */
    public AutoCloseable lock() throws Rejected {
        Path file = path.resolve("lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                lock = null;
            }
            if (lock == null) {
                String holder = Files.readString(file).strip();
                channel.close();
                throw new Rejected("process " + (holder.isEmpty() ? "?" : holder) + " already runs in " + path
                        + ": use another --data, or stop that process");
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
            return channel;
        } catch (IOException e) {
            throw new Rejected(file + " can't be locked: " + e.getMessage(), e);
        }
    }

    private static void makePrivate(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
        }
    }
}
