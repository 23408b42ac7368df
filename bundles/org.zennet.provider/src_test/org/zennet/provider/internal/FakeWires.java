package org.zennet.provider.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.Registration;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;

/** A network in memory. */
final class FakeWires {
    private FakeWires() { }

    /** All nodes of a test by endpoint. */
    static final class Wires {
        final World world;
        final Map<Endpoint, Network> nodes = new ConcurrentHashMap<>();

        Wires(World world) {
            this.world = world;
        }
    }

    /** One node's end of the wires. */
    static final class Network implements NetworkService {
        final Wires wires;
        final Endpoint endpoint;
        final PublicKey identity;
        final Map<String, StreamAcceptor> acceptors = new ConcurrentHashMap<>();
        final List<Connection> open = new CopyOnWriteArrayList<>();
        final List<String> violations = new CopyOnWriteArrayList<>();
        volatile int dials;
        /** Told before each message that this node sends. */
        volatile Runnable sending = () -> { };

        Network(Wires wires, int port, PublicKey identity) {
            this.wires = wires;
            this.endpoint = new Endpoint("127.0.0.1", port);
            this.identity = identity;
            wires.nodes.put(endpoint, this);
        }

        @Override
        public Endpoint listening() {
            return endpoint;
        }

        @Override
        public CompletableFuture<PeerConnection> connect(Endpoint to, Optional<PublicKey> expected) {
            dials++;
            if (wires.nodes.get(endpoint) != this) {
                return CompletableFuture.failedFuture(new java.io.IOException("this process is dead"));
            }
            Network other = wires.nodes.get(to);
            if (other == null) {
                return CompletableFuture.failedFuture(new java.io.IOException(to + " refused the connection"));
            }
            Optional<Connection> old = open.stream().filter(c -> c.peer.net == other && c.isOpen()).findFirst();
            if (old.isPresent()) {
                return CompletableFuture.completedFuture(old.get());
            }
            Hash binding = Fakes.hash("binding " + identity + other.identity + dials);
            Connection here = new Connection(this, binding, true);
            Connection there = new Connection(other, binding, false);
            here.peer = there;
            there.peer = here;
            open.add(here);
            other.open.add(there);
            return CompletableFuture.completedFuture(here);
        }

        /** As when the process dies: all its wires are cut. */
        void die() {
            wires.nodes.remove(endpoint);
            open.forEach(Connection::close);
            acceptors.clear();
        }

        @Override
        public List<PeerConnection> connections() {
            return List.copyOf(open);
        }

        @Override
        public Registration accept(String protocol, StreamAcceptor acceptor) {
            acceptors.put(protocol, acceptor);
            return () -> acceptors.remove(protocol, acceptor);
        }

        @Override
        public Registration watch(ConnectionWatcher watcher) {
            return () -> { };
        }
    }

    static final class Connection implements PeerConnection {
        final Network net;
        final Hash binding;
        final boolean outbound;
        final AtomicBoolean isOpen = new AtomicBoolean(true);
        final List<Stream> streams = new CopyOnWriteArrayList<>();
        Connection peer;

        Connection(Network net, Hash binding, boolean outbound) {
            this.net = net;
            this.binding = binding;
            this.outbound = outbound;
        }

        @Override
        public PublicKey identity() {
            return peer.net.identity;
        }

        @Override
        public String remote() {
            return peer.net.endpoint.toString();
        }

        @Override
        public boolean outbound() {
            return outbound;
        }

        @Override
        public Hash binding() {
            return binding;
        }

        @Override
        public MessageStream open(String protocol, MessageStream.Priority priority, MessageStream.Receiver receiver) {
            Stream here = new Stream(this, receiver);
            Stream there = new Stream(peer, null);
            here.other = there;
            there.other = here;
            NetworkService.StreamAcceptor a = peer.net.acceptors.get(protocol);
            if (!isOpen() || a == null) {
                here.open.set(false);
                here.mailbox.execute(() -> receiver.closed("refused"));
                return here;
            }
            streams.add(here);
            peer.streams.add(there);
            there.mailbox.execute(() -> there.receiver = a.opened(peer, there));
            return here;
        }

        @Override
        public void violation(String reason) {
            net.violations.add(reason);
            close();
        }

        @Override
        public void close() {
            if (isOpen.getAndSet(false)) {
                net.open.remove(this);
                streams.forEach(s -> s.end("the connection closed"));
                peer.close();
            }
        }

        @Override
        public boolean isOpen() {
            return isOpen.get();
        }
    }

    static final class Stream implements MessageStream {
        final Connection connection;
        final Mailbox mailbox;
        final AtomicBoolean open = new AtomicBoolean(true);
        volatile Receiver receiver;
        Stream other;

        Stream(Connection connection, Receiver receiver) {
            this.connection = connection;
            this.receiver = receiver;
            this.mailbox = new Mailbox(connection.net.wires.world.workers);
        }

        @Override
        public boolean send(byte[] message) {
            connection.net.sending.run();
            if (!open.get()) {
                return false;
            }
            other.mailbox.execute(() -> other.receiver.message(message));
            return true;
        }

        @Override
        public void close() {
            end("closed here");
            other.end("closed by the peer");
        }

        void end(String reason) {
            if (open.getAndSet(false)) {
                connection.streams.remove(this);
                mailbox.execute(() -> receiver.closed(reason));
            }
        }

        @Override
        public PeerConnection connection() {
            return connection;
        }
    }
}
