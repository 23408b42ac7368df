package org.zennet.wallet.internal.coins;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Input;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.services.chain.ChainService.BlockInfo;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.chain.ChainService.TransactionInfo;
import org.zennet.store.DurableStore;
import org.zennet.store.DurableStore.DurableMap;
import org.zennet.wallet.internal.keystore.KeyRef.Numbered;

/**
 * Every transaction that moved coins of this wallet, and how far the chain was read. Guarded by the wallet's lock; changes
 * are durable after the store's next commit.
 */
final class Ledger {
    /** How many block ids are kept to find where a reorganisation began. */
    static final int KEPT_BLOCKS = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private final KeyBook keys;
    private final DurableMap stored;
    private final DurableMap blocks;
    private final Map<Hash, StoredTx> transactions = new LinkedHashMap<>();
    private final Map<OutPoint, Own> coins = new HashMap<>();
    private final Map<OutPoint, Predicate.Channel> channels = new HashMap<>();
    private final Map<Integer, Hash> ids = new HashMap<>();
    private int height = -1;

    /** A coin that this wallet has or had. */
    record Own(Amount amount, Predicate.Key predicate, Numbered key) { }

    Ledger(DurableStore store, KeyBook keys) {
        this.keys = keys;
        this.stored = store.map("transactions");
        this.blocks = store.map("blocks");
        stored.forEach((_, bytes) -> {
            StoredTx tx = StoredTx.decode(bytes);
            transactions.put(tx.txid(), tx);
            learn(tx.transaction());
        });
        blocks.forEach((name, id) -> {
            int h = Integer.parseInt(name);
            ids.put(h, Hash.of(id));
            height = Math.max(height, h);
        });
    }

    /** The height of the last block that was read, -1 before the first. */
    int height() {
        return height;
    }

    /** The id of a block that was read, while it is kept. */
    Optional<Hash> blockId(int atHeight) {
        return Optional.ofNullable(ids.get(atHeight));
    }

    Collection<StoredTx> transactions() {
        return transactions.values();
    }

    Optional<StoredTx> transaction(Hash txid) {
        return Optional.ofNullable(transactions.get(txid));
    }

    /** What is or was this wallet's coin. */
    Optional<Own> coin(OutPoint outPoint) {
        return Optional.ofNullable(coins.get(outPoint));
    }

    /** The channels that this wallet's keys ever paid into. */
    Map<OutPoint, Predicate.Channel> channels() {
        return channels;
    }

    /** What a transaction adds to this wallet's coins, in zen. */
    long delta(Transaction tx) {
        return received(tx) - spent(tx);
    }

    private long received(Transaction tx) {
        long sum = 0;
        for (Output o : tx.outputs()) {
            if (o.predicate() instanceof Predicate.Key(var key) && keys.find(key).isPresent()) {
                sum += o.amount().zen();
            }
        }
        return sum;
    }

    private long spent(Transaction tx) {
        return tx.inputs().stream().map(i -> coins.get(i.outPoint())).filter(c -> c != null).mapToLong(c -> c.amount().zen())
                .sum();
    }

    /**
     * Adds a transaction that was built here. Its fee is a line of its own where this wallet's coins pay it.
     *
     * @param fee that the transaction pays
     */
    StoredTx addOwn(Transaction tx, String kind, String note, Amount fee, int purpose, long at) {
        mark(tx);
        learn(tx);
        boolean pays = spent(tx) > 0;
        List<StoredTx.Line> lines = new ArrayList<>();
        lines.add(StoredTx.Line.of(kind, delta(tx) + (pays ? fee.zen() : 0), note));
        if (pays) {
            lines.add(StoredTx.Line.of("fee", -fee.zen(), note));
        }
        StoredTx added = new StoredTx(StoredTx.VERSION, tx.txid(), tx.toBytes(), at, 0, StoredTx.Status.WAITING, true, purpose,
                lines);
        put(added);
        return added;
    }

    void put(StoredTx tx) {
        transactions.put(tx.txid(), tx);
        stored.put(tx.txid().toHex(), tx.encode());
    }

    /** Takes a block in. Returns whether it concerns this wallet. */
    boolean connect(BlockInfo block) {
        boolean concerns = false;
        for (TransactionInfo info : block.transactions()) {
            StoredTx known = transactions.get(info.txid());
            if (known != null) {
                put(known.confirmed(block.height(), block.time()));
                concerns = true;
            } else {
                concerns |= read(info, block);
            }
        }
        height = block.height();
        ids.put(height, block.hash());
        blocks.put(Integer.toString(height), block.hash().toBytes());
        if (ids.remove(height - KEPT_BLOCKS) != null) {
            blocks.remove(Integer.toString(height - KEPT_BLOCKS));
        }
        return concerns;
    }

    /** Takes the last block back. Its transactions wait again, but a reward is gone. */
    void disconnect() {
        for (StoredTx tx : List.copyOf(transactions.values())) {
            if (tx.status() == StoredTx.Status.CONFIRMED && tx.height() == height) {
                put(tx.transaction().isCoinbase() ? tx.dropped() : tx.waiting());
            }
        }
        ids.remove(height);
        blocks.remove(Integer.toString(height));
        height--;
    }

    /** Forgets how far the chain was read, after a reorganisation deeper than what is kept: everything is read anew. */
    void rewind() {
        for (StoredTx tx : List.copyOf(transactions.values())) {
            if (tx.status() == StoredTx.Status.CONFIRMED) {
                put(tx.transaction().isCoinbase() ? tx.dropped() : tx.waiting());
            }
        }
        ids.keySet().forEach(h -> blocks.remove(Integer.toString(h)));
        ids.clear();
        height = -1;
    }

    private boolean read(TransactionInfo info, BlockInfo block) {
        Transaction tx;
        try {
            tx = Transaction.parse(info.raw());
        } catch (EncodingException e) {
            LOG.warn("transaction {} in block {} can't be read: {}", info.txid(), block.height(), e.getMessage());
            return false;
        }
        boolean ours = spent(tx) > 0 || received(tx) > 0 || tx.outputs().stream().anyMatch(this::isOwnChannel);
        if (!ours) {
            return false;
        }
        mark(tx);
        learn(tx);
        long delta = delta(tx);
        StoredTx.Line line;
        if (tx.isCoinbase()) {
            line = StoredTx.Line.of("mined", delta, "block " + block.height());
        } else if (tx.inputs().stream().anyMatch(i -> channels.containsKey(i.outPoint()))) {
            Input by = tx.inputs().stream().filter(i -> channels.containsKey(i.outPoint())).findFirst().orElseThrow();
            line = StoredTx.Line.of("channel settled", delta, "rest of channel " + by.outPoint());
        } else {
            line = StoredTx.Line.of(delta < 0 ? "sent" : "received", delta, "");
        }
        put(new StoredTx(StoredTx.VERSION, tx.txid(), tx.toBytes(), block.time(), block.height() + 1,
                StoredTx.Status.CONFIRMED, false, StoredTx.NO_PURPOSE, List.of(line)));
        return true;
    }

    /** Says which keys a transaction uses, which makes more keys known: before anything is summed. */
    private void mark(Transaction tx) {
        boolean more;
        do {
            int before = keys.predicates().size();
            tx.outputs().forEach(o -> keyOf(o).ifPresent(keys::used));
            more = keys.predicates().size() > before;
        } while (more);
    }

    private void learn(Transaction tx) {
        for (int i = 0; i < tx.outputs().size(); i++) {
            Output o = tx.outputs().get(i);
            if (o.predicate() instanceof Predicate.Key predicate) {
                Optional<Numbered> ref = keys.find(predicate.key());
                if (ref.isPresent()) {
                    coins.put(tx.outPoint(i), new Own(o.amount(), predicate, ref.get()));
                }
            } else if (o.predicate() instanceof Predicate.Channel channel && isOwnChannel(o)) {
                channels.put(tx.outPoint(i), channel);
            }
        }
    }

    private boolean isOwnChannel(Output o) {
        return o.predicate() instanceof Predicate.Channel c && keys.find(c.payer()).isPresent();
    }

    private Optional<Numbered> keyOf(Output o) {
        return switch (o.predicate()) {
            case Predicate.Key(var key) -> keys.find(key);
            case Predicate.Channel(var payer, _, _) -> keys.find(payer);
            case Predicate.Announce(var owner, _, _, _) -> keys.find(owner);
        };
    }
}
