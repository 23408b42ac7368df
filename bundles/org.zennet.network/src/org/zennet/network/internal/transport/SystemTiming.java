package org.zennet.network.internal.transport;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real time, with one thread per repetition. */
final class SystemTiming implements Timing {
    private static final Logger LOG = LoggerFactory.getLogger(SystemTiming.class);
    private static final long PERIOD_MILLIS = 250;

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Runnable repeat(Runnable tick) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("zennet-network-timer").daemon().factory());
        timer.scheduleWithFixedDelay(() -> {
            try {
                tick.run();
            } catch (RuntimeException e) {
                LOG.warn("the network's timer failed", e);
            }
        }, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        return timer::shutdownNow;
    }
}
