package org.zennet.virtualization.docker.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;

/**
 * Where the first process of a container writes what tasks write, so that a task needs no node while it runs. A directory
 * of the host that is seen in the container; the way to it has a name that guests can neither list nor guess, see init.c.
 */
final class Spool {
    private static final int VERSION = 1;
    private static final int NAME = 16;
    private static final int LARGEST_LINE = 1 << 20;
    private static final List<String> PARTS = List.of(".task", ".in", ".tar", ".out", ".err", ".files", ".exit", ".new");

    /**
     * A task that was begun, as another life of the node finds it.
     *
     * @param number      how the first process knows it
     * @param oomKills    how many processes the memory limit had killed before
     */
    record Begun(int number, String taskId, Hash fingerprint, UsageVector before, long oomKills, long timeoutMillis,
            int maxOutput) { }

    /** How the first process says that a task ended; the order is its own. */
    enum End {
        EXITED, TIMEOUT, OUTPUT_LIMIT, CANCELLED, NOT_STARTED, SPOOL_FAILED
    }

    /**
     * The record of a task's end.
     *
     * @param code  the exit code, or 128 + the signal
     * @param error the error number where it was not started
     */
    record Exit(End end, int code, int error) { }

    private final Path outside;
    private final Path inside;
    private final Path begun;

    /**
     * The spool of a container's directory; made where it is not there.
     *
     * @param ours whether it is for the user of this process alone, and not for all who know the way
     */
    Spool(Path directory, boolean ours) throws IOException {
        this.outside = Files.createDirectories(directory.resolve("spool"));
        this.begun = Files.createDirectories(directory.resolve("begun"));
        // others may pass, but not look
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwx--x--x"));
        Path secret = directory.resolve("spool-name");
        if (!Files.exists(secret)) {
            byte[] name = new byte[NAME];
            new SecureRandom().nextBytes(name);
            Path temporary = directory.resolve("spool-name.tmp");
            Files.writeString(temporary, HexFormat.of().formatHex(name));
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
            Files.move(temporary, secret, StandardCopyOption.ATOMIC_MOVE);
        }
        this.inside = Files.createDirectories(outside.resolve(Files.readString(secret).strip()));
        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString(ours ? "rwx------" : "rwxrwxrwx"));
    }

    /** What is seen in the container. */
    Path outside() {
        return outside;
    }

    /** The name that only the first process is told: 32 characters. */
    String name() {
        return inside.getFileName().toString();
    }

    private Path part(int number, String suffix) {
        return inside.resolve(Integer.toUnsignedString(number) + suffix);
    }

    /** Writes all that a task needs. */
    void begin(Begun b, TaskSpec task, List<String> line, List<String> environment, byte[] files) throws IOException {
        remove(b.number());
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        for (List<String> list : List.of(line, environment, task.outputs())) {
            for (String w : list) {
                words.writeBytes(w.getBytes(StandardCharsets.UTF_8));
                words.write(0);
            }
        }
        if (words.size() > LARGEST_LINE) {
            throw new IOException("arguments and environment of more than " + LARGEST_LINE + " bytes");
        }
        ByteBuffer order = ByteBuffer.allocate(32 + words.size()).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(b.timeoutMillis()).putLong(b.maxOutput()).putInt(line.size()).putInt(environment.size())
                .putInt(task.outputs().size()).putInt(files.length > 0 ? 1 : 0).put(words.toByteArray());
        Files.write(part(b.number(), ".task"), order.array());
        if (task.stdin().length > 0) {
            Files.write(part(b.number(), ".in"), task.stdin());
        }
        if (files.length > 0) {
            Files.write(part(b.number(), ".tar"), files);
        }
        Path temporary = begun.resolve("new");
        Files.write(temporary, encode(b));
        Files.move(temporary, begun.resolve(Integer.toUnsignedString(b.number())), StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] encode(Begun b) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(b.number());
            out.writeUTF(b.taskId());
            out.write(b.fingerprint().toBytes());
            for (long n : b.before().toList()) {
                out.writeLong(n);
            }
            out.writeLong(b.oomKills());
            out.writeLong(b.timeoutMillis());
            out.writeInt(b.maxOutput());
        }
        return bytes.toByteArray();
    }

    /** The task that an earlier life of the node began and did not see the end of. */
    Optional<Begun> begun() throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(begun)) {
            files = list.filter(f -> f.getFileName().toString().matches("[0-9]+")).toList();
        }
        for (Path f : files) {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(f)))) {
                int number = in.readInt();
                String id = in.readUTF();
                Hash fingerprint = Hash.of(in.readNBytes(Hash.LENGTH));
                long[] before = new long[Counter.values().length];
                for (int i = 0; i < before.length; i++) {
                    before[i] = in.readLong();
                }
                return Optional.of(new Begun(number, id, fingerprint, UsageVector.of(before), in.readLong(), in.readLong(),
                        in.readInt()));
            }
        }
        return Optional.empty();
    }

    /** How a task ended, once it has. */
    Optional<Exit> exit(int number) throws IOException {
        Path f = part(number, ".exit");
        if (!Files.exists(f, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        ByteBuffer b = ByteBuffer.wrap(read(number, ".exit", 64)).order(ByteOrder.LITTLE_ENDIAN);
        if (b.remaining() < 16 || b.getInt() != VERSION) {
            throw new IOException("not the record of a task's end");
        }
        int end = b.getInt();
        if (end < 0 || end >= End.values().length) {
            throw new IOException("not the record of a task's end");
        }
        return Optional.of(new Exit(End.values()[end], b.getInt(), b.getInt()));
    }

    /** What a task wrote, at most so many bytes; nothing where there is nothing. */
    byte[] read(int number, String suffix, int most) throws IOException {
        Path f = part(number, suffix);
        if (!Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS)) {
            return new byte[0];
        }
        try (InputStream in = Files.newInputStream(f, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(most);
        }
    }

    /** Forgets a task. */
    void remove(int number) throws IOException {
        for (String p : PARTS) {
            Files.deleteIfExists(part(number, p));
        }
        Files.deleteIfExists(begun.resolve(Integer.toUnsignedString(number)));
    }

    /** Removes all of it. */
    void remove() {
        try {
            List<Path> all = new ArrayList<>();
            for (Path d : List.of(inside, begun)) {
                if (Files.isDirectory(d)) {
                    try (Stream<Path> list = Files.list(d)) {
                        list.forEach(all::add);
                    }
                }
            }
            for (Path f : all) {
                Files.deleteIfExists(f);
            }
        } catch (IOException e) {
            // goes with the lease's directory
        }
    }
}
