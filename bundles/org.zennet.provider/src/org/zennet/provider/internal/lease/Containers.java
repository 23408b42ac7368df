package org.zennet.provider.internal.lease;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Reading;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Contract;
import org.zennet.market.message.ImageProgress;
import org.zennet.market.message.Task;
import org.zennet.market.message.TaskOutput;
import org.zennet.market.message.Terms;
import org.zennet.provider.internal.Texts;
import org.zennet.provider.internal.content.ContentClient;
import org.zennet.provider.internal.content.ImageSource;
import org.zennet.provider.internal.content.Outputs;
import org.zennet.provider.internal.content.PulledImages;
import org.zennet.provider.internal.ssh.HostKey;
import org.zennet.provider.internal.ssh.LeaseShells;
import org.zennet.provider.machine.LeaseEvent;
import org.zennet.services.network.PeerConnection;

/** The container of one lease: everything that may block, on worker threads; tells the lease what came of it. Thread-safe. */
final class Containers {
    private static final int MAX_LOG = 65_536;
    private static final long PROGRESS_MILLIS = 500;
    private static final int IDLE_FACTOR = 3;
    private static final long LEAST_IDLE_MILLIS = 5_000;
    /** How old a reading may be that goes into a bill, in milliseconds and as a part of the interval. */
    private static final long MOST_AGE_MILLIS = 250;
    private static final int AGE_SHARE = 4;

    private final LeaseHost host;
    private final Contract contract;
    private final ImageSource image;
    private final Owner lease;
    private final Map<String, byte[]> logs = new ConcurrentHashMap<>();
    private final Optional<HostKey> hostKey;
    private Optional<LeaseShells> shells = Optional.empty();
    private Optional<Line> line = Optional.empty();
    private Optional<ImageProgress> pulling = Optional.empty();
    private Instant told = Instant.EPOCH;
    private Container container;
    private boolean ended;
    private boolean starting;
    private boolean adopting;

    /** Whose containers they are. */
    interface Owner extends Consumer<LeaseEvent> {
        /** The image comes from its registry; at most twice a second, any thread. */
        void pulls(ImageProgress progress);
    }

    /** Where content comes from. */
    private record Line(PeerConnection connection, ContentClient content) { }

    /**
     * For a lease.
     *
     * @param image       where the module or image comes from
     * @param hostKey     of the contract, where it is for shells
     */
    Containers(LeaseHost host, Contract contract, ImageSource image, Optional<HostKey> hostKey, Owner lease) {
        this.host = host;
        this.contract = contract;
        this.image = image;
        this.hostKey = hostKey;
        this.lease = lease;
    }

    /** From now on content comes over this connection. */
    void connected(PeerConnection connection) {
        Optional<Line> old;
        synchronized (this) {
            old = line;
            line = Optional.of(new Line(connection, new ContentClient(host.kit(), connection, contract.hash())));
        }
        old.ifPresent(l -> l.content().close());
    }

    private synchronized CompletableFuture<Path> fetch(Hash what, long size, Path file) {
        return line.map(l -> l.content().fetch(what, size, file))
                .orElseGet(() -> CompletableFuture.failedFuture(new IOException("the publisher can't be reached")));
    }

    private synchronized boolean reachable() {
        return line.map(l -> l.connection().isOpen()).orElse(false);
    }

    private String id() {
        return contract.leaseId();
    }

    /** Fetches the module and starts the container. */
    void prepare() {
        synchronized (this) {
            if (ended || starting) {
                return;
            }
            starting = true;
        }
        long asked = host.kit().nanos().getAsLong();
        host.kit().workers().execute(() -> image().whenCompleteAsync((here, failure) -> {
            synchronized (this) {
                pulling = Optional.empty();
            }
            if (failure != null) {
                started(null);
                lease.accept(new LeaseEvent.Broken((image.reference().isPresent() ? "the image" : "the module") + " did not come: "
                        + Texts.reason(failure)));
            } else {
                start(here, host.kit().millisSince(asked));
            }
        }, host.kit().workers()));
    }

    private CompletableFuture<PulledImages.Image> image() {
        return image.reference().isPresent() ? host.images().get(image.reference().get(), id(), this::moved, host.kit().workers())
                : host.modules().get(contract.image(), image.bytes(), id(), this::fetch, host.kit().workers())
                        .thenApply(file -> new PulledImages.Image(file, contract.image()));
    }

    private void moved(long bytes, long total) {
        ImageProgress now = new ImageProgress(contract.hash(), Math.min(bytes, total), total);
        Instant at = host.kit().clock().instant();
        synchronized (this) {
            if (pulling.isPresent() && bytes < total && Duration.between(told, at).toMillis() < PROGRESS_MILLIS) {
                return;
            }
            pulling = Optional.of(now);
            told = at;
        }
        lease.pulls(now);
    }

    /** How far its image has come, while it is pulled. */
    synchronized Optional<ImageProgress> pulling() {
        return pulling;
    }

    private void start(PulledImages.Image image, int imageMillis) {
        long began = host.kit().nanos().getAsLong();
        try {
            ContainerBackend backend = host.backend(contract.backend())
                    .orElseThrow(() -> new ContainerException("the backend " + contract.backend() + " is gone"));
            Path directory = host.directory(id());
            Files.createDirectories(directory);
            Terms t = contract.terms();
            long idle = Math.max(Math.max(LEAST_IDLE_MILLIS, t.patienceMillis()), IDLE_FACTOR * ((long) t.intervalMillis() + t.graceMillis()));
            Container c = backend.start(new ContainerSpec(id(), image.file(), image.hash(), contract.resources(), directory,
                    t.maxWallMillis() + idle, idle, t.destinations()));
            if (started(c)) {
                lease.accept(new LeaseEvent.Up(imageMillis, host.kit().millisSince(began)));
            }
        } catch (ContainerException | IOException | RuntimeException e) {
            started(null);
            lease.accept(new LeaseEvent.Broken("the container does not start: " + Texts.reason(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            started(null);
            lease.accept(new LeaseEvent.Broken("interrupted while the container started"));
        }
    }

    /** Looks for the container that an earlier life of the provider started. */
    void adopt() {
        synchronized (this) {
            if (ended || adopting || container != null) {
                return;
            }
            adopting = true;
        }
        host.kit().workers().execute(() -> {
            LeaseEvent event = find();
            synchronized (this) {
                adopting = false;
            }
            lease.accept(event);
        });
    }

    private LeaseEvent find() {
        try {
            Optional<Container> found = survivor();
            if (found.isEmpty()) {
                return new LeaseEvent.Broken("its container did not outlive the provider");
            }
            Optional<String> over = found.get().ended();
            if (over.isPresent()) {
                return new LeaseEvent.Broken("the container ended: " + over.get());
            }
            Files.createDirectories(host.directory(id()));
            UsageVector meter = usage(found.get());
            return started(found.get()) ? new LeaseEvent.Adopted(meter) : new LeaseEvent.NotAdopted("the lease has ended");
        } catch (ContainerException | IOException e) {
            return new LeaseEvent.NotAdopted(Texts.reason(e));
        }
    }

    private Optional<Container> survivor() throws ContainerException {
        ContainerBackend backend = host.kit().backends().backend(contract.backend())
                .orElseThrow(() -> new ContainerException("the backend " + contract.backend() + " is not there"));
        return backend.survivors().stream().filter(c -> c.leaseId().equals(id())).findFirst();
    }

    /** Whether the lease still wants what was started; else it is stopped. */
    private boolean started(Container c) {
        boolean late;
        synchronized (this) {
            starting = false;
            late = ended;
            if (!late) {
                container = c;
                shells = hostKey.filter(k -> c != null && contract.access().isPresent())
                        .map(k -> new LeaseShells(host.kit(), id(), c, k, contract.access().get()));
            }
        }
        if (late) {
            remove(c);
        } else if (c != null) {
            host.readings().add(contract.backend(), c);
            if (container().isEmpty()) {
                // it ended just now
                host.readings().remove(contract.backend(), id());
            }
        }
        return !late && c != null;
    }

    private synchronized Optional<Container> container() {
        return Optional.ofNullable(ended ? null : container);
    }

    /** Where logins go, while the container of a lease for shells runs. */
    synchronized Optional<LeaseShells> shells() {
        return ended ? Optional.empty() : shells;
    }

    /** The meter: the container's own, and what logins moved. */
    private UsageVector usage(Container c) throws ContainerException {
        return withLogins(c.usage());
    }

    private UsageVector withLogins(UsageVector own) {
        Optional<LeaseShells> logins;
        synchronized (this) {
            logins = shells;
        }
        return logins.map(LeaseShells::usage).map(own::plus).orElse(own);
    }

    /** Keeps it from the idle stop while nothing else touches it. */
    void keepAlive() {
        container().ifPresent(c -> attempt(c::keepAlive));
    }

    /** Why the container is over, as it says itself; empty while it runs, and where there is none. May block. */
    Optional<String> over() {
        return container().flatMap(Container::ended);
    }

    /** Reads the meter, together with those of other leases: what is a small part of an interval old is new enough. */
    void read() {
        long most = Math.min(MOST_AGE_MILLIS, contract.terms().intervalMillis() / AGE_SHARE);
        container().ifPresent(c -> attempt(() -> {
            Reading r = host.readings().of(contract.backend(), c, most);
            lease.accept(r.ended().<LeaseEvent>map(over -> new LeaseEvent.Broken("the container ended: " + over))
                    .orElseGet(() -> new LeaseEvent.UsageRead(withLogins(r.usage()))));
        }));
    }

    /** Freezes or thaws; what is read afterwards is newer. */
    void freeze(boolean frozen) {
        container().ifPresent(c -> attempt(() -> {
            c.freeze(frozen);
            host.readings().forget(contract.backend(), id());
        }));
    }

    private interface Call {
        void run() throws ContainerException;
    }

    private void attempt(Call call) {
        try {
            call.run();
        } catch (ContainerException e) {
            lease.accept(new LeaseEvent.Broken("the container failed: " + Texts.reason(e)));
        }
    }

    /** What a task reads. */
    private record Inputs(byte[] stdin, byte[] files) { }

    /** Fetches a task's input and files and runs it. */
    void run(Task task) {
        read("input-" + task.taskId(), task.stdin(), task.stdinBytes())
                .thenCombine(read("files-" + task.taskId(), task.files(), task.filesBytes()), Inputs::new)
                .whenCompleteAsync((inputs, failure) -> {
                    if (failure == null) {
                        run(task, inputs);
                    } else if (!reachable()) {
                        lease.accept(new LeaseEvent.TaskWaits(task.taskId()));
                    } else {
                        lease.accept(new LeaseEvent.Broken("the input of task " + task.taskId() + " did not come: " + Texts.reason(failure)));
                    }
                }, host.kit().workers());
    }

    private CompletableFuture<byte[]> read(String name, Hash content, long size) {
        if (size == 0) {
            return CompletableFuture.completedFuture(new byte[0]);
        }
        return fetch(content, size, host.directory(id()).resolve(name)).thenApplyAsync(file -> {
            try {
                byte[] bytes = Files.readAllBytes(file);
                Files.deleteIfExists(file);
                return bytes;
            } catch (IOException e) {
                throw new UncheckedIOException("it can't be read: " + e.getMessage(), e);
            }
        }, host.kit().workers());
    }

    private void run(Task task, Inputs inputs) {
        Optional<Container> c = container();
        if (c.isEmpty()) {
            return;
        }
        try {
            Outcome o = TaskSpecs.judged(task, c.get().run(task.spec(inputs.stdin(), inputs.files())));
            synchronized (this) {
                if (ended) {
                    return;
                }
            }
            byte[] result = TaskOutput.of(task, o);
            Hash output = host.outputs().put(id(), result);
            logs.put(task.taskId(), java.util.Arrays.copyOf(o.stderr(), Math.min(MAX_LOG, o.stderr().length)));
            lease.accept(new LeaseEvent.TaskDone(task.taskId(), o.reason(), o.exitCode(), output, result.length, o.usage(), o.fuel()));
        } catch (ContainerException | RuntimeException e) {
            lease.accept(new LeaseEvent.Broken("task " + task.taskId() + " can't be run: " + Texts.reason(e)));
        } catch (IOException e) {
            lease.accept(new LeaseEvent.Broken("the output of task " + task.taskId() + " can't be kept: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The messages of a finished task; once. */
    byte[] takeLog(String taskId) {
        byte[] log = logs.remove(taskId);
        return log == null ? new byte[0] : log;
    }

    /** Reads the meter a last time, tells it, ends the container and gives the capacity back. */
    void end() {
        Container c;
        boolean late;
        Optional<LeaseShells> logins;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            c = container;
            late = starting;
            logins = shells;
        }
        synchronized (this) {
            line.ifPresent(l -> l.content().close());
        }
        logins.ifPresent(LeaseShells::close);
        host.readings().remove(contract.backend(), id());
        host.images().leave(id());
        host.kit().workers().execute(() -> {
            Container last = c == null && !late ? left() : c;
            UsageVector meter = UsageVector.ZERO;
            if (last != null) {
                try {
                    meter = usage(last);
                } catch (ContainerException e) {
                    // the bill stays at the reading before
                }
            }
            lease.accept(new LeaseEvent.LastUsage(meter));
            if (!late) {
                remove(last);
            }
        });
    }

    /** What an earlier life left of it, which was not found yet. */
    private Container left() {
        try {
            return survivor().orElse(null);
        } catch (ContainerException e) {
            return null; // the reconciler ends it when its backend is back
        }
    }

    private void remove(Container c) {
        if (c != null) {
            c.stop();
        }
        Outputs.delete(host.directory(id()));
        host.capacity().release(id());
        host.outputs().ended(id());
    }
}
