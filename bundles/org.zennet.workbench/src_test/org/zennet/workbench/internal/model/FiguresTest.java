package org.zennet.workbench.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.zennet.api.container.Isolation;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

class FiguresTest {
    @Test
    void usageComesInUnitsThatFit() {
        assertEquals("cpu 0.25 s, memory 512 MiB·s, disk-written 999 B, network-in 1.5 MiB, wall 90.5 s", Figures.usage(UsageVector.ZERO
                .with(Counter.CPU, 250_000).with(Counter.MEMORY, 512L << 20).with(Counter.DISK_WRITTEN, 999).with(Counter.NETWORK_IN, 3 << 19)
                .with(Counter.WALL, 90_500)));
        assertEquals("nothing", Figures.usage(UsageVector.ZERO));
        assertEquals("cpu 9223372036855 s", Figures.usage(UsageVector.ZERO.with(Counter.CPU, Long.MAX_VALUE)));
    }

    @Test
    void idsWordsAndNumbersReadWell() {
        assertEquals("0123456789ab", Figures.brief("0123456789abcdef"));
        assertEquals("short", Figures.brief("short"));
        assertEquals("wasm sandboxed", Figures.word(Isolation.WASM_SANDBOXED));
        assertEquals("1 task", Figures.count(1, "task", "tasks"));
        assertEquals("0 tasks", Figures.count(0, "task", "tasks"));
        assertEquals("waits", Figures.block(0));
    }
}
