package org.zennet.headless.internal.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;

/**
 * Gives memory back that a process took for its start, or for work that is over: the collector shrinks the heap only when it
 * collects all of it, which an idle process never needs. Looks soon after the start and then every ten minutes.
 */
final class SpareMemory implements Runnable {
    private static final Duration SOON = Duration.ofSeconds(8);
    private static final Duration THEN = Duration.ofMinutes(10);
    private static final long LEAST = 8L << 20;

    @Override
    public void run() {
        try {
            for (Duration wait = SOON;; wait = THEN) {
                Thread.sleep(wait);
                if (worthIt(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage())) {
                    System.gc();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether so much is held and not used, or used by what may be garbage, that collecting could free some. */
    static boolean worthIt(MemoryUsage heap) {
        return heap.getCommitted() > heap.getInit() + LEAST;
    }
}
