package org.zennet.blockchain.internal.node;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.BlockHeader;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.internal.crypto.CachingVerifier;
import org.zennet.blockchain.internal.storage.ChainStorage;
import org.zennet.blockchain.machine.BlockRules;
import org.zennet.blockchain.machine.BlockRules.Connected;
import org.zennet.blockchain.machine.BlockRules.Spent;
import org.zennet.blockchain.machine.CoinEntry;
import org.zennet.blockchain.machine.CoinView;
import org.zennet.blockchain.machine.ConsensusParameters;
import org.zennet.blockchain.machine.Emission;
import org.zennet.blockchain.machine.HeaderTree;
import org.zennet.blockchain.machine.HeaderTree.Node;
import org.zennet.blockchain.machine.Mempool;
import org.zennet.blockchain.machine.Rule;
import org.zennet.blockchain.machine.TransactionRules;
import org.zennet.blockchain.machine.Verdict;
import org.zennet.services.Registration;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;

/**
 * The chain of this process: applies the rules, keeps the branch with the most work on the disk, and the mempool beside
 * it. One lock; listeners are called through an executor that runs one task at a time, in order.
 */
public final class ChainEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChainEngine.class);
    private static final long MEMPOOL_BYTES = 64L << 20;
    private static final int REWARD_BYTES = 1_000;
    private final ConsensusParameters network;
    private final SignatureScheme scheme;
    private final InstantSource clock;
    private final Executor events;
    private final HeaderTree tree;
    private final ChainStorage storage;
    private final CoinIndex index = new CoinIndex();
    private final Mempool mempool;
    private final List<ChainListener> listeners = new CopyOnWriteArrayList<>();
    private boolean closed;

    /** Opens the chain of a directory and catches up with what is there. */
    public ChainEngine(Path directory, ConsensusParameters network, SignatureScheme scheme, InstantSource clock, Executor events) {
        this.network = network;
        this.scheme = new CachingVerifier(scheme);
        this.clock = clock;
        this.events = events;
        this.tree = new HeaderTree(network);
        this.mempool = new Mempool(network, this.scheme, MEMPOOL_BYTES);
        this.storage = new ChainStorage(directory, network, tree);
        storage.forEachCoin(index::add);
        int before = storage.tip().height();
        activate();
        if (storage.tip().height() > before) {
            LOG.info("replayed blocks {} to {}", before + 1, storage.tip().height());
        }
    }

    /** Adds a header whose transactions may come later. */
    public synchronized Verdict<Node> addHeader(BlockHeader header) {
        return tree.add(header, now());
    }

    /** Adds a block. Accepted means that it is kept; it is on the best chain only if its branch has the most work. */
    public synchronized Verdict<Node> addBlock(Block block) {
        requireOpen();
        Verdict<Node> added = tree.add(block.header(), now());
        if (!(added instanceof Verdict.Accepted<Node>(var node)) || node.hasBody()) {
            return added;
        }
        if (BlockRules.check(block) instanceof Verdict.Rejected<Block> r) {
            if (BlockRules.means(r.rule())) {
                tree.invalidate(node);
            }
            return r.as();
        }
        if (node.parent() == storage.tip()) {
            Verdict<Connected> verdict = connect(node, block);
            if (verdict instanceof Verdict.Rejected<Connected> r) {
                return r.as();
            }
            tree.bodyArrived(node);
            tell(l -> l.tip(node));
        } else {
            storage.store(block);
            tree.bodyArrived(node);
        }
        Optional<Verdict.Rejected<Node>> broken = activate();
        return broken.isPresent() && node.isInvalid() ? broken.get() : added;
    }

    /** Goes to the best branch whose transactions are here. Returns the last rule that a block broke on the way. */
    private Optional<Verdict.Rejected<Node>> activate() {
        Optional<Verdict.Rejected<Node>> broken = Optional.empty();
        List<Transaction> returned = new ArrayList<>();
        Node start = storage.tip();
        while (tree.bestComplete().work().compareTo(storage.tip().work()) > 0) {
            Node target = tree.bestComplete();
            Node fork = HeaderTree.fork(storage.tip(), target);
            while (storage.tip() != fork) {
                Block block = block(storage.tip());
                returned.addAll(0, block.transactions().subList(1, block.transactions().size()));
                disconnect(block);
            }
            Deque<Node> path = new ArrayDeque<>();
            for (Node node = target; node != fork; node = node.parent()) {
                path.push(node);
            }
            for (Node node : path) {
                if (connect(node, block(node)) instanceof Verdict.Rejected<Connected> r) {
                    LOG.warn("block {} of height {} breaks a rule: {}", node.hash(), node.height(), r);
                    broken = Optional.of((Verdict.Rejected<Node>) r.<Node>as());
                    break;
                }
            }
        }
        if (storage.tip() != start) {
            Node tip = storage.tip();
            tell(l -> l.tip(tip));
        }
        if (!returned.isEmpty()) {
            List<Mempool.Entry> waiting = mempool.drain();
            returned.forEach(t -> mempool.add(t, storage.coins(), tip().height() + 1, now()));
            waiting.forEach(e -> mempool.add(e.transaction(), storage.coins(), tip().height() + 1, e.since()));
        }
        return broken;
    }

    private Verdict<Connected> connect(Node node, Block block) {
        Verdict<Connected> verdict = BlockRules.connect(block, storage.coins(), network, scheme);
        switch (verdict) {
            case Verdict.Rejected<Connected> _ -> tree.invalidate(node);
            case Verdict.Accepted<Connected>(var effect) -> {
                Map<OutPoint, Optional<CoinEntry>> before = new HashMap<>();
                effect.changes().keySet().forEach(o -> before.put(o, storage.coins().coin(o)));
                storage.connect(node, block, effect); // throws when the disk is full: then nothing has changed
                index.apply(effect.changes(), before::get);
                mempool.connected(block.transactions());
                mempool.expire(now());
                tell(l -> l.connected(block, effect.undo()));
            }
        }
        return verdict;
    }

    private void disconnect(Block block) {
        List<Spent> undo = storage.undo(block);
        index.apply(BlockRules.disconnect(block, undo), storage.coins()::coin);
        storage.disconnect(block);
        tell(l -> l.disconnected(block, undo));
    }

    /** Checks a transaction for the next block and lets it wait. */
    public synchronized Verdict<Mempool.Added> addTransaction(Transaction transaction) {
        requireOpen();
        if (storage.place(transaction.txid()).isPresent()) {
            return Verdict.rejected(Rule.POOL_KNOWN, transaction.txid() + " is in the chain already");
        }
        Verdict<Mempool.Added> verdict = mempool.add(transaction, storage.coins(), tip().height() + 1, now());
        if (verdict instanceof Verdict.Accepted<Mempool.Added>(var added)) {
            tell(l -> l.pending(added.entry()));
        }
        return verdict;
    }

    /**
     * A block for a miner to work on: the best paying transactions that are valid at the next height, none of them
     * being no reason to wait.
     */
    public synchronized Block template(Predicate.Key payout) {
        int height = tip().height() + 1;
        CoinView.Overlay view = new CoinView.Overlay(storage.coins());
        List<Transaction> transactions = new ArrayList<>();
        Amount reward = Emission.subsidy(height);
        for (Mempool.Entry entry : mempool.template(Block.MAX_TRANSACTION_BYTES - REWARD_BYTES, Block.MAX_PAYLOAD_BYTES)) {
            switch (TransactionRules.check(entry.transaction(), view, height, network, scheme)) {
                case Verdict.Accepted<TransactionRules.Effect>(var effect) -> {
                    TransactionRules.apply(entry.transaction(), effect.spent(), height, view);
                    transactions.add(entry.transaction());
                    reward = reward.plus(effect.fee()).minus(effect.burnt());
                }
                case Verdict.Rejected<TransactionRules.Effect> r -> {
                    LOG.info("transaction {} became invalid: {}", entry.transaction().txid(), r);
                    mempool.remove(entry.transaction().txid());
                }
            }
        }
        transactions.addFirst(Transaction.coinbase(height, List.of(new Output(reward, payout))));
        long time = Math.max(now(), tip().leastChildTime());
        return new Block(new BlockHeader(BlockHeader.VERSION, tip().hash(), Block.txRoot(transactions), BlockHeader.NO_AUX, height,
                time, network.bits(), 0), transactions);
    }

    /** The tip of the best chain. */
    public synchronized Node tip() {
        return storage.tip();
    }

    /** The tip of the best branch of headers. */
    public synchronized Node bestHeader() {
        return tree.bestHeader();
    }

    /** A header that is known. */
    public synchronized Optional<Node> node(Hash hash) {
        return tree.node(hash);
    }

    /** The block of the best chain at a height. */
    public synchronized Optional<Node> active(int height) {
        return height >= 0 && height < storage.active().size() ? Optional.of(storage.active().get(height)) : Optional.empty();
    }

    /** Headers of the best chain after the first hash of a locator that lies on it. */
    public synchronized List<BlockHeader> headersAfter(List<Hash> locator, int most) {
        int from = locator.stream().flatMap(h -> tree.node(h).stream()).filter(this::isActive).findFirst()
                .map(Node::height).orElse(0);
        return storage.active().subList(from + 1, Math.min(storage.active().size(), from + 1 + most)).stream()
                .map(Node::header).toList();
    }

    /** Whether a block is on the best chain. */
    public synchronized boolean isActive(Node node) {
        return active(node.height()).orElse(null) == node;
    }

    /** A block that is here, on the best chain or not. */
    public synchronized Optional<Block> block(Hash hash) {
        return closed ? Optional.empty() : storage.block(hash);
    }

    private Block block(Node node) {
        return storage.block(node.hash()).orElseThrow();
    }

    /** What a block of the best chain spent. */
    public synchronized List<Spent> undo(Block block) {
        return storage.undo(block);
    }

    /** Reads state consistently. The function must not keep what it is handed. */
    public synchronized <T> T read(Function<State, T> reader) {
        requireOpen();
        return reader.apply(new State(storage.coins(), index, mempool, storage));
    }

    /** What {@link #read} hands out. */
    record State(CoinView coins, CoinIndex index, Mempool mempool, ChainStorage storage) {
        Optional<int[]> place(Hash txid) {
            return storage.place(txid);
        }

        Optional<Hash> spender(OutPoint outPoint) {
            return storage.spender(outPoint);
        }

        void forEachCoin(java.util.function.BiConsumer<OutPoint, CoinEntry> visitor) {
            storage.forEachCoin(visitor);
        }
    }

    /** A waiting transaction. */
    public synchronized Optional<Mempool.Entry> waiting(Hash txid) {
        return mempool.entry(txid);
    }

    /** Ids of waiting transactions, oldest first. */
    public synchronized List<Hash> waiting(int most) {
        return mempool.entries().stream().limit(most).map(e -> e.transaction().txid()).toList();
    }

    /** Whether a transaction is in the chain or waits. */
    public synchronized boolean knows(Hash txid) {
        return mempool.entry(txid).isPresent() || storage.place(txid).isPresent();
    }

    /** The numbers of the network. */
    public ConsensusParameters network() {
        return network;
    }

    /** Tells a listener of everything from now on. */
    public Registration listen(ChainListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(Consumer<ChainListener> call) {
        if (listeners.isEmpty()) {
            return;
        }
        events.execute(() -> {
            for (ChainListener listener : listeners) {
                try {
                    call.accept(listener);
                } catch (RuntimeException e) {
                    LOG.error("a listener to the chain failed", e);
                }
            }
        });
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the chain is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            storage.close();
        }
    }
}
