package org.zennet.provider.internal.deal;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Capabilities;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.pricing.Quote;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Signature;
import org.zennet.market.machine.SellerNegotiation;
import org.zennet.market.machine.SellerNegotiation.Effect;
import org.zennet.market.machine.SellerNegotiation.Event;
import org.zennet.market.message.AnnouncementProof;
import org.zennet.market.message.Contract;
import org.zennet.market.message.CounterOffer;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.LeaseKind;
import org.zennet.market.message.Offer;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.SignedContract;
import org.zennet.market.message.Terms;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Mailbox;
import org.zennet.provider.internal.Texts;
import org.zennet.provider.internal.content.ImageSource;
import org.zennet.provider.internal.lease.LeaseRunner;
import org.zennet.provider.internal.ssh.HostKey;
import org.zennet.services.Registration;
import org.zennet.services.chain.ChainService.AnnouncementInfo;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/**
 * One call: proof, descriptor, rounds, contract; from then on its stream is the lease's. Everything happens in its
 * mailbox.
 */
public final class Negotiation implements MessageStream.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(Negotiation.class);
    private static final long PROOF_MILLIS = 10_000;
    private static final long TICK_MILLIS = 1000;

    private final Kit kit;
    private final Desk desk;
    private final PeerConnection connection;
    private final Mailbox mailbox;
    private final Inbox inbox;
    private MessageStream stream;
    private final String label;
    private AnnouncementInfo announcement;
    private boolean proven;
    private boolean answered;
    private Optional<Descriptor> descriptor = Optional.empty();
    private Optional<SellerNegotiation> machine = Optional.empty();
    private Optional<HostKey> hostKey = Optional.empty();
    /** What the strategy said of its newest quote, for the journal; the other side is not told. */
    private String why = "";
    private Optional<Offer> frame = Optional.empty();
    private Optional<Signature> signed = Optional.empty();
    private Optional<LeaseRunner> lease = Optional.empty();
    private Registration timer = () -> { };
    private boolean over;

    /** What negotiations share. */
    public interface Desk {
        /** Another live announcement that is worth serving, taken in place of the one that was called. */
        Optional<AnnouncementInfo> other(AnnouncementInfo called, OutPoint proven);

        /** What is sold now, by backend. */
        Map<String, Capabilities> sold();

        /** Why the need can't be met now. */
        Optional<String> objection(Descriptor descriptor);

        /** Prices. */
        QuoteDesk quotes();

        /** Bytes of the wanted module or image that are here already: 0 or all. */
        long cached(Descriptor descriptor);

        /**
         * Reserves, makes the lease durable and begins it; empty when the capacity went to another.
         *
         * @param hostKey  that was offered, where the lease is for shells
         * @param announce sends the contract once the lease is durable
         */
        Optional<LeaseRunner> lease(AnnouncementInfo announcement, Contract contract, Signature publisher, Signature provider, String label,
                ImageSource image, Optional<HostKey> hostKey, MessageStream stream, Mailbox mailbox, java.util.function.Consumer<LeaseRunner> announce);

        /** It ended without a contract; whether the publisher proved itself or declined politely. */
        void ended(AnnouncementInfo announcement, boolean answered, String reason);
    }

    /** Ready to call over a connection. */
    public Negotiation(Kit kit, Desk desk, AnnouncementInfo announcement, PeerConnection connection) {
        this.kit = kit;
        this.desk = desk;
        this.announcement = announcement;
        this.connection = connection;
        this.mailbox = new Mailbox(kit.workers());
        this.inbox = new Inbox(mailbox, connection);
        byte[] unique = new byte[12];
        kit.random().nextBytes(unique);
        this.label = "lease-" + HexFormat.of().formatHex(unique);
    }

    /** Opens the stream and waits for the proof. */
    public void begin() {
        mailbox.execute(() -> {
            stream = connection.open(Protocols.MARKET, MessageStream.Priority.CONTROL, this);
            timer = kit.timers().after(PROOF_MILLIS, () -> mailbox.execute(() -> {
                if (machine.isEmpty() && !over) {
                    hangUp("nothing was proven within " + PROOF_MILLIS / 1000 + " s");
                }
            }));
        });
    }

    @Override
    public void message(byte[] message) {
        inbox.take(message, m -> {
            if (lease.isPresent()) {
                lease.get().market(m);
            } else if (!over) {
                handle(m);
            }
        });
    }

    @Override
    public void closed(String reason) {
        mailbox.execute(() -> {
            if (lease.isPresent()) {
                lease.get().lost(stream, reason);
            } else {
                end("the connection closed: " + reason);
            }
        });
    }

    private void handle(byte[] message) {
        try {
            Record r = Records.decodeAny(message, AnnouncementProof.class, Descriptor.class, CounterOffer.class, SignedContract.class,
                    Refusal.class);
            switch (r) {
                case Refusal f -> refused(f);
                case AnnouncementProof p when !proven -> prove(p);
                case Descriptor d when proven && descriptor.isEmpty() -> describe(d);
                case CounterOffer c when machine.isPresent() -> {
                    journal(MarketJournal.Side.PUBLISHER, "counter", "round " + c.round() + ": " + c.rates().describe());
                    step(new Event.Countered(c));
                }
                case SignedContract c when machine.isPresent() -> contract(c);
                default -> violation("a " + r.getClass().getSimpleName() + " out of turn");
            }
        } catch (EncodingException e) {
            violation(e.getMessage());
        }
    }

    private void refused(Refusal f) {
        answered = true;
        journal(MarketJournal.Side.PUBLISHER, "refusal", f.reason());
        if (machine.isPresent()) {
            step(new Event.Refused(f.reason()));
        } else {
            end("the publisher declined: " + f.reason());
            stream.close();
        }
    }

    private void prove(AnnouncementProof p) {
        AnnouncementProof.Claim c = p.claim();
        OutPoint named = new OutPoint(c.txid(), c.index());
        if (!named.equals(announcement.id())) {
            Optional<AnnouncementInfo> other = desk.other(announcement, named);
            if (other.isEmpty()) {
                hangUp("it proved another announcement, " + named);
                return;
            }
            announcement = other.get();
        }
        boolean holds = c.binding().equals(connection.binding()) && c.publisher().equals(connection.identity())
                && c.provider().equals(kit.identity().identity())
                && kit.identity().verify(announcement.announcement().key(), c, p.signature());
        if (!holds) {
            violation("its proof of the announcement does not hold");
            return;
        }
        proven = true;
        answered = true;
    }

    private void describe(Descriptor d) {
        if (!Records.digest(d).equals(announcement.announcement().descriptor())) {
            violation("its descriptor is not the announced one");
            return;
        }
        descriptor = Optional.of(d);
        hostKey = d.kind() == LeaseKind.SHELL ? Optional.of(HostKey.draw()) : Optional.empty();
        journal(MarketJournal.Side.PUBLISHER, "descriptor", d.name() + ": " + d.tasks() + " tasks on " + d.backend() + ", "
                + d.resources().cores() + "/1000 cores, " + (d.resources().memory() >> 20) + " MiB each"
                + d.reference().map(r -> ", the image " + r).orElse(""));
        Optional<String> objection = desk.objection(d);
        if (objection.isPresent()) {
            refuse(objection.get());
            return;
        }
        timer.close();
        perform(SellerNegotiation.start(kit.clock().instant()));
        tick();
    }

    private void tick() {
        timer = kit.timers().after(TICK_MILLIS, () -> mailbox.execute(() -> {
            if (!over && lease.isEmpty()) {
                step(new Event.Tick());
                tick();
            }
        }));
    }

    private void step(Event event) {
        machine.ifPresent(m -> perform(m.on(event, kit.clock().instant())));
    }

    private void perform(SellerNegotiation.Step step) {
        machine = Optional.of(step.state());
        step.effects().forEach(e -> {
            switch (e) {
                case Effect.AskStrategy a -> ask(a);
                case Effect.SendOffer o -> {
                    journal(MarketJournal.Side.PROVIDER, "offer", "round " + o.offer().round() + (o.offer().last() ? ", the last: " : ": ")
                            + o.offer().rates().describe() + " by " + o.offer().strategy() + (why.isEmpty() ? "" : " (" + why + ")")
                            + (o.offer().cached() > 0 ? ", its " + o.offer().cached() + " bytes are here" : ""));
                    stream.send(Records.encode(o.offer()));
                }
                case Effect.Sign s -> sign(s.contract());
                case Effect.SendRefusal r -> {
                    journal(MarketJournal.Side.PROVIDER, "refusal", r.refusal().reason());
                    stream.send(Records.encode(new Refusal(Texts.line(r.refusal().reason(), 300))));
                }
                case Effect.End x -> {
                    step.state().offer().ifPresent(o -> desk.quotes().ended(Optional.empty(), o.rates()));
                    end(x.reason());
                    stream.close();
                }
            }
        });
    }

    private void ask(Effect.AskStrategy a) {
        Descriptor d = descriptor.orElseThrow();
        desk.quotes().quote(d.resources(), a.round(), a.previous(), a.counter()).whenComplete((answer, failure) ->
                mailbox.execute(() -> {
                    if (failure != null) {
                        refuse("no price can be given: " + Texts.reason(failure));
                    } else {
                        quoted(d, answer);
                    }
                }));
    }

    private void quoted(Descriptor d, StrategyRegistry.Answer<Quote> answer) {
        if (over || lease.isPresent()) {
            return;
        }
        answer.skipped().forEach(line -> LOG.warn("strategy left out: {}", line));
        Capabilities c = desk.sold().get(d.backend());
        if (c == null) {
            refuse("the backend " + d.backend() + " is gone");
            return;
        }
        Offer f = frame.orElseGet(() -> new Offer(0, RateVector.ZERO, false, terms(d.terms()), d.resources(), c.isolation(),
                "", "", kit.benchmarks().newest().stream().limit(32).toList(), kit.channels().payeeKey(label), hostKey.map(HostKey::text),
                desk.cached(d)));
        f = new Offer(f.round(), f.rates(), f.last(), f.terms(), f.resources(), f.isolation(), Texts.line(answer.strategy(), 64),
                Texts.line(answer.version(), 64), f.benchmarks(), f.payeeKey(), f.hostKey(), f.cached());
        frame = Optional.of(f);
        why = answer.value().reason();
        step(new Event.Quoted(answer.value(), f));
    }

    private Terms terms(Terms t) {
        return t.withFundingDepth(Math.max(t.fundingDepth(), kit.chain().parameters().fundingDepth()));
    }

    private void contract(SignedContract c) {
        Contract k = c.contract();
        Offer o = machine.flatMap(SellerNegotiation::offer).orElse(null);
        boolean ours = o != null && k.network().equals(kit.chain().parameters().genesis()) && k.publisher().equals(connection.identity())
                && k.provider().equals(kit.identity().identity()) && k.descriptor().equals(announcement.announcement().descriptor())
                && k.strategy().equals(o.strategy() + " " + o.strategyVersion());
        if (!ours) {
            refuse("the contract names other parties, another chain or another job than was negotiated");
        } else if (!kit.identity().verify(connection.identity(), k, c.publisherSignature())) {
            violation("the signature under its contract is not its own");
        } else {
            signed = Optional.of(c.publisherSignature());
            step(new Event.ContractReceived(k, descriptor.orElseThrow()));
        }
    }

    private void sign(Contract k) {
        Signature own = kit.identity().sign(k);
        Signature theirs = signed.orElseThrow();
        lease = desk.lease(announcement, k, theirs, own, label, ImageSource.of(descriptor.orElseThrow()), hostKey, stream, mailbox, _ ->
                stream.send(Records.encode(new SignedContract(k, theirs, Optional.of(own)))));
        if (lease.isEmpty()) {
            refuse("what was offered is sold by now");
            return;
        }
        timer.close();
        desk.quotes().ended(Optional.of(k.rates()), k.rates());
        journal(MarketJournal.Side.PROVIDER, "contract", "lease " + k.leaseId() + " at " + k.rates().describe());
    }

    // ---- end

    private void refuse(String reason) {
        if (over) {
            return;
        }
        journal(MarketJournal.Side.PROVIDER, "refusal", reason);
        stream.send(Records.encode(new Refusal(Texts.line(reason, 300))));
        hangUp(reason);
    }

    private void hangUp(String reason) {
        end(reason);
        stream.close();
    }

    private void violation(String reason) {
        answered = false;
        journal(MarketJournal.Side.PROVIDER, "refusal", "the publisher broke the protocol: " + reason);
        end(reason);
        connection.violation(reason);
    }

    private void end(String reason) {
        if (!over) {
            over = true;
            timer.close();
            desk.ended(announcement, answered, reason);
        }
    }

    private void journal(MarketJournal.Side side, String kind, String text) {
        kit.journal().record(label.replace("lease-", "call-"), new MarketJournal.Line(kit.clock().instant(),
                kit.identity().identity().toHex(), connection.identity().toHex(), side, kind, text));
    }
}
