package org.zennet.market.internal.registry;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.UsageVector;

/**
 * A container of a guarded backend: unchecked exceptions become {@link ContainerException}. What it does wrong counts
 * as its backend's failure but quarantines nothing: the lease has to go on or be ended properly.
 *
 * <p>When its backend went, for instance because its bundle is being updated, it is used as long as it answers. When it does not
 * any more, a backend of the same id that is there, or comes within ten seconds, is asked for it by its lease id, and the call is
 * made again there: a task is told apart by its id, so that it is not done twice. Thread-safe.
 */
final class GuardedContainer implements Container {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedContainer.class);
    private static final long SHORT_MILLIS = 5_000;
    private static final long EXEC_MILLIS = 12_000;
    private static final long STOP_MILLIS = 15_000;
    private static final long SURVIVORS_MILLIS = 12_000;
    private static final long SUCCESSOR_MILLIS = 10_000;

    private final String leaseId;
    private final Shelf<ContainerBackend> shelf;
    private final Guard guard;
    private final long percent;
    private volatile Held held;
    private volatile boolean stopped;
    /** Whose successor was waited for in vain. */
    private Held waited;

    /** The container, and whose it is. */
    record Held(Container inner, Entry<ContainerBackend> entry) { }

    /**
     * @param percent of the time limits that is granted: 100, less in tests
     */
    GuardedContainer(Container inner, String leaseId, Entry<ContainerBackend> entry, Shelf<ContainerBackend> shelf, Guard guard,
            long percent) {
        this.held = new Held(inner, entry);
        this.leaseId = leaseId;
        this.shelf = shelf;
        this.guard = guard;
        this.percent = percent;
    }

    @Override
    public String leaseId() {
        return leaseId;
    }

    /** What is guarded now. */
    Held held() {
        return held;
    }

    /** On the caller's thread: it lasts as long as the task, and the container's own limits end it. */
    @Override
    public Outcome run(TaskSpec task) throws ContainerException, InterruptedException {
        for (;;) {
            Held now = held;
            try {
                Outcome outcome = now.inner.run(task);
                if (outcome == null) {
                    throw failed(now, "run", "it answered nothing", null);
                }
                return outcome;
            } catch (ContainerException e) {
                if (!readopted(now)) {
                    throw e;
                }
            } catch (RuntimeException | LinkageError e) {
                if (!readopted(now)) {
                    throw failed(now, "run", "it threw " + Guard.describe(e), e);
                }
            }
        }
    }

    @Override
    public void cancel() throws ContainerException {
        call("cancel", SHORT_MILLIS, c -> () -> {
            c.cancel();
            return true;
        });
    }

    @Override
    public UsageVector usage() throws ContainerException {
        return call("usage", SHORT_MILLIS, c -> c::usage);
    }

    /** Its start is guarded; its streams are the program's own. One that starts too late is closed. */
    @Override
    public GuestProcess exec(ExecSpec spec) throws ContainerException, InterruptedException {
        Held now = held;
        try {
            return guard.call(now.entry.id() + "-exec", EXEC_MILLIS, () -> now.inner.exec(spec), GuestProcess::close, ContainerException.class);
        } catch (Guard.Broke e) {
            throw failed(now, "exec", e.getMessage(), e);
        }
    }

    @Override
    public void keepAlive() throws ContainerException {
        call("keepAlive", SHORT_MILLIS, c -> () -> {
            c.keepAlive();
            return true;
        });
    }

    @Override
    public void freeze(boolean frozen) throws ContainerException {
        call("freeze", SHORT_MILLIS, c -> () -> {
            c.freeze(frozen);
            return true;
        });
    }

    /** Never throws: what can't be stopped now is found among the survivors. */
    @Override
    public void stop() {
        stopped = true;
        try {
            call("stop", STOP_MILLIS, c -> () -> {
                c.stop();
                return true;
            });
        } catch (ContainerException e) {
            LOG.warn("lease {}: {}", leaseId, e.getMessage());
        }
    }

    @Override
    public Optional<String> ended() {
        Held now = held;
        try {
            Optional<String> why = call("ended", SHORT_MILLIS, c -> c::ended);
            // one whose backend went may only mean that
            return why.isPresent() && readopted(now) ? call("ended", SHORT_MILLIS, c -> c::ended) : why;
        } catch (ContainerException e) {
            return Optional.of(e.getMessage());
        }
    }

    private <T> T call(String what, long limitMillis, Function<Container, Callable<T>> body) throws ContainerException {
        for (;;) {
            Held now = held;
            try {
                return guard.call(now.entry.id() + "-" + what, limitMillis, body.apply(now.inner), late -> { }, ContainerException.class);
            } catch (Guard.Broke e) {
                if (!readopted(now)) {
                    throw failed(now, what, e.getMessage(), e);
                }
            } catch (ContainerException e) {
                if (!readopted(now)) {
                    throw e;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ContainerException("interrupted", e);
            }
        }
    }

    /** Whether the container is another one's now: the backend that it came from is gone, and its successor has it. Blocks. */
    private synchronized boolean readopted(Held from) {
        if (held != from) {
            return true;
        }
        if (!from.entry.isGone() || stopped) {
            return false;
        }
        try {
            Optional<Entry<ContainerBackend>> next = shelf.await(from.entry.id(), waited == from ? 0 : Math.max(1, SUCCESSOR_MILLIS * percent / 100));
            waited = from;
            Optional<Container> found = Optional.empty();
            if (next.isPresent()) {
                next.get().called();
                found = guard.call(from.entry.id() + "-survivors", SURVIVORS_MILLIS, next.get().service::survivors, late -> { },
                        ContainerException.class).stream().filter(c -> c.leaseId().equals(leaseId)).findFirst();
            }
            found.ifPresent(c -> held = new Held(c, next.get()));
            LOG.info("lease {}: {} is gone; {}", leaseId, from.entry, found.isPresent() ? next.get() + " goes on with its container"
                    : next.isPresent() ? next.get() + " does not know its container" : "no other of that id came");
            return found.isPresent();
        } catch (Guard.Broke | ContainerException e) {
            LOG.warn("lease {}: {} is gone, and what came in its place can't tell what runs: {}", leaseId, from.entry, e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ContainerException failed(Held now, String what, String why, Throwable cause) {
        now.entry.failed();
        return new ContainerException("container of lease " + leaseId + " failed in " + what + ": " + why, cause);
    }
}
