package org.zennet.publisher.internal.buyer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Started;
import org.zennet.services.publisher.JobService.StartTimes;

class LeaseWatchTest {
    private static final long MILLI = 1_000_000;
    private static final Hash CONTRACT = Hash.of(new byte[32]);
    private long now = Long.MAX_VALUE - 100 * MILLI;

    @Test
    void eachPhaseIsTimedFromTheEndOfTheOneBeforeEvenWhereTheClockWrapsAround() {
        long announced = now;
        now += 800 * MILLI;
        LeaseWatch w = new LeaseWatch(() -> now, announced);
        now += 30 * MILLI;
        w.agree();
        assertEquals(Optional.empty(), w.times());
        now += 1100 * MILLI;
        w.up(new Started(CONTRACT, 1050, 20, 45));
        StartTimes t = w.times().orElseThrow();
        assertEquals(new StartTimes(800, 30, 1050, 20, 45, 1100), t);
        assertEquals(50, t.other(), "the container started while the funding was waited for");
    }

    @Test
    void aProviderThatTellsNonsenseOrTwiceChangesNothingThatWasMeasuredHere() {
        LeaseWatch w = new LeaseWatch(() -> now, now);
        w.agree();
        now += 200 * MILLI;
        w.up(new Started(CONTRACT, -5, Integer.MIN_VALUE, Integer.MAX_VALUE));
        w.up(new Started(CONTRACT, 1, 1, 1));
        StartTimes t = w.times().orElseThrow();
        assertEquals(new StartTimes(0, 0, 0, 0, Integer.MAX_VALUE, 200), t);
        assertTrue(t.other() >= 0);
    }
}
