package org.zennet.market.internal.registry;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The one place where foreign code is called: on a thread of its own, with a time limit. A call that takes longer is
 * interrupted; when it does not end soon after that, its thread is abandoned and counted. Thread-safe.
 */
final class Guard {
    /** The abandoned threads that are alive in this process from which on nothing that hangs gets a second chance. */
    static final int MOST_ABANDONED = 2;
    /** How long an interrupted call may take to end, in milliseconds. */
    private static final long GRACE_MILLIS = 200;

    private final Set<Thread> abandoned = ConcurrentHashMap.newKeySet();

    /** What foreign code did wrong. The message is one line. */
    static final class Broke extends Exception {
        private static final long serialVersionUID = 1L;
        /** The thread that is still in the call, or null. */
        final transient Thread stuck;

        Broke(String message, Throwable cause, Thread stuck) {
            super(message, cause);
            this.stuck = stuck;
        }
    }

    /**
     * Calls foreign code and waits for its end.
     *
     * @param name        of the thread, for people
     * @param limitMillis how long it may take, in milliseconds
     * @param body        the call
     * @param late        gets the result of a call that ended after it was given up
     * @param allowed     the exception that the SPI allows, which is passed on
     * @throws Broke when it threw anything else, took longer or answered null
     * @throws InterruptedException when the caller was interrupted; the call is interrupted too
     */
    <T, X extends Exception> T call(String name, long limitMillis, Callable<T> body, Consumer<T> late, Class<X> allowed)
            throws X, Broke, InterruptedException {
        Late<T> handover = new Late<>(late);
        FutureTask<T> task = new FutureTask<>(() -> handover.ended(body.call()));
        Thread thread = Thread.ofPlatform().daemon().name("zennet-plugin-" + name).start(task);
        try {
            T result = task.get(limitMillis, TimeUnit.MILLISECONDS);
            if (result == null) {
                throw new Broke("it answered nothing", null, null);
            }
            return result;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (allowed.isInstance(cause)) {
                throw allowed.cast(cause);
            }
            throw new Broke("it threw " + describe(cause), cause, null);
        } catch (TimeoutException e) {
            handover.giveUp();
            Thread stuck = end(thread);
            throw new Broke("it took longer than " + limitMillis + " ms" + (stuck == null ? "" : " and can't be stopped"), null, stuck);
        } catch (InterruptedException e) {
            handover.giveUp();
            end(thread);
            throw e;
        }
    }

    /** How many threads are alive that were given up. */
    int abandoned() {
        for (Iterator<Thread> i = abandoned.iterator(); i.hasNext();) {
            if (!i.next().isAlive()) {
                i.remove();
            }
        }
        return abandoned.size();
    }

    private Thread end(Thread thread) {
        thread.interrupt();
        try {
            thread.join(GRACE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            return null;
        }
        abandoned.add(thread);
        return thread;
    }

    /** What was thrown, in one line. */
    static String describe(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (RuntimeException | LinkageError e) {
            message = null;
        }
        return line(thrown.getClass().getSimpleName() + (message == null ? "" : ": " + message), 200);
    }

    /** A text cut to one line of printable characters and a length. */
    static String line(String text, int length) {
        String one = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return one.length() <= length ? one : one.substring(0, length - 1) + "…";
    }

    /** Sees to it that a result is either returned or handed to {@code late}. */
    private static final class Late<T> {
        private final Consumer<T> consumer;
        private boolean givenUp;
        private T result;

        Late(Consumer<T> consumer) {
            this.consumer = consumer;
        }

        T ended(T value) {
            synchronized (this) {
                result = value;
                if (!givenUp) {
                    return value;
                }
            }
            if (value != null) {
                consumer.accept(value);
            }
            return value;
        }

        void giveUp() {
            T value;
            synchronized (this) {
                givenUp = true;
                value = result;
            }
            if (value != null) {
                Thread.ofVirtual().start(() -> consumer.accept(value));
            }
        }
    }
}
