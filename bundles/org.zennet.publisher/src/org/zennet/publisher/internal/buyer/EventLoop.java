package org.zennet.publisher.internal.buyer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.services.SerialExecutor;

/**
 * Runs the actions of one buyer one after the other, and works in its events in order: those that an event brings come before the next
 * action. Only {@link #event} has to be called from an action.
 *
 * @param <E> what may happen
 */
public final class EventLoop<E> {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private final SerialExecutor mailbox;
    private final Ports.Timer timer;
    private final Consumer<E> handler;
    private final Runnable after;
    private final Queue<E> events = new ArrayDeque<>();
    private boolean working;

    /**
     * Borrows threads.
     *
     * @param handler works in one event; it may bring others
     * @param after   is done after each action
     */
    public EventLoop(Executor threads, Ports.Timer timer, Consumer<E> handler, Runnable after) {
        this.mailbox = new SerialExecutor(threads, e -> LOG.error("an event could not be worked in", e));
        this.timer = timer;
        this.handler = handler;
        this.after = after;
    }

    /** Has something done, behind all that was posted before. Any thread. */
    public void post(Runnable action) {
        mailbox.execute(() -> {
            action.run();
            after.run();
        });
    }

    /** Works in an event, and those that it brings. */
    public void event(E event) {
        events.add(event);
        if (working) {
            return;
        }
        working = true;
        try {
            for (E e = events.poll(); e != null; e = events.poll()) {
                handler.accept(e);
            }
        } finally {
            working = false;
        }
    }

    /** Has something done every so often, until it is over. Any thread. */
    public void every(Duration time, BooleanSupplier over, Runnable action) {
        timer.after(time, () -> {
            if (!over.getAsBoolean()) {
                post(action);
                every(time, over, action);
            }
        });
    }
}
