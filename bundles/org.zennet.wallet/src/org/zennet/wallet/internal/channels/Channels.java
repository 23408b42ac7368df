package org.zennet.wallet.internal.channels;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.services.wallet.ChannelService;
import org.zennet.store.DurableStore;
import org.zennet.store.DurableStore.DurableMap;
import org.zennet.wallet.internal.Listeners;
import org.zennet.wallet.internal.Worker;
import org.zennet.wallet.internal.coins.Wallet;
import org.zennet.wallet.internal.keystore.KeyRef;
import org.zennet.wallet.internal.keystore.WalletKeys;
import org.zennet.wallet.machine.ChannelTerms;
import org.zennet.wallet.machine.Effect;
import org.zennet.wallet.machine.Event;
import org.zennet.wallet.machine.PayeeChannel;
import org.zennet.wallet.machine.PayerChannel;
import org.zennet.wallet.machine.Step;

/**
 * Drives the channel machines: stores each state before its effects, builds and submits what they ask for, and shows them
 * the chain after every block. A channel is locked for its own steps only; the chain is never called under a lock.
 */
public final class Channels implements ChannelService {
    private static final Logger LOG = LoggerFactory.getLogger(Channels.class);
    /** When ticks are committed together: twice within the second that docs/channels.md names. */
    private static final Duration GROUP_COMMIT = Duration.ofMillis(500);
    private static final int LONGEST_LABEL = 200;
    private final ChainService chain;
    private final SignatureScheme scheme;
    private final WalletKeys keys;
    private final Wallet wallet;
    private final DurableStore store;
    private final DurableMap stored;
    private final Worker committer;
    private volatile Optional<Predicate.Key> payout;
    private final Sightings sightings;
    private final Listeners<ChannelInfo> changed;
    private final Map<OutPoint, Cell> cells = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean commitPlanned = new AtomicBoolean();

    /**
     * Loads every channel: nothing is signed before.
     *
     * @param worker    tells listeners
     * @param committer commits ticks; not the worker, which may be busy reading the chain
     * @param payout    where settlements pay, if not to this wallet
     */
    public Channels(ChainService chain, SignatureScheme scheme, WalletKeys keys, Wallet wallet, DurableStore store,
            Worker worker, Worker committer, Optional<Predicate.Key> payout) {
        this.chain = chain;
        this.scheme = scheme;
        this.keys = keys;
        this.wallet = wallet;
        this.store = store;
        this.stored = store.map("channels");
        this.committer = committer;
        this.payout = payout;
        this.sightings = new Sightings(chain);
        this.changed = new Listeners<>(worker);
        stored.forEach((name, bytes) -> {
            StoredChannel s = StoredChannel.decode(name, bytes);
            Record machine = s.machine(name);
            add(s.number(), machine instanceof PayerChannel p ? p.resumed() : machine);
        });
        wallet.lockedBy(() -> cells.values().stream().map(Cell::locked).reduce(Amount.ZERO, Amount::plus));
    }

    /** Settlements that are built from now on pay there; empty: to this wallet. */
    public void payTo(Optional<Predicate.Key> address) {
        payout = address;
    }

    // ---- payer

    @Override
    public Funding open(PublicKey payee, Amount capacity, Amount quantum, int blocks, String label) throws Rejected {
        checkLabel(label);
        if (blocks < 1 || quantum.isZero()) {
            throw new Rejected("a channel lasts at least one block and its tick is worth at least one zen");
        }
        ChainService.Tip tip = chain.tip();
        PublicKey payer = wallet.freshKey(KeyRef.CHANNEL).key();
        Predicate.Channel predicate = new Predicate.Channel(payer, payee, Math.addExact(tip.height(), blocks));
        if (Costs.dust(predicate).isMoreThan(capacity)) {
            throw new Rejected("a channel of " + capacity + " is too small: at least " + Costs.dust(predicate));
        }
        Hash genesis = chain.parameters().genesis();
        List<PayerChannel> tried = new ArrayList<>();
        Transaction tx;
        try {
            tx = wallet.payTo("channel opened", label, new Output(capacity, predicate), built -> {
                PayerChannel channel = PayerChannel.open(new ChannelTerms(genesis, built.outPoint(0), payer, payee, capacity,
                        predicate.expiry(), quantum, label));
                tried.add(channel);
                stored.put(name(channel.terms().id()), StoredChannel.encode(numbers.incrementAndGet(), channel));
            });
        } catch (Rejected e) {
            tried.forEach(c -> stored.remove(name(c.terms().id())));
            throw e;
        }
        PayerChannel open = tried.removeLast();
        tried.forEach(c -> stored.remove(name(c.terms().id())));
        add(numbers.get(), open);
        sight(cells.get(open.terms().id()));
        return new Funding(tx.txid(), 0, payer, payee, capacity, predicate.expiry(), quantum, tx.toBytes());
    }

    @Override
    public Optional<Payment> pay(OutPoint channel, Amount owed) throws Rejected {
        return sent(step(cell(channel), new Event.Owed(owed, false)));
    }

    @Override
    public Optional<Payment> payExactly(OutPoint channel, Amount owed) throws Rejected {
        return sent(step(cell(channel), new Event.Owed(owed, true)));
    }

    @Override
    public Amount sync(OutPoint channel, Payment newest) throws Rejected {
        Cell cell = cell(channel);
        refusing(step(cell, new Event.Synced(newest)));
        return cell.info().paid();
    }

    @Override
    public Optional<Hash> refund(OutPoint channel) throws Rejected {
        Cell cell = cell(channel);
        int tip = chain.tip().height();
        run(cell, refusing(step(cell, new Event.RefundWanted(tip))), true);
        return cell.chain().ownId();
    }

    // ---- payee

    @Override
    public PublicKey payeeKey(String label) {
        return keys.publicKey(new KeyRef.Labelled(label));
    }

    @Override
    public void accept(Funding funding, String label, Amount leastCapacity, int leastBlocks) throws Rejected {
        checkLabel(label);
        int tip = chain.tip().height();
        OutPoint id = funding.outPoint();
        FundingCheck.check(funding, payeeKey(label), leastCapacity, leastBlocks, tip);
        ChannelTerms terms = new ChannelTerms(chain.parameters().genesis(), id, funding.payer(), funding.payee(),
                funding.capacity(), funding.expiry(), funding.quantum(), label);
        Cell known = cells.get(id);
        if (known != null && (!known.terms().equals(terms) || !(known.machine() instanceof PayeeChannel))) {
            throw new Rejected("channel " + id + " is known here already, with other terms");
        }
        if (known == null) {
            PayeeChannel channel = PayeeChannel.accept(terms, funding.transaction(), tip);
            long number = numbers.incrementAndGet();
            stored.put(name(id), StoredChannel.encode(number, channel));
            store.commit();
            add(number, channel);
        }
        submit(cells.get(id), new Effect.Submit(funding.txid(), funding.transaction()));
        sight(cells.get(id));
    }

    @Override
    public CompletableFuture<Integer> confirmed(OutPoint channel, int depth) {
        CompletableFuture<Integer> future = new CompletableFuture<>();
        Cell cell = cells.get(channel);
        if (cell == null) {
            future.completeExceptionally(unknown(channel));
        } else {
            cell.await(depth, future).run();
        }
        return future;
    }

    @Override
    public Amount receive(Payment payment) throws Rejected {
        Cell cell = cell(payment.outPoint());
        refusing(step(cell, new Event.Received(payment)));
        return cell.info().paid();
    }

    @Override
    public Optional<Payment> newest(OutPoint channel) {
        return Optional.ofNullable(cells.get(channel)).map(Cell::machine).flatMap(m -> m instanceof PayeeChannel p ? p.newest()
                : Optional.empty());
    }

    @Override
    public Optional<Hash> settle(OutPoint channel) throws Rejected {
        Cell cell = cell(channel);
        run(cell, refusing(step(cell, new Event.SettleWanted())), true);
        return cell.chain().state() == State.SETTLING || cell.chain().state() == State.SETTLED ? cell.chain().spend()
                : Optional.empty();
    }

    // ---- both

    @Override
    public Optional<ChannelInfo> channel(OutPoint channel) {
        return Optional.ofNullable(cells.get(channel)).map(Cell::info);
    }

    @Override
    public List<ChannelInfo> channels() {
        return cells.values().stream().sorted(Comparator.comparing(Cell::number).reversed()).map(Cell::info).toList();
    }

    @Override
    public Registration watch(Consumer<ChannelInfo> listener) {
        return changed.add(listener);
    }

    /** Looks at the chain for every channel that is not over. Called by one thread at a time, after the wallet followed. */
    public void sightAll() {
        adopt();
        int tip = chain.tip().height();
        for (Cell cell : cells.values()) {
            if (!cell.isFinal(tip)) {
                sight(cell);
            }
        }
    }

    /** Makes ticks durable that are not yet. */
    public void commit() {
        commitPlanned.set(false);
        store.commit();
    }

    /** Channels that this wallet's words paid into, but that it knows no more of: taken back after the expiry. */
    private void adopt() {
        wallet.channelsOnChain().forEach((id, predicate) -> {
            if (!cells.containsKey(id) && stored.get(name(id)).isEmpty()) {
                Amount capacity = wallet.output(id).map(Output::amount).orElseThrow();
                long number = numbers.incrementAndGet();
                PayerChannel found = PayerChannel.open(new ChannelTerms(chain.parameters().genesis(), id, predicate.payer(),
                        predicate.payee(), capacity, predicate.expiry(), new Amount(1), "found on the chain"));
                stored.put(name(id), StoredChannel.encode(number, found));
                store.commit();
                add(number, found);
            }
        });
    }

    private void sight(Cell cell) {
        OutPoint id = cell.terms().id();
        Optional<byte[]> funding = cell.machine() instanceof PayeeChannel p ? Optional.of(p.funding())
                : wallet.raw(id.txid());
        Event.Sighted seen = sightings.of(id, chain.tip().height(), funding);
        if (cell.machine() instanceof PayerChannel && wallet.isDropped(id.txid())) {
            seen = new Event.Sighted(seen.tip(), -1, true, Optional.empty());
        }
        try {
            run(cell, step(cell, seen), false);
        } catch (Rejected e) {
            throw new IllegalStateException("looking at the chain is never refused", e);
        }
    }

    /** One step: the state is on disk as the machine asks before it holds. */
    private List<Effect> step(Cell cell, Event event) {
        Runnable done = () -> { };
        Step<? extends Record> step;
        synchronized (cell) {
            step = cell.ask(event);
            if (step.durability() != Step.Durability.UNCHANGED) {
                stored.put(name(cell.terms().id()), StoredChannel.encode(cell.number(), step.state()));
                if (step.durability() == Step.Durability.NOW) {
                    store.commit();
                } else if (commitPlanned.compareAndSet(false, true)) {
                    committer.later(GROUP_COMMIT, this::commit);
                }
                done = cell.become(step.state());
            }
        }
        done.run();
        if (step.durability() != Step.Durability.UNCHANGED) {
            changed.tell(cell.info());
        }
        return step.effects();
    }

    /**
     * Carries effects out.
     *
     * @param wanted somebody asked for it: what can't be built is told, not noted
     */
    private void run(Cell cell, List<Effect> effects, boolean wanted) throws Rejected {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Submit submit -> submit(cell, submit);
                case Effect.BuildSettlement _, Effect.BuildRefund _ -> {
                    try {
                        run(cell, step(cell, build(cell, effect)), wanted);
                    } catch (Rejected e) {
                        if (wanted) {
                            throw e;
                        }
                        note(cell, e.getMessage());
                    }
                }
                case Effect.Send _, Effect.Refuse _ -> throw new IllegalStateException("not an effect to carry out: " + effect);
            }
        }
    }

    private Event.Built build(Cell cell, Effect effect) throws Rejected {
        ChannelTerms terms = cell.terms();
        long feeRate = Math.max(1, chain.feeRate());
        if (effect instanceof Effect.BuildSettlement asked) {
            Predicate.Key to = payout.or(cell::settleTo).orElseGet(() -> wallet.freshKey(KeyRef.CHANGE));
            cell.settleTo(to);
            Transaction tx = ChannelEnds.settle(terms, asked, to, feeRate, cell).transaction();
            return new Event.Built(tx.txid(), tx.toBytes(), asked.total());
        }
        Transaction tx = ChannelEnds.refund(terms, feeRate, cell).transaction();
        return new Event.Built(tx.txid(), tx.toBytes(), terms.capacity());
    }

    private void submit(Cell cell, Effect.Submit submit) {
        ChannelTerms terms = cell.terms();
        boolean end = !submit.txid().equals(terms.id().txid());
        try {
            if (end) {
                Transaction tx = Transaction.parse(submit.transaction());
                Amount out = tx.outputs().stream().map(Output::amount).reduce(Amount.ZERO, Amount::plus);
                wallet.recordChannelEnd(tx, terms.label(), terms.capacity().minus(out));
            }
            chain.submit(submit.transaction());
        } catch (Rejected e) {
            if (chain.transaction(submit.txid()).isEmpty()) {
                LOG.info("channel {}: the chain does not take tx:{} yet: {}", terms.id(), submit.txid(), e.getMessage());
                note(cell, e.getMessage());
            }
        } catch (EncodingException e) {
            throw new IllegalStateException("a stored transaction is damaged", e);
        } finally {
            wallet.chainChanged();
        }
    }

    private void note(Cell cell, String reason) {
        if (!cell.chain().problem().equals(reason)) {
            step(cell, new Event.NotTaken(reason));
        }
    }

    private static void checkLabel(String label) throws Rejected {
        if (label.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_LABEL) {
            throw new Rejected("a channel's label has at most " + LONGEST_LABEL + " bytes");
        }
    }

    private void add(long number, Record machine) {
        ChannelTerms terms = machine instanceof PayerChannel p ? p.terms() : ((PayeeChannel) machine).terms();
        KeyRef key = machine instanceof PayerChannel
                ? wallet.find(terms.payer()).orElseThrow(() -> new IllegalStateException("the wallet lacks the key of " + terms.id()))
                : new KeyRef.Labelled(terms.label());
        cells.put(terms.id(), new Cell(number, machine, key, keys, scheme));
        numbers.accumulateAndGet(number, Math::max);
    }

    private Cell cell(OutPoint id) throws Rejected {
        Cell cell = cells.get(id);
        if (cell == null) {
            throw unknown(id);
        }
        return cell;
    }

    private static Rejected unknown(OutPoint id) {
        return new Rejected("there is no channel " + id + " in this wallet");
    }

    private static Optional<Payment> sent(List<Effect> effects) throws Rejected {
        return refusing(effects).stream().map(e -> ((Effect.Send) e).payment()).findFirst();
    }

    private static List<Effect> refusing(List<Effect> effects) throws Rejected {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Refuse(String reason)) {
                throw new Rejected(reason);
            }
        }
        return effects;
    }

    private static String name(OutPoint id) {
        return id.txid().toHex() + ":" + id.index();
    }
}
