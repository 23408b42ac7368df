package org.zennet.publisher.internal.buyer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Hash;
import org.zennet.market.message.ImageProgress;

class ImageWatchTest {
    private final ImageWatch watch = new ImageWatch();

    private static ImageProgress at(long bytes) {
        return new ImageProgress(Hash.of(new byte[Hash.LENGTH]), bytes, 100);
    }

    @Test
    void whatIsNewIsShownAndWhoTellsTooMuchIsNotHeard() {
        Instant now = Instant.ofEpochSecond(1000);
        assertTrue(watch.heard(at(0), now));
        assertFalse(watch.heard(at(1), now.plusMillis(199)));
        assertEquals(at(0), watch.open().orElseThrow());
        assertTrue(watch.heard(at(2), now.plusMillis(200)));
        assertFalse(watch.heard(at(2), now.plusSeconds(9)), "nothing new");
        assertTrue(watch.heard(at(100), now.plusMillis(201)), "the end is told at once");
        assertTrue(watch.open().isEmpty());
    }
}
