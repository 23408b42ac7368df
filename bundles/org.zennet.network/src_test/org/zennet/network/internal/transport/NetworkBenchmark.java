package org.zennet.network.internal.transport;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.zennet.network.internal.transport.TestNode.Collector;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.MessageStream.Priority;
import org.zennet.services.network.PeerConnection;

/** Measures on loopback, both ends in one process: handshake, round trip, throughput. No test: run its main. */
final class NetworkBenchmark {
    private NetworkBenchmark() { }

    /** Prints the figures. */
    public static void main(String[] args) throws Exception {
        try (TestNode b = new TestNode(2)) {
            b.echo("echo/1");
            b.network.accept("sink/1", (from, stream) -> new MessageStream.Receiver() {
                @Override
                public void message(byte[] message) {
                    stream.send(new byte[1]);
                }

                @Override
                public void closed(String reason) {
                    // nothing to tidy up
                }
            });
            handshakes(b, 100);
            System.out.printf("handshake, connect() to open: %.2f ms%n", handshakes(b, 300));
            try (TestNode a = new TestNode(1)) {
                PeerConnection connection = a.connect(b);
                roundTrips(connection, 20_000);
                System.out.printf("round trip of 100 bytes, idle: %.0f us%n", roundTrips(connection, 20_000));
                throughput(connection, 500);
                System.out.printf("bulk: %.0f MiB/s%n", throughput(connection, 2000));
                Thread bulk = Thread.ofVirtual().start(() -> {
                    try {
                        System.out.printf("bulk beside round trips: %.0f MiB/s%n", throughput(connection, 2000));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                System.out.printf("round trip of a payment beside bulk: %.0f us%n", roundTrips(connection, 3000));
                bulk.join();
            }
        }
    }

    private static double handshakes(TestNode b, int count) throws Exception {
        long nanos = 0;
        try (TestNode a = new TestNode(1)) {
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                PeerConnection c = a.network.connect(b.network.listening(), Optional.of(b.id())).get();
                nanos += System.nanoTime() - start;
                c.close();
                TestNode.await(() -> b.network.network().size() == 0 && a.network.network().size() == 0);
            }
        }
        return nanos / 1e6 / count;
    }

    private static double roundTrips(PeerConnection connection, int count) throws InterruptedException {
        Collector answers = new Collector();
        MessageStream stream = connection.open("echo/1", Priority.PAYMENT, answers);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            stream.send(new byte[100]);
            answers.messages.poll(20, TimeUnit.SECONDS);
        }
        double micros = (System.nanoTime() - start) / 1e3 / count;
        stream.close();
        return micros;
    }

    private static double throughput(PeerConnection connection, int mebibytes) throws InterruptedException {
        Semaphore room = new Semaphore(12);
        MessageStream stream = connection.open("sink/1", Priority.BULK, new Collector(m -> room.release()));
        byte[] message = new byte[1 << 20];
        long start = System.nanoTime();
        for (int i = 0; i < mebibytes; i++) {
            room.acquire();
            stream.send(message);
        }
        room.acquire(12);
        double rate = mebibytes / ((System.nanoTime() - start) / 1e9);
        stream.close();
        return rate;
    }
}
