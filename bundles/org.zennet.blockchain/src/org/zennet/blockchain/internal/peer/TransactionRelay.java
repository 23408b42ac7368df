package org.zennet.blockchain.internal.peer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.internal.node.ChainEngine;
import org.zennet.blockchain.internal.peer.ChainMessage.GetTransactions;
import org.zennet.blockchain.internal.peer.ChainMessage.Inventory;
import org.zennet.blockchain.internal.peer.ChainMessage.TransactionData;
import org.zennet.blockchain.machine.Mempool;
import org.zennet.blockchain.machine.Rule;
import org.zennet.blockchain.machine.Verdict;

/**
 * Passes waiting transactions on: ids first, bodies when asked. Those whose parents are missing wait as orphans, few of
 * them. Runs in the mailbox of {@link ChainPeers}.
 */
final class TransactionRelay {
    private static final int MAX_ORPHANS = 100;
    private static final int MAX_ORPHANS_PER_PEER = 10;
    private static final int MAX_ASKED = 20_000;
    private static final long ASK_AGAIN_MILLIS = 2_000;
    private final ChainEngine engine;
    private final Collection<Session> sessions;
    private final BiConsumer<Session, String> violation;
    private final Map<Hash, Orphan> orphans = new LinkedHashMap<>();
    /** What was asked for and did not come yet, longest ago first. */
    private final Map<Hash, Asked> asked = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Asked> eldest) {
            return size() > MAX_ASKED;
        }
    };

    private record Orphan(Transaction transaction, Session from) { }

    private record Asked(long at, Set<Session> of) { }

    TransactionRelay(ChainEngine engine, Collection<Session> sessions, BiConsumer<Session, String> violation) {
        this.engine = engine;
        this.sessions = sessions;
        this.violation = violation;
    }

    /** Tells every peer that doesn't know it of a transaction. */
    void announce(Hash txid) {
        for (Session session : sessions) {
            if (session.ready && session.known.add(txid)) {
                session.send(new Inventory(List.of(txid)));
            }
        }
    }

    void inventory(Session session, List<Hash> txids, long now) {
        session.known.addAll(txids);
        ask(session, txids, now);
    }

    private void ask(Session session, List<Hash> txids, long now) {
        List<Hash> missing = txids.stream().distinct().filter(id -> !orphans.containsKey(id)
                && (!asked.containsKey(id) || now - asked.get(id).at() >= ASK_AGAIN_MILLIS) && !engine.knows(id)).toList();
        if (!missing.isEmpty()) {
            missing.forEach(id -> asked(id, now, new HashSet<>(), session));
            session.send(new GetTransactions(missing));
        }
    }

    private void asked(Hash txid, long now, Set<Session> before, Session session) {
        before.add(session);
        asked.remove(txid);
        asked.put(txid, new Asked(now, before));
    }

    /** Asks another peer for what one announced and did not send: each peer announces only once. */
    void tick(long now) {
        Map<Session, List<Hash>> requests = new LinkedHashMap<>();
        for (Map.Entry<Hash, Asked> e : List.copyOf(asked.entrySet())) {
            if (now - e.getValue().at() < ASK_AGAIN_MILLIS) {
                break;
            }
            Hash txid = e.getKey();
            asked.remove(txid);
            if (!engine.knows(txid) && !orphans.containsKey(txid)) {
                sessions.stream().filter(s -> s.ready && s.known.contains(txid) && !e.getValue().of().contains(s)).findFirst().ifPresent(s -> {
                    asked(txid, now, e.getValue().of(), s);
                    requests.computeIfAbsent(s, _ -> new ArrayList<>()).add(txid);
                });
            }
        }
        requests.forEach((session, txids) -> {
            for (int i = 0; i < txids.size(); i += ChainMessage.MAX_IDS) {
                session.send(new GetTransactions(List.copyOf(txids.subList(i, Math.min(txids.size(), i + ChainMessage.MAX_IDS)))));
            }
        });
    }

    void send(Session session, List<Hash> txids) {
        for (Hash txid : txids) {
            engine.waiting(txid).ifPresent(e -> {
                session.known.add(txid);
                session.send(new TransactionData(e.transaction().toBytes()));
            });
        }
    }

    void received(Session session, byte[] bytes, long now) throws EncodingException {
        Transaction transaction = Transaction.parse(bytes);
        session.known.add(transaction.txid());
        asked.remove(transaction.txid());
        switch (engine.addTransaction(transaction)) {
            case Verdict.Accepted<Mempool.Added> _ -> adopt(transaction);
            case Verdict.Rejected<Mempool.Added> r when r.rule() == Rule.TX_MISSING_COIN -> orphan(session, transaction, now);
            case Verdict.Rejected<Mempool.Added> r when r.rule().absolute() ->
                violation.accept(session, "its transaction breaks a rule: " + r);
            case Verdict.Rejected<Mempool.Added> _ -> { }
        }
    }

    private void orphan(Session session, Transaction transaction, long now) {
        List<Hash> parents = transaction.inputs().stream().map(i -> i.outPoint().txid()).distinct()
                .filter(id -> !engine.knows(id)).toList();
        if (parents.isEmpty()) {
            return; // its coin is spent already
        }
        if (orphans.values().stream().filter(o -> o.from() == session).count() >= MAX_ORPHANS_PER_PEER) {
            return;
        }
        if (orphans.size() >= MAX_ORPHANS) {
            orphans.remove(orphans.keySet().iterator().next());
        }
        orphans.put(transaction.txid(), new Orphan(transaction, session));
        ask(session, parents.subList(0, Math.min(parents.size(), ChainMessage.MAX_IDS)), now);
    }

    private void adopt(Transaction parent) {
        List<Transaction> open = new ArrayList<>(List.of(parent));
        while (!open.isEmpty()) {
            Hash id = open.removeLast().txid();
            for (Orphan orphan : List.copyOf(orphans.values())) {
                if (orphan.transaction().inputs().stream().anyMatch(i -> i.outPoint().txid().equals(id))) {
                    orphans.remove(orphan.transaction().txid());
                    Verdict<Mempool.Added> verdict = engine.addTransaction(orphan.transaction());
                    if (verdict instanceof Verdict.Accepted<Mempool.Added>) {
                        open.add(orphan.transaction());
                    } else if (verdict instanceof Verdict.Rejected<Mempool.Added> r && r.rule() == Rule.TX_MISSING_COIN) {
                        orphans.put(orphan.transaction().txid(), orphan);
                    } else if (verdict instanceof Verdict.Rejected<Mempool.Added> r && r.rule().absolute()
                            && !orphan.from().ended) {
                        violation.accept(orphan.from(), "its transaction breaks a rule: " + r);
                    }
                }
            }
        }
    }

    void gone(Session session) {
        orphans.values().removeIf(o -> o.from() == session);
    }

    int orphans() {
        return orphans.size();
    }
}
