package org.zennet.provider.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Signature;
import org.zennet.services.Registration;
import org.zennet.services.chain.ChainParameters;
import org.zennet.services.chain.ChainService;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.market.BenchmarkRunner;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;

/** Services in memory: chain, network, identity, strategies. */
final class Fakes {
    static final Hash GENESIS = hash("genesis");

    private Fakes() { }

    static Hash hash(String of) {
        return Tag.TEST.hash(of.getBytes(StandardCharsets.UTF_8));
    }

    static PublicKey key(String of) {
        return PublicKey.of(hash("key " + of).toBytes());
    }

    /** A keyed hash stands in for a signature. */
    static Signature sign(PublicKey key, Record message) {
        byte[] half = Tag.TEST.hash(key.toBytes(), Records.digest(message).toBytes()).toBytes();
        byte[] both = Arrays.copyOf(half, 64);
        System.arraycopy(half, 0, both, 32, 32);
        return Signature.of(both);
    }

    record Identity(PublicKey identity) implements IdentityService {
        @Override
        public Signature sign(Record message) {
            return Fakes.sign(identity, message);
        }

        @Override
        public boolean verify(PublicKey key, Record message, Signature signature) {
            return Fakes.sign(key, message).equals(signature);
        }
    }

    /** Blocks come when the test says so. */
    static final class Chain implements ChainService {
        final List<AnnouncementInfo> announcements = new CopyOnWriteArrayList<>();
        final List<ChainWatcher> watchers = new CopyOnWriteArrayList<>();
        final World world;
        volatile int height = 1;

        Chain(World world) {
            this.world = world;
        }

        void block() {
            height++;
            BlockInfo b = new BlockInfo(height, hash("block " + height), hash("block " + (height - 1)), world.millis() / 1000, 100, Amount.ZERO,
                    Amount.ZERO, new byte[0], List.of());
            watchers.forEach(w -> world.workers.execute(() -> w.connected(b)));
        }

        /** A block each second, as the dev network has them. */
        void mine() {
            world.after(1000, () -> {
                block();
                mine();
            });
        }

        @Override
        public ChainParameters parameters() {
            return new ChainParameters("dev", GENESIS, "dxen", 1, 2, 1);
        }

        @Override
        public Tip tip() {
            return new Tip(height, hash("block " + height), world.millis() / 1000);
        }

        @Override
        public CompletableFuture<Tip> synced() {
            return CompletableFuture.completedFuture(tip());
        }

        @Override
        public Hash submit(byte[] transaction) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<TransactionInfo> transaction(Hash txid) {
            return Optional.empty();
        }

        @Override
        public Optional<TransactionInfo> spender(OutPoint output) {
            return Optional.empty();
        }

        @Override
        public Optional<Coin> coin(OutPoint output) {
            return Optional.empty();
        }

        @Override
        public List<Coin> coinsOf(List<byte[]> predicates) {
            return List.of();
        }

        @Override
        public List<AnnouncementInfo> announcements() {
            return List.copyOf(announcements);
        }

        @Override
        public Optional<BlockInfo> block(int at) {
            return Optional.empty();
        }

        @Override
        public List<TransactionInfo> mempool() {
            return List.of();
        }

        @Override
        public long feeRate() {
            return 1;
        }

        @Override
        public Conservation scanConservation() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Registration watch(ChainWatcher watcher) {
            watchers.add(watcher);
            return () -> watchers.remove(watcher);
        }
    }

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
            Network other = wires.nodes.get(to);
            if (other == null) {
                return CompletableFuture.failedFuture(new java.io.IOException(to + " refused the connection"));
            }
            Optional<Connection> old = open.stream().filter(c -> c.peer.net == other && c.isOpen()).findFirst();
            if (old.isPresent()) {
                return CompletableFuture.completedFuture(old.get());
            }
            Hash binding = hash("binding " + identity + other.identity + dials);
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

    /** Asks twice its floor, then the floor. */
    static final class Strategies implements StrategyRegistry {
        final RateVector floor;
        volatile boolean broken;

        Strategies(RateVector floor) {
            this.floor = floor;
        }

        @Override
        public CompletableFuture<Answer<Quote>> quote(String preferredId, QuoteRequest r) {
            if (broken) {
                return CompletableFuture.failedFuture(new org.zennet.services.Rejected("no strategy answers"));
            }
            RateVector rates = r.round() == 0 ? RateVector.of(c -> 2 * floor.get(c)) : floor;
            return CompletableFuture.completedFuture(new Answer<>(new Quote(rates, r.round() > 0, new byte[] {(byte) r.round()}, ""),
                    preferredId, "test", "1.0", List.of()));
        }

        @Override
        public CompletableFuture<Answer<Bid>> bid(String preferredId, BidRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ExtensionInfo> extensions() {
            return List.of();
        }

        @Override
        public int reinstate(ExtensionInfo.Kind kind, String id) {
            return 0;
        }

        @Override
        public Registration watch(Runnable changed) {
            return () -> { };
        }
    }

    static final class Benchmarks implements BenchmarkRunner {
        @Override
        public CompletableFuture<List<BenchmarkResult>> run(long budgetMillis) {
            return CompletableFuture.completedFuture(newest());
        }

        @Override
        public List<BenchmarkResult> newest() {
            return List.of(new BenchmarkResult("integer/1", "Mop/s", 1_000_000, 3));
        }
    }

    static final class Journal implements MarketJournal {
        final List<Line> lines = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void record(String negotiation, Line line) {
            lines.add(line);
        }

        @Override
        public List<Negotiation> newest(int limit) {
            return List.of(new Negotiation("all", lines));
        }

        @Override
        public Registration watch(Runnable changed) {
            return () -> { };
        }
    }
}
