package org.zennet.headless.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.zennet.headless.internal.control.Json;

class OutputTest {
    @Test
    void usageAndRatesAreInUnitsForPeople() throws Exception {
        assertEquals("cpu 2.50 s, memory 1.00 GiB·s, network-out 0.50 MiB, wall 1.5 s", Output.usage(Json.MAPPER.readTree(
                "{\"cpu\":2500000,\"memory\":1073741824,\"disk-read\":0,\"network-out\":524288,\"wall\":1500}")));
        // 10^20 picozen are one XEN: a core-hour has 3.6 * 10^9 microseconds
        assertEquals("0.36 XEN/core-hour, 3.865 XEN/GiB-hour", Output.rates(Json.MAPPER.readTree("{\"cpu\":10000000000,\"memory\":100000000}")));
        assertEquals("nothing", Output.usage(Json.MAPPER.readTree("{}")));
    }
}
