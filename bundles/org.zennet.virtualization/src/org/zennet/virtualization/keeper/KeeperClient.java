package org.zennet.virtualization.keeper;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.zennet.api.container.ContainerException;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;

/**
 * The node's end of the socket to the keeper, which it starts when none answers. Each connection serves one request at
 * a time; idle ones are kept, which also tells the keeper that the node lives. Thread-safe.
 */
public final class KeeperClient implements AutoCloseable {
    private static final int MAX_SOCKET_PATH = 100;
    private static final int MAX_IDLE = 4;
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** Of the whole process, since a file's lock is. */
    private static final ReentrantLock STARTING = new ReentrantLock();

    private final Path directory;
    private final long lingerMillis;
    private final Class<? extends ChildKind> kind;
    private final List<String> classes;
    private final int heap;
    private final Path socket;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    /** One connection. */
    private record Connection(SocketChannel channel, InputStream in, OutputStream out) {
        void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // it is of no use any more
            }
        }
    }

    /** What a request's answer is read with: first the frame after the request, then maybe more. */
    public interface Conversation<T> {
        /** Reads until the answer is whole. */
        T read(Record first, InputStream in) throws IOException, EncodingException, ContainerException;
    }

    /**
     * For a run directory, which is the keeper's and its children's alone.
     *
     * @param kind    the class of the {@link ChildKind}, which needs a public constructor without arguments
     * @param classes names of one class of each jar that the keeper and its children need besides, each after one whose
     *                bundle imports it
     * @param heap    the most MiB of the keeper's heap
     */
    public KeeperClient(Path directory, long lingerMillis, Class<? extends ChildKind> kind, List<String> classes, int heap)
            throws IOException {
        this.kind = kind;
        List<String> all = new ArrayList<>(List.of(kind.getName(), KeeperMain.class.getName(), Encoder.class.getName()));
        all.addAll(classes);
        this.classes = List.copyOf(all);
        this.heap = heap;
        Files.createDirectories(directory);
        this.directory = directory.toRealPath().resolve("keeper");
        this.lingerMillis = lingerMillis;
        try {
            Files.createDirectory(this.directory, PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwx------"));
        }
        this.socket = socket(this.directory);
    }

    /** A path that fits into a socket's address: in the directory, or where that is too long in a short private one. */
    private static Path socket(Path directory) throws IOException {
        Path own = directory.resolve("socket");
        if (own.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH) {
            return own;
        }
        String name;
        try {
            name = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Wire.utf8(
                    directory.toString())), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        Path base = runtime != null && runtime.length() < 60 && Files.isDirectory(Path.of(runtime)) ? Path.of(runtime)
                : Path.of("/tmp");
        Path short1 = base.resolve("zennet-" + System.getProperty("user.name") + "-" + name);
        try {
            Files.createDirectory(short1, PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            boolean mine = Files.isDirectory(short1, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(short1, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(directory))
                    && PosixFilePermissions.toString(Files.getPosixFilePermissions(short1)).equals("rwx------");
            if (!mine) {
                throw new IOException(short1 + " is not this user's private directory; remove it");
            }
        }
        return short1.resolve("socket");
    }

    /** Whether an earlier keeper left anything. */
    public boolean anythingKept() throws IOException {
        Path leases = directory.resolve("leases");
        if (Files.exists(socket)) {
            return true;
        }
        if (!Files.isDirectory(leases)) {
            return false;
        }
        try (Stream<Path> list = Files.list(leases)) {
            return list.findAny().isPresent();
        }
    }

    /** Asks and expects an answer of one type. */
    public <T extends Record> T ask(Record request, Class<T> type) throws ContainerException {
        return ask(request, (first, in) -> expect(type, first));
    }

    /** The answer as the type that was expected, or the keeper's refusal. */
    public static <T extends Record> T expect(Class<T> type, Record answer) throws ContainerException {
        if (answer instanceof Wire.Failed failed) {
            throw new ContainerException(failed.why());
        }
        if (!type.isInstance(answer)) {
            throw new ContainerException("the keeper answered with " + answer.getClass().getSimpleName()
                    + " instead of " + type.getSimpleName());
        }
        return type.cast(answer);
    }

    /** Reads the next frame. */
    public static Record next(InputStream in) throws IOException, EncodingException {
        byte[] frame = Frames.read(in, Frames.SMALL);
        if (frame == null) {
            throw new IOException("the keeper hung up");
        }
        return Wire.decode(frame);
    }

    /**
     * Asks; starts the keeper when none answers; asks once more when a connection breaks, since every request may be
     * repeated.
     */
    public <T> T ask(Record request, Conversation<T> conversation) throws ContainerException {
        byte[] bytes = Wire.encode(request);
        for (int attempt = 0;; attempt++) {
            Connection c = null;
            boolean whole = false;
            try {
                c = connection(attempt > 0);
                Frames.write(c.out(), bytes);
                T answer = conversation.read(next(c.in()), c.in());
                whole = true;
                return answer;
            } catch (ContainerException e) {
                whole = c != null;
                throw e;
            } catch (ClosedByInterruptException e) {
                throw new ContainerException("interrupted", e);
            } catch (EncodingException e) {
                throw new ContainerException("the keeper speaks another version; it ends when its containers do: "
                        + e.getMessage(), e);
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new ContainerException("interrupted", e);
                }
                if (attempt > 1) {
                    throw new ContainerException("the keeper can't be reached: " + e.getMessage(), e);
                }
            } finally {
                if (c != null) {
                    giveBack(c, whole);
                }
            }
        }
    }

    /** Lays bytes where the keeper finds them. */
    Path lay(String name, byte[] bytes) throws IOException {
        Path place = Files.createDirectories(directory.resolve("incoming"));
        Path file = Files.createTempFile(place, name.length() > 150 ? name.substring(0, 150) : name, "");
        Files.write(file, bytes);
        return file;
    }

    /** Takes away what was laid. */
    void take(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // it is one small file too many
        }
    }

    /** A connection of its own for one program that runs beside a task. */
    record Line(SocketChannel channel, InputStream in, OutputStream out) { }

    /** Starts a program; the keeper's refusal is thrown. */
    Line open(Wire.Exec order) throws ContainerException {
        Connection c = null;
        boolean good = false;
        try {
            c = connection(true);
            Frames.write(c.out(), Wire.encode(order));
            expect(Wire.Done.class, next(c.in()));
            good = true;
            return new Line(c.channel(), c.in(), c.out());
        } catch (IOException | EncodingException e) {
            throw new ContainerException("the keeper can't be reached: " + e.getMessage(), e);
        } finally {
            if (c != null && !good) {
                c.close();
            }
        }
    }

    private void giveBack(Connection c, boolean whole) {
        synchronized (idle) {
            if (whole && !closed && idle.size() < MAX_IDLE) {
                idle.push(c);
                return;
            }
        }
        c.close();
    }

    private Connection connection(boolean fresh) throws IOException, ContainerException {
        boolean over;
        synchronized (idle) {
            over = closed;
            while (!idle.isEmpty()) {
                Connection c = idle.pop();
                if (!fresh) {
                    return c;
                }
                c.close();
            }
        }
        Connection c = connect();
        if (c == null && over) {
            throw new ContainerException("the backend was stopped, and no keeper is there any more");
        }
        return c != null ? c : startKeeper();
    }

    private Connection connect() throws IOException {
        if (!Files.exists(socket)) {
            return null;
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new Connection(channel, new BufferedInputStream(Channels.newInputStream(channel)),
                    Channels.newOutputStream(channel));
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            channel.close();
            return null;
        }
    }

    private Connection startKeeper() throws IOException, ContainerException {
        try {
            STARTING.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerException("interrupted", e);
        }
        try (FileChannel file = FileChannel.open(directory.resolve("start.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); FileLock lock = file.lock()) {
            Connection there = connect();
            if (there != null) {
                return there;
            }
            Process keeper = launch();
            long deadline = System.nanoTime() + START_NANOS;
            while (System.nanoTime() < deadline) {
                there = connect();
                if (there != null) {
                    return there;
                }
                if (!keeper.isAlive() && keeper.exitValue() != 0) {
                    break;
                }
                TimeUnit.MILLISECONDS.sleep(10);
                if (!keeper.isAlive() && keeper.exitValue() == 0) {
                    // another one is just ending; try again until it has
                    TimeUnit.MILLISECONDS.sleep(50);
                    keeper = launch();
                }
            }
            throw new ContainerException("the keeper process did not start; see " + log());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerException("interrupted", e);
        } finally {
            STARTING.unlock();
        }
    }

    private Path log() {
        return directory.resolve("keeper.log");
    }

    private Process launch() throws IOException {
        if (Files.exists(log()) && Files.size(log()) > 1 << 20) {
            Files.delete(log());
        }
        List<String> command = new ArrayList<>();
        for (String setsid : List.of("/usr/bin/setsid", "/bin/setsid")) {
            // its own session: what is typed at the node's terminal does not reach it
            if (command.isEmpty() && Files.isExecutable(Path.of(setsid))) {
                command.add(setsid);
            }
        }
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dzennet.role=zennet-keeper", "-Xmx" + heap + "m", "-Xms8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError", "-XX:MinHeapFreeRatio=20",
                "-XX:MaxHeapFreeRatio=40", "--enable-native-access=ALL-UNNAMED", "-cp",
                RuntimeFiles.classPath(directory.getParent(), kind, classes),
                KeeperMain.class.getName(), directory.toString(), socket.toString(), Long.toString(lingerMillis),
                kind.getName()));
        ProcessBuilder b = new ProcessBuilder(command);
        b.environment().clear();
        b.directory(directory.toFile());
        b.redirectInput(new File("/dev/null"));
        b.redirectErrorStream(true);
        b.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        return b.start();
    }

    /**
     * Hangs up, and lets the keeper end at once if it has nothing to keep. Who still holds one of its containers may go on
     * with it: each call then has a connection of its own, and no keeper is started any more.
     */
    @Override
    public void close() {
        List<Connection> all;
        synchronized (idle) {
            closed = true;
            all = new ArrayList<>(idle);
            idle.clear();
        }
        try {
            if (all.isEmpty()) {
                Connection c = connect();
                if (c != null) {
                    all.add(c);
                }
            }
            for (int i = 1; i < all.size(); i++) {
                all.get(i).close();
            }
            if (!all.isEmpty()) {
                Frames.write(all.get(0).out(), Wire.encode(new Wire.Leave()));
                next(all.get(0).in());
            }
        } catch (IOException | EncodingException e) {
            // it ends by itself
        } finally {
            all.forEach(Connection::close);
        }
    }
}
