package org.zennet.blockchain.internal.peer;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.blockchain.machine.Kit;
import org.zennet.services.Registration;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;

/** A network in memory under virtual time: everything that happens is a task of one queue. Delays are seeded. */
final class FakeNet implements InstantSource {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Random random;
    private final List<Node> nodes = new ArrayList<>();
    private long now;
    private long order;

    private record Task(long at, long order, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    FakeNet(int seed, long startSeconds) {
        this.random = new Random(seed);
        this.now = startSeconds * 1000;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    void at(long delay, Runnable run) {
        tasks.add(new Task(now + delay, order++, run));
    }

    /** Lets virtual time pass. */
    void run(long millis) {
        long end = now + millis;
        while (!tasks.isEmpty() && tasks.peek().at <= end) {
            Task task = tasks.poll();
            now = task.at;
            task.run.run();
        }
        now = end;
    }

    Node node() {
        Node node = new Node(nodes.size());
        nodes.add(node);
        return node;
    }

    /** One process's network. */
    final class Node implements NetworkService {
        final int number;
        final Map<String, StreamAcceptor> acceptors = new LinkedHashMap<>();
        final List<ConnectionWatcher> watchers = new ArrayList<>();
        final List<End> ends = new ArrayList<>();
        final List<String> violations = new ArrayList<>();
        int messagesIn;
        boolean down;

        Node(int number) {
            this.number = number;
        }

        PublicKey identity() {
            return Kit.key(1_000 + number);
        }

        /** Dials another node. */
        End dial(Node other) {
            End mine = new End(this, other, true);
            End theirs = new End(other, this, false);
            mine.peer = theirs;
            theirs.peer = mine;
            ends.add(mine);
            other.ends.add(theirs);
            at(0, () -> List.copyOf(watchers).forEach(w -> w.opened(mine)));
            at(0, () -> List.copyOf(other.watchers).forEach(w -> w.opened(theirs)));
            return mine;
        }

        @Override
        public Endpoint listening() {
            return new Endpoint("node" + number, 1);
        }

        @Override
        public CompletableFuture<PeerConnection> connect(Endpoint endpoint, Optional<PublicKey> expected) {
            CompletableFuture<PeerConnection> future = new CompletableFuture<>();
            Node other = nodes.get(Integer.parseInt(endpoint.host().substring(4)));
            at(5, () -> {
                if (other.down) {
                    future.completeExceptionally(new IOException("refused"));
                } else {
                    future.complete(dial(other));
                }
            });
            return future;
        }

        @Override
        public List<PeerConnection> connections() {
            return List.copyOf(ends);
        }

        @Override
        public Registration accept(String protocol, StreamAcceptor acceptor) {
            acceptors.put(protocol, acceptor);
            return () -> acceptors.remove(protocol, acceptor);
        }

        @Override
        public Registration watch(ConnectionWatcher watcher) {
            watchers.add(watcher);
            return () -> watchers.remove(watcher);
        }

        void closeAll() {
            List.copyOf(ends).forEach(End::close);
        }
    }

    /** One end of a connection. */
    final class End implements PeerConnection {
        final Node owner;
        final Node remote;
        final boolean outbound;
        final List<Stream> streams = new ArrayList<>();
        End peer;
        boolean open = true;

        End(Node owner, Node remote, boolean outbound) {
            this.owner = owner;
            this.remote = remote;
            this.outbound = outbound;
        }

        @Override
        public PublicKey identity() {
            return remote.identity();
        }

        @Override
        public String remote() {
            return "node" + remote.number;
        }

        @Override
        public boolean outbound() {
            return outbound;
        }

        @Override
        public Hash binding() {
            return Kit.hash("binding", 1);
        }

        @Override
        public MessageStream open(String protocol, MessageStream.Priority priority, MessageStream.Receiver receiver) {
            Stream mine = new Stream(this);
            Stream theirs = new Stream(peer);
            mine.other = theirs;
            theirs.other = mine;
            mine.receiver = receiver;
            streams.add(mine);
            peer.streams.add(theirs);
            at(0, () -> {
                NetworkService.StreamAcceptor acceptor = remote.acceptors.get(protocol);
                if (acceptor == null) {
                    mine.end("the peer does not speak " + protocol);
                } else {
                    theirs.receiver = acceptor.opened(peer, theirs);
                }
            });
            return mine;
        }

        @Override
        public void violation(String reason) {
            owner.violations.add(reason);
            close();
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                owner.ends.remove(this);
                streams.forEach(s -> s.end("closed"));
                at(1, () -> {
                    peer.close();
                    List.copyOf(owner.watchers).forEach(w -> w.closed(this));
                });
            }
        }

        @Override
        public boolean isOpen() {
            return open;
        }
    }

    /** One end of a stream. */
    final class Stream implements MessageStream {
        final End end;
        Stream other;
        Receiver receiver;
        boolean ended;
        long lastArrival;

        Stream(End end) {
            this.end = end;
        }

        @Override
        public boolean send(byte[] message) {
            if (ended || !end.open) {
                return false;
            }
            lastArrival = Math.max(lastArrival, now + 1 + random.nextInt(8));
            FakeNet.this.at(lastArrival - now, () -> {
                if (!other.ended && other.end.open && other.receiver != null) {
                    other.end.owner.messagesIn++;
                    other.receiver.message(message);
                }
            });
            return true;
        }

        @Override
        public void close() {
            end("closed");
            FakeNet.this.at(1, () -> other.end("closed by the peer"));
        }

        void end(String reason) {
            if (!ended) {
                ended = true;
                FakeNet.this.at(0, () -> {
                    if (receiver != null) {
                        receiver.closed(reason);
                    }
                });
            }
        }

        @Override
        public PeerConnection connection() {
            return end;
        }
    }
}
