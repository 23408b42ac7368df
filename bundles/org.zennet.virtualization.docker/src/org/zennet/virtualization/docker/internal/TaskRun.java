package org.zennet.virtualization.docker.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.Texts;
import org.zennet.virtualization.image.FileArchive;
import org.zennet.virtualization.image.InvalidImageException;

/** A task that runs, or ran while the node was away. Its end is what the first process writes down, or the container's. */
final class TaskRun {
    private static final int MAX_STDERR = 64 << 10;
    private static final int KILLED = 137;
    /** What heads and padding of the most entries take. */
    private static final long MAX_HEADS = 20_001L * 1024 + 1024;
    private static final long MAX_ARCHIVE = Integer.MAX_VALUE - 16;
    private static final int ENOENT = 2;
    private static final int ENOSPC = 28;

    private final DockerContainer container;
    private final Tasks tasks;
    private final ScheduledExecutorService scheduler;
    private final Spool spool;
    private final Spool.Begun begun;
    private final CompletableFuture<Outcome> future = new CompletableFuture<>();
    private ScheduledFuture<?> looking;
    private ScheduledFuture<?> late;
    private boolean settled;
    private boolean thawed;
    private boolean ending;

    TaskRun(DockerContainer container, Tasks tasks, ScheduledExecutorService scheduler, Spool spool, Spool.Begun begun) {
        this.container = container;
        this.tasks = tasks;
        this.scheduler = scheduler;
        this.spool = spool;
        this.begun = begun;
    }

    Spool.Begun begun() {
        return begun;
    }

    int number() {
        return begun.number();
    }

    String taskId() {
        return begun.taskId();
    }

    Hash fingerprint() {
        return begun.fingerprint();
    }

    CompletableFuture<Outcome> future() {
        return future;
    }

    synchronized boolean thawed() {
        return thawed;
    }

    /** Watches it, besides what the first process tells; ends it when that does not keep the time. */
    synchronized void follow() {
        long period = DockerContainer.lookMillis();
        looking = scheduler.scheduleWithFixedDelay(() -> Thread.ofVirtual().start(this::look), period, period, TimeUnit.MILLISECONDS);
        late = scheduler.schedule(() -> Thread.ofVirtual().start(() -> force(false)), begun.timeoutMillis() + 200,
                TimeUnit.MILLISECONDS);
    }

    /** Looks whether it has ended. */
    void look() {
        synchronized (this) {
            if (settled) {
                return;
            }
        }
        try {
            Optional<Spool.Exit> exit = spool.exit(number());
            boolean over = container.over();
            if (exit.isPresent() || over) {
                synchronized (this) {
                    if (settled) {
                        return;
                    }
                    settled = true;
                }
                stopWatching();
                finish(exit);
            }
        } catch (IOException e) {
            fail(new ContainerException("the end of task " + taskId() + " can't be read: " + Texts.reason(e), e));
        }
    }

    /** The first process runs nothing: either the end is written down, or the task was never told to start. */
    void idle() {
        look();
        if (!future.isDone() && !container.over()) {
            synchronized (this) {
                if (settled) {
                    return;
                }
            }
            container.tell('r', number());
        }
    }

    private synchronized void stopWatching() {
        if (looking != null) {
            looking.cancel(false);
        }
        if (late != null) {
            late.cancel(false);
        }
    }

    private void finish(Optional<Spool.Exit> exit) throws IOException {
        int n = number();
        UsageVector usage = container.meter().sample().since(begun.before());
        byte[] stdout = spool.read(n, ".out", begun.maxOutput());
        byte[] stderr = spool.read(n, ".err", MAX_STDERR);
        if (exit.isEmpty()) {
            boolean memory = container.outOfMemory();
            tasks.settle(this, new Outcome(memory ? Reason.OUT_OF_MEMORY : Reason.CONTAINER_ENDED, 0, stdout, stderr, usage,
                    memory ? memory() : container.ended().orElse("it ended")));
            return;
        }
        Spool.Exit e = exit.get();
        Reason reason = Reason.EXITED;
        String detail = "";
        int code = 0;
        byte[] files = new byte[0];
        switch (e.end()) {
            case TIMEOUT -> {
                reason = Reason.TIMEOUT;
                detail = "its time of " + begun.timeoutMillis() + " ms is over";
            }
            case OUTPUT_LIMIT -> {
                reason = Reason.OUTPUT_LIMIT;
                detail = "it wrote more than " + begun.maxOutput() + " bytes";
            }
            case CANCELLED -> {
                reason = Reason.CANCELLED;
                detail = "cancelled";
            }
            case NOT_STARTED -> {
                code = e.error() == ENOENT ? 127 : 126;
                detail = e.error() == ENOSPC ? "its files do not fit into the work directory"
                        : "its program can't be started: " + (e.error() == ENOENT ? "there is no such file" : "error " + e.error());
            }
            case SPOOL_FAILED -> {
                fail(new ContainerException("the host has no place for what task " + taskId() + " writes", null));
                return;
            }
            default -> {
                code = e.code();
                long killed = container.meter().oomKills() - begun.oomKills();
                if (code == KILLED && killed > 0) {
                    reason = Reason.OUT_OF_MEMORY;
                    detail = memory();
                    code = 0;
                } else if (killed > 0) {
                    detail = "the memory limit ended " + killed + " of its processes";
                } else if (code > 128 && code <= 128 + 64) {
                    detail = "as by signal " + (code - 128);
                }
            }
        }
        if (reason == Reason.EXITED) {
            try {
                files = files();
            } catch (FileArchive.TooLargeException x) {
                reason = Reason.OUTPUT_LIMIT;
                detail = "it left " + x.getMessage();
                code = 0;
            } catch (InvalidImageException x) {
                detail = "the files that it left can't be taken: " + Texts.line(x.getMessage());
            }
        }
        tasks.settle(this, new Outcome(reason, code, stdout, stderr, usage, detail, files));
    }

    private String memory() {
        return "it used more than " + container.resources().memory() + " bytes of memory";
    }

    private byte[] files() throws IOException, InvalidImageException, FileArchive.TooLargeException {
        byte[] archive = spool.read(number(), ".files", (int) Math.min(MAX_ARCHIVE, begun.maxOutput() + MAX_HEADS));
        if (archive.length == 0) {
            return archive;
        }
        return new FileArchive(begun.maxOutput()).read(new ByteArrayInputStream(archive), "", true).toBytes();
    }

    /** It is not run: what it brings is not valid. */
    void refuse(String why) {
        synchronized (this) {
            settled = true;
        }
        stopWatching();
        tasks.settle(this, new Outcome(Reason.INVALID_IMAGE, 0, new byte[0], new byte[0], UsageVector.ZERO, why));
    }

    /** The backend failed. */
    void fail(ContainerException e) {
        synchronized (this) {
            settled = true;
        }
        stopWatching();
        container.tell('x', number());
        try {
            spool.remove(number());
        } catch (IOException x) {
            // goes with the lease's directory
        }
        tasks.free(this);
        future.completeExceptionally(e);
    }

    void cancel() {
        container.tell('x', number());
        Thread.ofVirtual().start(() -> force(true));
    }

    /** Sees to it that it ends: thaws the container where that is needed, and ends it where that does not help. */
    private void force(boolean cancelled) {
        synchronized (this) {
            if (ending || settled) {
                return;
            }
            ending = true;
        }
        try {
            boolean was = container.freezer().lend();
            synchronized (this) {
                thawed |= was;
            }
            long step = 100;
            for (long waited = 0; waited < DockerContainer.graceMillis() && !future.isDone(); waited += step) {
                if (container.goneWithin(step)) {
                    break;
                }
                look();
            }
            if (!future.isDone() && !container.over()) {
                container.abandon("its task did not end within " + DockerContainer.graceMillis() + " ms after it was told to");
            }
            look();
        } catch (ContainerException e) {
            container.abandon(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
