package org.zennet.publisher.internal.buyer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.market.message.Resume;
import org.zennet.market.message.SignedStatement;
import org.zennet.publisher.machine.BuyerEvent;
import org.zennet.publisher.machine.LeaseStage;
import org.zennet.services.Rejected;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/**
 * One job or rent at work: its event loop, its announcement, its sessions with providers, its leases. Everything but the methods of
 * {@link Buyer} and those marked so runs in the event loop, one action after the other.
 *
 * @param <E> what may happen to its machine
 * @param <L> its leases
 */
public abstract class BuyerRunner<E, L extends LeaseLink> implements Buyer {
    private static final Duration TICK = Duration.ofMillis(200);
    private final Ports ports;
    private final Settings settings;
    private final EventLoop<E> loop;
    private final Map<String, L> links = new ConcurrentHashMap<>();
    private final Map<Hash, L> byContract = new ConcurrentHashMap<>();
    private final List<MarketSession<L>> sessions = new ArrayList<>();
    private final Map<PublicKey, RateVector> offers = new HashMap<>();
    private volatile Optional<Announced> announced = Optional.empty();
    private volatile int negotiating;

    /** Ready to begin. */
    protected BuyerRunner(Ports ports, Settings settings) {
        this.ports = ports;
        this.settings = settings;
        this.loop = new EventLoop<>(ports.workers(), ports.timer(), this::work, () -> negotiating = sessions.size());
    }

    // ---- what differs

    /** What it is, for log lines: {@code job ID} or {@code rent ID}. Any thread. */
    protected abstract String name();

    /** Puts its announcement on the chain. */
    protected abstract Announced publish() throws Rejected;

    /** Works in one event: the machine's step is kept before its effects run. */
    protected abstract void work(E event);

    /** Works in an event that jobs and rents have alike, and those that it brings. */
    public abstract void event(BuyerEvent event);

    /** Time passes. */
    protected abstract void tick();

    /** Whether it ended. Any thread. */
    protected abstract boolean over();

    /** Where a lease stands; nothing where the machine knows none. */
    protected abstract Optional<LeaseStage> stage(String lease);

    /** What a lease's channel pays so far. */
    protected abstract Amount paid(String lease);

    /** Shows a change that is not the machine's. */
    protected abstract void touched();

    /** What pays its leases. */
    protected abstract LeasePayer<L> payer();

    /** A session on a stream that a provider opened; with the lease where one goes on over it. */
    protected abstract MarketSession<L> session(PeerConnection peer, MessageStream stream, Optional<L> link);

    /** A provider asks on a stream of its own to go on with a lease whose connection was lost. */
    protected abstract void returned(L link, MessageStream stream, Resume asked);

    // ---- from any thread

    /** Announces it. Any thread. */
    public final void start() {
        post(this::announce);
        loop.every(TICK, this::over, () -> {
            payer().settlements();
            List.copyOf(sessions).forEach(MarketSession::tick);
            tick();
        });
    }

    @Override
    public final MessageStream.Receiver market(PeerConnection peer, MessageStream stream) {
        MarketSession<L> session = session(peer, stream, Optional.empty());
        post(session::begin);
        return session;
    }

    @Override
    public final boolean knows(Hash contract, PublicKey provider) {
        L link = byContract.get(contract);
        return link != null && link.provider().equals(provider);
    }

    @Override
    public final Inbox inbox(PeerConnection peer) {
        return new Inbox(this::post, peer);
    }

    @Override
    public final void statement(Inbox inbox, byte[] raw, MessageStream stream, SignedStatement message) {
        inbox.take(raw, _ -> payer().statement(byContract.get(message.statement().contract()), stream, message));
    }

    @Override
    public final MessageStream.Receiver resume(PeerConnection peer, MessageStream stream, Resume asked) {
        L link = byContract.get(asked.contract());
        post(() -> returned(link, stream, asked));
        return session(peer, stream, Optional.of(link));
    }

    /** Has something done in the event loop. Any thread. */
    public final void post(Runnable action) {
        loop.post(action);
    }

    /** How many negotiations are under way. Any thread. */
    protected final int negotiating() {
        return negotiating;
    }

    /** What is on the chain, once it is announced. Any thread. */
    public final Optional<Announced> announced() {
        return announced;
    }

    // ---- in the event loop

    /** Works in an event, and those that it brings. */
    protected final void take(E event) {
        loop.event(event);
    }

    private void announce() {
        try {
            announced = Optional.of(publish());
            event(new BuyerEvent.Announced());
        } catch (Rejected | IllegalArgumentException | ArithmeticException e) {
            event(new BuyerEvent.Broken("it can't be announced: " + e.getMessage()));
        }
    }

    /** Ends negotiations and takes the announcement back. */
    public final void stopHiring(String reason) {
        List.copyOf(sessions).forEach(s -> s.withdraw(reason));
        ports.workers().execute(() -> announced.ifPresent(a -> a.revoke(ports, name())));
    }

    /** Both signed a contract. */
    final void agreed(L link) {
        links.put(link.id(), link);
        byContract.put(link.hash(), link);
        event(new BuyerEvent.Agreed(link.id(), link.provider(), link.contract().rates(), link.contract().terms(), link.contract().resources()));
    }

    /** Since when this provider could have called: since the announcement, or its newest contract. */
    final long awaited(PublicKey provider) {
        long since = announced.orElseThrow().nanos();
        for (L l : links.values()) {
            if (l.provider().equals(provider) && l.watch().agreed() - since > 0) {
                since = l.watch().agreed();
            }
        }
        return since;
    }

    final Hash nonce() {
        byte[] nonce = new byte[Hash.LENGTH];
        ports.random().nextBytes(nonce);
        return Hash.of(nonce);
    }

    /** All that it touches outside of itself. Any thread. */
    public final Ports ports() {
        return ports;
    }

    /** The configuration that it follows. Any thread. */
    public final Settings settings() {
        return settings;
    }

    /** Its leases by id. Any thread may read it. */
    public final Map<String, L> links() {
        return links;
    }

    /** The sessions without a contract. */
    final List<MarketSession<L>> sessions() {
        return sessions;
    }

    /** The rates that each provider offered last. */
    final Map<PublicKey, RateVector> offers() {
        return offers;
    }
}
