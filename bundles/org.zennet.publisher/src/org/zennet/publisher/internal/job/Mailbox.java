package org.zennet.publisher.internal.job;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one action after the other, in order, on threads of an executor. Thread-safe; never blocks who posts. */
public final class Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
    private final Executor executor;
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean running;

    /** Borrows threads of an executor. */
    public Mailbox(Executor executor) {
        this.executor = executor;
    }

    /** Has something done, behind all that was posted before. */
    public void post(Runnable action) {
        synchronized (queue) {
            queue.add(action);
            if (running) {
                return;
            }
            running = true;
        }
        executor.execute(this::drain);
    }

    private void drain() {
        while (true) {
            Runnable next;
            synchronized (queue) {
                next = queue.poll();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            try {
                next.run();
            } catch (RuntimeException e) {
                LOG.error("a job's event could not be worked in", e);
            }
        }
    }
}
