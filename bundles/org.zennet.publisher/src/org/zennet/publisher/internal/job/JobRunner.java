package org.zennet.publisher.internal.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Offer;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Terms;
import org.zennet.publisher.internal.Buyer;
import org.zennet.publisher.internal.forecast.Evidence;
import org.zennet.publisher.machine.JobEvent;
import org.zennet.publisher.machine.JobMachine;
import org.zennet.publisher.machine.LeaseRun;
import org.zennet.services.Rejected;
import org.zennet.services.SerialExecutor;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.Result;

/**
 * One job at work: its machine, its mailbox, its wires. Everything but the methods marked so runs in the mailbox, one
 * action after the other; a step's state is durable before its effects run.
 */
public final class JobRunner implements Buyer {
    static final Hash ZERO = Hash.of(new byte[Hash.LENGTH]);
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final int MOST_INQUIRIES = 256;
    private static final Duration TICK = Duration.ofMillis(200);
    private final Ports ports;
    private final Settings settings;
    private final JobPapers papers;
    private final JobBook book;
    private final Runnable changed;
    private final SerialExecutor mailbox;
    private final Instant submitted;
    private final JobEffects effects;
    private final JobView view = new JobView();
    private final Map<String, LeaseLink> links = new ConcurrentHashMap<>();
    private final Map<Hash, LeaseLink> byContract = new ConcurrentHashMap<>();
    private final List<MarketTalk> talks = new ArrayList<>();
    private final Map<PublicKey, RateVector> offers = new HashMap<>();
    private final Map<PublicKey, Offer> asked = new ConcurrentHashMap<>();
    private final Queue<JobEvent> events = new ArrayDeque<>();
    private boolean working;
    private Optional<Instant> ended = Optional.empty();
    private Optional<Result> result = Optional.empty();
    private Optional<String> problem = Optional.empty();
    private boolean recomputed;
    private volatile Optional<Announced> announced = Optional.empty();
    private volatile JobMachine machine;
    private volatile int negotiating;
    private volatile boolean inquires;
    private volatile JobInfo info;

    /** The announcement, the secret that proves it, and what it announces. */
    record Announced(OutPoint id, byte[] secret, Descriptor descriptor, long nanos) {
        @Override
        public String toString() {
            return id.toString();
        }
    }

    /** A job that was read and checked; durable when this returns. Nothing begins before {@link #start}. */
    public JobRunner(Ports ports, Settings settings, JobPapers papers, JobBook book, Runnable changed) {
        this.ports = ports;
        this.settings = settings;
        this.papers = papers;
        this.book = book;
        this.changed = changed;
        this.mailbox = new SerialExecutor(ports.workers(), e -> LOG.error("an event could not be worked in", e));
        this.submitted = ports.clock().instant();
        this.machine = JobMachine.start(papers.plan);
        this.effects = new JobEffects(this);
        save(true);
    }

    // ---- from any thread

    /** The job's id. */
    @Override
    public String id() {
        return papers.id;
    }

    /** Where it stands. Any thread. */
    public JobInfo info() {
        return info;
    }

    /** Announces it. Any thread. */
    public void start() {
        post(this::announce);
        ports.timer().after(TICK, this::tick);
    }

    /** Ends it. Any thread. */
    public void cancel() {
        post(() -> event(new JobEvent.Cancelled()));
    }

    /** Whether a negotiation with this provider makes sense now. Any thread. */
    @Override
    public boolean wants(PublicKey provider) {
        return announced.isPresent() && (hires(provider) || inquires && asked.size() < MOST_INQUIRIES && !asked.containsKey(provider)
                && machine.ending().isEmpty());
    }

    /** Whether a provider that offers may get a contract. */
    boolean hires(PublicKey provider) {
        return machine.wants(negotiating) && machine.mayHire(provider);
    }

    /** From now on also asks those for their price that it has no work for. Any thread. */
    public void inquire() {
        inquires = true;
    }

    /** What of its budget is not yet bound in channels, and may be. Any thread. */
    public Amount unbound() {
        return machine.over() || machine.ending().isPresent() ? Amount.ZERO : papers.plan.budget().minusOrZero(machine.bound());
    }

    /** A provider opened a market stream, and this job is the one to talk about. Any thread. */
    @Override
    public MessageStream.Receiver market(PeerConnection peer, MessageStream stream) {
        MarketTalk talk = new MarketTalk(this, peer, stream);
        post(() -> {
            talk.begin();
            negotiating = talks.size();
        });
        return talk;
    }

    /** The contract of one of this job's leases with this peer. Any thread. */
    @Override
    public boolean knows(Hash contract, PublicKey provider) {
        LeaseLink link = byContract.get(contract);
        return link != null && link.provider().equals(provider);
    }

    /** Whether a provider with a contract may read a content. Any thread. */
    @Override
    public boolean serves(Hash contract, PublicKey provider, Hash content) {
        return knows(contract, provider) && papers.serves(content);
    }

    @Override
    public ContentStore store() {
        return papers.store;
    }

    /** What bounds the messages of one stream that wait for this job. Any thread. */
    @Override
    public Inbox inbox(PeerConnection peer) {
        return new Inbox(this::post, peer);
    }

    /** A usage statement arrived. Any thread. */
    @Override
    public void statement(Inbox inbox, byte[] raw, MessageStream stream, SignedStatement message) {
        inbox.take(raw, _ -> effects.statement(byContract.get(message.statement().contract()), stream, message));
    }

    /** A provider opened a stream for payments. Any thread. */
    @Override
    public void payments(PublicKey provider, MessageStream stream) {
        post(() -> links.values().stream().filter(l -> l.provider().equals(provider) && working(l.id))
                .forEach(l -> effects.payments(l, stream)));
    }

    /** A provider asks on a stream of its own to go on with a lease whose connection was lost. Any thread. */
    @Override
    public MessageStream.Receiver resume(PeerConnection peer, MessageStream stream, Resume asked) {
        LeaseLink link = byContract.get(asked.contract());
        post(() -> effects.returned(link, stream, asked));
        return new MarketTalk(this, peer, stream, link);
    }

    void post(Runnable action) {
        mailbox.execute(() -> {
            action.run();
            negotiating = talks.size();
        });
    }

    // ---- the machine

    /** Works in an event, and those that its effects bring. */
    void event(JobEvent event) {
        events.add(event);
        if (working) {
            return;
        }
        working = true;
        try {
            for (JobEvent e = events.poll(); e != null; e = events.poll()) {
                JobMachine.Step step = machine.on(e, ports.clock().instant());
                boolean same = step.state().equals(machine);
                machine = step.state();
                if (machine.over() && ended.isEmpty()) {
                    ended = Optional.of(ports.clock().instant());
                    problem = problem.or(() -> machine.note().isEmpty() ? Optional.empty() : Optional.of(machine.note()));
                }
                if (!same || !step.effects().isEmpty()) {
                    save(step.effects().stream().anyMatch(JobEffects::bindsSomebody) || machine.over());
                }
                step.effects().forEach(effects::run);
            }
        } finally {
            working = false;
        }
    }

    private void tick() {
        if (machine.over()) {
            return;
        }
        post(() -> {
            effects.settlements();
            List.copyOf(talks).forEach(MarketTalk::tick);
            event(new JobEvent.Tick());
        });
        ports.timer().after(TICK, this::tick);
    }

    /** Makes what people see, and keeps it. */
    private void save(boolean sync) {
        info = new JobInfo(papers.id, papers.file.name(), machine.phase(), JobView.phase(machine, links), submitted, ended, machine.total(),
                machine.verified(), papers.plan.budget(), machine.paid(), machine.exposure(), view.tasks(machine),
                JobView.providers(machine, links), result, announced.map(a -> a.id().toString()), recomputed, problem);
        book.save(info, sync);
        changed.run();
    }

    // ---- the announcement

    private void announce() {
        try {
            byte[] secret = new byte[32];
            PublicKey key = null;
            while (key == null) {
                ports.random().nextBytes(secret);
                try {
                    key = ports.signatures().publicKey(secret);
                } catch (IllegalArgumentException e) {
                    LOG.debug("an unlikely secret: {}", e.getMessage());
                }
            }
            ChainService chain = ports.chain();
            Terms terms = Proposal.terms(papers.file, papers.plan, settings, chain.parameters());
            Descriptor descriptor = Proposal.descriptor(papers.hash, papers.file, papers.image, papers.imageBytes, terms);
            Announcement announcement = Proposal.announcement(papers.file, papers.plan, settings, descriptor,
                    ports.network().listening(), key, chain.tip().height(), chain.parameters());
            announced = Optional.of(new Announced(ports.wallet().announce(announcement), secret, descriptor, ports.nanos().getAsLong()));
            event(new JobEvent.Announced());
        } catch (Rejected | IllegalArgumentException | ArithmeticException e) {
            event(new JobEvent.Broken("it can't be announced: " + e.getMessage()));
        }
    }

    /** Takes the announcement back; not in the mailbox. */
    void revoke() {
        announced.ifPresent(a -> {
            try {
                ports.wallet().revoke(a.id());
            } catch (Rejected e) {
                LOG.info("job {}: its announcement stays until it expires: {}", papers.id, e.getMessage());
            }
        });
    }

    // ---- leases

    void agreed(LeaseLink link) {
        links.put(link.id, link);
        byContract.put(link.hash, link);
        event(new JobEvent.Agreed(link.id, link.provider(), link.contract.rates(), link.contract.terms(), link.contract.resources()));
    }

    /** Since when this provider could have called: since the announcement, or its newest contract. */
    long awaited(PublicKey provider) {
        long since = announced.orElseThrow().nanos();
        for (LeaseLink l : links.values()) {
            if (l.provider().equals(provider) && l.watch.isPresent() && l.watch.get().agreed() - since > 0) {
                since = l.watch.get().agreed();
            }
        }
        return since;
    }

    Amount paid(String lease) {
        LeaseRun l = machine.leases().get(lease);
        return l == null ? Amount.ZERO : l.ledger().paid();
    }

    private boolean working(String lease) {
        LeaseRun l = machine.leases().get(lease);
        return l != null && l.connected() && (l.live() || l.stage() == LeaseRun.Stage.DRAINING);
    }

    void finished(Optional<Result> made, boolean same, Optional<String> trouble) {
        result = made;
        recomputed = same;
        problem = trouble;
        event(new JobEvent.Finished());
    }

    // ---- what its helpers need

    Ports ports() {
        return ports;
    }

    Settings settings() {
        return settings;
    }

    JobPapers papers() {
        return papers;
    }

    JobBook book() {
        return book;
    }

    JobMachine machine() {
        return machine;
    }

    Map<String, LeaseLink> links() {
        return links;
    }

    List<MarketTalk> talks() {
        return talks;
    }

    Map<PublicKey, RateVector> offers() {
        return offers;
    }

    /** The newest offer of each provider. Any thread. */
    Map<PublicKey, Offer> asked() {
        return asked;
    }

    /** What it showed so far of its providers, for a forecast. Any thread. */
    public Evidence evidence() {
        return ProbeView.evidence(this);
    }

    Optional<Announced> announced() {
        return announced;
    }

    String buying() {
        return papers.file.buying().strategy().orElse(settings.buying());
    }

    Hash nonce() {
        byte[] nonce = new byte[Hash.LENGTH];
        ports.random().nextBytes(nonce);
        return Hash.of(nonce);
    }

    /** Shows a change that is not the machine's. */
    void touched() {
        save(false);
    }
}
