package org.zennet.virtualization.docker.internal;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.virtualization.Outcomes;
import org.zennet.virtualization.Texts;
import org.zennet.virtualization.image.FileArchive;
import org.zennet.virtualization.image.InvalidImageException;

/**
 * The tasks of a container: one at a time, each id once, with an outcome that is kept; also the one that an earlier life of
 * this process began. Thread-safe.
 */
final class Tasks {
    private static final int MAX_TASKS = 100_000;

    private final DockerContainer container;
    private final ScheduledExecutorService scheduler;
    private final Spool spool;
    private final Outcomes outcomes;
    private final Words words;
    private TaskRun running;
    private int count;

    Tasks(DockerContainer container, ScheduledExecutorService scheduler, Spool spool, Outcomes outcomes, Words words) {
        this.container = container;
        this.scheduler = scheduler;
        this.spool = spool;
        this.outcomes = outcomes;
        this.words = words;
    }

    /** Begins a task, or finds the one of this id that runs or ran; its outcome. */
    CompletableFuture<Outcome> begin(TaskSpec task) throws ContainerException {
        Hash fingerprint = Outcomes.fingerprint(task);
        TaskRun r;
        synchronized (this) {
            Optional<Hash> done = outcomes.fingerprint(task.taskId());
            boolean same = running != null && running.taskId().equals(task.taskId());
            if ((done.isPresent() || same) && !done.orElseGet(() -> running.fingerprint()).equals(fingerprint)) {
                throw new ContainerException("task " + task.taskId() + " ran with another input; give it another id");
            }
            if (done.isPresent()) {
                return CompletableFuture.completedFuture(kept(task.taskId()));
            }
            if (same) {
                return running.future();
            }
            container.stillRunning();
            if (running != null) {
                throw new ContainerException("the container of " + container.leaseId() + " is busy with task " + running.taskId());
            }
            if (++count > MAX_TASKS) {
                throw new ContainerException("a lease runs at most " + MAX_TASKS + " tasks; start another one");
            }
            r = new TaskRun(container, this, scheduler, spool, new Spool.Begun(ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE),
                    task.taskId(), fingerprint, container.meter().sample(), container.meter().oomKills(), task.timeoutMillis(), task.maxOutput()));
            running = r;
        }
        try {
            byte[] files = FileArchive.of(task.files()).toBytes();
            spool.begin(r.begun(), task, words.line(task), words.environment(task.environment()), files);
            r.follow();
            container.tell('r', r.number());
        } catch (InvalidImageException | FileArchive.TooLargeException e) {
            r.refuse("the task's files: " + Texts.line(e.getMessage()));
        } catch (IOException e) {
            r.fail(new ContainerException("the task can't be handed over: " + Texts.reason(e), e));
        } catch (ContainerException e) {
            r.fail(e);
        }
        return r.future();
    }

    private Outcome kept(String taskId) throws ContainerException {
        try {
            return outcomes.get(taskId).orElseThrow(() ->
                    new ContainerException("task " + taskId + " is done and its outcome is no longer kept"));
        } catch (IOException e) {
            throw new ContainerException("the outcome of task " + taskId + " can't be read: " + Texts.reason(e), e);
        }
    }

    /** Goes on with a task that an earlier life of this process began. */
    void resume() throws ContainerException {
        try {
            Optional<Spool.Begun> begun = spool.begun();
            if (begun.isEmpty()) {
                return;
            }
            if (outcomes.fingerprint(begun.get().taskId()).isPresent()) {
                spool.remove(begun.get().number());
                return;
            }
            TaskRun r = new TaskRun(container, this, scheduler, spool, begun.get());
            synchronized (this) {
                running = r;
            }
            r.look();
            if (!r.future().isDone()) {
                r.follow();
                container.tell('?', 0);
            }
        } catch (IOException e) {
            throw new ContainerException("what the container did can't be read: " + Texts.reason(e), e);
        }
    }

    /** Keeps a task's outcome and tells it. */
    void settle(TaskRun r, Outcome o) {
        try {
            outcomes.keep(r.taskId(), r.fingerprint(), o);
            spool.remove(r.number());
            free(r);
            r.future().complete(o);
        } catch (IOException e) {
            free(r);
            r.future().completeExceptionally(new ContainerException("the outcome of task " + r.taskId() + " can't be kept: "
                    + Texts.reason(e), e));
        }
        if (r.thawed()) {
            freezeAgain();
        }
    }

    /** What can't be frozen is ended, since whoever froze it counts on that. */
    private void freezeAgain() {
        try {
            container.freezer().takeBack();
        } catch (ContainerException e) {
            if (mayRun()) {
                container.abandon("it can't be frozen again: " + e.getMessage());
            }
        }
    }

    private boolean mayRun() {
        try {
            return container.stillRuns();
        } catch (ContainerException e) {
            return true;
        }
    }

    /** Another task may come. */
    synchronized void free(TaskRun r) {
        if (running == r) {
            running = null;
        }
    }

    synchronized Optional<TaskRun> running() {
        return Optional.ofNullable(running);
    }
}
