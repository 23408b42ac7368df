package org.zennet.blockchain.internal.peer;

/** So many at once, so many a second after that. Time is handed in. */
final class TokenBucket {
    private final long burst;
    private final long perSecond;
    private double tokens;
    private long last;

    TokenBucket(long burst, long perSecond, long nowMillis) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.tokens = burst;
        this.last = nowMillis;
    }

    boolean take(long count, long nowMillis) {
        tokens = Math.min(burst, tokens + Math.max(0, nowMillis - last) / 1000.0 * perSecond);
        last = nowMillis;
        if (tokens < count) {
            return false;
        }
        tokens -= count;
        return true;
    }
}
