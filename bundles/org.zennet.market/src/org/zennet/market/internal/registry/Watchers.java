package org.zennet.market.internal.registry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.services.Registration;

/** Tells watchers of changes, on a worker thread, one at a time, several changes at once as one. Thread-safe. */
final class Watchers {
    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean due = new AtomicBoolean();
    private final ReentrantLock one = new ReentrantLock();

    /** An identity for each registration: the same runnable may be registered twice. */
    private record Watcher(Object identity, Runnable changed) { }

    Registration add(Runnable changed) {
        Watcher watcher = new Watcher(new Object(), changed);
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    void changed() {
        if (!watchers.isEmpty() && due.compareAndSet(false, true)) {
            Thread.ofVirtual().name("zennet-registry-watchers").start(this::tell);
        }
    }

    private void tell() {
        one.lock();
        try {
            due.set(false);
            for (Watcher w : watchers) {
                try {
                    w.changed().run();
                } catch (RuntimeException | LinkageError e) {
                    LOG.warn("a watcher of the registry failed", e);
                }
            }
        } finally {
            one.unlock();
        }
    }
}
