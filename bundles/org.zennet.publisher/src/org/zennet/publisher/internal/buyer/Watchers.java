package org.zennet.publisher.internal.buyer;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.services.Registration;

/** Tells who watches of changes, at most ten times a second. Thread-safe. */
public final class Watchers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);
    private static final Duration NOTICE = Duration.ofMillis(100);
    private final Ports.Timer timer;
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean noticed = new AtomicBoolean();
    private volatile boolean closed;

    /** Told on threads of a timer. */
    public Watchers(Ports.Timer timer) {
        this.timer = timer;
    }

    /** One more; the same one may watch twice. */
    public Registration add(Runnable watcher) {
        Runnable own = watcher::run;
        watchers.add(own);
        return () -> watchers.remove(own);
    }

    /** Something changed. */
    public void changed() {
        if (!watchers.isEmpty() && noticed.compareAndSet(false, true)) {
            timer.after(NOTICE, () -> {
                noticed.set(false);
                if (!closed) {
                    watchers.forEach(Watchers::tell);
                }
            });
        }
    }

    private static void tell(Runnable watcher) {
        try {
            watcher.run();
        } catch (RuntimeException e) {
            LOG.warn("a watcher of jobs or rents failed", e);
        }
    }

    /** Nobody hears of anything any more. */
    @Override
    public void close() {
        closed = true;
    }
}
