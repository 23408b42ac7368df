package org.zennet.network.internal.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.network.internal.TestNodeContext;
import org.zennet.network.internal.TestScheme;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.NetworkService.ConnectionWatcher;
import org.zennet.services.network.PeerConnection;

/** A node on loopback, with an identity made from a number and with what happened to it. */
final class TestNode implements AutoCloseable {
    /** How long a test waits for something that must come. */
    static final int PATIENCE = 20;

    final NettyNetwork network;
    final IdentityService identity;
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    TestNode(int secret) {
        this(secret, 1, Limits.defaults(), new SystemTiming());
    }

    TestNode(int secret, int salt, Limits limits, Timing timing) {
        this(secret, salt, limits, timing, 0);
    }

    TestNode(int secret, int salt, Limits limits, Timing timing, int port) {
        identity = identity(secret);
        try {
            network = new NettyNetwork(identity, TestNodeContext.line(salt), "zennet-node",
                    new InetSocketAddress("127.0.0.1", port), Optional.empty(), limits, timing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        network.watch(new ConnectionWatcher() {
            @Override
            public void opened(PeerConnection connection) {
                events.add("opened " + connection.identity().toShortHex());
            }

            @Override
            public void closed(PeerConnection connection) {
                events.add("closed " + connection.identity().toShortHex());
            }
        });
    }

    static IdentityService identity(int number) {
        TestScheme scheme = new TestScheme();
        byte[] secret = new byte[32];
        secret[31] = (byte) number;
        PublicKey key = scheme.publicKey(secret);
        return new IdentityService() {
            @Override
            public PublicKey identity() {
                return key;
            }

            @Override
            public Signature sign(Record message) {
                return scheme.sign(secret, Records.digest(message));
            }

            @Override
            public boolean verify(PublicKey signer, Record message, Signature signature) {
                return scheme.verify(signer, Records.digest(message), signature);
            }
        };
    }

    PublicKey id() {
        return identity.identity();
    }

    /** Connects to another node whose identity is known. */
    PeerConnection connect(TestNode other) throws Exception {
        return network.connect(other.network.listening(), Optional.of(other.id())).get(PATIENCE, TimeUnit.SECONDS);
    }

    /** The message of the failure that connecting must end in. */
    static String failure(java.util.concurrent.CompletableFuture<?> future) throws Exception {
        try {
            future.get(PATIENCE, TimeUnit.SECONDS);
            throw new AssertionError("it worked");
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof IOException) || e.getCause().getMessage().contains("\n")) {
                throw new AssertionError("not a one-line IOException", e.getCause());
            }
            return e.getCause().getMessage();
        }
    }

    /** The next event of a queue. */
    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T event = queue.poll(PATIENCE, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing came within " + PATIENCE + " s");
        }
        return event;
    }

    /** Waits for something that other threads bring about. */
    static void await(BooleanSupplier condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException("it did not come about within " + PATIENCE + " s");
            }
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    /** Accepts a protocol and sends everything back. */
    void echo(String protocol) {
        network.accept(protocol, (from, stream) -> new Collector(stream::send));
    }

    @Override
    public void close() {
        network.close();
    }

    /** A receiver that remembers. */
    static final class Collector implements MessageStream.Receiver {
        final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        private final java.util.function.Consumer<byte[]> also;

        Collector() {
            this(m -> { });
        }

        Collector(java.util.function.Consumer<byte[]> also) {
            this.also = also;
        }

        @Override
        public void message(byte[] message) {
            messages.add(message);
            also.accept(message);
        }

        @Override
        public void closed(String reason) {
            ends.add(reason);
        }
    }

    /** A clock and timer that only the test moves. */
    static final class ManualTiming implements Timing {
        private final List<Runnable> ticks = new ArrayList<>();
        private volatile long nanos = 1;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public synchronized Runnable repeat(Runnable tick) {
            ticks.add(tick);
            return () -> {
                synchronized (this) {
                    ticks.remove(tick);
                }
            };
        }

        /** Lets time pass. */
        void advance(java.time.Duration by) {
            List<Runnable> due;
            synchronized (this) {
                nanos += by.toNanos();
                due = List.copyOf(ticks);
            }
            due.forEach(Runnable::run);
        }
    }
}
