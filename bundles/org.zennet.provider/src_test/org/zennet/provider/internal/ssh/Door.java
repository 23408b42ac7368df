package org.zennet.provider.internal.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.market.machine.LoginEnd;
import org.zennet.market.message.ShellAck;
import org.zennet.market.message.ShellData;
import org.zennet.market.message.ShellEnd;
import org.zennet.market.message.ShellOpen;
import org.zennet.market.message.ShellReady;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** The publisher's end of logins, in short: a local port in front of {@link LeaseShells}, over streams that can be broken. */
final class Door implements AutoCloseable {
    private final LeaseShells shells;
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Map<Hash, Caller> callers = new ConcurrentHashMap<>();
    private final Random random = new Random(3);
    final AtomicLong fromSocket = new AtomicLong();
    final AtomicLong toSocket = new AtomicLong();
    /** A stream breaks when it has carried so many messages to the publisher. */
    volatile int breakAfter = Integer.MAX_VALUE;
    volatile int broken;

    Door(LeaseShells shells) throws IOException {
        this.shells = shells;
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    new Caller(server.accept()).start();
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    private final class Caller {
        final Socket socket;
        final Hash name;
        final LoginEnd bytes = new LoginEnd();

        Caller(Socket socket) {
            byte[] b = new byte[32];
            random.nextBytes(b);
            this.socket = socket;
            this.name = Hash.of(b);
            callers.put(name, this);
        }

        void start() {
            new Link(this).open();
            Thread.ofVirtual().start(() -> {
                byte[] buffer = new byte[20_000];
                try {
                    for (int n = socket.getInputStream().read(buffer); n >= 0; n = socket.getInputStream().read(buffer)) {
                        fromSocket.addAndGet(n);
                        bytes.write(buffer, 0, n);
                    }
                } catch (IOException | InterruptedException e) {
                    // the end
                }
                bytes.end("");
            });
            Thread.ofVirtual().start(() -> {
                try (Socket s = socket) {
                    OutputStream to = s.getOutputStream();
                    for (Optional<byte[]> b = bytes.read(); b.isPresent(); b = bytes.read()) {
                        toSocket.addAndGet(b.get().length);
                        to.write(b.get());
                    }
                } catch (IOException | InterruptedException e) {
                    // the end
                }
            });
        }
    }

    /** One stream of one login, with a thread for each direction. */
    private final class Link implements LoginEnd.Wire {
        private final Caller caller;
        private final LinkedBlockingQueue<byte[]> up = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<byte[]> down = new LinkedBlockingQueue<>();
        private MessageStream.Receiver provider;
        private volatile boolean over;
        private int carried;

        Link(Caller caller) {
            this.caller = caller;
        }

        void open() {
            provider = shells.open(new ShellOpen(Hash.of(new byte[32]), caller.name, caller.bytes.received()), new ProviderSide());
            Thread.ofVirtual().start(() -> {
                try {
                    while (!over) {
                        byte[] m = up.take();
                        if (!over) {
                            provider.message(m);
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Thread.ofVirtual().start(this::receive);
        }

        private void receive() {
            try {
                while (!over) {
                    switch (Records.decodeAny(down.take(), ShellReady.class, ShellData.class, ShellAck.class, ShellEnd.class)) {
                        case ShellReady r -> caller.bytes.attach(this, r.received());
                        case ShellData d -> caller.bytes.arrived(d);
                        case ShellAck a -> caller.bytes.arrived(a);
                        case ShellEnd e -> caller.bytes.arrived(e);
                        default -> throw new AssertionError();
                    }
                    if (++carried > breakAfter) {
                        over = true;
                        broken++;
                        caller.bytes.detach(this);
                        provider.closed("the wire was cut");
                        new Link(caller).open();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (EncodingException | LoginEnd.Breach e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void send(Record message) {
            up.add(Records.encode(message));
        }

        private final class ProviderSide implements MessageStream {
            @Override
            public boolean send(byte[] message) {
                down.add(message);
                return !over;
            }

            @Override
            public void close() {
                // what was sent is still taken
            }

            @Override
            public PeerConnection connection() {
                return new PeerConnection() {
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
                        return true;
                    }

                    @Override
                    public Hash binding() {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public MessageStream open(String protocol, Priority priority, Receiver receiver) {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public void violation(String reason) {
                        throw new AssertionError(reason);
                    }

                    @Override
                    public void close() {
                        // not ours
                    }

                    @Override
                    public boolean isOpen() {
                        return true;
                    }
                };
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Caller c : callers.values()) {
            c.socket.close();
        }
    }
}
