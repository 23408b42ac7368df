package org.zennet.publisher.internal.rent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.market.machine.LoginEnd;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.ShellAck;
import org.zennet.market.message.ShellData;
import org.zennet.market.message.ShellEnd;
import org.zennet.market.message.ShellOpen;
import org.zennet.market.message.ShellReady;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** One login: a local connection, and one stream to the provider after the other. Thread-safe. */
final class LocalLogin {
    private static final Logger LOG = LoggerFactory.getLogger(LocalLogin.class);
    private static final int BUFFER = 1 << 16;
    private static final Duration AGAIN = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private final Ports ports;
    private final Socket socket;
    private final Hash contract;
    private final Hash name;
    private final Supplier<Optional<PeerConnection>> connection;
    private final Consumer<LocalLogin> gone;
    private final LoginEnd bytes = new LoginEnd();
    private volatile Instant moved;
    private volatile Instant tries;
    private Link link;

    LocalLogin(Ports ports, Socket socket, Hash contract, Hash name, Supplier<Optional<PeerConnection>> connection, Consumer<LocalLogin> gone) {
        this.ports = ports;
        this.socket = socket;
        this.contract = contract;
        this.name = name;
        this.connection = connection;
        this.gone = gone;
        this.moved = ports.clock().instant();
        this.tries = moved;
    }

    Hash name() {
        return name;
    }

    Instant lastMoved() {
        return moved;
    }

    long sent() {
        return bytes.sent();
    }

    long received() {
        return bytes.received();
    }

    void start() {
        connect();
        ports.workers().execute(this::up);
        ports.workers().execute(this::down);
    }

    private void up() {
        byte[] buffer = new byte[BUFFER];
        try (InputStream from = socket.getInputStream()) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                moved = ports.clock().instant(); // before it goes on: whoever has it may look at once
                if (!bytes.write(buffer, 0, n)) {
                    break;
                }
            }
        } catch (IOException e) {
            LOG.trace("a login's local end: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        bytes.end("");
    }

    private void down() {
        try (Socket s = socket; OutputStream to = s.getOutputStream()) {
            for (Optional<byte[]> next = bytes.read(); next.isPresent(); next = bytes.read()) {
                moved = ports.clock().instant();
                to.write(next.get());
            }
        } catch (IOException e) {
            LOG.trace("a login's local end: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close("");
    }

    /** Ends it. */
    void close(String reason) {
        bytes.end(reason);
        try {
            socket.close();
        } catch (IOException e) {
            LOG.trace("while a login closed: {}", e.getMessage());
        }
        Link last;
        synchronized (this) {
            last = link;
            link = null;
        }
        if (last != null) {
            last.stream.close();
        }
        gone.accept(this);
    }

    // ---- streams

    /** Opens a stream for it, now or as soon as the provider is there. */
    private void connect() {
        if (bytes.over()) {
            return;
        }
        Optional<PeerConnection> peer = connection.get().filter(PeerConnection::isOpen);
        if (peer.isPresent()) {
            new Link().open(peer.get());
        } else if (ports.clock().instant().isAfter(tries.plus(PATIENCE))) {
            bytes.abort("the provider is gone");
        } else {
            ports.timer().after(AGAIN, this::connect);
        }
    }

    private final class Link implements LoginEnd.Wire, MessageStream.Receiver {
        private MessageStream stream;
        private boolean ready;
        private boolean over;

        void open(PeerConnection peer) {
            synchronized (LocalLogin.this) {
                link = this;
            }
            stream = peer.open(Protocols.SHELL, MessageStream.Priority.CONTROL, this);
            send(new ShellOpen(contract, name, bytes.received()));
        }

        @Override
        public void send(Record message) {
            stream.send(Records.encode(message));
        }

        @Override
        public void message(byte[] message) {
            if (over) {
                return;
            }
            try {
                switch (Records.decodeAny(message, ShellReady.class, ShellData.class, ShellAck.class, ShellEnd.class)) {
                    case ShellReady r when !ready -> {
                        ready = true;
                        tries = ports.clock().instant();
                        bytes.attach(this, r.received());
                    }
                    case ShellData d when ready -> bytes.arrived(d);
                    case ShellAck a when ready -> bytes.arrived(a);
                    case ShellEnd e when e.again() && !ready -> again();
                    case ShellEnd e -> {
                        if (!ready) {
                            LOG.info("a login was refused: {}", e.reason());
                            bytes.abort(e.reason());
                        }
                        bytes.arrived(e);
                    }
                    default -> breach("a message out of turn");
                }
            } catch (EncodingException | LoginEnd.Breach e) {
                breach(e.getMessage());
            }
        }

        private void breach(String what) {
            over = true;
            bytes.abort("the provider broke the protocol");
            stream.connection().violation("in a login: " + what);
        }

        /** The lease does not work at the moment. */
        private void again() {
            if (over) {
                return;
            }
            over = true;
            stream.close();
            if (ports.clock().instant().isAfter(tries.plus(PATIENCE))) {
                bytes.abort("the machine does not work");
            } else {
                ports.timer().after(AGAIN, LocalLogin.this::connect);
            }
        }

        @Override
        public void closed(String reason) {
            bytes.detach(this);
            if (!over && !bytes.over()) {
                over = true;
                ports.timer().after(AGAIN, LocalLogin.this::connect);
            }
        }
    }
}
