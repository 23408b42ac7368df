package org.zennet.publisher.internal.rent;

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
import org.zennet.market.message.AnnouncementProof;
import org.zennet.market.message.Close;
import org.zennet.market.message.Contract;
import org.zennet.market.message.ImageProgress;
import org.zennet.market.message.Offer;
import org.zennet.market.message.Pause;
import org.zennet.market.message.Ready;
import org.zennet.market.message.Receipt;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.SignedContract;
import org.zennet.market.message.Started;
import org.zennet.publisher.internal.job.LeaseWatch;
import org.zennet.publisher.internal.job.Ports;
import org.zennet.publisher.internal.job.Texts;
import org.zennet.publisher.machine.RentEvent;
import org.zennet.services.market.MarketJournal.Line;
import org.zennet.services.market.MarketJournal.Side;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** One market stream of one rent: proof, negotiation, contract, then the lease's messages. Runs in the rent's mailbox. */
final class RentTalk implements MessageStream.Receiver {
    private static final String CALLED_AGAIN = "you called again";
    private static final Hash ZERO = Hash.of(new byte[Hash.LENGTH]);
    private final RentRunner rent;
    private final PeerConnection peer;
    private final MessageStream stream;
    private final PublicKey provider;
    private final Inbox inbox;
    private final UserKey key = UserKey.draw();
    private String journal = "";
    /** What the strategy said of its newest decision, for the journal; the other side is not told. */
    private String why = "";
    private BuyerNegotiation negotiation;
    private Optional<Contract> signed = Optional.empty();
    private Optional<RentLink> link = Optional.empty();
    private boolean over;
    private LeaseWatch watch;

    RentTalk(RentRunner rent, PeerConnection peer, MessageStream stream) {
        this.rent = rent;
        this.peer = peer;
        this.stream = stream;
        this.provider = peer.identity();
        this.inbox = new Inbox(rent::post, peer);
    }

    /** Of a lease that goes on over another stream. */
    RentTalk(RentRunner rent, PeerConnection peer, MessageStream stream, RentLink link) {
        this(rent, peer, stream);
        this.link = Optional.of(link);
        this.journal = rent.id() + "-" + link.id.substring(0, 8);
    }

    @Override
    public void message(byte[] message) {
        inbox.take(message, this::handle);
    }

    @Override
    public void closed(String reason) {
        rent.post(() -> {
            link.filter(l -> l.market == stream).ifPresent(l -> rent.event(new RentEvent.Lost(l.id, "the connection was lost: " + reason)));
            if (link.isEmpty()) {
                finish();
            }
        });
    }

    PublicKey provider() {
        return provider;
    }

    /** Proves the announcement and tells what is needed. */
    void begin() {
        // one place at the table for each: the newest call counts, the one before may be of a connection that died; but who calls again
        // for another machine may be here before its signature under the contract for the last one
        rent.talks().stream().filter(t -> t.provider.equals(provider) && t.signed.isEmpty()).toList().forEach(t -> t.withdraw(CALLED_AGAIN));
        if (!rent.wants(provider)) {
            stream.send(Records.encode(new Refusal("no machine is needed of you now")));
            over = true;
            stream.close();
            return;
        }
        Ports ports = rent.ports();
        RentRunner.Announced a = rent.announced().orElseThrow();
        AnnouncementProof.Claim claim = new AnnouncementProof.Claim(a.id().txid(), a.id().index(), peer.binding(),
                ports.identity().identity(), provider);
        stream.send(Records.encode(new AnnouncementProof(claim, ports.signatures().sign(a.secret(), Records.digest(claim)))));
        stream.send(Records.encode(a.descriptor()));
        Hash nonce = rent.nonce();
        journal = rent.id() + "-" + nonce.toHex().substring(0, 8);
        negotiation = BuyerNegotiation.start(a.descriptor(), new BuyerNegotiation.Parties(ports.chain().parameters().genesis(), nonce,
                ports.identity().identity(), provider, Records.digest(a.descriptor()), Optional.of(key.text())), ports.clock().instant());
        watch = new LeaseWatch(ports.nanos(), rent.awaited(provider));
        rent.talks().add(this);
        note(Side.PUBLISHER, "descriptor", a.descriptor().name() + " to log in to, " + (a.descriptor().resources().memory() >> 20) + " MiB each");
    }

    /** Ends the negotiation because nothing more is needed. */
    void withdraw(String reason) {
        step(new Event.Withdrawn(reason));
    }

    void tick() {
        step(new Event.Tick());
    }

    private void handle(byte[] message) {
        if (over && link.isEmpty()) {
            return;
        }
        try {
            Record r = Records.decodeAny(message, Offer.class, Refusal.class, SignedContract.class, Ready.class, ImageProgress.class, Started.class, Close.class,
                    Pause.class, Receipt.class);
            switch (r) {
                case Offer o when link.isEmpty() -> offered(o);
                case Refusal f -> refused(f);
                case SignedContract c when link.isEmpty() -> countersigned(c);
                case Ready m -> mine(m.contract(), new RentEvent.Ready(lease()));
                case ImageProgress m -> pulls(m);
                case Started m -> {
                    link.filter(l -> l.hash.equals(m.contract())).ifPresent(l -> l.watch.up(m));
                    mine(m.contract(), new RentEvent.Started(lease()));
                }
                case Pause m -> mine(m.contract(), new RentEvent.Paused(lease(), m.paused(), m.reason()));
                case Close m -> mine(m.contract(), new RentEvent.Ended(lease(), m.reason()));
                case Receipt m -> mine(m.contract(), new RentEvent.Receipted(lease(), (m.paid().isZero() || m.settlement().equals(ZERO))
                        && link.map(l -> l.channel.isEmpty() || rent.paid(l.id).isZero()).orElse(true)));
                default -> violation("a " + r.getClass().getSimpleName() + " out of turn");
            }
        } catch (EncodingException e) {
            violation(e.getMessage());
        }
    }

    private String lease() {
        return link.map(l -> l.id).orElse("");
    }

    private void mine(Hash contract, RentEvent event) {
        if (link.isPresent() && link.get().hash.equals(contract)) {
            rent.event(event);
        } else {
            violation("a message about another contract");
        }
    }

    private void pulls(ImageProgress m) {
        if (link.isPresent() && link.get().hash.equals(m.contract())) {
            if (link.get().image.heard(m, rent.ports().clock().instant())) {
                rent.show();
            }
        } else {
            violation("a message about another contract");
        }
    }

    // ---- negotiation

    private void offered(Offer o) {
        note(Side.PROVIDER, "offer", "round " + o.round() + (o.last() ? ", the last: " : ": ") + o.rates().describe() + " by " + o.strategy());
        step(new Event.Offered(o));
        rent.offers().put(provider, o.rates());
    }

    private void refused(Refusal f) {
        note(Side.PROVIDER, "refusal", f.reason());
        if (link.isPresent()) {
            rent.event(new RentEvent.Ended(lease(), f.reason()));
        } else {
            step(new Event.Refused(f.reason()));
        }
    }

    private void countersigned(SignedContract c) {
        boolean right = signed.isPresent() && c.contract().equals(signed.get()) && c.providerSignature().isPresent()
                && rent.ports().identity().verify(provider, c.contract(), c.providerSignature().get());
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
        BuyerNegotiation.Step step = negotiation.on(event, rent.ports().clock().instant());
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
                stream.send(Records.encode(new SignedContract(e.contract(), rent.ports().identity().sign(e.contract()), Optional.empty())));
            }
            case Effect.Agreed e -> {
                note(Side.PUBLISHER, "contract", "lease " + e.contract().leaseId() + " at " + e.contract().rates().describe() + because());
                rent.talks().remove(this);
                watch.agree();
                link = Optional.of(rent.agreed(e.contract(), key, stream, watch));
            }
            case Effect.SendRefusal e -> {
                note(Side.PUBLISHER, "refusal", e.refusal().reason());
                stream.send(Records.encode(new Refusal(Texts.cut(e.refusal().reason(), 300))));
            }
            case Effect.End e -> {
                if (!e.reason().equals(CALLED_AGAIN)) {
                    rent.declined(e.reason());
                }
                finish();
                stream.close();
            }
        }
    }

    private void ask(Offer offer, Optional<RateVector> previous) {
        List<RateVector> others = rent.offers().entrySet().stream().filter(e -> !e.getKey().equals(provider)).map(Map.Entry::getValue).toList();
        BidRequest request = new BidRequest(offer.rates(), offer.last(), previous, RentProposal.expected(rent.request()), rent.plan().capacity(),
                offer.benchmarks(), others, offer.round(), Map.of());
        rent.ports().strategies().bid(rent.settings().buying(), request).whenComplete((answer, failure) -> rent.post(() -> {
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
        rent.talks().remove(this);
    }

    private void violation(String reason) {
        note(Side.PUBLISHER, "refusal", "the provider broke the protocol: " + reason);
        link.ifPresent(l -> rent.event(new RentEvent.Violated(l.id, reason)));
        finish();
        peer.violation(reason);
    }

    private void note(Side side, String kind, String text) {
        rent.ports().journal().record(journal, new Line(rent.ports().clock().instant(), provider.toHex(),
                rent.ports().identity().identity().toHex(), side, kind, text));
    }
}
