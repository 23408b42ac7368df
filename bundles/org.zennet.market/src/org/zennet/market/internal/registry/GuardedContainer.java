package org.zennet.market.internal.registry;

import java.util.Optional;
import java.util.concurrent.Callable;
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
 * as its backend's failure but quarantines nothing: the lease has to go on or be ended properly. Thread-safe.
 */
final class GuardedContainer implements Container {
    private static final long SHORT_MILLIS = 5_000;
    private static final long EXEC_MILLIS = 12_000;
    private static final long STOP_MILLIS = 15_000;

    private final Container inner;
    private final String leaseId;
    private final Entry<ContainerBackend> entry;
    private final Guard guard;

    GuardedContainer(Container inner, String leaseId, Entry<ContainerBackend> entry, Guard guard) {
        this.inner = inner;
        this.leaseId = leaseId;
        this.entry = entry;
        this.guard = guard;
    }

    @Override
    public String leaseId() {
        return leaseId;
    }

    /** On the caller's thread: it lasts as long as the task, and the container's own limits end it. */
    @Override
    public Outcome run(TaskSpec task) throws ContainerException, InterruptedException {
        try {
            Outcome outcome = inner.run(task);
            if (outcome == null) {
                throw failed("run", "it answered nothing", null);
            }
            return outcome;
        } catch (RuntimeException | LinkageError e) {
            throw failed("run", "it threw " + Guard.describe(e), e);
        }
    }

    @Override
    public void cancel() throws ContainerException {
        call("cancel", SHORT_MILLIS, () -> {
            inner.cancel();
            return true;
        });
    }

    @Override
    public UsageVector usage() throws ContainerException {
        return call("usage", SHORT_MILLIS, inner::usage);
    }

    /** Its start is guarded; its streams are the program's own. One that starts too late is closed. */
    @Override
    public GuestProcess exec(ExecSpec spec) throws ContainerException, InterruptedException {
        try {
            return guard.call(entry.id() + "-exec", EXEC_MILLIS, () -> inner.exec(spec), GuestProcess::close, ContainerException.class);
        } catch (Guard.Broke e) {
            throw failed("exec", e.getMessage(), e);
        }
    }

    @Override
    public void keepAlive() throws ContainerException {
        call("keepAlive", SHORT_MILLIS, () -> {
            inner.keepAlive();
            return true;
        });
    }

    @Override
    public void freeze(boolean frozen) throws ContainerException {
        call("freeze", SHORT_MILLIS, () -> {
            inner.freeze(frozen);
            return true;
        });
    }

    /** Never throws: what can't be stopped now is found among the survivors. */
    @Override
    public void stop() {
        try {
            call("stop", STOP_MILLIS, () -> {
                inner.stop();
                return true;
            });
        } catch (ContainerException e) {
            org.slf4j.LoggerFactory.getLogger(GuardedContainer.class).warn("lease {}: {}", leaseId, e.getMessage());
        }
    }

    @Override
    public Optional<String> ended() {
        try {
            return call("ended", SHORT_MILLIS, inner::ended);
        } catch (ContainerException e) {
            return Optional.of(e.getMessage());
        }
    }

    private <T> T call(String what, long limitMillis, Callable<T> body) throws ContainerException {
        try {
            return guard.call(entry.id() + "-" + what, limitMillis, body, late -> { }, ContainerException.class);
        } catch (Guard.Broke e) {
            throw failed(what, e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerException("interrupted", e);
        }
    }

    private ContainerException failed(String what, String why, Throwable cause) {
        entry.failed();
        return new ContainerException("container of lease " + leaseId + " failed in " + what + ": " + why, cause);
    }
}
