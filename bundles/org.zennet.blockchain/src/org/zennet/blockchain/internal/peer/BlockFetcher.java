package org.zennet.blockchain.internal.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.BlockHeader;
import org.zennet.blockchain.internal.node.ChainEngine;
import org.zennet.blockchain.internal.peer.ChainMessage.GetBlocks;
import org.zennet.blockchain.internal.peer.ChainMessage.GetHeaders;
import org.zennet.blockchain.internal.peer.ChainMessage.Headers;
import org.zennet.blockchain.machine.HeaderTree;
import org.zennet.blockchain.machine.HeaderTree.Node;
import org.zennet.blockchain.machine.Rule;
import org.zennet.blockchain.machine.Verdict;

/**
 * Headers first, then the blocks of the best branch from every peer that has them: a window of blocks, a few in flight per
 * peer, asked of another when one is slow. Runs in the mailbox of {@link ChainPeers}.
 */
final class BlockFetcher {
    private static final int WINDOW = 1_024;
    private static final int PER_PEER = ChainMessage.MAX_BLOCKS;
    private static final long STALL_MILLIS = 5_000;
    private final ChainEngine engine;
    private final Collection<Session> sessions;
    private final BiConsumer<Session, String> violation;
    /** Blocks of the best branch of headers that are not here, lowest first. */
    private final Deque<Node> wanted = new ArrayDeque<>();
    private final Map<Hash, Session> inFlight = new HashMap<>();
    private Node target;

    BlockFetcher(ChainEngine engine, Collection<Session> sessions, BiConsumer<Session, String> violation) {
        this.engine = engine;
        this.sessions = sessions;
        this.violation = violation;
    }

    void askHeaders(Session session, long now) {
        if (session.headersAsked < 0) {
            session.headersAsked = now;
            session.send(new GetHeaders(HeaderTree.locator(session.best != null
                    && session.best.work().compareTo(engine.tip().work()) > 0 ? session.best : engine.tip())));
        }
    }

    void headers(Session session, Headers message, long now) throws EncodingException {
        if (message.answer()) {
            if (session.headersAsked < 0) {
                violation.accept(session, "it answers what was not asked");
                return;
            }
            session.headersAsked = -1;
        }
        for (byte[] bytes : message.headers()) {
            BlockHeader header = BlockHeader.parse(bytes);
            switch (engine.addHeader(header)) {
                case Verdict.Accepted<Node>(var node) -> {
                    if (session.best == null || node.work().compareTo(session.best.work()) >= 0) {
                        session.best = node;
                        session.claimed = session.claimed.max(node.work());
                    }
                }
                case Verdict.Rejected<Node> r when r.rule() == Rule.HEADER_PARENT && !message.answer() -> {
                    askHeaders(session, now);
                    return;
                }
                case Verdict.Rejected<Node> r when r.rule() == Rule.HEADER_TIME_FUTURE -> {
                    session.claimed = session.best == null ? java.math.BigInteger.ZERO : session.best.work();
                    schedule(now);
                    return;
                }
                case Verdict.Rejected<Node> r -> {
                    violation.accept(session, "its header breaks a rule: " + r);
                    return;
                }
            }
        }
        if (message.answer() && message.headers().size() == ChainMessage.MAX_HEADERS) {
            askHeaders(session, now);
        } else if (message.answer() && session.claimed.compareTo(engine.tip().work()) > 0
                && (session.best == null || session.best.work().compareTo(session.claimed) < 0)) {
            violation.accept(session, "it claims a better chain than it shows");
            return;
        }
        schedule(now);
    }

    void block(Session session, byte[] bytes, long now) throws EncodingException {
        Block block = Block.parse(bytes);
        if (session.inFlight.remove(block.hash()) == null) {
            return; // late: it was asked of another
        }
        inFlight.remove(block.hash(), session);
        if (engine.addBlock(block) instanceof Verdict.Rejected<Node> r && r.rule() != Rule.HEADER_TIME_FUTURE) {
            violation.accept(session, "its block breaks a rule: " + r);
        }
        schedule(now);
    }

    void noBlock(Session session, Hash hash, long now) {
        if (session.inFlight.remove(hash) != null) {
            inFlight.remove(hash, session);
            session.denied.add(hash);
            if (session.best != null && session.best.hash().equals(hash)) {
                session.best = session.best.parent();
            }
            schedule(now);
        }
    }

    /** Gives up on requests that were not answered in time. */
    void tick(long now) {
        for (Session session : List.copyOf(sessions)) {
            if (session.inFlight.values().stream().anyMatch(t -> now - t > STALL_MILLIS)) {
                boolean alone = sessions.stream().filter(s -> s.ready).count() < 2;
                boolean hopeless = session.inFlight.values().stream().anyMatch(t -> now - t > 6 * STALL_MILLIS);
                if (hopeless) {
                    session.inFlight.keySet().forEach(h -> inFlight.remove(h, session));
                    session.inFlight.clear();
                    session.stream.close();
                } else if (!alone) {
                    session.inFlight.keySet().forEach(h -> inFlight.remove(h, session));
                }
            }
        }
        schedule(now);
    }

    /** Asks for what is missing. */
    void schedule(long now) {
        inFlight.values().removeIf(s -> s.ended);
        aim();
        while (!wanted.isEmpty() && wanted.peekFirst().hasBody()) {
            wanted.removeFirst();
        }
        Map<Session, List<Hash>> requests = new HashMap<>();
        Iterator<Node> missing = wanted.iterator();
        for (int i = 0; i < WINDOW && missing.hasNext(); i++) {
            Node node = missing.next();
            if (node.hasBody() || node.isInvalid() || inFlight.containsKey(node.hash())) {
                continue;
            }
            Session chosen = null;
            for (Session session : sessions) {
                if (session.ready && !session.ended && session.inFlight.size() < PER_PEER
                        && !session.inFlight.containsKey(node.hash()) && session.has(node)
                        && (chosen == null || session.inFlight.size() < chosen.inFlight.size())) {
                    chosen = session;
                }
            }
            if (chosen == null) {
                if (sessions.stream().noneMatch(s -> s.ready && s.inFlight.size() < PER_PEER)) {
                    break;
                }
                continue;
            }
            chosen.inFlight.put(node.hash(), now);
            inFlight.put(node.hash(), chosen);
            requests.computeIfAbsent(chosen, s -> new ArrayList<>()).add(node.hash());
        }
        requests.forEach((session, hashes) -> session.send(new GetBlocks(hashes)));
    }

    /** Brings {@link #wanted} up to the best branch of headers. */
    private void aim() {
        Node best = engine.bestHeader();
        if (best == target) {
            return;
        }
        Deque<Node> added = new ArrayDeque<>();
        Node node = best;
        while (node != target && !engine.isActive(node)) {
            added.addFirst(node);
            node = node.parent();
        }
        if (node != target) {
            wanted.clear();
        }
        wanted.addAll(added);
        target = best;
    }
}
