package org.zennet.publisher.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.zennet.publisher.internal.buyer.Ports;

/** One thread, virtual time: an executor, a timer and a clock. */
final class Loop implements Executor, Ports.Timer, InstantSource {
    private record Timed(long at, long order, Runnable action) { }

    private final PriorityQueue<Timed> queue = new PriorityQueue<>(Comparator.comparingLong(Timed::at).thenComparingLong(Timed::order));
    private long now = 1_800_000_000_000L;
    private long order;

    @Override
    public void execute(Runnable action) {
        after(0, action);
    }

    @Override
    public void after(Duration time, Runnable action) {
        after(time.toMillis(), action);
    }

    void after(long millis, Runnable action) {
        queue.add(new Timed(now + millis, order++, action));
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    /** The same, as a clock that only goes forward. */
    long nanos() {
        return now * 1_000_000;
    }

    /** Runs until a condition holds, at most so many virtual seconds. */
    boolean until(BooleanSupplier done, long seconds) {
        long end = now + seconds * 1000;
        while (!done.getAsBoolean()) {
            Timed next = queue.peek();
            if (next == null || next.at() > end) {
                return false;
            }
            queue.remove();
            now = Math.max(now, next.at());
            next.action().run();
        }
        return true;
    }

    void run(long seconds) {
        long end = now + seconds * 1000;
        until(() -> false, seconds);
        now = Math.max(now, end);
    }
}
