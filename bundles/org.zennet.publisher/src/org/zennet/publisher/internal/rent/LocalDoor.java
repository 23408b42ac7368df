package org.zennet.publisher.internal.rent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.services.network.PeerConnection;

/**
 * A port of 127.0.0.1 in front of one machine. Each connection is a login, whose bytes go over a stream of the provider's
 * connection; it waits while that connection is lost. Thread-safe.
 */
final class LocalDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalDoor.class);
    private static final int BACKLOG = 64;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private final Ports ports;
    private final Hash contract;
    private final Supplier<Optional<PeerConnection>> connection;
    private final Optional<Duration> idle;
    private final ServerSocket server;
    private final Map<Hash, LocalLogin> logins = new ConcurrentHashMap<>();
    private long in;
    private long out;
    private volatile boolean closed;

    /**
     * Opens it.
     *
     * @param connection to the provider, while there is one
     * @param idle       after which a login that moves nothing is ended
     */
    LocalDoor(Ports ports, Hash contract, Supplier<Optional<PeerConnection>> connection, Optional<Duration> idle) throws IOException {
        this.ports = ports;
        this.contract = contract;
        this.connection = connection;
        this.idle = idle;
        this.server = new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
        ports.workers().execute(this::accept);
        idle.ifPresent(_ -> ports.timer().after(LOOK, this::endIdle));
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (!closed) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                byte[] name = new byte[Hash.LENGTH];
                ports.random().nextBytes(name);
                LocalLogin login = new LocalLogin(ports, socket, contract, Hash.of(name), connection, this::gone);
                logins.put(login.name(), login);
                login.start();
            }
        } catch (IOException e) {
            if (!closed) {
                LOG.warn("the local port {} fails: {}", port(), e.getMessage());
            }
        }
    }

    private synchronized void gone(LocalLogin login) {
        if (logins.remove(login.name()) != null) {
            in += login.sent();
            out += login.received();
        }
    }

    private void endIdle() {
        Instant now = ports.clock().instant();
        logins.values().stream().filter(l -> !now.isBefore(l.lastMoved().plus(idle.orElseThrow()))).forEach(l -> {
            LOG.info("a login moved nothing for {} s: it is ended", idle.orElseThrow().toSeconds());
            l.close("idle");
        });
        if (!closed) {
            ports.timer().after(LOOK, this::endIdle);
        }
    }

    /** What went through, as network counters of the machine: at least what its provider may claim. */
    synchronized UsageVector relayed() {
        long sent = in;
        long received = out;
        for (LocalLogin l : logins.values()) {
            sent += l.sent();
            received += l.received();
        }
        return UsageVector.ZERO.with(Counter.NETWORK_IN, sent).with(Counter.NETWORK_OUT, received);
    }

    /** How many logins there are. */
    int logins() {
        return logins.size();
    }

    /** When one of them last moved something. */
    Optional<Instant> lastMoved() {
        return logins.values().stream().map(LocalLogin::lastMoved).max(Instant::compareTo);
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("while a local port closed: {}", e.getMessage());
        }
        logins.values().forEach(l -> l.close("the machine is given back"));
    }
}
