package org.zennet.publisher.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.Registration;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;

/** A node's network in memory: streams deliver in order, a millisecond late. */
final class FakeNetwork implements NetworkService {
    final Loop loop;
    final PublicKey self;
    final Map<String, StreamAcceptor> acceptors = new HashMap<>();
    final List<String> violations = new ArrayList<>();

    FakeNetwork(Loop loop, PublicKey self) {
        this.loop = loop;
        this.self = self;
    }

    /** Two ends of a fresh connection from here to another node: the near one. */
    Wire dial(FakeNetwork other) {
        byte[] b = new byte[32];
        new java.util.Random(System.identityHashCode(this)).nextBytes(b);
        Wire near = new Wire(this, other.self, Hash.of(b), true);
        Wire far = new Wire(other, self, Hash.of(b), false);
        near.far = far;
        far.far = near;
        return near;
    }

    @Override
    public Endpoint listening() {
        return new Endpoint("127.0.0.1", 4711);
    }

    @Override
    public CompletableFuture<PeerConnection> connect(Endpoint endpoint, Optional<PublicKey> expected) {
        throw new UnsupportedOperationException("a publisher does not dial");
    }

    @Override
    public List<PeerConnection> connections() {
        return List.of();
    }

    @Override
    public Registration accept(String protocol, StreamAcceptor acceptor) {
        acceptors.put(protocol, acceptor);
        return () -> acceptors.remove(protocol);
    }

    @Override
    public Registration watch(ConnectionWatcher watcher) {
        return () -> { };
    }

    /** One end of a connection. */
    static final class Wire implements PeerConnection {
        final FakeNetwork node;
        private final PublicKey peer;
        private final Hash binding;
        private final boolean outbound;
        private final List<Pipe> pipes = new ArrayList<>();
        private Wire far;
        private boolean open = true;

        Wire(FakeNetwork node, PublicKey peer, Hash binding, boolean outbound) {
            this.node = node;
            this.peer = peer;
            this.binding = binding;
            this.outbound = outbound;
        }

        @Override
        public PublicKey identity() {
            return peer;
        }

        @Override
        public String remote() {
            return "memory";
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
            Pipe here = new Pipe(this);
            Pipe there = new Pipe(far);
            here.other = there;
            there.other = here;
            here.receiver = receiver;
            node.loop.after(1, () -> {
                StreamAcceptor a = far.node.acceptors.get(protocol);
                if (a == null || !open) {
                    here.end("refused");
                } else {
                    there.receiver = a.opened(far, there);
                }
            });
            return here;
        }

        @Override
        public void violation(String reason) {
            node.violations.add(reason);
            close();
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                far.open = false;
                List.copyOf(pipes).forEach(p -> p.end("connection closed"));
                List.copyOf(far.pipes).forEach(p -> p.end("connection closed"));
            }
        }

        @Override
        public boolean isOpen() {
            return open;
        }
    }

    /** One end of a stream. */
    static final class Pipe implements MessageStream {
        private final Wire wire;
        private Pipe other;
        private Receiver receiver;
        private boolean closed;

        Pipe(Wire wire) {
            this.wire = wire;
            wire.pipes.add(this);
        }

        @Override
        public boolean send(byte[] message) {
            if (closed || message.length > MAX_MESSAGE) {
                return false;
            }
            byte[] copy = message.clone();
            wire.node.loop.after(2, () -> {
                if (other.receiver != null && !other.ended()) {
                    other.receiver.message(copy);
                }
            });
            return true;
        }

        private boolean ended() {
            return closed && !wire.open;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                wire.node.loop.after(3, () -> other.end("closed by the peer"));
            }
        }

        void end(String reason) {
            if (!closed) {
                closed = true;
                Receiver r = receiver;
                if (r != null) {
                    wire.node.loop.after(1, () -> r.closed(reason));
                }
            }
        }

        @Override
        public PeerConnection connection() {
            return wire;
        }
    }
}
