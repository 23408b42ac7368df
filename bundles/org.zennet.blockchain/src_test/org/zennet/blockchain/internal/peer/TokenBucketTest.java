package org.zennet.blockchain.internal.peer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
    @Test
    void aBurstIsTakenAndComesBackWithTime() {
        TokenBucket bucket = new TokenBucket(10, 5, 1_000);
        assertTrue(bucket.take(10, 1_000));
        assertFalse(bucket.take(1, 1_100));
        assertTrue(bucket.take(1, 1_300));
        assertFalse(bucket.take(11, 100_000));
        assertTrue(bucket.take(10, 100_000));
    }

    @Test
    void aClockThatIsSetBackTakesNothingAway() {
        TokenBucket bucket = new TokenBucket(10, 5, 10_000_000);
        assertTrue(bucket.take(1, 0));
        assertTrue(bucket.take(9, 1));
        assertTrue(bucket.take(1, 300));
    }
}
