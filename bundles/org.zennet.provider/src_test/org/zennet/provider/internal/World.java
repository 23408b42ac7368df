package org.zennet.provider.internal;

import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.zennet.services.Registration;

/**
 * Virtual time over real threads: time stands still while anybody works and leaps to the next timer when all rest. So
 * an hour of leases takes milliseconds, and no test sleeps.
 */
final class World implements Timers, InstantSource {
    private static final long STUCK_MILLIS = 20_000;
    private final PriorityQueue<Entry> timers = new PriorityQueue<>();
    private long now = 1_800_000_000_000L;
    private long order;
    private int busy;
    /** Threads that may block. */
    final Executor workers = this::work;

    private static final class Entry implements Comparable<Entry> {
        final long at;
        final long order;
        final Runnable task;

        Entry(long at, long order, Runnable task) {
            this.at = at;
            this.order = order;
            this.task = task;
        }

        @Override
        public int compareTo(Entry o) {
            return at != o.at ? Long.compare(at, o.at) : Long.compare(order, o.order);
        }
    }

    private void work(Runnable task) {
        synchronized (this) {
            busy++;
        }
        Thread.ofVirtual().start(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                e.printStackTrace();
                throw e;
            } finally {
                rest();
            }
        });
    }

    private synchronized void rest() {
        busy--;
        notifyAll();
    }

    @Override
    public synchronized Registration after(long millis, Runnable task) {
        Entry e = new Entry(now + Math.max(0, millis), order++, () -> work(task));
        timers.add(e);
        return () -> {
            synchronized (this) {
                timers.remove(e);
            }
        };
    }

    @Override
    public synchronized Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    @Override
    public synchronized long millis() {
        return now;
    }

    /** The same, as a clock that only goes forward. */
    long nanos() {
        return millis() * 1_000_000;
    }

    /** Somebody who rests for a virtual time. */
    static final class Sleeper {
        private boolean released;
    }

    /** Called by a worker: rests for a virtual time, or until it is released. */
    synchronized void sleep(Sleeper s, long millis) throws InterruptedException {
        Entry e = new Entry(now + millis, order++, () -> release(s));
        timers.add(e);
        busy--;
        notifyAll();
        while (!s.released) {
            wait(STUCK_MILLIS);
        }
        timers.remove(e);
    }

    /** Wakes a sleeper, who is at work from this moment on. */
    synchronized void release(Sleeper s) {
        if (!s.released) {
            s.released = true;
            busy++;
            notifyAll();
        }
    }

    /** Lets so much time pass. */
    void run(long millis) {
        long until = millis() + millis;
        runUntil(() -> false, millis);
        synchronized (this) {
            now = Math.max(now, until);
        }
    }

    /** Lets time pass until something is so, at most so much; whether it is. */
    boolean runUntil(BooleanSupplier condition, long most) {
        long until = millis() + most;
        while (true) {
            settle();
            if (condition.getAsBoolean()) {
                return true;
            }
            Entry next;
            synchronized (this) {
                next = timers.peek();
                if (next == null || next.at > until) {
                    return false;
                }
                timers.poll();
                now = Math.max(now, next.at);
            }
            next.task.run();
        }
    }

    private synchronized void settle() {
        long began = System.nanoTime();
        while (busy > 0) {
            try {
                wait(1000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (busy > 0 && System.nanoTime() - began > STUCK_MILLIS * 1_000_000) {
                throw new AssertionError("stuck: " + busy + " workers do not rest");
            }
        }
    }
}
