package org.zennet.blockchain.machine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Input;
import org.zennet.blockchain.Transaction;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;

/**
 * Valid transactions that wait for a block, ordered by fee rate. Bounded; a better-paying conflict replaces (BIP125
 * without opt-in); orphans wait apart. A structure without clock or lock: not thread-safe.
 */
public final class Mempool {
    /** How long a transaction may wait. */
    public static final long EXPIRY_SECONDS = 72 * 3600L;
    /** The most waiting ancestors or descendants of one, itself included. */
    public static final int MAX_CHAIN = 25;
    private final ConsensusParameters network;
    private final SignatureScheme scheme;
    private final long maxBytes;
    private final Map<Hash, Entry> entries = new LinkedHashMap<>();
    private final Map<OutPoint, Hash> spenders = new HashMap<>();
    private long bytes;

    /**
     * A waiting transaction.
     *
     * @param fee     whole fee
     * @param counted the part of the fee that counts for its order: rent taken off
     * @param since   seconds since 1970
     */
    public record Entry(Transaction transaction, Amount fee, Amount counted, long since) {
        /** Whether this pays more per byte than another. */
        boolean paysMoreThan(Entry other) {
            return compareRates(counted.zen(), transaction.size(), other.counted.zen(), other.transaction.size()) > 0;
        }
    }

    /** What adding did: the new entry, and those that had to go for it. */
    public record Added(Entry entry, List<Entry> replaced) { }

    /** Empty. */
    public Mempool(ConsensusParameters network, SignatureScheme scheme, long maxBytes) {
        this.network = network;
        this.scheme = scheme;
        this.maxBytes = maxBytes;
    }

    /**
     * Checks a transaction for the next block and puts it in.
     *
     * @param chain  the coins at the tip
     * @param height of the next block
     * @param now    seconds since 1970
     */
    public Verdict<Added> add(Transaction transaction, CoinView chain, int height, long now) {
        if (entries.containsKey(transaction.txid())) {
            return Verdict.rejected(Rule.POOL_KNOWN, transaction.txid() + " waits already");
        }
        Set<Hash> direct = new LinkedHashSet<>();
        for (Input input : transaction.inputs()) {
            Optional.ofNullable(spenders.get(input.outPoint())).ifPresent(direct::add);
        }
        Set<Hash> gone = new LinkedHashSet<>();
        direct.forEach(id -> gone.addAll(descendants(id)));
        CoinView view = view(chain, height, gone);
        return switch (TransactionRules.check(transaction, view, height, network, scheme)) {
            case Verdict.Rejected<TransactionRules.Effect> r -> r.as();
            case Verdict.Accepted<TransactionRules.Effect>(var effect) -> {
                Entry entry = new Entry(transaction, effect.fee(), effect.fee().minus(effect.rent()), now);
                try {
                    policy(entry, direct, gone);
                } catch (Broken e) {
                    yield e.verdict();
                }
                List<Entry> replaced = gone.stream().map(entries::get).toList();
                gone.forEach(this::take);
                put(entry);
                List<Entry> evicted = shrink();
                if (evicted.contains(entry)) {
                    yield Verdict.rejected(Rule.POOL_FULL, "the mempool is full of better paying transactions");
                }
                List<Entry> all = new ArrayList<>(replaced);
                all.addAll(evicted);
                yield Verdict.accepted(new Added(entry, all));
            }
        };
    }

    private void policy(Entry entry, Set<Hash> direct, Set<Hash> gone) throws Broken {
        long floor = Costs.RELAY_FEE_PER_BYTE * entry.transaction().size();
        Broken.unless(entry.counted().zen() >= floor, Rule.POOL_FEE, "a fee of " + entry.counted().zen()
                + " zen beside the rent is below " + floor + " zen for " + entry.transaction().size() + " bytes");
        for (Hash id : direct) {
            Broken.unless(entry.paysMoreThan(entries.get(id)), Rule.POOL_CONFLICT,
                    "tx:" + id + " spends the same coin and pays as much per byte");
        }
        if (!gone.isEmpty()) {
            long old = gone.stream().mapToLong(id -> entries.get(id).counted().zen()).sum();
            Broken.unless(entry.counted().zen() >= old + floor, Rule.POOL_CONFLICT,
                    "replacing " + gone.size() + " waiting transactions needs a fee of " + (old + floor) + " zen");
        }
        Broken.unless(ancestors(entry.transaction()).size() < MAX_CHAIN, Rule.POOL_CHAIN, "too many waiting ancestors");
        for (Hash ancestor : ancestors(entry.transaction())) {
            Broken.unless(!gone.contains(ancestor), Rule.POOL_CONFLICT, "it spends an output of what it replaces");
            Broken.unless(descendants(ancestor).size() < MAX_CHAIN, Rule.POOL_CHAIN, "too many waiting descendants of tx:" + ancestor);
        }
    }

    /** The coins at the tip and those of waiting transactions, without what the latter spend. */
    public CoinView view(CoinView chain, int height) {
        return view(chain, height, Set.of());
    }

    private CoinView view(CoinView chain, int height, Set<Hash> without) {
        Map<Hash, List<CoinEntry>> made = new HashMap<>();
        return outPoint -> {
            Hash spender = spenders.get(outPoint);
            if (spender != null && !without.contains(spender)) {
                return Optional.empty();
            }
            Entry parent = entries.get(outPoint.txid());
            if (parent == null) {
                return chain.coin(outPoint);
            }
            if (without.contains(outPoint.txid()) || outPoint.index() >= parent.transaction().outputs().size()) {
                return Optional.empty();
            }
            return Optional.of(coins(parent, chain, height, made).get(outPoint.index()));
        };
    }

    /** Each transaction once: many inputs may lead to one parent, and to its parents, again and again. */
    private List<CoinEntry> coins(Entry entry, CoinView chain, int height, Map<Hash, List<CoinEntry>> made) {
        List<CoinEntry> known = made.get(entry.transaction().txid());
        if (known != null) {
            return known;
        }
        List<CoinEntry> spent = new ArrayList<>();
        for (Input input : entry.transaction().inputs()) {
            Entry parent = entries.get(input.outPoint().txid());
            Optional<CoinEntry> coin = parent == null || entry.transaction().payloads().isEmpty() ? chain.coin(input.outPoint())
                    : Optional.of(coins(parent, chain, height, made).get(input.outPoint().index()));
            coin.ifPresent(spent::add);
        }
        List<CoinEntry> coins = TransactionRules.made(entry.transaction(), spent, height);
        made.put(entry.transaction().txid(), coins);
        return coins;
    }

    /** The coins that a waiting transaction makes. */
    public List<CoinEntry> made(Entry entry, CoinView chain, int height) {
        return coins(entry, chain, height, new HashMap<>());
    }

    /** A block came: what it holds waits no more, and what it makes impossible is gone. The latter is returned. */
    public List<Entry> connected(Collection<Transaction> block) {
        List<Entry> conflicts = new ArrayList<>();
        for (Transaction transaction : block) {
            take(transaction.txid());
            for (Input input : transaction.inputs()) {
                Hash other = spenders.get(input.outPoint());
                if (other != null) {
                    conflicts.addAll(remove(other));
                }
            }
        }
        return conflicts;
    }

    /** Takes a transaction out, with all that descends from it. */
    public List<Entry> remove(Hash txid) {
        if (!entries.containsKey(txid)) {
            return List.of();
        }
        List<Hash> ids = new ArrayList<>(descendants(txid));
        List<Entry> removed = ids.stream().map(entries::get).toList();
        ids.forEach(this::take);
        return removed;
    }

    /** Takes out what waited too long. */
    public List<Entry> expire(long now) {
        List<Hash> old = entries.values().stream().filter(e -> now - e.since() > EXPIRY_SECONDS)
                .map(e -> e.transaction().txid()).toList();
        List<Entry> removed = new ArrayList<>();
        old.forEach(id -> removed.addAll(remove(id)));
        return removed;
    }

    /** Takes everything out, parents first, to be added again on another branch. */
    public List<Entry> drain() {
        List<Entry> all = new ArrayList<>();
        Set<Hash> done = new HashSet<>();
        entries.values().forEach(e -> withAncestors(e, done, all));
        entries.clear();
        spenders.clear();
        bytes = 0;
        return all;
    }

    /**
     * What the next block should hold, parents first: by fee rate, where a child counts together with the parents that
     * it still needs. Not yet checked against the rules at that height.
     */
    public List<Entry> template(int maxBytes, int maxPayloadBytes) {
        record Package(Entry head, List<Entry> all, long fee, long size) { }
        List<Package> packages = new ArrayList<>();
        for (Entry entry : entries.values()) {
            List<Entry> all = new ArrayList<>();
            withAncestors(entry, new HashSet<>(), all);
            packages.add(new Package(entry, all, all.stream().mapToLong(e -> e.counted().zen()).sum(),
                    all.stream().mapToLong(e -> e.transaction().size()).sum()));
        }
        packages.sort((a, b) -> compareRates(b.fee, b.size, a.fee, a.size));
        List<Entry> chosen = new ArrayList<>();
        Set<Hash> done = new HashSet<>();
        long used = 0;
        long payloads = 0;
        for (Package candidate : packages) {
            List<Entry> missing = candidate.all.stream().filter(e -> !done.contains(e.transaction().txid())).toList();
            long size = missing.stream().mapToLong(e -> e.transaction().size()).sum();
            long payload = missing.stream().flatMap(e -> e.transaction().payloads().stream()).mapToLong(p -> p.length).sum();
            if (used + size <= maxBytes && payloads + payload <= maxPayloadBytes) {
                missing.forEach(e -> done.add(e.transaction().txid()));
                chosen.addAll(missing);
                used += size;
                payloads += payload;
            }
        }
        return chosen;
    }

    /** A waiting transaction. */
    public Optional<Entry> entry(Hash txid) {
        return Optional.ofNullable(entries.get(txid));
    }

    /** Who waits to spend an output. */
    public Optional<Entry> spender(OutPoint outPoint) {
        return Optional.ofNullable(spenders.get(outPoint)).map(entries::get);
    }

    /** All, oldest first. */
    public Collection<Entry> entries() {
        return Collections.unmodifiableCollection(entries.values());
    }

    /** All, best fee rate first. */
    public List<Entry> byRate() {
        return entries.values().stream().sorted(Mempool::compare).toList();
    }

    /** The bytes of all. */
    public long bytes() {
        return bytes;
    }

    private static int compare(Entry a, Entry b) {
        return compareRates(b.counted.zen(), b.transaction.size(), a.counted.zen(), a.transaction.size());
    }

    private static int compareRates(long feeA, long sizeA, long feeB, long sizeB) {
        long high = Math.multiplyHigh(feeA, sizeB);
        long otherHigh = Math.multiplyHigh(feeB, sizeA);
        return high != otherHigh ? Long.compare(high, otherHigh) : Long.compareUnsigned(feeA * sizeB, feeB * sizeA);
    }

    private void withAncestors(Entry entry, Set<Hash> done, List<Entry> out) {
        if (!done.add(entry.transaction().txid())) {
            return;
        }
        for (Input input : entry.transaction().inputs()) {
            Entry parent = entries.get(input.outPoint().txid());
            if (parent != null) {
                withAncestors(parent, done, out);
            }
        }
        out.add(entry);
    }

    private Set<Hash> ancestors(Transaction transaction) {
        Set<Hash> found = new LinkedHashSet<>();
        List<Transaction> open = new ArrayList<>(List.of(transaction));
        while (!open.isEmpty()) {
            for (Input input : open.removeLast().inputs()) {
                Entry parent = entries.get(input.outPoint().txid());
                if (parent != null && found.add(parent.transaction().txid())) {
                    open.add(parent.transaction());
                }
            }
        }
        return found;
    }

    private Set<Hash> descendants(Hash txid) {
        Set<Hash> found = new LinkedHashSet<>(List.of(txid));
        List<Hash> open = new ArrayList<>(List.of(txid));
        while (!open.isEmpty()) {
            Transaction transaction = entries.get(open.removeLast()).transaction();
            for (int i = 0; i < transaction.outputs().size(); i++) {
                Hash child = spenders.get(transaction.outPoint(i));
                if (child != null && found.add(child)) {
                    open.add(child);
                }
            }
        }
        return found;
    }

    private List<Entry> shrink() {
        List<Entry> evicted = new ArrayList<>();
        while (bytes > maxBytes) {
            Entry worst = Collections.max(entries.values(), Comparator.comparing(e -> e, Mempool::compare));
            evicted.addAll(remove(worst.transaction().txid()));
        }
        return evicted;
    }

    private void put(Entry entry) {
        entries.put(entry.transaction().txid(), entry);
        entry.transaction().inputs().forEach(i -> spenders.put(i.outPoint(), entry.transaction().txid()));
        bytes += entry.transaction().size();
    }

    private void take(Hash txid) {
        Entry entry = entries.remove(txid);
        if (entry != null) {
            entry.transaction().inputs().forEach(i -> spenders.remove(i.outPoint(), txid));
            bytes -= entry.transaction().size();
        }
    }
}
