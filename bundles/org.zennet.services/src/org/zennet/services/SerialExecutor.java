package org.zennet.services;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Runs tasks one after the other, in order, on threads of another executor. What the other executor refuses, it throws. Thread-safe; never
 * blocks who submits.
 */
public final class SerialExecutor implements Executor {
    private final Executor threads;
    private final Consumer<Throwable> failed;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    /**
     * Borrows threads.
     *
     * @param failed is told what a task throws; the next one runs all the same
     */
    public SerialExecutor(Executor threads, Consumer<Throwable> failed) {
        this.threads = threads;
        this.failed = failed;
    }

    /** Has something done, behind all that was submitted before. */
    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        threads.execute(this::work);
    }

    private void work() {
        while (true) {
            Runnable task;
            synchronized (tasks) {
                task = tasks.poll();
                if (task == null) {
                    running = false;
                    return;
                }
            }
            try {
                task.run();
            } catch (RuntimeException | LinkageError e) {
                failed.accept(e);
            }
        }
    }
}
