package org.zennet.headless.internal.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class StartTimesTest {
    @Test
    void aPercentileIsTheValueThatSoManyAreNotAbove() {
        List<Long> micros = List.of(5000L, 1000L, 4000L, 2000L, 3000L);
        assertEquals(1.0, StartTimes.percentile(micros, 0));
        assertEquals(3.0, StartTimes.percentile(micros, 50));
        assertEquals(5.0, StartTimes.percentile(micros, 90));
        assertEquals(5.0, StartTimes.percentile(micros, 100));
        assertEquals(7.0, StartTimes.percentile(List.of(7000L), 50));
        assertEquals(1.0, StartTimes.percentile(List.of(1000L, 2000L), 50));
    }
}
