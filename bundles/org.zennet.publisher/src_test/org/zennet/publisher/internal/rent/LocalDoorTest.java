package org.zennet.publisher.internal.rent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.market.machine.LoginEnd;
import org.zennet.market.message.ShellAck;
import org.zennet.market.message.ShellData;
import org.zennet.market.message.ShellEnd;
import org.zennet.market.message.ShellOpen;
import org.zennet.market.message.ShellReady;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** The local port in front of a machine, before a provider that sends back what it gets. */
@Timeout(60)
class LocalDoorTest {
    private static final Hash CONTRACT = Hash.of(new byte[32]);
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Map<Hash, LoginEnd> logins = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<Runnable> looks = new LinkedBlockingQueue<>();
    private volatile Instant now = Instant.ofEpochSecond(1_800_000_000L);
    private volatile Optional<Peer> peer = Optional.of(new Peer());
    private volatile int refusals;

    /** A connection whose provider echoes. */
    private final class Peer implements PeerConnection {
        private volatile boolean open = true;
        private final Map<MessageStream.Receiver, Boolean> receivers = new ConcurrentHashMap<>();

        void cut() {
            open = false;
            receivers.keySet().forEach(r -> r.closed("cut"));
        }

        @Override
        public MessageStream open(String protocol, MessageStream.Priority priority, MessageStream.Receiver receiver) {
            receivers.put(receiver, true);
            return new Echo(this, receiver);
        }

        @Override
        public PublicKey identity() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String remote() {
            return "test";
        }

        @Override
        public boolean outbound() {
            return false;
        }

        @Override
        public Hash binding() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void violation(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void close() {
            cut();
        }

        @Override
        public boolean isOpen() {
            return open;
        }
    }

    private final class Echo implements MessageStream, LoginEnd.Wire {
        private final Peer on;
        private final Receiver publisher;
        private final ExecutorService line = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
        private LoginEnd end;

        Echo(Peer on, Receiver publisher) {
            this.on = on;
            this.publisher = publisher;
        }

        @Override
        public void send(Record message) {
            byte[] bytes = Records.encode(message);
            line.execute(() -> {
                if (on.isOpen()) {
                    publisher.message(bytes);
                }
            });
        }

        @Override
        public boolean send(byte[] message) {
            if (on.isOpen()) {
                try {
                    handle(message);
                } catch (EncodingException | LoginEnd.Breach e) {
                    throw new AssertionError(e);
                }
            }
            return on.isOpen();
        }

        private void handle(byte[] message) throws EncodingException, LoginEnd.Breach {
            switch (Records.decodeAny(message, ShellOpen.class, ShellData.class, ShellAck.class, ShellEnd.class)) {
                case ShellOpen _ when refusals > 0 -> {
                    refusals--;
                    send(new ShellEnd(true, 0, "not paid yet"));
                }
                case ShellOpen o -> {
                    boolean fresh = !logins.containsKey(o.login());
                    end = logins.computeIfAbsent(o.login(), _ -> new LoginEnd());
                    send(new ShellReady(end.received()));
                    end.attach(this, o.received());
                    if (fresh) {
                        LoginEnd e = end;
                        workers.execute(() -> echo(e));
                    }
                }
                case ShellData d -> end.arrived(d);
                case ShellAck a -> end.arrived(a);
                case ShellEnd e -> end.arrived(e);
                default -> throw new AssertionError();
            }
        }

        private static void echo(LoginEnd e) {
            try {
                for (Optional<byte[]> b = e.read(); b.isPresent(); b = e.read()) {
                    e.write(b.get(), 0, b.get().length);
                }
            } catch (InterruptedException x) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            line.shutdown();
        }

        @Override
        public PeerConnection connection() {
            return on;
        }
    }

    private LocalDoor door(Optional<Duration> idle) throws IOException {
        InstantSource clock = () -> now;
        Ports ports = new Ports(null, null, null, null, null, null, null, null, null, null, clock, System::nanoTime, new Random(1), workers, (time, action) -> {
            if (time.toMillis() >= 1000) {
                looks.add(action); // the look for idle logins
            } else {
                timer.schedule(() -> workers.execute(action), 1, TimeUnit.MILLISECONDS);
            }
        });
        return new LocalDoor(ports, CONTRACT, () -> peer.map(p -> p), idle);
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
        workers.shutdownNow();
    }

    private static Socket dial(LocalDoor door) throws IOException {
        Socket s = new Socket(InetAddress.ofLiteral("127.0.0.1"), door.port());
        s.setSoTimeout(50_000); // no time limit of a test ends a read
        return s;
    }

    @Test
    void aLocalConnectionStaysWhenTheProvidersIsCutAgainAndAgain() throws Exception {
        byte[] sent = new byte[2_000_000];
        new Random(2).nextBytes(sent);
        try (LocalDoor door = door(Optional.empty()); Socket s = dial(door)) {
            workers.execute(() -> {
                try {
                    s.getOutputStream().write(sent);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            byte[] got = new byte[0];
            for (int i = 1; i <= 10; i++) {
                byte[] part = s.getInputStream().readNBytes(sent.length / 10);
                got = Arrays.copyOf(got, got.length + part.length);
                System.arraycopy(part, 0, got, got.length - part.length, part.length);
                Peer old = peer.orElseThrow();
                peer = Optional.empty();
                old.cut();
                peer = Optional.of(new Peer());
            }
            assertArrayEquals(sent, got);
            assertEquals(1, logins.size(), "one login over many streams");
            assertEquals(sent.length, door.relayed().get(Counter.NETWORK_IN));
            assertEquals(sent.length, door.relayed().get(Counter.NETWORK_OUT));
        }
    }

    @Test
    void whoIsNotLetInYetIsAskedForAgain() throws Exception {
        refusals = 3;
        try (LocalDoor door = door(Optional.empty()); Socket s = dial(door)) {
            s.getOutputStream().write(7);
            assertEquals(7, s.getInputStream().read());
            assertEquals(0, refusals);
        }
    }

    @Test
    void aLoginThatMovesNothingIsEndedWhenItsTimeIsOver() throws Exception {
        try (LocalDoor door = door(Optional.of(Duration.ofSeconds(60))); Socket s = dial(door); Socket busy = dial(door)) {
            s.getOutputStream().write(1);
            busy.getOutputStream().write(1);
            assertEquals(1, s.getInputStream().read());
            assertEquals(1, busy.getInputStream().read());
            now = now.plusSeconds(59);
            busy.getOutputStream().write(2);
            assertEquals(2, busy.getInputStream().read());
            looks.take().run();
            assertEquals(2, door.logins());
            assertEquals(Optional.of(now), door.lastMoved());
            now = now.plusSeconds(1);
            looks.take().run();
            assertEquals(-1, s.getInputStream().read());
            busy.getOutputStream().write(3);
            assertEquals(3, busy.getInputStream().read(), "the other one goes on");
            assertEquals(1, door.logins());
        }
    }

    @Test
    void aClosedDoorEndsItsLoginsAndRemembersWhatWentThrough() throws Exception {
        LocalDoor door = door(Optional.empty());
        try (Socket s = dial(door)) {
            s.getOutputStream().write(new byte[100]);
            assertEquals(100, s.getInputStream().readNBytes(100).length);
            door.close();
            assertEquals(-1, s.getInputStream().read());
        }
        assertEquals(100, door.relayed().get(Counter.NETWORK_IN));
        assertTrue(door.logins() == 0);
    }
}
