package org.zennet.virtualization.keeper;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.zennet.api.encoding.EncodingException;

/** Owns the children of one run directory and serves the node over a socket that only this user may open. */
final class Keeper implements KeeperContext {
    private static final int MAX_CONNECTIONS = 1024;
    private static final long SAMPLE_MILLIS = 250;
    private static final int SAVE_TICKS = 12;
    private static final Duration FORGET_AFTER = Duration.ofDays(7);

    private final Path directory;
    private final Path leasesDirectory;
    private final Path socket;
    private final long lingerNanos;
    private final ChildKind kind;
    private final ExecutorService spawner = Executors.newSingleThreadExecutor(r -> {
        Thread t = new Thread(r, "spawner");
        t.setDaemon(true);
        return t;
    });
    private FileChannel heldFiles;
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2, r -> {
        Thread t = new Thread(r, "keeper-clock");
        t.setDaemon(true);
        return t;
    });
    private final Map<String, Lease> leases = new TreeMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile long busyNanos = System.nanoTime();
    /** A node said that it leaves, and none came since. */
    private volatile boolean left;
    private int ticks;

    Keeper(Path directory, Path socket, long lingerMillis, ChildKind kind) {
        this.kind = kind;
        this.directory = directory;
        this.leasesDirectory = directory.resolve("leases");
        this.socket = socket;
        this.lingerNanos = TimeUnit.MILLISECONDS.toNanos(lingerMillis);
    }

    ChildKind kind() {
        return kind;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public Path home(String leaseId) {
        return leasesDirectory.resolve(leaseId);
    }

    @Override
    public Process spawn(ProcessBuilder program) throws IOException, InterruptedException {
        Callable<Process> start = program::start;
        try {
            return spawner.submit(start).get();
        } catch (ExecutionException e) {
            throw new IOException("can't start the child: " + e.getCause().getMessage(), e.getCause());
        }
    }

    @Override
    public ScheduledExecutorService scheduler() {
        return scheduler;
    }

    /** Serves until the end. Returns at once when another keeper serves this directory. */
    void serve() throws IOException, InterruptedException {
        try (FileChannel lockFile = FileChannel.open(directory.resolve("keeper.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                return;
            }
            holdFiles();
            kind.begin(this);
            load();
            clearIncoming();
            Files.deleteIfExists(socket);
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(socket), 64);
                Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
                Files.writeString(directory.resolve("keeper.pid"), ProcessHandle.current().pid() + "\n");
                Thread.ofPlatform().daemon().name("accept").start(() -> accept(server));
                scheduler.scheduleAtFixedRate(this::tick, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
                end.await();
                Files.deleteIfExists(socket);
                Files.deleteIfExists(directory.resolve("keeper.pid"));
            }
        }
    }

    /** Keeps the copies of the jars that this process runs from being purged for as long as it lives. */
    private void holdFiles() throws IOException {
        Path jar = Path.of(System.getProperty("java.class.path").split(File.pathSeparator)[0]);
        heldFiles = FileChannel.open(jar.resolveSibling("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        heldFiles.lock(0, Long.MAX_VALUE, true);
    }

    /** Files for tasks that a node laid and did not take away: it died while the task ran, which read them at its start. */
    private void clearIncoming() throws IOException {
        Path incoming = directory.resolve("incoming");
        if (!Files.isDirectory(incoming)) {
            return;
        }
        try (Stream<Path> list = Files.list(incoming)) {
            for (Path p : list.toList()) {
                if (Files.getLastModifiedTime(p).toInstant().isBefore(Instant.now().minus(Duration.ofDays(1)))) {
                    Files.deleteIfExists(p);
                }
            }
        }
    }

    private void load() throws IOException {
        Files.createDirectories(leasesDirectory);
        List<Path> homes;
        try (Stream<Path> list = Files.list(leasesDirectory)) {
            homes = list.toList();
        }
        for (Path home : homes) {
            try {
                Instant changed = Files.getLastModifiedTime(home).toInstant();
                if (changed.isBefore(Instant.now().minus(FORGET_AFTER))) {
                    Disk.remove(home);
                    continue;
                }
                Lease lease = Lease.load(this, home);
                leases.put(lease.id(), lease);
            } catch (IOException e) {
                System.err.println("a lease can't be read and is removed: " + home + ": " + e.getMessage());
                Disk.remove(home);
            }
        }
    }

    private void accept(ServerSocketChannel server) {
        while (true) {
            try {
                SocketChannel client = server.accept();
                left = false;
                if (connections.incrementAndGet() > MAX_CONNECTIONS) {
                    connections.decrementAndGet();
                    client.close();
                    continue;
                }
                Thread.ofPlatform().daemon().name("client").start(() -> {
                    try (client) {
                        serve(client);
                    } catch (IOException e) {
                        // the client is gone
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        busyNanos = System.nanoTime();
                        connections.decrementAndGet();
                        endIfLeft();
                    }
                });
            } catch (IOException e) {
                if (end.getCount() > 0) {
                    end("it can't accept: " + e);
                }
                return;
            }
        }
    }

    private void endIfLeft() {
        if (left && connections.get() == 0 && all().stream().noneMatch(Lease::running)) {
            end("the node left");
        }
    }

    private void end(String why) {
        if (end.getCount() > 0) {
            System.err.println(Instant.now() + " the keeper ends: " + why);
            end.countDown();
        }
    }

    private void tick() {
        try {
            long now = System.nanoTime();
            boolean save = ++ticks % SAVE_TICKS == 0;
            List<Lease> all = all();
            all.forEach(l -> l.tick(now, save));
            if (connections.get() > 0 || all.stream().anyMatch(Lease::running)) {
                busyNanos = now;
            } else if (now - busyNanos > lingerNanos) {
                end("nobody needs it");
            }
            endIfLeft();
        } catch (RuntimeException e) {
            System.err.println("a tick failed: " + e);
        }
    }

    private List<Lease> all() {
        synchronized (leases) {
            return List.copyOf(leases.values());
        }
    }

    private void serve(SocketChannel client) throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(Channels.newInputStream(client));
        OutputStream out = Channels.newOutputStream(client);
        byte[] frame = Frames.read(in, Frames.REQUEST);
        while (frame != null) {
            Record answer;
            try {
                answer = answer(Wire.decode(frame), in, out);
            } catch (KeeperException | EncodingException e) {
                answer = new Wire.Failed(Wire.line(e.getMessage()));
            } catch (RuntimeException e) {
                System.err.println("a request failed: " + e);
                answer = new Wire.Failed(Wire.line("the keeper failed: " + e));
            }
            if (answer != null) {
                Frames.write(out, Wire.encode(answer));
            }
            frame = Frames.read(in, Frames.REQUEST);
        }
    }

    private Record answer(Record request, InputStream in, OutputStream out) throws KeeperException, IOException,
            InterruptedException {
        return switch (request) {
            case Wire.Start start -> start(start);
            case Wire.Run run -> {
                run(run, out);
                yield null;
            }
            case Wire.Cancel cancel -> {
                lease(cancel.leaseId()).cancel();
                yield new Wire.Done();
            }
            case Wire.Ask ask -> {
                Lease lease = lease(ask.leaseId());
                if (ask.touch()) {
                    lease.touch();
                }
                yield lease.state();
            }
            case Wire.Look look -> look(look);
            case Wire.Freeze freeze -> {
                lease(freeze.leaseId()).freeze(freeze.frozen());
                yield new Wire.Done();
            }
            case Wire.Stop stop -> stop(stop.leaseId());
            case Wire.ListAll all -> new Wire.States(all().stream().map(Lease::state).toList());
            case Wire.Probe probe -> kind.probe(probe.host());
            case Wire.Exec exec -> {
                new ProgramRelay(out).serve(lease(exec.leaseId()), exec, in);
                yield null;
            }
            case Wire.Leave leave -> {
                left = true;
                yield new Wire.Done();
            }
            default -> throw new KeeperException("an unexpected " + request.getClass().getSimpleName());
        };
    }

    private Wire.States look(Wire.Look look) {
        List<Lease> found = new ArrayList<>();
        synchronized (leases) {
            look.leaseIds().stream().distinct().map(leases::get).filter(Objects::nonNull).forEach(found::add);
        }
        found.forEach(Lease::touch);
        return new Wire.States(found.stream().map(Lease::state).toList());
    }

    private Lease lease(String id) throws KeeperException {
        synchronized (leases) {
            Lease lease = leases.get(id);
            if (lease == null) {
                throw new KeeperException("there is no container of lease " + id);
            }
            return lease;
        }
    }

    private Wire.State start(Wire.Start start) throws KeeperException, InterruptedException {
        if (start.maxWallMillis() == 0 || start.idleMillis() == 0) {
            throw new KeeperException("the wall-clock and idle limits must be above 0");
        }
        if (!Files.isDirectory(start.directoryPath())) {
            throw new KeeperException("the container's directory does not exist");
        }
        Lease lease;
        boolean fresh = false;
        synchronized (leases) {
            lease = leases.get(start.leaseId());
            if (lease == null) {
                admit(start);
                Path home = leasesDirectory.resolve(start.leaseId());
                try {
                    lease = new Lease(this, start, home);
                    fresh = true;
                } catch (IOException e) {
                    throw new KeeperException("can't keep lease " + start.leaseId() + ": " + e.getMessage());
                }
                leases.put(start.leaseId(), lease);
            } else if (!lease.spec().nonce().equals(start.nonce())) {
                throw new KeeperException("lease " + start.leaseId() + " already has a container");
            }
        }
        if (!fresh) {
            lease.awaitSettled();
            return lease.state();
        }
        boolean good = false;
        try {
            lease.launch();
            good = true;
        } finally {
            if (!good) {
                lease.stop();
                synchronized (leases) {
                    leases.remove(start.leaseId());
                }
            }
        }
        return lease.state();
    }

    private void admit(Wire.Start start) throws KeeperException {
        long memory = start.resources().memory();
        long cores = start.resources().cores();
        long disk = start.resources().disk();
        for (Lease l : leases.values()) {
            if (l.running()) {
                memory += l.spec().resources().memory();
                cores += l.spec().resources().cores();
                disk += l.spec().resources().disk();
            }
        }
        if (memory > start.host().memory()) {
            throw new KeeperException("containers may hold " + start.host().memory() + " bytes of memory together; "
                    + "this one would make it " + memory);
        }
        if (disk > start.host().disk()) {
            throw new KeeperException(start.host().disk() == 0 ? "this kind of container has no disk; ask for 0 bytes of it"
                    : "containers may have " + start.host().disk() + " bytes of disk together; this one would make it " + disk);
        }
        if (cores > start.host().cores()) {
            throw new KeeperException("containers may use " + start.host().cores() + "/1000 cores together; "
                    + "this one would make it " + cores);
        }
    }

    private static void pieces(InputStream from, long bytes, OutputStream out) throws IOException {
        long left = bytes;
        while (left > 0) {
            byte[] piece = from.readNBytes((int) Math.min(left, Wire.PIECE));
            if (piece.length == 0) {
                throw new IOException("an output is shorter than it was");
            }
            Frames.write(out, Wire.encode(new Wire.Piece(piece)));
            left -= piece.length;
        }
    }

    private Wire.State stop(String id) throws KeeperException, InterruptedException {
        Lease lease = lease(id);
        lease.stop();
        synchronized (leases) {
            leases.remove(id, lease);
        }
        return lease.state();
    }

    private void run(Wire.Run run, OutputStream out) throws KeeperException, IOException, InterruptedException {
        Lease lease = lease(run.leaseId());
        CompletableFuture<Wire.Stored> future = lease.run(run);
        while (true) {
            try {
                Wire.Stored stored = future.get(1, TimeUnit.SECONDS);
                tell(lease, run.taskId(), stored, out);
                return;
            } catch (TimeoutException e) {
                Frames.write(out, Wire.encode(new Wire.Waiting()));
                lease.touch();
            } catch (ExecutionException e) {
                throw new KeeperException(Wire.line(e.getCause().getMessage()));
            }
        }
    }

    private static void tell(Lease lease, String taskId, Wire.Stored stored, OutputStream out)
            throws IOException, KeeperException {
        InputStream bytes;
        try {
            bytes = stored.inline() ? new ByteArrayInputStream(stored.stdout()) : lease.output(taskId);
        } catch (IOException e) {
            throw new KeeperException("the outcome of task " + taskId + " is no longer kept");
        }
        try (bytes) {
            Frames.write(out, Wire.encode(stored.result()));
            pieces(bytes, stored.result().stdout(), out);
            if (stored.result().files() > 0) {
                try (InputStream files = lease.files(taskId)) {
                    pieces(files, stored.result().files(), out);
                }
            }
        }
    }
}
