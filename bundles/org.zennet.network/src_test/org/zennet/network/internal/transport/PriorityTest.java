package org.zennet.network.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zennet.network.internal.transport.TestNode.Collector;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.MessageStream.Priority;
import org.zennet.services.network.PeerConnection;

@Timeout(120)
class PriorityTest {
    private static final int ROUNDS = 10;
    private static final int BATCH = 10;

    /** The receiver of files waits for the payment that was sent after ten of them: it must overtake them all. */
    @Test
    void paymentsGetThroughWhileAHundredMebibytesOfFilesAreHeldUp() throws Exception {
        try (TestNode a = new TestNode(1); TestNode b = new TestNode(2)) {
            Semaphore paid = new Semaphore(0);
            AtomicInteger files = new AtomicInteger();
            b.network.accept("files/1", (from, stream) -> new Collector(m -> {
                try {
                    if (files.get() % BATCH == 0 && !paid.tryAcquire(20, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("no payment came");
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                files.incrementAndGet();
                stream.send(new byte[] {1});
            }));
            b.network.accept("payments/1", (from, stream) -> new Collector(m -> {
                stream.send(new byte[] {(byte) files.get()});
                paid.release();
            }));
            PeerConnection connection = a.connect(b);
            Collector acknowledged = new Collector();
            Collector receipts = new Collector();
            MessageStream bulk = connection.open("files/1", Priority.BULK, acknowledged);
            MessageStream payments = connection.open("payments/1", Priority.PAYMENT, receipts);
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < BATCH; i++) {
                    assertTrue(bulk.send(new byte[1 << 20]));
                }
                assertTrue(payments.send(new byte[100]));
                assertEquals(round * BATCH, TestNode.next(receipts.messages)[0], "files delivered before the payment");
                for (int i = 0; i < BATCH; i++) {
                    TestNode.next(acknowledged.messages);
                }
            }
            assertEquals(ROUNDS * BATCH, files.get());
        }
    }
}
