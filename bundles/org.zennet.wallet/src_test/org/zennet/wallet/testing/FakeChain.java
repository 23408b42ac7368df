package org.zennet.wallet.testing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Input;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.machine.CoinEntry;
import org.zennet.blockchain.machine.CoinView;
import org.zennet.blockchain.machine.ConsensusParameters;
import org.zennet.blockchain.machine.TransactionRules;
import org.zennet.blockchain.machine.Verdict;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainParameters;
import org.zennet.services.chain.ChainService;
import org.zennet.services.crypto.SignatureScheme;

/** A chain in memory that checks every transaction by the real rules. Blocks are made by hand; they have no work. */
public final class FakeChain implements ChainService {
    public final ConsensusParameters network = ConsensusParameters.dev(Tag.TEST.hash(new byte[] {42}));
    public final List<Hash> submitted = new ArrayList<>();
    private final SignatureScheme scheme;
    private final List<Made> blocks = new ArrayList<>();
    private final Map<Hash, Transaction> pool = new LinkedHashMap<>();
    private final List<ChainWatcher> watchers = new CopyOnWriteArrayList<>();
    private int salt;
    public long feeRate = 2;
    /** When set, nothing is taken: a node that is down. */
    public boolean down;
    /** Counts down at every submission; at 0 the process that submits is killed. */
    public int killAt = -1;
    /** Whether the transaction is taken before that. */
    public boolean killAfter;

    /** The process was killed. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private record Made(int height, Hash hash, Hash previous, List<Transaction> transactions) { }

    public FakeChain(SignatureScheme scheme) {
        this.scheme = scheme;
        blocks.add(new Made(0, network.genesisHash(), Hash.of(new byte[32]), network.genesis().transactions()));
    }

    /** Puts everything that waits into a block, with a reward for a key if one is given. */
    public synchronized void mine(Predicate.Key... miner) {
        int height = blocks.size();
        List<Transaction> in = new ArrayList<>();
        if (miner.length > 0) {
            in.add(Transaction.coinbase(height, List.of(new Output(Amount.ofXen(50), miner[0]))));
        }
        CoinView.Overlay view = coins();
        for (Transaction tx : List.copyOf(pool.values())) {
            if (TransactionRules.check(tx, view, height, network, scheme) instanceof Verdict.Accepted<TransactionRules.Effect>(var e)) {
                TransactionRules.apply(tx, e.spent(), height, view);
                in.add(tx);
            }
        }
        in.forEach(t -> pool.remove(t.txid()));
        Hash hash = Tag.TEST.hash(ByteBuffer.allocate(8).putInt(height).putInt(salt++).array());
        blocks.add(new Made(height, hash, blocks.getLast().hash(), in));
        CoinView.Overlay now = coins();
        pool.values().removeIf(t -> t.inputs().stream().anyMatch(i -> now.coin(i.outPoint()).isEmpty() && !fromPool(i)));
        BlockInfo info = block(height).orElseThrow();
        watchers.forEach(w -> w.connected(info));
    }

    public synchronized void mineBlocks(int count) {
        for (int i = 0; i < count; i++) {
            mine();
        }
    }

    /** Takes blocks away; what they held waits again or is forgotten. */
    public synchronized void undo(int count, boolean keep) {
        for (int i = 0; i < count; i++) {
            BlockInfo info = block(blocks.size() - 1).orElseThrow();
            Made gone = blocks.removeLast();
            if (keep) {
                Map<Hash, Transaction> old = new LinkedHashMap<>(pool);
                pool.clear();
                gone.transactions().stream().filter(t -> !t.isCoinbase()).forEach(t -> pool.put(t.txid(), t));
                pool.putAll(old);
            }
            watchers.forEach(w -> w.disconnected(info));
        }
    }

    /** Forgets what waits. */
    public synchronized void clearPool() {
        pool.clear();
    }

    /** Puts in without asking the pool's rules: what another node's miner chose. */
    public synchronized void force(Transaction tx) {
        pool.values().removeIf(t -> t.inputs().stream().anyMatch(a -> tx.inputs().stream()
                .anyMatch(b -> b.outPoint().equals(a.outPoint()))));
        pool.put(tx.txid(), tx);
    }

    private boolean fromPool(Input input) {
        return pool.containsKey(input.outPoint().txid());
    }

    private CoinView.Overlay coins() {
        CoinView.Overlay view = new CoinView.Overlay(_ -> Optional.empty());
        for (Made block : blocks) {
            for (Transaction tx : block.transactions()) {
                TransactionRules.apply(tx, spent(tx, view), block.height(), view);
            }
        }
        return view;
    }

    private static List<CoinEntry> spent(Transaction tx, CoinView view) {
        return tx.inputs().stream().map(i -> view.coin(i.outPoint()).orElseThrow()).toList();
    }

    /** Whether all that was ever made is unspent or was paid as fee: sums of coins. */
    public synchronized Amount unspent() {
        return coins().changes().values().stream().flatMap(Optional::stream).map(c -> c.output().amount())
                .reduce(Amount.ZERO, Amount::plus);
    }

    @Override
    public synchronized ChainParameters parameters() {
        return network.summary();
    }

    @Override
    public synchronized Tip tip() {
        return new Tip(blocks.size() - 1, blocks.getLast().hash(), time(blocks.size() - 1));
    }

    private static long time(int height) {
        return 1_767_225_600L + height;
    }

    @Override
    public CompletableFuture<Tip> synced() {
        return CompletableFuture.completedFuture(tip());
    }

    @Override
    public synchronized Hash submit(byte[] raw) throws Rejected {
        Transaction tx;
        try {
            tx = Transaction.parse(raw);
        } catch (EncodingException e) {
            throw new Rejected(e.getMessage(), e);
        }
        if (killAt-- == 0) {
            if (killAfter) {
                submit(raw);
            }
            throw new Killed();
        }
        if (down) {
            throw new Rejected("the node is down");
        }
        if (pool.containsKey(tx.txid())) {
            throw new Rejected("POOL_KNOWN");
        }
        CoinView.Overlay view = coins();
        Set<org.zennet.services.chain.ChainService.OutPoint> taken = new HashSet<>();
        for (Transaction waiting : pool.values()) {
            List<CoinEntry> in = new ArrayList<>();
            waiting.inputs().forEach(i -> view.coin(i.outPoint()).ifPresent(in::add));
            TransactionRules.apply(waiting, in, blocks.size(), view);
        }
        Verdict<TransactionRules.Effect> verdict = TransactionRules.check(tx, view, blocks.size(), network, scheme);
        if (!(verdict instanceof Verdict.Accepted<TransactionRules.Effect>(var effect))) {
            throw new Rejected(verdict.toString());
        }
        if (effect.fee().minus(effect.rent()).zen() < tx.size()) {
            throw new Rejected("POOL_FEE");
        }
        pool.put(tx.txid(), tx);
        submitted.add(tx.txid());
        TransactionInfo info = transaction(tx.txid()).orElseThrow();
        watchers.forEach(w -> w.pending(info));
        return tx.txid();
    }

    @Override
    public synchronized Optional<TransactionInfo> transaction(Hash txid) {
        for (Made block : blocks) {
            for (Transaction tx : block.transactions()) {
                if (tx.txid().equals(txid)) {
                    return Optional.of(info(tx, block.height()));
                }
            }
        }
        return Optional.ofNullable(pool.get(txid)).map(t -> new TransactionInfo(txid, 0, 0, Amount.ZERO, t.toBytes()));
    }

    private TransactionInfo info(Transaction tx, int height) {
        return new TransactionInfo(tx.txid(), height, blocks.size() - height, Amount.ZERO, tx.toBytes());
    }

    @Override
    public synchronized Optional<TransactionInfo> spender(OutPoint output) {
        for (Made block : blocks) {
            for (Transaction tx : block.transactions()) {
                if (tx.inputs().stream().anyMatch(i -> i.outPoint().equals(output))) {
                    return Optional.of(info(tx, block.height()));
                }
            }
        }
        return pool.values().stream().filter(t -> t.inputs().stream().anyMatch(i -> i.outPoint().equals(output))).findFirst()
                .flatMap(t -> transaction(t.txid()));
    }

    @Override
    public synchronized Optional<Coin> coin(OutPoint output) {
        return coins().coin(output).map(c -> coin(output, c));
    }

    private static Coin coin(OutPoint output, CoinEntry c) {
        return new Coin(output, c.output().amount(), c.output().predicate().toBytes(), c.height(), c.coinbase());
    }

    @Override
    public synchronized List<Coin> coinsOf(List<byte[]> predicates) {
        Set<ByteBuffer> wanted = new HashSet<>();
        predicates.forEach(p -> wanted.add(ByteBuffer.wrap(p)));
        Set<OutPoint> taken = new HashSet<>();
        pool.values().forEach(t -> t.inputs().forEach(i -> taken.add(i.outPoint())));
        List<Coin> found = new ArrayList<>();
        new HashMap<>(coins().changes()).forEach((outPoint, coin) -> coin.ifPresent(c -> {
            if (wanted.contains(ByteBuffer.wrap(c.output().predicate().toBytes())) && !taken.contains(outPoint)) {
                found.add(coin(outPoint, c));
            }
        }));
        found.sort(java.util.Comparator.comparing(c -> c.outPoint().toString()));
        return found;
    }

    @Override
    public synchronized List<AnnouncementInfo> announcements() {
        return List.of();
    }

    @Override
    public synchronized Optional<BlockInfo> block(int height) {
        if (height < 0 || height >= blocks.size()) {
            return Optional.empty();
        }
        Made b = blocks.get(height);
        return Optional.of(new BlockInfo(height, b.hash(), b.previous(), time(height), 0, Amount.ZERO, Amount.ZERO, new byte[0],
                b.transactions().stream().map(t -> info(t, height)).toList()));
    }

    @Override
    public synchronized List<TransactionInfo> mempool() {
        return pool.keySet().stream().map(id -> transaction(id).orElseThrow()).toList();
    }

    @Override
    public synchronized long feeRate() {
        return feeRate;
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
