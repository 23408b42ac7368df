package org.zennet.publisher.internal.buyer;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.zennet.market.message.Started;
import org.zennet.services.publisher.JobService.StartTimes;

/**
 * Times the start of one lease by a clock that only goes forward: from the announcement to the call, to the contract, to the
 * provider's word that it is up. Used in one mailbox.
 */
public final class LeaseWatch {
    private static final long MILLI = 1_000_000;
    private final LongSupplier nanos;
    private final long announced;
    private final long called;
    private long agreed;
    private Optional<StartTimes> times = Optional.empty();

    /**
     * The provider calls now.
     *
     * @param nanos     like {@link System#nanoTime}
     * @param announced when it could have known first, by the same clock
     */
    public LeaseWatch(LongSupplier nanos, long announced) {
        this.nanos = nanos;
        this.announced = announced;
        this.called = nanos.getAsLong();
        this.agreed = called;
    }

    /** Both signed now. */
    public void agree() {
        agreed = nanos.getAsLong();
    }

    /** When both signed, by its clock. */
    public long agreed() {
        return agreed;
    }

    /** The provider's word that it is up arrives now; the first one counts. What it says of itself is taken as it is, but not below 0. */
    public void up(Started told) {
        if (times.isEmpty()) {
            times = Optional.of(new StartTimes(millis(announced, called), millis(called, agreed), Math.max(0, told.channelMillis()),
                    Math.max(0, told.imageMillis()), Math.max(0, told.startMillis()), millis(agreed, nanos.getAsLong())));
        }
    }

    /** What it took; empty before it is up. */
    public Optional<StartTimes> times() {
        return times;
    }

    private static int millis(long from, long to) {
        return (int) Math.clamp((to - from) / MILLI, 0, Integer.MAX_VALUE);
    }
}
