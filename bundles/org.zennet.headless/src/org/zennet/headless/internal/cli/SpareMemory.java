package org.zennet.headless.internal.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Gives memory back that a process took for its start, or for work that is over: the collector shrinks the heap only when it
 * collects all of it, which an idle process never needs. Looks soon after the start and then every ten minutes.
 */
final class SpareMemory implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(8);
    static final Duration THEN = Duration.ofMinutes(10);
    private static final long LEAST = 8L << 20;

    private final Later later;
    private final Supplier<MemoryUsage> heap;
    private final Runnable collect;
    private boolean closed;

    /** Does something after a time, on some thread; never after it was closed. */
    interface Later extends AutoCloseable {
        void after(Duration time, Runnable task);

        @Override
        void close();
    }

    /** Of this process, on a thread of its own. */
    static SpareMemory ofThisProcess() {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("zennet-memory").factory());
        return new SpareMemory(new Later() {
            @Override
            public void after(Duration time, Runnable task) {
                try {
                    thread.schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
                } catch (RejectedExecutionException e) {
                    // the process ends
                }
            }

            @Override
            public void close() {
                thread.shutdownNow();
            }
        }, () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage(), System::gc);
    }

    /**
     * Looks from now on.
     *
     * @param heap    how it stands
     * @param collect frees what is not used
     */
    SpareMemory(Later later, Supplier<MemoryUsage> heap, Runnable collect) {
        this.later = later;
        this.heap = heap;
        this.collect = collect;
        later.after(SOON, this::look);
    }

    private void look() {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        if (worthIt(heap.get())) {
            collect.run();
        }
        later.after(THEN, this::look);
    }

    /** Whether so much is held and not used, or used by what may be garbage, that collecting could free some. */
    static boolean worthIt(MemoryUsage heap) {
        return heap.getCommitted() > heap.getInit() + LEAST;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        later.close();
    }
}
