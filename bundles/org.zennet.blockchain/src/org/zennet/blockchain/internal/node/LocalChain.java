package org.zennet.blockchain.internal.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.internal.node.ChainEngine.State;
import org.zennet.blockchain.machine.BlockRules.Spent;
import org.zennet.blockchain.machine.CoinEntry;
import org.zennet.blockchain.machine.HeaderTree.Node;
import org.zennet.blockchain.machine.Mempool;
import org.zennet.blockchain.machine.Rule;
import org.zennet.blockchain.machine.Verdict;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainParameters;
import org.zennet.services.chain.ChainService;

/** The chain service over the engine of this process. */
public class LocalChain implements ChainService {
    private static final Logger LOG = LoggerFactory.getLogger(LocalChain.class);
    private final ChainEngine engine;
    private final Executor watchers;
    private final Supplier<CompletableFuture<Node>> synced;

    /**
     * Over an engine.
     *
     * @param watchers calls watchers, one at a time
     * @param synced   completes when peers know nothing better
     */
    public LocalChain(ChainEngine engine, Executor watchers, Supplier<CompletableFuture<Node>> synced) {
        this.engine = engine;
        this.watchers = watchers;
        this.synced = synced;
    }

    @Override
    public ChainParameters parameters() {
        return engine.network().summary();
    }

    @Override
    public Tip tip() {
        return tip(engine.tip());
    }

    private static Tip tip(Node node) {
        return new Tip(node.height(), node.hash(), node.header().time());
    }

    @Override
    public CompletableFuture<Tip> synced() {
        return synced.get().thenApply(LocalChain::tip);
    }

    @Override
    public Hash submit(byte[] bytes) throws Rejected {
        Transaction transaction;
        try {
            transaction = Transaction.parse(bytes);
        } catch (EncodingException e) {
            throw new Rejected("this is not a transaction: " + e.getMessage(), e);
        }
        Verdict<Mempool.Added> verdict = engine.addTransaction(transaction);
        if (verdict instanceof Verdict.Rejected<Mempool.Added> r && r.rule() != Rule.POOL_KNOWN) {
            throw new Rejected("transaction " + transaction.txid().toShortHex() + " is refused: " + r);
        }
        return transaction.txid();
    }

    @Override
    public Optional<TransactionInfo> transaction(Hash txid) {
        return engine.read(s -> info(s, txid));
    }

    private Optional<TransactionInfo> info(State state, Hash txid) {
        Optional<Mempool.Entry> waiting = state.mempool().entry(txid);
        if (waiting.isPresent()) {
            return waiting.map(Infos::waiting);
        }
        return state.place(txid).map(place -> blockAt(place[0]).transactions().get(place[1]));
    }

    @Override
    public Optional<TransactionInfo> spender(OutPoint output) {
        return engine.read(s -> {
            Optional<Mempool.Entry> waiting = s.mempool().spender(output);
            return waiting.isPresent() ? waiting.map(Infos::waiting) : s.spender(output).flatMap(id -> info(s, id));
        });
    }

    @Override
    public Optional<Coin> coin(OutPoint output) {
        return engine.read(s -> s.coins().coin(output).map(c -> Infos.coin(output, c)));
    }

    @Override
    public List<Coin> coinsOf(List<byte[]> predicates) {
        List<Predicate> wanted = new ArrayList<>();
        for (byte[] bytes : predicates) {
            try {
                wanted.add(Predicate.parse(bytes));
            } catch (EncodingException e) {
                throw new IllegalArgumentException("no predicate: " + e.getMessage(), e);
            }
        }
        return engine.read(s -> wanted.stream().distinct().flatMap(p -> s.index().of(p).stream())
                .filter(o -> s.mempool().spender(o).isEmpty())
                .map(o -> Infos.coin(o, s.coins().coin(o).orElseThrow())).toList());
    }

    @Override
    public List<AnnouncementInfo> announcements() {
        return engine.read(s -> {
            int height = engine.tip().height();
            List<AnnouncementInfo> found = new ArrayList<>();
            for (Mempool.Entry entry : s.mempool().entries()) {
                if (entry.transaction().payloads().isEmpty()) {
                    continue;
                }
                List<CoinEntry> made = s.mempool().made(entry, s.coins(), height + 1);
                for (int i = 0; i < made.size(); i++) {
                    if (made.get(i).announced().isPresent()
                            && s.mempool().spender(entry.transaction().outPoint(i)).isEmpty()) {
                        Infos.announcement(made.get(i), 0).ifPresent(found::addFirst);
                    }
                }
            }
            List<AnnouncementInfo> confirmed = new ArrayList<>();
            s.index().announcements().forEach((outPoint, coin) -> {
                if (s.mempool().spender(outPoint).isEmpty()) {
                    Infos.announcement(coin, coin.height()).ifPresent(confirmed::add);
                }
            });
            confirmed.sort(Comparator.comparingInt(AnnouncementInfo::height).reversed());
            found.addAll(confirmed);
            found.removeIf(a -> a.expiry() < height);
            return List.copyOf(found);
        });
    }

    @Override
    public Optional<BlockInfo> block(int height) {
        return engine.read(s -> engine.active(height).map(n -> blockAt(n.height())));
    }

    private BlockInfo blockAt(int height) {
        Block block = engine.block(engine.active(height).orElseThrow().hash()).orElseThrow();
        return Infos.block(block, engine.undo(block), engine.tip().height() - height + 1);
    }

    @Override
    public List<TransactionInfo> mempool() {
        return engine.read(s -> s.mempool().byRate().stream().map(Infos::waiting).toList());
    }

    @Override
    public long feeRate() {
        return engine.read(s -> {
            List<Mempool.Entry> next = s.mempool().template(Block.MAX_TRANSACTION_BYTES, Block.MAX_PAYLOAD_BYTES);
            if (next.size() == s.mempool().entries().size()) {
                return 1L;
            }
            return 1 + next.stream().mapToLong(e -> e.counted().zen() / e.transaction().size()).min().orElse(0);
        });
    }

    @Override
    public Conservation scanConservation() {
        return engine.read(s -> ConservationScan.run(engine, s));
    }

    @Override
    public Registration watch(ChainWatcher watcher) {
        AtomicBoolean open = new AtomicBoolean(true);
        Registration registration = engine.listen(new ChainListener() {
            @Override
            public void connected(Block block, List<Spent> spent) {
                call(() -> watcher.connected(Infos.block(block, spent, 1)));
            }

            @Override
            public void disconnected(Block block, List<Spent> spent) {
                call(() -> watcher.disconnected(Infos.block(block, spent, 0)));
            }

            @Override
            public void pending(Mempool.Entry entry) {
                call(() -> watcher.pending(Infos.waiting(entry)));
            }

            private void call(Runnable task) {
                watchers.execute(() -> {
                    try {
                        if (open.get()) {
                            task.run();
                        }
                    } catch (RuntimeException e) {
                        LOG.error("a watcher of the chain failed", e);
                    }
                });
            }
        });
        return () -> {
            open.set(false);
            registration.close();
        };
    }
}
