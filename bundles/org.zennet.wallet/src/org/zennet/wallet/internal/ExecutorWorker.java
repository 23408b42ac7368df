package org.zennet.wallet.internal;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker with one thread of its own. What comes after closing is not run. */
final class ExecutorWorker implements Worker, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorWorker.class);
    private static final long PATIENCE_SECONDS = 10;
    private final ScheduledExecutorService executor;

    ExecutorWorker(String name) {
        ScheduledThreadPoolExecutor one = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(name).factory());
        one.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.executor = one;
    }

    @Override
    public void run(Runnable task) {
        later(Duration.ZERO, task);
    }

    @Override
    public void later(Duration delay, Runnable task) {
        try {
            executor.schedule(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("the wallet failed at something that it will try again", e);
                }
            }, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the wallet is closing", e);
        }
    }

    /** Waits for what runs. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
