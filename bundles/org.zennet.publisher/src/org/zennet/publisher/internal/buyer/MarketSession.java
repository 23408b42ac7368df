package org.zennet.publisher.internal.buyer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.market.machine.BuyerNegotiation;
import org.zennet.market.machine.BuyerNegotiation.Effect;
import org.zennet.market.machine.BuyerNegotiation.Event;
import org.zennet.market.message.Close;
import org.zennet.market.message.Contract;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.ImageProgress;
import org.zennet.market.message.Offer;
import org.zennet.market.message.Pause;
import org.zennet.market.message.Ready;
import org.zennet.market.message.Receipt;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.SignedContract;
import org.zennet.market.message.Started;
import org.zennet.market.message.TaskResult;
import org.zennet.publisher.machine.BuyerEvent;
import org.zennet.services.market.MarketJournal.Line;
import org.zennet.services.market.MarketJournal.Side;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/**
 * One market stream of one buyer: proof, negotiation, contract, then the lease's messages. Runs in the buyer's event loop.
 *
 * @param <L> the buyer's leases
 */
public abstract class MarketSession<L extends LeaseLink> implements MessageStream.Receiver {
    private static final String CALLED_AGAIN = "you called again";
    private static final Hash ZERO = Hash.of(new byte[Hash.LENGTH]);
    private final BuyerRunner<?, L> buyer;
    private final PeerConnection peer;
    private final MessageStream stream;
    private final PublicKey provider;
    private final Inbox inbox;
    private String journal = "";
    private BuyerNegotiation negotiation;
    private Optional<Contract> signed = Optional.empty();
    private Optional<L> link;
    private boolean over;
    private LeaseWatch watch;
    /** What the strategy said of its newest decision, for the journal; the other side is not told. */
    private String why = "";

    /** @param link the lease that goes on over the stream; without one a negotiation begins */
    protected MarketSession(BuyerRunner<?, L> buyer, PeerConnection peer, MessageStream stream, Optional<L> link) {
        this.buyer = buyer;
        this.peer = peer;
        this.stream = stream;
        this.provider = peer.identity();
        this.inbox = new Inbox(buyer::post, peer);
        this.link = link;
        link.ifPresent(l -> journal = buyer.id() + "-" + l.id().substring(0, 8));
    }

    // ---- what differs

    /** Whether a session of the same provider ends because this one begins. */
    protected abstract boolean replaces(MarketSession<L> older);

    /** What is needed, for the journal. */
    protected abstract String outline(Descriptor descriptor);

    /** The public key that shall log in, where one shall. */
    protected Optional<String> userKey() {
        return Optional.empty();
    }

    /** An offer came. */
    protected void offered(Offer offer) {
        // nothing beyond the negotiation
    }

    /** Why the provider gets no bid although it offers, or empty. */
    protected Optional<String> unwanted() {
        return Optional.empty();
    }

    /** The id of the strategy that buys. */
    protected abstract String strategy();

    /** What the strategy is asked about an offer. */
    protected abstract BidRequest question(Offer offer, Optional<RateVector> previous, List<RateVector> others);

    /** The lease of a contract that both signed. */
    protected abstract L lease(Contract contract, int rounds);

    /** The negotiation came to nothing. */
    protected void declined(String reason) {
        // the journal has it
    }

    /** A result of a task arrived. */
    protected void result(L lease, TaskResult result) {
        violation("a result of a task that was not sent");
    }

    // ---- from the network

    @Override
    public final void message(byte[] message) {
        inbox.take(message, this::handle);
    }

    @Override
    public final void closed(String reason) {
        buyer.post(() -> {
            link.filter(l -> l.market() == stream).ifPresent(l -> buyer.event(new BuyerEvent.Lost(l.id(), "the connection was lost: " + reason)));
            if (link.isEmpty()) {
                finish();
            }
        });
    }

    /** The provider's identity. */
    protected final PublicKey provider() {
        return provider;
    }

    /** The stream. */
    protected final MessageStream stream() {
        return stream;
    }

    /** When the provider called, and what came of it. */
    protected final LeaseWatch watch() {
        return watch;
    }

    /** Whether this side has signed a contract. */
    protected final boolean signed() {
        return signed.isPresent();
    }

    /** Proves the announcement and tells what is needed. */
    void begin() {
        // one place at the table for each: the newest call counts, the one before may be of a connection that died
        buyer.sessions().stream().filter(s -> s.provider.equals(provider) && replaces(s)).toList().forEach(s -> s.withdraw(CALLED_AGAIN));
        if (!buyer.wants(provider)) {
            stream.send(Records.encode(new Refusal("no machine is needed of you now")));
            over = true;
            stream.close();
            return;
        }
        began();
        Ports ports = buyer.ports();
        Announced a = buyer.announced().orElseThrow();
        stream.send(Records.encode(a.prove(ports, peer)));
        stream.send(Records.encode(a.descriptor()));
        Hash nonce = buyer.nonce();
        journal = buyer.id() + "-" + nonce.toHex().substring(0, 8);
        negotiation = BuyerNegotiation.start(a.descriptor(), new BuyerNegotiation.Parties(ports.chain().parameters().genesis(), nonce,
                ports.identity().identity(), provider, Records.digest(a.descriptor()), userKey()), ports.clock().instant());
        watch = new LeaseWatch(ports.nanos(), buyer.awaited(provider));
        buyer.sessions().add(this);
        note(Side.PUBLISHER, "descriptor", outline(a.descriptor()));
    }

    /** The negotiation begins. */
    protected void began() {
        // nothing more is to be known
    }

    /** Ends the negotiation because nothing more is needed. */
    final void withdraw(String reason) {
        step(new Event.Withdrawn(reason));
    }

    final void tick() {
        step(new Event.Tick());
    }

    private void handle(byte[] message) {
        if (over && link.isEmpty()) {
            return;
        }
        try {
            Record r = Records.decodeAny(message, Offer.class, Refusal.class, SignedContract.class, Ready.class, Started.class,
                    ImageProgress.class, TaskResult.class, Pause.class, Close.class, Receipt.class);
            switch (r) {
                case Offer o when link.isEmpty() -> heard(o);
                case Refusal f -> refused(f);
                case SignedContract c when link.isEmpty() -> countersigned(c);
                case Ready m -> mine(m.contract(), new BuyerEvent.Ready(id()));
                case ImageProgress m -> pulls(m);
                case Started m -> {
                    link.filter(l -> l.hash().equals(m.contract())).ifPresent(l -> l.watch().up(m));
                    mine(m.contract(), new BuyerEvent.Started(id()));
                }
                case Close m -> mine(m.contract(), new BuyerEvent.Ended(id(), m.reason()));
                case Pause m -> mine(m.contract(), new BuyerEvent.Paused(id(), m.paused(), m.reason()));
                case Receipt m -> receipt(m);
                case TaskResult m when link.isPresent() -> result(link.get(), m);
                default -> violation("a " + r.getClass().getSimpleName() + " out of turn");
            }
        } catch (EncodingException e) {
            violation(e.getMessage());
        }
    }

    private String id() {
        return link.map(LeaseLink::id).orElse("");
    }

    private void mine(Hash contract, BuyerEvent event) {
        if (link.isPresent() && link.get().hash().equals(contract)) {
            buyer.event(event);
        } else {
            violation("a message about another contract");
        }
    }

    private void pulls(ImageProgress m) {
        if (link.isPresent() && link.get().hash().equals(m.contract())) {
            if (link.get().image().heard(m, buyer.ports().clock().instant())) {
                buyer.touched();
            }
        } else {
            violation("a message about another contract");
        }
    }

    private void receipt(Receipt m) {
        boolean nothing = m.paid().isZero() || m.settlement().equals(ZERO);
        mine(m.contract(), new BuyerEvent.Receipted(id(), nothing && link.map(l -> l.channel().isEmpty()
                || buyer.paid(l.id()).isZero()).orElse(true)));
    }

    // ---- negotiation

    private void heard(Offer o) {
        note(Side.PROVIDER, "offer", "round " + o.round() + (o.last() ? ", the last: " : ": ") + o.rates().describe() + " by " + o.strategy());
        step(new Event.Offered(o));
        buyer.offers().put(provider, o.rates());
        offered(o);
    }

    private void refused(Refusal f) {
        note(Side.PROVIDER, "refusal", f.reason());
        if (link.isPresent()) {
            buyer.event(new BuyerEvent.Ended(id(), f.reason()));
        } else {
            step(new Event.Refused(f.reason()));
        }
    }

    private void countersigned(SignedContract c) {
        boolean right = signed.isPresent() && c.contract().equals(signed.get()) && c.providerSignature().isPresent()
                && buyer.ports().identity().verify(provider, c.contract(), c.providerSignature().get());
        if (!right) {
            violation("a contract that was not agreed, or without a valid signature");
            return;
        }
        step(new Event.Countersigned(c.contract()));
    }

    private void step(Event event) {
        if (over || link.isPresent() || negotiation == null) {
            return;
        }
        BuyerNegotiation.Step step = negotiation.on(event, buyer.ports().clock().instant());
        negotiation = step.state();
        step.effects().forEach(this::run);
    }

    private void run(Effect effect) {
        switch (effect) {
            case Effect.AskStrategy e -> ask(e.offer(), e.previous());
            case Effect.SendCounter e -> {
                note(Side.PUBLISHER, "counter", "round " + e.counter().round() + ": " + e.counter().rates().describe() + because());
                stream.send(Records.encode(e.counter()));
            }
            case Effect.SignAndSend e -> {
                signed = Optional.of(e.contract());
                stream.send(Records.encode(new SignedContract(e.contract(), buyer.ports().identity().sign(e.contract()), Optional.empty())));
            }
            case Effect.Agreed e -> {
                note(Side.PUBLISHER, "contract", "lease " + e.contract().leaseId() + " at " + e.contract().rates().describe() + because());
                watch.agree();
                L l = lease(e.contract(), negotiation.offer().map(o -> o.round() + 1).orElse(0));
                link = Optional.of(l);
                buyer.sessions().remove(this);
                buyer.agreed(l);
            }
            case Effect.SendRefusal e -> {
                note(Side.PUBLISHER, "refusal", e.refusal().reason());
                stream.send(Records.encode(new Refusal(Texts.cut(e.refusal().reason(), 300))));
            }
            case Effect.End e -> {
                if (!e.reason().equals(CALLED_AGAIN)) {
                    declined(e.reason());
                }
                finish();
                stream.close();
            }
        }
    }

    private void ask(Offer offer, Optional<RateVector> previous) {
        Optional<String> no = unwanted();
        if (no.isPresent()) {
            step(new Event.Withdrawn(no.get()));
            return;
        }
        List<RateVector> others = buyer.offers().entrySet().stream().filter(e -> !e.getKey().equals(provider)).map(Map.Entry::getValue).toList();
        buyer.ports().strategies().bid(strategy(), question(offer, previous, others)).whenComplete((answer, failure) -> buyer.post(() -> {
            if (failure != null) {
                step(new Event.Withdrawn("no buying strategy answers"));
            } else {
                why = answer.value().reason();
                step(new Event.Decided(answer.value()));
            }
        }));
    }

    private String because() {
        return why.isEmpty() ? "" : " (" + why + ")";
    }

    private void finish() {
        over = true;
        buyer.sessions().remove(this);
    }

    /** The provider broke the protocol: its lease and its connection end. */
    protected final void violation(String reason) {
        note(Side.PUBLISHER, "refusal", "the provider broke the protocol: " + reason);
        link.ifPresent(l -> buyer.event(new BuyerEvent.Violated(l.id(), reason)));
        finish();
        peer.violation(reason);
    }

    private void note(Side side, String kind, String text) {
        buyer.ports().journal().record(journal, new Line(buyer.ports().clock().instant(), provider.toHex(),
                buyer.ports().identity().identity().toHex(), side, kind, text));
    }
}
