package org.zennet.virtualization.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FlowTest {
    @Test
    void bytesComeInTheirOrderAndThenTheEnd() throws IOException {
        Flow f = new Flow();
        f.put("ab".getBytes(StandardCharsets.US_ASCII), 2);
        f.put("cdx".getBytes(StandardCharsets.US_ASCII), 2);
        f.end();
        assertEquals('a', f.read());
        assertEquals(3, f.available());
        assertEquals("bcd", new String(f.readAllBytes(), StandardCharsets.US_ASCII));
        assertEquals(-1, f.read());
    }

    @Test
    void aSlowReaderMakesTheWriterWaitAndClosingFreesIt() throws Exception {
        Flow f = new Flow();
        CompletableFuture<Integer> written = new CompletableFuture<>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 100; i++) {
                    f.put(new byte[1 << 16], 1 << 16);
                }
                written.complete(100);
            } catch (IOException e) {
                written.completeExceptionally(e);
            }
        });
        while (writer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertFalse(written.isDone());
        assertEquals(17 << 16, f.available(), "one piece above a MiB");
        f.close();
        assertEquals(100, written.get(10, TimeUnit.SECONDS));
        assertEquals(-1, f.read());
    }
}
