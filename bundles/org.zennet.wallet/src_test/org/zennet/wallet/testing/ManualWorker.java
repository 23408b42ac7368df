package org.zennet.wallet.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.zennet.wallet.internal.Worker;

/** A worker that runs when the test says so, under its own time. */
public final class ManualWorker implements Worker {
    private final List<Task> tasks = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private long order;

    private record Task(Duration due, long order, Runnable what) { }

    @Override
    public synchronized void run(Runnable task) {
        later(Duration.ZERO, task);
    }

    @Override
    public synchronized void later(Duration delay, Runnable task) {
        tasks.add(new Task(now.plus(delay), order++, task));
    }

    /** Lets time pass and runs what is due, in order. */
    public void advance(Duration by) {
        Duration until = now.plus(by);
        for (Task next = take(until); next != null; next = take(until)) {
            next.what.run();
        }
        now = until;
    }

    private synchronized Task take(Duration until) {
        Task next = tasks.stream().filter(t -> t.due.compareTo(until) <= 0)
                .min(Comparator.comparing(Task::due).thenComparing(Task::order)).orElse(null);
        tasks.remove(next);
        return next;
    }

    /** Runs what is due now. */
    public void runDue() {
        advance(Duration.ZERO);
    }
}
