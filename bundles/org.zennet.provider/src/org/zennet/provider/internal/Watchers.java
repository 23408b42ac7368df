package org.zennet.provider.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.zennet.services.Registration;

/** Tells of changes, at most every 100 ms. Thread-safe. */
public final class Watchers {
    private static final long PAUSE_MILLIS = 100;
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final Timers timers;
    private final Executor mailbox;
    private boolean due;

    /** Told through timers, on worker threads. */
    public Watchers(Timers timers, Executor workers) {
        this.timers = timers;
        this.mailbox = new Mailbox(workers);
    }

    /** Adds a watcher. */
    public Registration add(Runnable watcher) {
        Runnable own = watcher::run;
        watchers.add(own);
        return () -> watchers.remove(own);
    }

    /** Something changed. */
    public void changed() {
        synchronized (this) {
            if (due || watchers.isEmpty()) {
                return;
            }
            due = true;
        }
        timers.after(PAUSE_MILLIS, () -> mailbox.execute(this::tell));
    }

    private void tell() {
        synchronized (this) {
            due = false;
        }
        watchers.forEach(Runnable::run);
    }
}
