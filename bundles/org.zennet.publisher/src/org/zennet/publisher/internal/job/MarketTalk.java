package org.zennet.publisher.internal.job;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.pricing.BidRequest;
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
import org.zennet.market.message.TaskResult;
import org.zennet.market.message.Verdict;
import org.zennet.publisher.machine.JobEvent;
import org.zennet.publisher.machine.WitnessReport;
import org.zennet.services.market.MarketJournal.Line;
import org.zennet.services.market.MarketJournal.Side;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** One market stream of one job: proof, negotiation, contract, then the lease's messages. Runs in the job's mailbox. */
final class MarketTalk implements MessageStream.Receiver {
    private final JobRunner job;
    private final PeerConnection peer;
    private final MessageStream stream;
    private final PublicKey provider;
    private final Inbox inbox;
    private String journal = "";
    private BuyerNegotiation negotiation;
    private Optional<Contract> signed = Optional.empty();
    private Optional<LeaseLink> link = Optional.empty();
    private boolean over;
    private boolean inquiry;
    private LeaseWatch watch;
    /** What the strategy said of its newest decision, for the journal; the other side is not told. */
    private String why = "";

    MarketTalk(JobRunner job, PeerConnection peer, MessageStream stream) {
        this.job = job;
        this.peer = peer;
        this.stream = stream;
        this.provider = peer.identity();
        this.inbox = new Inbox(job::post, peer);
    }

    /** Of a lease that goes on over another stream. */
    MarketTalk(JobRunner job, PeerConnection peer, MessageStream stream, LeaseLink link) {
        this(job, peer, stream);
        this.link = Optional.of(link);
        this.journal = job.id() + "-" + link.id.substring(0, 8);
    }

    @Override
    public void message(byte[] message) {
        inbox.take(message, this::handle);
    }

    @Override
    public void closed(String reason) {
        job.post(() -> {
            link.filter(l -> l.market == stream).ifPresent(l -> job.event(new JobEvent.Lost(l.id, "the connection was lost: " + reason)));
            if (link.isEmpty()) {
                finish();
            }
        });
    }

    /** Proves the announcement and tells what is needed. */
    void begin() {
        // one place at the table for each: the newest call counts, the one before may be of a connection that died
        job.talks().stream().filter(t -> t.provider.equals(provider)).toList().forEach(t -> t.withdraw("you called again"));
        if (!job.wants(provider)) {
            stream.send(Records.encode(new Refusal("no machine is needed of you now")));
            over = true;
            stream.close();
            return;
        }
        inquiry = !job.hires(provider);
        Ports ports = job.ports();
        JobRunner.Announced a = job.announced().orElseThrow();
        AnnouncementProof.Claim claim = new AnnouncementProof.Claim(a.id().txid(), a.id().index(), peer.binding(),
                ports.identity().identity(), provider);
        stream.send(Records.encode(new AnnouncementProof(claim, ports.signatures().sign(a.secret(), Records.digest(claim)))));
        stream.send(Records.encode(a.descriptor()));
        org.zennet.api.value.Hash nonce = job.nonce();
        journal = job.id() + "-" + nonce.toHex().substring(0, 8);
        negotiation = BuyerNegotiation.start(a.descriptor(), new BuyerNegotiation.Parties(ports.chain().parameters().genesis(),
                nonce, ports.identity().identity(), provider, Records.digest(a.descriptor())), ports.clock().instant());
        watch = new LeaseWatch(ports.nanos(), job.awaited(provider));
        job.talks().add(this);
        note(Side.PUBLISHER, "descriptor", a.descriptor().name() + ": " + a.descriptor().tasks() + " tasks, "
                + (a.descriptor().resources().memory() >> 20) + " MiB each");
    }

    /** Ends the negotiation because nothing more is needed. */
    void withdraw(String reason) {
        step(new Event.Withdrawn(reason));
    }

    void tick() {
        step(new Event.Tick());
    }

    boolean open() {
        return !over && link.isEmpty();
    }

    private void handle(byte[] message) {
        if (over && link.isEmpty()) {
            return;
        }
        try {
            Record r = Records.decodeAny(message, Offer.class, Refusal.class, SignedContract.class, Ready.class, Started.class,
                    ImageProgress.class, TaskResult.class, Pause.class, Close.class, Receipt.class);
            switch (r) {
                case Offer o when link.isEmpty() -> offered(o);
                case Refusal f -> refused(f);
                case SignedContract c when link.isEmpty() -> countersigned(c);
                case Ready m -> mine(m.contract(), new JobEvent.Ready(lease()));
                case ImageProgress m -> pulls(m);
                case Started m -> {
                    link.filter(l -> l.hash.equals(m.contract())).flatMap(l -> l.watch).ifPresent(w -> w.up(m));
                    mine(m.contract(), new JobEvent.Started(lease()));
                }
                case Close m -> mine(m.contract(), new JobEvent.Ended(lease(), m.reason()));
                case Pause m -> mine(m.contract(), new JobEvent.Paused(lease(), m.paused(), m.reason()));
                case Receipt m -> receipt(m);
                case TaskResult m when link.isPresent() -> result(link.get(), m);
                default -> violation("a " + r.getClass().getSimpleName() + " out of turn");
            }
        } catch (EncodingException e) {
            violation(e.getMessage());
        }
    }

    private String lease() {
        return link.map(l -> l.id).orElse("");
    }

    private void mine(org.zennet.api.value.Hash contract, JobEvent event) {
        if (link.isPresent() && link.get().hash.equals(contract)) {
            job.event(event);
        } else {
            violation("a message about another contract");
        }
    }

    private void pulls(ImageProgress m) {
        if (link.isPresent() && link.get().hash.equals(m.contract())) {
            if (link.get().image.heard(m, job.ports().clock().instant())) {
                job.touched();
            }
        } else {
            violation("a message about another contract");
        }
    }

    private void receipt(Receipt m) {
        boolean nothing = m.paid().isZero() || m.settlement().equals(JobRunner.ZERO);
        mine(m.contract(), new JobEvent.Receipted(lease(), nothing && link.map(l -> l.channel.isEmpty()
                || job.paid(l.id).isZero()).orElse(true)));
    }

    // ---- negotiation

    private void offered(Offer o) {
        note(Side.PROVIDER, "offer", "round " + o.round() + (o.last() ? ", the last: " : ": ") + o.rates().describe() + " by " + o.strategy());
        step(new Event.Offered(o));
        job.offers().put(provider, o.rates());
        job.asked().put(provider, o);
    }

    private void refused(Refusal f) {
        note(Side.PROVIDER, "refusal", f.reason());
        if (link.isPresent()) {
            job.event(new JobEvent.Ended(lease(), f.reason()));
        } else {
            step(new Event.Refused(f.reason()));
        }
    }

    private void countersigned(SignedContract c) {
        boolean right = signed.isPresent() && c.contract().equals(signed.get()) && c.providerSignature().isPresent()
                && job.ports().identity().verify(provider, c.contract(), c.providerSignature().get());
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
        BuyerNegotiation.Step step = negotiation.on(event, job.ports().clock().instant());
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
                stream.send(Records.encode(new SignedContract(e.contract(), job.ports().identity().sign(e.contract()), Optional.empty())));
            }
            case Effect.Agreed e -> {
                note(Side.PUBLISHER, "contract", "lease " + e.contract().leaseId() + " at " + e.contract().rates().describe() + because());
                LeaseLink l = new LeaseLink(e.contract(), peer, stream, negotiation.offer().map(o -> o.round() + 1).orElse(0));
                watch.agree();
                l.watch = Optional.of(watch);
                link = Optional.of(l);
                job.talks().remove(this);
                job.agreed(l);
            }
            case Effect.SendRefusal e -> {
                note(Side.PUBLISHER, "refusal", e.refusal().reason());
                stream.send(Records.encode(new Refusal(Texts.cut(e.refusal().reason(), 300))));
            }
            case Effect.End _ -> {
                finish();
                stream.close();
            }
        }
    }

    private void ask(Offer offer, Optional<RateVector> previous) {
        if (inquiry) {
            step(new Event.Withdrawn("this asked for a price; all the machines that are needed are hired"));
            return;
        }
        List<RateVector> others = job.offers().entrySet().stream().filter(e -> !e.getKey().equals(provider))
                .map(java.util.Map.Entry::getValue).toList();
        BidRequest request = new BidRequest(offer.rates(), offer.last(), previous, Proposal.expected(job.papers().file),
                job.papers().file.budget().perTask(), offer.benchmarks(), others, offer.round(), job.papers().file.buying().settings());
        job.ports().strategies().bid(job.buying(), request).whenComplete((answer, failure) -> job.post(() -> {
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
        job.talks().remove(this);
    }

    // ---- results

    private void result(LeaseLink l, TaskResult m) {
        Optional<Integer> number = job.papers().number(m.taskId());
        boolean right = number.isPresent() && m.statement().contract().equals(l.hash)
                && m.statement().task().equals(job.papers().digest(number.get()))
                && job.ports().identity().verify(provider, m.statement(), m.signature());
        if (!right) {
            violation("a result that does not belong to a task of this lease, or without a valid signature");
            return;
        }
        l.results.putIfAbsent(number.get(), new Verdict.SignedResult(provider, m.statement(), m.signature()));
        String log = new String(m.log(), StandardCharsets.UTF_8);
        boolean witness = job.papers().plan.witness();
        job.event(new JobEvent.Answered(l.id, number.get(), m.statement().reason(), m.statement().exitCode(),
                m.statement().output(), m.statement().outputBytes(), m.statement().usage(), m.statement().fuel(),
                witness ? WitnessReport.in(log) : Optional.empty(),
                (witness ? WitnessReport.without(log) : log).lines().filter(s -> !s.isBlank()).limit(3)
                        .reduce((a, b) -> a + " / " + b).orElse("")));
    }

    private void violation(String reason) {
        note(Side.PUBLISHER, "refusal", "the provider broke the protocol: " + reason);
        link.ifPresent(l -> job.event(new JobEvent.Violated(l.id, reason)));
        finish();
        peer.violation(reason);
    }

    private void note(Side side, String kind, String text) {
        job.ports().journal().record(journal, new Line(job.ports().clock().instant(), provider.toHex(),
                job.ports().identity().identity().toHex(), side, kind, text));
    }
}
