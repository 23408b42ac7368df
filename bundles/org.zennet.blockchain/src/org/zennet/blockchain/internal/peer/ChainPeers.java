package org.zennet.blockchain.internal.peer;

import java.math.BigInteger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.internal.node.ChainEngine;
import org.zennet.blockchain.internal.node.ChainListener;
import org.zennet.blockchain.internal.peer.ChainMessage.BlockData;
import org.zennet.blockchain.internal.peer.ChainMessage.GetBlocks;
import org.zennet.blockchain.internal.peer.ChainMessage.GetHeaders;
import org.zennet.blockchain.internal.peer.ChainMessage.GetTransactions;
import org.zennet.blockchain.internal.peer.ChainMessage.Headers;
import org.zennet.blockchain.internal.peer.ChainMessage.Hello;
import org.zennet.blockchain.internal.peer.ChainMessage.Inventory;
import org.zennet.blockchain.internal.peer.ChainMessage.NoBlock;
import org.zennet.blockchain.internal.peer.ChainMessage.TransactionData;
import org.zennet.blockchain.machine.HeaderTree.Node;
import org.zennet.blockchain.machine.Mempool;
import org.zennet.services.Registration;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;

/**
 * The chain protocol {@code chain/1} with all peers. Whoever dialled a connection opens the stream. Everything runs in one
 * mailbox; time passes by {@link #tick}. A peer that breaks the protocol or a rule for which it must answer is reported as
 * a violation, which ends its connection.
 */
public final class ChainPeers implements ChainListener, AutoCloseable {
    /** The protocol's name. */
    public static final String PROTOCOL = "chain/1";
    private static final Logger LOG = LoggerFactory.getLogger(ChainPeers.class);
    private static final int MAX_QUEUED_BYTES = 64 << 20;
    private static final int MAX_QUEUED_MESSAGES = 10_000;
    private static final long ANSWER_MILLIS = 10_000;
    private static final long REOPEN_MILLIS = 500;
    private static final int MAX_STRIKES = 3;
    private final ChainEngine engine;
    private final NetworkService network;
    private final Executor mailbox;
    private final InstantSource clock;
    private final boolean seed;
    private final Map<PeerConnection, Session> sessions = new LinkedHashMap<>();
    private final Map<PeerConnection, Long> reopen = new IdentityHashMap<>();
    private final Map<PeerConnection, Integer> strikes = new IdentityHashMap<>();
    private final List<CompletableFuture<Node>> waiting = Collections.synchronizedList(new ArrayList<>());
    private final List<Registration> registrations = new ArrayList<>();
    private final BlockFetcher blocks;
    private final TransactionRelay transactions;
    private volatile boolean level;
    private boolean closed;

    /**
     * For a network.
     *
     * @param mailbox runs one task at a time, in order
     * @param seed    whether this node needs no peer to be level
     */
    public ChainPeers(ChainEngine engine, NetworkService network, Executor mailbox, InstantSource clock, boolean seed) {
        this.engine = engine;
        this.network = network;
        this.mailbox = mailbox;
        this.clock = clock;
        this.seed = seed;
        this.blocks = new BlockFetcher(engine, sessions.values(), this::violation);
        this.transactions = new TransactionRelay(engine, sessions.values(), this::violation);
    }

    /** Begins to speak with peers. */
    public void start() {
        registrations.add(engine.listen(this));
        registrations.add(network.accept(PROTOCOL, (connection, stream) -> {
            Incoming inbox = new Incoming(connection);
            post(() -> begin(connection, stream, inbox));
            return inbox;
        }));
        registrations.add(network.watch(new NetworkService.ConnectionWatcher() {
            @Override
            public void opened(PeerConnection connection) {
                post(() -> dialled(connection));
            }

            @Override
            public void closed(PeerConnection connection) {
                post(() -> {
                    reopen.remove(connection);
                    strikes.remove(connection);
                });
            }
        }));
        post(() -> {
            network.connections().forEach(this::dialled);
            settle();
        });
    }

    /** Completes with the tip when this node has a peer (or is the seed) and no peer knows anything better. */
    public CompletableFuture<Node> synced() {
        CompletableFuture<Node> future = new CompletableFuture<>();
        if (level) {
            future.complete(engine.tip());
        } else {
            waiting.add(future);
            post(this::settle);
        }
        return future;
    }

    /** How many peers said hello. */
    public CompletableFuture<Integer> peers() {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        post(() -> count.complete((int) sessions.values().stream().filter(s -> s.ready).count()));
        return count;
    }

    /** Time passed: gives up on peers that don't answer, asks again, opens streams again. */
    public void tick() {
        post(() -> {
            long now = clock.millis();
            for (Session session : List.copyOf(sessions.values())) {
                if (!session.ready && now - session.opened > ANSWER_MILLIS) {
                    slow(session, "it says no hello");
                } else if (session.headersAsked >= 0 && now - session.headersAsked > ANSWER_MILLIS) {
                    slow(session, "it claims a better chain and doesn't show it");
                } else if (session.best != null && session.best.isInvalid()) {
                    violation(session, "it follows a branch that breaks a rule");
                }
            }
            blocks.tick(now);
            transactions.tick(now);
            reopen.entrySet().stream().filter(e -> e.getValue() <= now).map(Map.Entry::getKey).toList().forEach(c -> {
                reopen.remove(c);
                dialled(c);
            });
            settle();
        });
    }

    /** A machine under load may be slow once or twice; other protocols use the same connection. */
    private void slow(Session session, String reason) {
        if (strikes.merge(session.connection, 1, Integer::sum) >= MAX_STRIKES) {
            violation(session, reason);
        } else {
            session.stream.close();
            end(session, reason);
        }
    }

    /** How many transactions wait for their parents. */
    int orphans() {
        return transactions.orphans();
    }

    private void dialled(PeerConnection connection) {
        if (connection.outbound() && connection.isOpen() && !sessions.containsKey(connection)) {
            Incoming inbox = new Incoming(connection);
            begin(connection, connection.open(PROTOCOL, MessageStream.Priority.BULK, inbox), inbox);
        }
    }

    private void begin(PeerConnection connection, MessageStream stream, Incoming inbox) {
        Session session = new Session(connection, stream, clock.millis());
        Session old = sessions.put(connection, session);
        if (old != null) {
            old.ended = true;
            old.stream.close();
            transactions.gone(old);
        }
        inbox.session = session;
        Node tip = engine.tip();
        session.send(new Hello(engine.network().genesisHash(), tip.height(), bytes(tip.work())));
    }

    private void received(Session session, byte[] bytes) {
        if (session == null || session.ended) {
            return;
        }
        if (!session.messages.take(1, clock.millis())) {
            violation(session, "it sends too many messages");
            return;
        }
        try {
            ChainMessage message = ChainMessage.parse(bytes);
            if (session.ready == message instanceof Hello) {
                violation(session, session.ready ? "it says hello twice" : "it does not say hello first");
                return;
            }
            handle(session, message);
        } catch (EncodingException e) {
            violation(session, "it sends garbage: " + e.getMessage());
        }
        settle();
    }

    private void handle(Session session, ChainMessage message) throws EncodingException {
        switch (message) {
            case Hello hello -> hello(session, hello);
            case GetHeaders(var locator) -> session.send(new Headers(true,
                    engine.headersAfter(locator, ChainMessage.MAX_HEADERS).stream().map(h -> h.toBytes()).toList()));
            case Headers headers -> blocks.headers(session, headers, clock.millis());
            case GetBlocks(var hashes) -> hashes.forEach(h -> session.send(engine.block(h)
                    .<ChainMessage>map(b -> new BlockData(b.toBytes())).orElseGet(() -> new NoBlock(h))));
            case BlockData(var block) -> blocks.block(session, block, clock.millis());
            case NoBlock(var hash) -> blocks.noBlock(session, hash, clock.millis());
            case Inventory(var txids) -> transactions.inventory(session, txids, clock.millis());
            case GetTransactions(var txids) -> transactions.send(session, txids);
            case TransactionData(var transaction) -> transactions.received(session, transaction, clock.millis());
        }
    }

    private void hello(Session session, Hello hello) {
        if (!hello.genesis().equals(engine.network().genesisHash())) {
            violation(session, "it is on another chain: " + hello.genesis());
            return;
        }
        session.ready = true;
        session.claimed = new BigInteger(1, hello.work().toBytes());
        if (session.claimed.compareTo(engine.tip().work()) > 0) {
            blocks.askHeaders(session, clock.millis());
        }
        List<Hash> own = engine.waiting(ChainMessage.MAX_IDS);
        if (!own.isEmpty()) {
            session.send(new Inventory(own));
        }
        LOG.debug("chain peer {} at height {}", session.connection.identity().toShortHex(), hello.height());
    }

    @Override
    public void tip(Node tip) {
        post(() -> {
            for (Session session : sessions.values()) {
                if (session.ready && !session.has(tip)) {
                    session.send(new Headers(false, List.of(tip.header().toBytes())));
                }
            }
            settle();
        });
    }

    @Override
    public void pending(Mempool.Entry entry) {
        post(() -> transactions.announce(entry.transaction().txid()));
    }

    private void violation(Session session, String reason) {
        if (!session.ended) {
            LOG.info("chain peer {} is cut off: {}", session.connection.identity().toShortHex(), reason);
            end(session, reason);
            session.connection.violation(reason);
        }
    }

    private void end(Session session, String reason) {
        session.ended = true;
        if (sessions.get(session.connection) == session) {
            sessions.remove(session.connection);
            transactions.gone(session);
            blocks.schedule(clock.millis());
            if (session.connection.outbound() && session.connection.isOpen()) {
                reopen.put(session.connection, clock.millis() + REOPEN_MILLIS);
            }
            LOG.debug("chain peer {} ended: {}", session.connection.identity().toShortHex(), reason);
        }
    }

    /** Tells those who wait whether this node is level with its peers. */
    private void settle() {
        Node tip = engine.tip();
        boolean any = sessions.values().stream().anyMatch(s -> s.ready);
        level = (seed || any) && sessions.values().stream().allMatch(s -> !s.ready || s.level(tip.work()));
        if (level) {
            List<CompletableFuture<Node>> done;
            synchronized (waiting) {
                done = List.copyOf(waiting);
                waiting.clear();
            }
            done.forEach(f -> f.complete(tip));
        }
    }

    private void post(Runnable task) {
        mailbox.execute(() -> {
            if (closed) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("the chain protocol failed", e);
            }
        });
    }

    /** 256 bits, big-endian. */
    static Hash bytes(BigInteger work) {
        byte[] all = new byte[Hash.LENGTH];
        byte[] some = work.toByteArray();
        int count = Math.min(some.length, Hash.LENGTH);
        System.arraycopy(some, some.length - count, all, Hash.LENGTH - count, count);
        return Hash.of(all);
    }

    @Override
    public void close() {
        registrations.forEach(Registration::close);
        mailbox.execute(() -> {
            closed = true;
            sessions.values().forEach(s -> s.stream.close());
            sessions.clear();
            synchronized (waiting) {
                waiting.forEach(f -> f.cancel(false));
                waiting.clear();
            }
        });
    }

    /** Takes messages on the connection's threads and hands them to the mailbox; bounds what waits there. */
    private final class Incoming implements MessageStream.Receiver {
        private final Inbox inbox;
        /** Set in the mailbox before any message is taken there. */
        private Session session;

        private Incoming(PeerConnection connection) {
            this.inbox = new Inbox(ChainPeers.this::post, connection, MAX_QUEUED_BYTES, MAX_QUEUED_MESSAGES);
        }

        @Override
        public void message(byte[] message) {
            inbox.take(message, m -> received(session, m));
        }

        @Override
        public void closed(String reason) {
            post(() -> {
                if (session != null && !session.ended) {
                    end(session, reason);
                }
                settle();
            });
        }
    }
}
