package org.zennet.provider.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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

/** Services in memory: chain, identity, strategies. */
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

    /** Asks twice its floor, then the floor. */
    static final class Strategies implements StrategyRegistry {
        /** A question, and to whom. */
        record Asked(String preferred, QuoteRequest request) { }

        final RateVector floor;
        final List<Asked> requests = new CopyOnWriteArrayList<>();
        volatile boolean broken;

        Strategies(RateVector floor) {
            this.floor = floor;
        }

        @Override
        public CompletableFuture<Answer<Quote>> quote(String preferredId, QuoteRequest r) {
            requests.add(new Asked(preferredId, r));
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

        @Override
        public CompletableFuture<List<BenchmarkResult>> run(List<String> ids, long budgetMillis, java.util.function.Consumer<BenchmarkResult> each) {
            return run(budgetMillis);
        }

        @Override
        public List<Info> benchmarks() {
            return List.of(new Info("quick/1", 0, java.util.Optional.empty()));
        }

        @Override
        public void save(java.nio.file.Path directory, List<BenchmarkResult> results) { }
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
