package org.zennet.network.internal.transport;

/**
 * Notices a peer that is gone: asks it now and then, and gives up after a long silence. Reads no clock. Thread-safe.
 */
final class Liveness {
    /** What is to be done. */
    enum Due { NOTHING, PING, END }

    private static final int PINGS_PER_TICK = 100;

    private volatile long heard;
    private volatile long asked;
    private volatile int pings;

    Liveness(long now) {
        heard = now;
        asked = now;
    }

    /** Something came. */
    void heard(long now) {
        heard = now;
    }

    long heardAt() {
        return heard;
    }

    /** A ping came; false when they come too fast. Called on the event loop. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    boolean pinged() {
        return ++pings <= PINGS_PER_TICK;
    }

    /** Time has passed. */
    Due tick(long now, Limits limits) {
        pings = 0;
        if (now - heard >= limits.dead().toNanos()) {
            return Due.END;
        }
        if (now - asked >= limits.ping().toNanos()) {
            asked = now;
            return Due.PING;
        }
        return Due.NOTHING;
    }
}
