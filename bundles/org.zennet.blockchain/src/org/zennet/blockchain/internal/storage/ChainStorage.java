package org.zennet.blockchain.internal.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.machine.BlockRules;
import org.zennet.blockchain.machine.BlockRules.Spent;
import org.zennet.blockchain.machine.CoinEntry;
import org.zennet.blockchain.machine.CoinView;
import org.zennet.blockchain.machine.ConsensusParameters;
import org.zennet.blockchain.machine.HeaderTree;
import org.zennet.blockchain.machine.HeaderTree.Node;
import org.zennet.blockchain.machine.Verdict;
import org.zennet.blockchain.internal.storage.SegmentLog.Item;
import org.zennet.blockchain.internal.storage.SegmentLog.Position;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.store.StoreException;

/**
 * The chain on the disk. Blocks and undo records in {@link SegmentLog} are the truth and synced per block;
 * {@link HeaderFile} and {@link CoinStore} follow and are caught up after a crash. Not thread-safe.
 */
public final class ChainStorage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChainStorage.class);
    private static final int BLOCK = 1;
    private static final int UNDO = 2;
    private static final long SEGMENT_BYTES = 64L << 20;
    private static final int FLUSH_BLOCKS = 50;
    private static final int FLUSH_CHANGES = 100_000;
    private final ConsensusParameters network;
    private final SegmentLog log;
    private final HeaderFile headers;
    private final CoinStore coins;
    private final Map<Hash, Position> blocks = new HashMap<>();
    private final Map<Hash, Position> undos = new HashMap<>();
    private final List<Node> active = new ArrayList<>();
    private int sinceFlush;

    /** Opens a directory, and fills a tree that holds genesis alone with what is there. */
    public ChainStorage(Path directory, ConsensusParameters network, HeaderTree tree) {
        this.network = network;
        this.log = new SegmentLog(directory.resolve("blocks"), SEGMENT_BYTES);
        this.headers = new HeaderFile(directory.resolve("headers"));
        this.coins = new CoinStore(directory.resolve("coins.mv"));
        try {
            load(tree);
        } catch (RuntimeException e) {
            close(false);
            throw e;
        }
    }

    private void load(HeaderTree tree) {
        active.add(tree.genesis());
        if (coins.tip().isEmpty()) {
            coins.connect(network.genesis(), BlockRules.genesis(network).changes());
            coins.flush(network.genesisHash());
        }
        Position from = SegmentLog.START;
        for (HeaderFile.Entry entry : headers.load(network.genesisHash())) {
            if (!log.holds(entry.block()) || !log.holds(entry.undo())
                    || !(tree.add(entry.header(), Long.MAX_VALUE >> 1) instanceof Verdict.Accepted<Node>(var node))) {
                break;
            }
            known(tree, node, entry.block());
            undos.put(node.hash(), entry.undo());
            from = entry.block();
        }
        scan(tree, from);
        if (tree.node(coins.tip().orElseThrow()).isEmpty()) {
            scan(tree, SegmentLog.START);
        }
        Node tip = tree.node(coins.tip().orElseThrow()).filter(n -> n.hasBody()).orElseThrow(() -> new StoreException(
                "the coins belong to a block that is not here; remove the directory 'chain' to load the chain again"));
        for (Node node = tip; node.parent() != null; node = node.parent()) {
            active.add(node);
        }
        Collections.reverse(active.subList(1, active.size()));
    }

    private void scan(HeaderTree tree, Position from) {
        List<Map.Entry<Block, Position>> waiting = new ArrayList<>();
        log.scan(from, (position, item) -> {
            try {
                if (item.type() == UNDO) {
                    undos.put(Codec.undo(item.body()).block(), position);
                } else {
                    Block block = Block.parse(item.body());
                    blocks.put(block.hash(), position);
                    if (tree.add(block.header(), Long.MAX_VALUE >> 1) instanceof Verdict.Accepted<Node>(var node)) {
                        known(tree, node, position);
                    } else {
                        waiting.add(Map.entry(block, position));
                    }
                }
            } catch (EncodingException e) {
                throw new StoreException("a block file holds something unreadable: " + e.getMessage(), e);
            }
        });
        // a block may lie before its parent when branches were loaded side by side
        for (boolean more = true; more;) {
            more = waiting.removeIf(e -> {
                if (tree.add(e.getKey().header(), Long.MAX_VALUE >> 1) instanceof Verdict.Accepted<Node>(var node)) {
                    known(tree, node, e.getValue());
                    return true;
                }
                return false;
            });
        }
    }

    private void known(HeaderTree tree, Node node, Position position) {
        blocks.put(node.hash(), position);
        if (!node.hasBody()) {
            tree.bodyArrived(node);
        }
    }

    /** The best chain as the coins stand, genesis first. */
    public List<Node> active() {
        return active;
    }

    /** The tip of the best chain as the coins stand. */
    public Node tip() {
        return active.getLast();
    }

    /** The coins at the tip. */
    public CoinView coins() {
        return coins;
    }

    /** Every coin at the tip. */
    public void forEachCoin(BiConsumer<OutPoint, CoinEntry> visitor) {
        coins.forEach(visitor);
    }

    /** Stores a block that doesn't follow the tip. */
    public void store(Block block) {
        if (!blocks.containsKey(block.hash())) {
            blocks.put(block.hash(), log.append(List.of(new Item(BLOCK, block.toBytes()))).getFirst());
        }
    }

    /** A valid block follows the tip: on the disk when this returns. */
    public void connect(Node node, Block block, BlockRules.Connected effect) {
        List<Item> items = new ArrayList<>();
        boolean stored = blocks.containsKey(block.hash());
        if (!stored) {
            items.add(new Item(BLOCK, block.toBytes()));
        }
        boolean undoStored = undos.containsKey(block.hash());
        if (!undoStored) {
            items.add(new Item(UNDO, Codec.undo(new Codec.Undo(block.hash(), effect.undo()))));
        }
        if (!items.isEmpty()) {
            List<Position> positions = log.append(items);
            if (!stored) {
                blocks.put(block.hash(), positions.getFirst());
            }
            if (!undoStored) {
                undos.put(block.hash(), positions.getLast());
            }
        }
        coins.connect(block, effect.changes());
        active.add(node);
        headers.put(new HeaderFile.Entry(block.header(), blocks.get(block.hash()), undos.get(block.hash())));
        if (++sinceFlush >= FLUSH_BLOCKS || coins.dirty() >= FLUSH_CHANGES) {
            flush();
        }
    }

    /** The tip goes. */
    public void disconnect(Block block) {
        coins.disconnect(block, BlockRules.disconnect(block, undo(block)));
        active.removeLast();
        headers.truncate(block.height() - 1);
        sinceFlush++;
    }

    /** What a block that was connected once spent. */
    public List<Spent> undo(Block block) {
        if (block.height() == 0) {
            return List.of();
        }
        try {
            return Codec.undo(log.read(undos.get(block.hash())).body()).spent();
        } catch (EncodingException e) {
            throw new StoreException("the undo record of " + block + " is unreadable: " + e.getMessage(), e);
        }
    }

    /** A block that is here. */
    public Optional<Block> block(Hash hash) {
        if (hash.equals(network.genesisHash())) {
            return Optional.of(network.genesis());
        }
        Position position = blocks.get(hash);
        if (position == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Block.parse(log.read(position).body()));
        } catch (EncodingException e) {
            throw new StoreException("block " + hash + " is unreadable: " + e.getMessage(), e);
        }
    }

    /** The height of a transaction of the best chain and its index in the block. */
    public Optional<int[]> place(Hash txid) {
        return coins.transaction(txid).map(p -> new int[] {p.height(), p.index()});
    }

    /** Which transaction of the best chain spent an output. */
    public Optional<Hash> spender(OutPoint outPoint) {
        return coins.spender(outPoint);
    }

    /** Makes the coins at the tip durable. */
    public void flush() {
        headers.sync();
        coins.flush(tip().hash());
        sinceFlush = 0;
    }

    @Override
    public void close() {
        close(true);
    }

    private void close(boolean flush) {
        try {
            if (flush) {
                flush();
            }
        } finally {
            coins.close();
            headers.close();
            log.close();
        }
        LOG.debug("chain closed");
    }
}
