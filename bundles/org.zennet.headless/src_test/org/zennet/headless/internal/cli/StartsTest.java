package org.zennet.headless.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.zennet.headless.internal.control.Json;

class StartsTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Output out = new Output(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    private static JsonNode leases(String text) throws Exception {
        return Json.MAPPER.readTree(text.replace('\'', '"'));
    }

    private String said() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatTheMarketAddsIsWhatNeitherFundingNorContainerExplains() throws Exception {
        JsonNode all = leases("[{'start': {'match': 1, 'negotiate': 2, 'channel': 1000, 'image': 30, 'start': 70, 'up': 1040}},"
                + " {'start': {'match': 1, 'negotiate': 2, 'channel': 10, 'image': 30, 'start': 70, 'up': 140}}, {'start': null}]");
        assertEquals(40, Starts.of(all.path(0)).path("other").asLong());
        assertEquals(40, Starts.of(all.path(1)).path("other").asLong());
        assertTrue(Starts.of(all.path(2)).isNull());
    }

    @Test
    void onlyLeasesThatAreUpAreShown() throws Exception {
        JsonNode all = leases("[{'name': 'a', 'start': {'match': 812, 'negotiate': 31, 'channel': 950, 'image': 4, 'start': 60, 'up': 990}}, {'name': 'b', 'start': null}]");
        Starts.table(out, all, l -> l.path("name").asText());
        assertTrue(said().contains("812 ms") && said().contains("990 ms") && said().contains("40 ms"), said());
        assertEquals(3, said().lines().count(), said());
        Starts.table(out, leases("[{'name': 'b', 'start': null}]"), l -> "b");
        assertEquals(3, said().lines().count(), "nothing to show");
    }

    @Test
    void aHundredMachinesAreToldByTheirMedians() throws Exception {
        Starts.medians(out, leases("[{'start': {'match': 5, 'negotiate': 1, 'channel': 1, 'image': 1, 'start': 1, 'up': 3}},"
                + " {'start': {'match': 1, 'negotiate': 1, 'channel': 1, 'image': 1, 'start': 1, 'up': 30}},"
                + " {'start': {'match': 900, 'negotiate': 1, 'channel': 1, 'image': 1, 'start': 1, 'up': 4}}]"));
        assertEquals("start, medians: match 5 ms, negotiate 1 ms, channel 1 ms, image 1 ms, start 1 ms, up 4 ms, other 2 ms", said().strip());
    }
}
