package org.zennet.wallet.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.services.Registration;

/** Who wants to be told. Called on the worker; one that throws does not keep the others from hearing. */
public final class Listeners<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private final List<Entry<T>> entries = new CopyOnWriteArrayList<>();
    private final Worker worker;

    private static final class Entry<T> {
        private final Consumer<T> listener;

        private Entry(Consumer<T> listener) {
            this.listener = listener;
        }
    }

    /** Calls on a worker. */
    public Listeners(Worker worker) {
        this.worker = worker;
    }

    /** Adds one; the same one can be added twice. */
    public Registration add(Consumer<T> listener) {
        Entry<T> entry = new Entry<>(listener);
        entries.add(entry);
        return () -> entries.remove(entry);
    }

    /** Tells all. */
    public void tell(T news) {
        if (!entries.isEmpty()) {
            worker.run(() -> entries.forEach(e -> call(e, news)));
        }
    }

    private void call(Entry<T> entry, T news) {
        try {
            entry.listener.accept(news);
        } catch (RuntimeException e) {
            LOG.warn("a listener of the wallet failed", e);
        }
    }
}
