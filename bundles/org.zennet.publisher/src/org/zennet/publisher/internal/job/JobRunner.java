package org.zennet.publisher.internal.job;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Offer;
import org.zennet.market.message.Terms;
import org.zennet.publisher.internal.buyer.Announced;
import org.zennet.publisher.internal.buyer.BuyerRunner;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.buyer.LeasePayer;
import org.zennet.publisher.internal.buyer.MarketSession;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.internal.buyer.Settings;
import org.zennet.publisher.internal.forecast.Evidence;
import org.zennet.publisher.machine.BuyerEvent;
import org.zennet.publisher.machine.JobEvent;
import org.zennet.publisher.machine.JobMachine;
import org.zennet.publisher.machine.LeaseRun;
import org.zennet.publisher.machine.LeaseStage;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.Result;

/**
 * One job at work: its machine, its mailbox, its wires. Everything but the methods marked so runs in the mailbox, one
 * action after the other; a step's state is durable before its effects run.
 */
public final class JobRunner extends BuyerRunner<JobEvent, JobLink> {
    private static final int MOST_INQUIRIES = 256;
    private final JobPapers papers;
    private final JobBook book;
    private final Runnable changed;
    private final Instant submitted;
    private final LeasePayer<JobLink> payer;
    private final JobEffects effects;
    private final JobView view = new JobView();
    private final Map<PublicKey, Offer> asked = new ConcurrentHashMap<>();
    private Optional<Instant> ended = Optional.empty();
    private Optional<Result> result = Optional.empty();
    private Optional<String> problem = Optional.empty();
    private boolean recomputed;
    private volatile JobMachine machine;
    private volatile boolean inquires;
    private volatile JobInfo info;

    /** A job that was read and checked; durable when this returns. Nothing begins before {@link #start}. */
    public JobRunner(Ports ports, Settings settings, JobPapers papers, JobBook book, Runnable changed) {
        super(ports, settings);
        this.papers = papers;
        this.book = book;
        this.changed = changed;
        this.submitted = ports.clock().instant();
        this.machine = JobMachine.start(papers.plan);
        this.payer = new LeasePayer<>(this, "");
        this.effects = new JobEffects(this);
        save(true);
    }

    // ---- from any thread

    /** The job's id. */
    @Override
    public String id() {
        return papers.id;
    }

    @Override
    protected String name() {
        return "job " + papers.id;
    }

    /** Where it stands. Any thread. */
    public JobInfo info() {
        return info;
    }

    /** Ends it. Any thread. */
    public void cancel() {
        post(() -> event(new JobEvent.Cancelled()));
    }

    /** Whether a negotiation with this provider makes sense now. Any thread. */
    @Override
    public boolean wants(PublicKey provider) {
        return announced().isPresent() && (hires(provider) || inquires && asked.size() < MOST_INQUIRIES && !asked.containsKey(provider)
                && machine.ending().isEmpty());
    }

    /** Whether a provider that offers may get a contract. */
    boolean hires(PublicKey provider) {
        return machine.wants(negotiating()) && machine.mayHire(provider);
    }

    /** From now on also asks those for their price that it has no work for. Any thread. */
    public void inquire() {
        inquires = true;
    }

    /** What of its budget is not yet bound in channels, and may be. Any thread. */
    public Amount unbound() {
        return machine.over() || machine.ending().isPresent() ? Amount.ZERO : papers.plan.budget().minusOrZero(machine.bound());
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

    /** A provider opened a stream for payments. Any thread. */
    @Override
    public void payments(PublicKey provider, MessageStream stream) {
        post(() -> links().values().stream().filter(l -> l.provider().equals(provider) && working(l.id()))
                .forEach(l -> payer.payments(l, stream)));
    }

    @Override
    protected boolean over() {
        return machine.over();
    }

    // ---- the machine

    @Override
    public void event(BuyerEvent event) {
        take(event);
    }

    /** Works in an event, and those that its effects bring. */
    void event(JobEvent event) {
        take(event);
    }

    @Override
    protected void work(JobEvent event) {
        JobMachine.Step step = machine.on(event, ports().clock().instant());
        boolean same = step.state().equals(machine);
        machine = step.state();
        if (machine.over() && ended.isEmpty()) {
            ended = Optional.of(ports().clock().instant());
            problem = problem.or(() -> machine.note().isEmpty() ? Optional.empty() : Optional.of(machine.note()));
        }
        if (!same || !step.effects().isEmpty()) {
            save(step.effects().stream().anyMatch(JobEffects::bindsSomebody) || machine.over());
        }
        step.effects().forEach(effects::run);
    }

    @Override
    protected void tick() {
        event(new BuyerEvent.Tick());
    }

    @Override
    protected void returned(JobLink link, MessageStream stream, Resume asked) {
        effects.returned(link, stream, asked);
    }

    /** Makes what people see, and keeps it. */
    private void save(boolean sync) {
        info = new JobInfo(papers.id, papers.file.name(), machine.phase(), JobView.phase(machine, links()), submitted, ended, machine.total(),
                machine.verified(), papers.plan.budget(), machine.paid(), machine.exposure(), view.tasks(machine),
                JobView.providers(machine, links()), result, announced().map(a -> a.id().toString()), recomputed, problem);
        book.save(info, sync);
        changed.run();
    }

    @Override
    protected Announced publish() throws Rejected {
        ChainService chain = ports().chain();
        Terms terms = Proposal.terms(papers.file, papers.plan, settings(), chain.parameters());
        Descriptor descriptor = Proposal.descriptor(papers.hash, papers.file, papers.image, papers.imageBytes, terms);
        return Announced.publish(ports(), descriptor, key -> Proposal.announcement(papers.file, papers.plan, settings(), descriptor,
                ports().network().listening(), key, chain.tip().height(), chain.parameters()));
    }

    // ---- leases

    @Override
    protected MarketSession<JobLink> session(PeerConnection peer, MessageStream stream, Optional<JobLink> link) {
        return new JobSession(this, peer, stream, link);
    }

    @Override
    protected Optional<LeaseStage> stage(String lease) {
        return Optional.ofNullable(machine.leases().get(lease)).map(LeaseRun::stage);
    }

    @Override
    protected Amount paid(String lease) {
        LeaseRun l = machine.leases().get(lease);
        return l == null ? Amount.ZERO : l.ledger().paid();
    }

    private boolean working(String lease) {
        LeaseRun l = machine.leases().get(lease);
        return l != null && l.connected() && (l.live() || l.stage() == LeaseStage.DRAINING);
    }

    void finished(Optional<Result> made, boolean same, Optional<String> trouble) {
        result = made;
        recomputed = same;
        problem = trouble;
        event(new JobEvent.Finished());
    }

    // ---- what its helpers need

    @Override
    protected LeasePayer<JobLink> payer() {
        return payer;
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

    /** The newest offer of each provider. Any thread. */
    Map<PublicKey, Offer> asked() {
        return asked;
    }

    /** What it showed so far of its providers, for a forecast. Any thread. */
    public Evidence evidence() {
        return ProbeView.evidence(this);
    }

    String buying() {
        return papers.file.buying().strategy().orElse(settings().buying());
    }

    /** Shows a change that is not the machine's. */
    @Override
    protected void touched() {
        save(false);
    }
}
