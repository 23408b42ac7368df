package org.zennet.blockchain.internal.storage;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.Input;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.machine.CoinEntry;
import org.zennet.blockchain.machine.CoinView;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.store.DurableStore;
import org.zennet.store.StoreException;

/**
 * The unspent coins at a tip, and where transactions and spenders are, written back now and then: one commit holds the
 * changes and the tip's hash, so after a crash the blocks since then are replayed. Not thread-safe.
 */
final class CoinStore implements CoinView, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CoinStore.class);
    private static final int SCHEMA = 1;
    private static final String TIP = "tip";
    private static final String FLUSHING = "flushing";
    private final DurableStore store;
    private final WriteBack coins;
    private final WriteBack transactions;
    private final WriteBack spenders;
    private final DurableStore.DurableMap meta;

    /** Where a transaction is. */
    record Place(int height, int index) { }

    CoinStore(Path file) {
        this.store = DurableStore.open(file, SCHEMA);
        this.coins = new WriteBack(store.map("coins"));
        this.transactions = new WriteBack(store.map("transactions"));
        this.spenders = new WriteBack(store.map("spenders"));
        this.meta = store.map("meta");
        if (meta.get(FLUSHING).isPresent()) {
            LOG.warn("a flush of the coins was cut short; they are made again from the blocks");
            coins.clear();
            transactions.clear();
            spenders.clear();
            meta.remove(TIP);
        }
    }

    /** The tip of the last flush; empty in a new store. */
    Optional<Hash> tip() {
        return meta.get(TIP).map(Hash::of);
    }

    @Override
    public Optional<CoinEntry> coin(OutPoint outPoint) {
        return coins.get(key(outPoint)).map(CoinStore::decode);
    }

    /** Every coin. */
    void forEach(BiConsumer<OutPoint, CoinEntry> visitor) {
        coins.forEach((key, value) -> visitor.accept(outPoint(key), decode(value)));
    }

    Optional<Place> transaction(Hash txid) {
        return transactions.get(txid.toHex()).map(bytes -> {
            try {
                Decoder in = new Decoder(bytes);
                return new Place((int) in.u32(), (int) in.u32());
            } catch (EncodingException e) {
                throw damaged(e);
            }
        });
    }

    Optional<Hash> spender(OutPoint outPoint) {
        return spenders.get(key(outPoint)).map(Hash::of);
    }

    /** A block came on top. */
    void connect(Block block, Map<OutPoint, Optional<CoinEntry>> changes) {
        change(changes);
        List<Transaction> all = block.transactions();
        for (int i = 0; i < all.size(); i++) {
            transactions.put(all.get(i).txid().toHex(), new Encoder().u32(block.height()).u32(i).toBytes());
            for (Input input : all.get(i).inputs()) {
                spenders.put(key(input.outPoint()), all.get(i).txid().toBytes());
            }
        }
    }

    /** The top block goes. */
    void disconnect(Block block, Map<OutPoint, Optional<CoinEntry>> changes) {
        change(changes);
        for (Transaction transaction : block.transactions()) {
            transactions.remove(transaction.txid().toHex());
            transaction.inputs().forEach(i -> spenders.remove(key(i.outPoint())));
        }
    }

    private void change(Map<OutPoint, Optional<CoinEntry>> changes) {
        changes.forEach((outPoint, coin) -> {
            if (coin.isPresent()) {
                coins.put(key(outPoint), Codec.coin(coin.get()));
            } else {
                coins.remove(key(outPoint));
            }
        });
    }

    /** How many changes wait in memory. */
    int dirty() {
        return coins.dirty();
    }

    /**
     * Makes all changes and the tip durable, together. MVStore may save part of a large change on its own when its buffer
     * is full, so a mark that is durable before the first change tells a later start that the last one is missing.
     */
    void flush(Hash tip) {
        meta.put(FLUSHING, new byte[] {1});
        store.commit();
        coins.flush();
        transactions.flush();
        spenders.flush();
        meta.put(TIP, tip.toBytes());
        meta.remove(FLUSHING);
        store.commit();
    }

    @Override
    public void close() {
        store.close();
    }

    private static String key(OutPoint outPoint) {
        return outPoint.txid().toHex() + HexFormat.of().toHexDigits((short) outPoint.index());
    }

    private static OutPoint outPoint(String key) {
        return new OutPoint(Hash.ofHex(key.substring(0, 2 * Hash.LENGTH)), HexFormat.fromHexDigits(key, 2 * Hash.LENGTH, key.length()));
    }

    private static CoinEntry decode(byte[] bytes) {
        try {
            return Codec.coin(bytes);
        } catch (EncodingException e) {
            throw damaged(e);
        }
    }

    private static StoreException damaged(EncodingException e) {
        return new StoreException("the coins are damaged (" + e.getMessage() + "); remove the directory 'chain' to load the chain again", e);
    }
}
