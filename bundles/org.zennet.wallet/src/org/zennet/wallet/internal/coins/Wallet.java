package org.zennet.wallet.internal.coins;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.blockchain.Address;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Witness;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainParameters;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.services.wallet.WalletService;
import org.zennet.store.DurableStore;
import org.zennet.wallet.internal.Listeners;
import org.zennet.wallet.internal.Worker;
import org.zennet.wallet.internal.keystore.KeyRef;
import org.zennet.wallet.internal.keystore.WalletKeys;

/**
 * The coins of this process. One lock guards books and store; the chain is never called under it. What spends is stored
 * and synced before it is submitted, and submitted again until it is in a block or can never be.
 */
public final class Wallet implements WalletService {
    private static final int TRIES = 3;
    private final ChainService chain;
    private final ChainParameters network;
    private final WalletKeys keys;
    private final DurableStore store;
    private final InstantSource clock;
    private final TestCoins testCoins;
    private final KeyBook book;
    private final Ledger ledger;
    private final ReentrantLock lock = new ReentrantLock();
    private final Listeners<Boolean> changed;
    private final Snapshots snapshots;
    private volatile Supplier<Amount> inChannels = () -> Amount.ZERO;

    /** Over a store that nobody else changes meanwhile. */
    public Wallet(ChainService chain, SignatureScheme scheme, WalletKeys keys, DurableStore store, InstantSource clock,
            RandomGenerator random, Worker worker) {
        this.chain = chain;
        this.network = chain.parameters();
        this.keys = keys;
        this.store = store;
        this.clock = clock;
        this.book = new KeyBook(keys, store.map("wallet"));
        this.ledger = new Ledger(store, book);
        this.changed = new Listeners<>(worker);
        this.snapshots = new Snapshots(chain, book::predicates);
        this.testCoins = new TestCoins(chain, scheme, random,
                (spend, left) -> sweep("received", "test coins", spend, left).txid());
    }

    /** Says how much is locked in channels; asked at every balance. */
    public void lockedBy(Supplier<Amount> locked) {
        inChannels = locked;
    }

    /** What reads the chain for this wallet. */
    public Follower follower() {
        return new Follower(chain, ledger, store, lock, this::chainChanged, testCoins::lost);
    }

    /** The chain is not as it was: what was remembered of it is asked again. */
    public void chainChanged() {
        snapshots.forget();
        changed.tell(true);
    }

    @Override
    public Balance balance() {
        Snapshot at = snapshots.get();
        Amount locked = inChannels.get();
        lock.lock();
        try {
            Purse purse = purse(at);
            return new Balance(purse.available(), purse.pending(), locked);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String newAddress() {
        return Address.encode(network.addressPrefix(), freshKey(KeyRef.RECEIVE));
    }

    @Override
    public List<Entry> history(int limit) {
        lock.lock();
        try {
            List<StoredTx> sorted = new ArrayList<>(ledger.transactions());
            sorted.removeIf(t -> !t.counts());
            sorted.sort(Comparator.comparing(StoredTx::waits).thenComparing(StoredTx::height).thenComparing(StoredTx::at)
                    .reversed());
            return sorted.stream().flatMap(t -> t.lines().stream()
                    .filter(l -> l.delta() != 0 || t.lines().size() == 1)
                    .map(l -> new Entry(Instant.ofEpochSecond(t.at()), l.kind(), t.txid(), Math.max(0, t.height()), l.delta(),
                            l.note()))).limit(Math.max(0, limit)).toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Hash send(String address, Amount amount) throws Rejected {
        return pay("sent", address, Purse.Plan.of(payment(address, amount)), _ -> { }).txid();
    }

    @Override
    public Preview preview(String address, Amount amount) throws Rejected {
        Purse.Plan plan = Purse.Plan.of(payment(address, amount));
        Snapshot at = snapshots.get();
        lock.lock();
        try {
            Purse.Draft draft = purse(at).draft(plan, new Predicate.Key(keys.publicKey(new KeyRef.Numbered(KeyRef.CHANGE, 0))));
            Optional<String> warning = draft.fee().zen() > amount.zen() / 10
                    ? Optional.of("the fee is more than a tenth of the payment") : Optional.empty();
            return new Preview(amount, draft.fee(), draft.change(), draft.spends().size(), warning);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public OutPoint announce(Announcement announcement) throws Rejected {
        Purse.Plan plan = Announcements.plan(announcement, freshKey(KeyRef.CHANNEL).key(), chain.tip().height() + 1);
        return pay("announcement", "bond of an announcement; the fee holds a rent of " + plan.rent(), plan, _ -> { }).outPoint(0);
    }

    @Override
    public Hash revoke(OutPoint announcement) throws Rejected {
        Output bond = Announcements.bond(chain, announcement);
        PublicKey owner = ((Predicate.Announce) bond.predicate()).owner();
        KeyRef ref = find(owner).orElseThrow(() -> new Rejected(announcement + " is not an announcement of this wallet"));
        TxBuilder.Spend spend = new TxBuilder.Spend(announcement, bond, d -> keys.sign(ref, d), Witness.AnnounceOwner::new);
        return sweep("announcement", "revoked " + announcement, spend, StoredTx.NO_PURPOSE).txid();
    }

    @Override
    public Hash takeTestCoins() throws Rejected {
        return testCoins.take();
    }

    @Override
    public Registration watch(Runnable listener) {
        return changed.add(_ -> listener.run());
    }

    // ---- for channels

    /** A key that was never used, as a predicate; durable before it is told. */
    public Predicate.Key freshKey(int which) {
        lock.lock();
        try {
            Predicate.Key key = new Predicate.Key(book.publicKey(book.fresh(which)));
            store.commit();
            return key;
        } finally {
            lock.unlock();
        }
    }

    /** Which numbered key this is, if it is one of this wallet's. */
    public Optional<KeyRef> find(PublicKey key) {
        lock.lock();
        try {
            return book.find(key).map(r -> r);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the funding of a channel was built here and then given up. */
    public boolean isDropped(Hash txid) {
        lock.lock();
        try {
            return ledger.transaction(txid).filter(t -> !t.counts()).isPresent();
        } finally {
            lock.unlock();
        }
    }

    /** Channels that keys of this wallet paid into, found in its transactions. */
    public Map<OutPoint, Predicate.Channel> channelsOnChain() {
        lock.lock();
        try {
            Map<OutPoint, Predicate.Channel> found = new HashMap<>(ledger.channels());
            found.keySet().removeIf(id -> ledger.transaction(id.txid()).filter(StoredTx::counts).isEmpty());
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** The amount and predicate of an output of one of this wallet's transactions. */
    public Optional<Output> output(OutPoint outPoint) {
        lock.lock();
        try {
            return ledger.transaction(outPoint.txid()).map(t -> t.transaction().outputs())
                    .filter(o -> outPoint.index() < o.size()).map(o -> o.get(outPoint.index()));
        } finally {
            lock.unlock();
        }
    }

    /** The bytes of one of this wallet's transactions. */
    public Optional<byte[]> raw(Hash txid) {
        lock.lock();
        try {
            return ledger.transaction(txid).map(StoredTx::raw);
        } finally {
            lock.unlock();
        }
    }

    /** Pays one output, which is the transaction's first. See {@link #pay}. */
    public Transaction payTo(String kind, String note, Output output, Consumer<Transaction> beforeCommit) throws Rejected {
        return pay(kind, note, Purse.Plan.of(output), beforeCommit);
    }

    /**
     * Pays a plan's outputs, in their order and first: chooses coins, signs, stores, submits.
     *
     * @param beforeCommit stores more in the same commit, under the lock
     */
    private Transaction pay(String kind, String note, Purse.Plan plan, Consumer<Transaction> beforeCommit) throws Rejected {
        Rejected last = null;
        for (int i = 0; i < TRIES; i++) {
            Snapshot at = snapshots.get();
            Transaction tx;
            lock.lock();
            try {
                Predicate.Key change = new Predicate.Key(book.publicKey(book.fresh(KeyRef.CHANGE)));
                Purse.Draft draft = purse(at).draft(plan, change);
                tx = TxBuilder.sign(network.genesis(), draft.spends(), draft.outputs(), draft.payloads());
                ledger.addOwn(tx, kind, note, draft.fee(), StoredTx.NO_PURPOSE, now());
                beforeCommit.accept(tx);
                store.commit();
            } finally {
                lock.unlock();
            }
            try {
                submit(tx);
                return tx;
            } catch (Rejected e) {
                last = e;
                if (!isStale(tx)) {
                    break;
                }
            }
        }
        throw last;
    }

    /** Turns one coin that is not an ordinary one into an ordinary one, less the fee. */
    private Transaction sweep(String kind, String note, TxBuilder.Spend spend, int purpose) throws Rejected {
        Predicate.Key to = freshKey(KeyRef.CHANGE);
        long rate = Math.max(1, chain.feeRate());
        Amount fee = new Amount(rate * TxBuilder.size(List.of(spend), List.of(new Output(Amount.ZERO, to)), List.of()));
        Amount rest = spend.output().amount().minusOrZero(fee);
        if (Costs.dust(to).isMoreThan(rest)) {
            throw new Rejected("taking back " + spend.output().amount() + " costs a fee of " + fee + ": nothing would be left");
        }
        Transaction tx = TxBuilder.sign(network.genesis(), List.of(spend), List.of(new Output(rest, to)), List.of());
        record(tx, kind, note, fee, purpose);
        submit(tx);
        return tx;
    }

    /** Stores a settlement or refund that pays this wallet, so that it is submitted until it is in a block. */
    public void recordChannelEnd(Transaction tx, String note, Amount fee) {
        lock.lock();
        try {
            if (ledger.transaction(tx.txid()).filter(StoredTx::counts).isPresent()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        record(tx, "channel settled", note, fee, StoredTx.NO_PURPOSE);
    }

    private void record(Transaction tx, String kind, String note, Amount fee, int purpose) {
        lock.lock();
        try {
            ledger.addOwn(tx, kind, note, fee, purpose, now());
            store.commit();
        } finally {
            lock.unlock();
        }
    }

    /** Submits what is stored; when the chain does not take it, it no longer counts. */
    private void submit(Transaction tx) throws Rejected {
        try {
            chain.submit(tx.toBytes());
        } catch (Rejected e) {
            if (chain.transaction(tx.txid()).isPresent()) {
                return;
            }
            lock.lock();
            try {
                ledger.transaction(tx.txid()).filter(StoredTx::waits).ifPresent(t -> ledger.put(t.dropped()));
                store.commit();
            } finally {
                lock.unlock();
            }
            throw e;
        } finally {
            chainChanged();
        }
    }

    /** Whether a coin was gone that the snapshot still had. */
    private boolean isStale(Transaction tx) {
        return tx.inputs().stream().anyMatch(i -> chain.spender(i.outPoint()).filter(s -> !s.txid().equals(tx.txid())).isPresent());
    }

    private Purse purse(Snapshot at) {
        return new Purse(keys, book, ledger, at, network.maturity());
    }

    private Output payment(String address, Amount amount) throws Rejected {
        try {
            Predicate.Key to = Address.decode(network.addressPrefix(), address);
            if (Costs.dust(to).isMoreThan(amount)) {
                throw new Rejected(amount + " is too little to send: at least " + Costs.dust(to));
            }
            return new Output(amount, to);
        } catch (IllegalArgumentException e) {
            throw new Rejected(e.getMessage(), e);
        }
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
