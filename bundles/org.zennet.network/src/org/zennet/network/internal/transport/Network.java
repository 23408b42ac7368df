package org.zennet.network.internal.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.PublicKey;
import org.zennet.network.internal.transport.Connection.State;
import org.zennet.network.internal.wire.Frame;
import org.zennet.network.internal.wire.Goodbye;
import org.zennet.network.internal.wire.Hello;
import org.zennet.services.Registration;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.NetworkService.ConnectionWatcher;
import org.zennet.services.network.NetworkService.StreamAcceptor;
import org.zennet.services.network.PeerConnection;

/**
 * All connections of this node: who is let in, which one a pair keeps, who is not talked to, and who hears of it.
 * Opens no sockets itself. Thread-safe; calls nobody under its monitor.
 */
final class Network {
    private static final Logger LOG = LoggerFactory.getLogger(Network.class);

    private final IdentityService identity;
    private volatile Limits limits;
    private final Timing timing;
    private final Executor workers;
    private final Gate<Connection> gate;
    private final Discouraged<PublicKey> identities = new Discouraged<>(1);
    private final Discouraged<InetAddress> addresses = new Discouraged<>(Limits.STRIKES);
    private final Set<Connection> all = ConcurrentHashMap.newKeySet();
    private final Map<PublicKey, Connection> kept = new HashMap<>();
    private final Map<Dial.Target, Dial> dials = new ConcurrentHashMap<>();
    private final Map<String, StreamAcceptor> acceptors = new ConcurrentHashMap<>();
    private final List<ConnectionWatcher> watchers = new CopyOnWriteArrayList<>();
    private final AtomicLong held = new AtomicLong();
    private volatile Hello hello;
    private volatile boolean stopped;

    Network(IdentityService identity, Limits limits, Timing timing, Executor workers) {
        this.identity = identity;
        this.limits = limits;
        this.timing = timing;
        this.workers = workers;
        this.gate = new Gate<>(limits.handshakes(), limits.handshakesPerAddress());
    }

    /** Other limits hold from now on. Connections that are open stay, also where there are more of them than these allow. */
    void limit(Limits by) {
        limits = by;
        gate.bound(by.handshakes(), by.handshakesPerAddress());
    }

    /** What this node says of itself from now on. */
    void greetWith(Hello words) {
        hello = words;
    }

    Hello hello() {
        return hello;
    }

    IdentityService identity() {
        return identity;
    }

    Executor workers() {
        return workers;
    }

    long now() {
        return timing.nanos();
    }

    // ---- what the service passes on

    /** Starts an attempt, or hands out what there is. */
    CompletableFuture<PeerConnection> connect(Dial.Target target, Consumer<Dial> starter) {
        Dial dial = new Dial(target, now() + limits.handshake().toNanos(), workers);
        if (stopped) {
            return dial.failed("is not dialled: this node stops");
        }
        if (target.wanted().filter(identity.identity()::equals).isPresent()) {
            return dial.failed("is this node itself");
        }
        Optional<Connection> there = openTo(target);
        if (there.isPresent()) {
            return CompletableFuture.completedFuture(there.get());
        }
        Duration shunned = target.wanted().map(w -> identities.remaining(w, now())).orElse(Duration.ZERO);
        if (!shunned.isZero()) {
            return dial.failed("is not dialled: it broke the rules and is left alone for another "
                    + seconds(shunned) + " s");
        }
        Dial running = dials.compute(target, (t, old) -> old == null || old.future().isDone() ? dial : old);
        if (running != dial) {
            return running.future().copy();
        }
        dial.future().whenComplete((c, e) -> dials.remove(target, dial));
        starter.accept(dial);
        return dial.future().copy();
    }

    private static long seconds(Duration length) {
        return length.plusMillis(999).toSeconds();
    }

    private synchronized Optional<Connection> openTo(Dial.Target target) {
        if (target.wanted().isPresent()) {
            return Optional.ofNullable(kept.get(target.wanted().get())).filter(Connection::isOpen);
        }
        return kept.values().stream().filter(c -> c.isOpen()
                && c.dial().filter(d -> d.target().endpoint().equals(target.endpoint())).isPresent()).findAny();
    }

    synchronized List<PeerConnection> connections() {
        return kept.values().stream().filter(Connection::isOpen).map(PeerConnection.class::cast).toList();
    }

    Registration accept(String protocol, StreamAcceptor acceptor) {
        if (!Frame.isProtocol(protocol)) {
            throw new IllegalArgumentException("'" + protocol + "' is no protocol name");
        }
        if (acceptors.putIfAbsent(protocol, acceptor) != null) {
            throw new IllegalStateException("streams of " + protocol + " are accepted already");
        }
        return () -> acceptors.remove(protocol, acceptor);
    }

    Registration watch(ConnectionWatcher watcher) {
        ConnectionWatcher own = new ConnectionWatcher() {
            @Override
            public void opened(PeerConnection connection) {
                watcher.opened(connection);
            }

            @Override
            public void closed(PeerConnection connection) {
                watcher.closed(connection);
            }
        };
        watchers.add(own);
        return () -> watchers.remove(own);
    }

    // ---- what connections ask

    /** A connection came in, or a dialled one was made. False when it is not wanted. */
    boolean begun(Channel channel, Connection connection) {
        all.add(connection);
        channel.closeFuture().addListener(f -> all.remove(connection));
        if (stopped) {
            return false;
        }
        if (connection.outbound()) {
            return true;
        }
        InetAddress address = connection.address().getAddress();
        if (!addresses.remaining(address, now()).isZero()) {
            return false;
        }
        gate.enter(connection, address).ifPresent(oldest -> oldest.refuse(
                new HandshakeException(Goodbye.BUSY, "gives way: too many connections are being made")));
        return true;
    }

    /** Whether an identity that was just proved is welcome. */
    void check(Connection connection) throws HandshakeException {
        Duration shunned = identities.remaining(connection.identity(), now());
        if (!shunned.isZero()) {
            throw new HandshakeException(Goodbye.BUSY, "broke the rules and is left alone for another "
                    + seconds(shunned) + " s");
        }
        synchronized (this) {
            Connection old = kept.get(connection.identity());
            if (old != null && connection.outbound() && old.state() != State.CLOSED) {
                throw new HandshakeException(Goodbye.DUPLICATE, "is connected already");
            }
            if (old == null && kept.size() >= limits.connections()) {
                throw new HandshakeException(Goodbye.BUSY, "is one too many: " + kept.size() + " connections are open");
            }
            InetAddress address = connection.address().getAddress();
            if (old == null && !connection.outbound() && !address.isLoopbackAddress()
                    && kept.values().stream().filter(c -> !c.outbound() && c.address().getAddress().equals(address))
                            .count() >= limits.connectionsPerAddress()) {
                throw new HandshakeException(Goodbye.BUSY, "is one too many from its address");
            }
        }
    }

    /**
     * Decides that the pair keeps this connection. One that came up while this one was on its way wins over it (both
     * dialled); an older one is left over from before the other side dialled anew, and goes.
     */
    void admit(Connection connection) throws HandshakeException {
        Connection old;
        synchronized (this) {
            old = kept.get(connection.identity());
            if (old != null && old.state() != State.CLOSED && old.openedAt() - connection.startedAt() >= 0) {
                throw new HandshakeException(Goodbye.DUPLICATE, "is connected already");
            }
            if (!connection.advance(State.ADMITTED)) {
                return;
            }
            kept.put(connection.identity(), connection);
        }
        if (old != null) {
            old.superseded();
        }
    }

    /** Both sides are ready. False when it has ended meanwhile. */
    boolean opened(Connection connection) {
        Connection old;
        synchronized (this) {
            if (!connection.advance(State.OPEN)) {
                return false;
            }
            old = kept.put(connection.identity(), connection);
            connection.serial().execute(() -> tell(w -> w.opened(connection)));
            connection.serial().execute(() -> dials.values().stream()
                    .filter(d -> d.isFor(connection.identity())).forEach(d -> d.succeed(connection)));
        }
        gate.leave(connection);
        if (old != null && old != connection) {
            old.superseded();
        }
        LOG.debug("connected with {}", connection);
        return true;
    }

    /** A dialled connection gave way to another of its pair, which may be open already or will be. */
    void handOver(Connection connection) {
        Connection instead;
        synchronized (this) {
            instead = kept.get(connection.identity());
        }
        if (instead != null && instead.isOpen()) {
            connection.dial().ifPresent(d -> d.succeed(instead));
        }
    }

    /** It has ended. */
    void gone(Connection connection, State was) {
        gate.leave(connection);
        synchronized (this) {
            if (connection.identity() != null) {
                kept.remove(connection.identity(), connection);
            }
        }
        if (was == State.OPEN) {
            connection.serial().execute(() -> tell(w -> w.closed(connection)));
        }
    }

    /** A peer broke the rules: its identity if that is proved, else its address, is left alone for a while. */
    void discourage(Connection connection) {
        InetAddress address = connection.address().getAddress();
        boolean here = address.isLoopbackAddress();
        Duration length = here ? limits.discourageLoopback() : limits.discourage();
        if (connection.identity() != null) {
            identities.strike(connection.identity(), now(), length);
        } else if (!connection.outbound() && !here) {
            addresses.strike(address, now(), length); // all of a machine's processes share its loopback address
        }
        LOG.info("{} broke the rules and is left alone for {} s", connection, length.toSeconds());
    }

    /** Bytes are held for receivers, or (negative) no longer. */
    void hold(int bytes) {
        if (held.addAndGet(bytes) > limits.receiveBytes() && bytes > 0) {
            all.stream().max((a, b) -> Long.compare(a.heldBytes(), b.heldBytes())).ifPresent(Connection::tooMuch);
        }
    }

    /** A peer opened a stream. Called in order, on a worker. */
    void accept(Connection connection, Mux mux, Stream stream) {
        StreamAcceptor acceptor = acceptors.get(stream.protocol);
        if (acceptor == null) {
            mux.refuse(stream, "nobody here speaks " + stream.protocol);
            return;
        }
        MessageStream.Receiver receiver;
        try {
            receiver = acceptor.opened(connection, stream);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("accepting {} from {} failed", stream, connection, e);
            receiver = null;
        }
        if (receiver == null) {
            mux.refuse(stream, "the stream is not accepted");
        } else {
            mux.receive(stream, receiver);
        }
    }

    private void tell(Consumer<ConnectionWatcher> event) {
        for (ConnectionWatcher watcher : watchers) {
            try {
                event.accept(watcher);
            } catch (RuntimeException | LinkageError e) {
                LOG.warn("a watcher of connections failed", e);
            }
        }
    }

    // ---- time and the end

    /** Time has passed. */
    void tick() {
        long now = now();
        for (Connection c : all) {
            c.tick(now, limits);
        }
        for (Dial d : dials.values()) {
            if (d.isLate(now)) {
                d.expire(limits.handshake().toSeconds());
            }
        }
    }

    /** Ends all connections and attempts. */
    void stop() {
        stopped = true;
        dials.values().forEach(Dial::stop);
        all.forEach(Connection::close);
    }

    /** How many incoming connections have proved nothing yet. */
    int unproved() {
        return gate.size();
    }

    /** How many connections there are, however far. */
    int size() {
        return all.size();
    }
}
