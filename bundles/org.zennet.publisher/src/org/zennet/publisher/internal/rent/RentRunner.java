package org.zennet.publisher.internal.rent;

import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Terms;
import org.zennet.publisher.internal.buyer.Announced;
import org.zennet.publisher.internal.buyer.BuyerRunner;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.buyer.LeasePayer;
import org.zennet.publisher.internal.buyer.MarketSession;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.internal.buyer.Settings;
import org.zennet.publisher.machine.BuyerEvent;
import org.zennet.publisher.machine.LeaseStage;
import org.zennet.publisher.machine.RentEvent;
import org.zennet.publisher.machine.RentMachine;
import org.zennet.publisher.machine.RentPlan;
import org.zennet.publisher.machine.RentedMachine;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.publisher.RentService.RentInfo;
import org.zennet.services.publisher.RentService.Request;

/**
 * One rent at work: its machine, its mailbox, its wires, its local ports. Everything but the methods of {@link Buyer} and
 * those marked so runs in the mailbox, one action after the other. A rent does not outlive its process: what binds coins lies
 * in the wallet's channels.
 */
final class RentRunner extends BuyerRunner<RentEvent, RentLink> {
    private static final Logger LOG = LoggerFactory.getLogger(RentRunner.class);
    private final Request request;
    private final String id;
    private final Hash hash;
    private final RentPlan plan;
    private final ContentStore store;
    private final Hash image;
    private final long imageBytes;
    private final SshFiles files;
    private final Names names;
    private final Optional<byte[]> witness;
    private final Runnable changed;
    private final Instant opened;
    private final LeasePayer<RentLink> payer;
    private final RentEffects effects;
    private String declined = "";
    private Optional<Instant> ended = Optional.empty();
    private volatile RentMachine machine;
    private volatile RentInfo info;

    /** The names of machines that are taken in this process. */
    interface Names {
        /** The lowest free one. */
        String take();

        /** It is free again. */
        void free(String name);
    }

    /** Ready to begin. */
    RentRunner(Ports ports, Settings settings, Hash hash, Request request, ContentStore store, Hash image, SshFiles files, Names names,
            Optional<byte[]> witness, Runnable changed) throws IOException {
        super(ports, settings);
        this.hash = hash;
        this.id = hash.toHex().substring(0, 20);
        this.request = request;
        this.store = store;
        this.image = image;
        this.imageBytes = request.reference().isPresent() ? 0 : store.size(image);
        this.files = files;
        this.names = names;
        this.witness = witness;
        this.changed = changed;
        this.opened = ports.clock().instant();
        this.plan = RentProposal.plan(request, settings, opened);
        this.machine = RentMachine.start(plan);
        this.payer = new LeasePayer<>(this, Rents.LABEL);
        this.effects = new RentEffects(this);
        touched();
    }

    // ---- from any thread

    @Override
    public String id() {
        return id;
    }

    @Override
    protected String name() {
        return "rent " + id;
    }

    /** Where it stands. Any thread. */
    RentInfo info() {
        return info;
    }

    /** Ends it. Any thread. */
    void close(String reason) {
        post(() -> event(new RentEvent.Closed(reason)));
    }

    /** What of its budget is not yet bound in channels, and may be. Any thread. */
    Amount unbound() {
        return machine.over() || machine.ending().isPresent() ? Amount.ZERO : plan.budget().minusOrZero(machine.bound());
    }

    @Override
    public boolean wants(PublicKey provider) {
        return announced().isPresent() && machine.wants(negotiating()) && machine.mayHire(provider);
    }

    @Override
    public boolean serves(Hash contract, PublicKey provider, Hash content) {
        return knows(contract, provider) && content.equals(image);
    }

    @Override
    public ContentStore store() {
        return store;
    }

    @Override
    public void payments(PublicKey provider, MessageStream stream) {
        // whose it is, of several leases with one provider, is told by its first statement
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

    void event(RentEvent event) {
        take(event);
    }

    @Override
    protected void work(RentEvent event) {
        RentMachine.Step step = machine.on(event, ports().clock().instant());
        // what witnesses say is shown with the next tick: of many machines there are many words
        boolean same = step.effects().isEmpty() && (event instanceof RentEvent.Observed || step.state().equals(machine));
        machine = step.state();
        if (machine.over() && ended.isEmpty()) {
            ended = Optional.of(ports().clock().instant());
        }
        step.effects().forEach(effects::run);
        if (!same) {
            touched();
        }
    }

    @Override
    protected void tick() {
        effects.fundings();
        event(new BuyerEvent.Tick());
        touched();
    }

    @Override
    protected void returned(RentLink link, MessageStream stream, Resume asked) {
        effects.returned(link, stream, asked);
    }

    /** Makes what people see. */
    @Override
    protected void touched() {
        String phase = machine.text() + (machine.running() < plan.machines() && machine.ending().isEmpty() && machine.note().isEmpty()
                && !declined.isEmpty() ? "; " + declined : "");
        RentInfo now = new RentInfo(id, machine.phase(), phase, opened, plan.until(), ended, plan.machines(), (int) machine.running(),
                plan.budget(), machine.paid(), files.directory(), machine.leases().values().stream().filter(l -> links().containsKey(l.id()))
                        .sorted(Comparator.comparing((RentedMachine l) -> number(links().get(l.id()).name))).map(l -> RentView.machine(l, links().get(l.id())))
                        .toList(), announced().map(a -> a.id().toString()), request.resources(), request.backend());
        if (!now.equals(info)) {
            info = now;
            changed.run();
        }
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }

    @Override
    protected Announced publish() throws Rejected {
        ChainService chain = ports().chain();
        Terms terms = RentProposal.terms(request, plan, settings(), chain.parameters());
        Descriptor descriptor = RentProposal.descriptor(hash, request, image, imageBytes, terms);
        return Announced.publish(ports(), descriptor, key -> RentProposal.announcement(request, settings(), descriptor,
                ports().network().listening(), key, chain.tip().height(), chain.parameters()));
    }

    // ---- leases

    @Override
    protected MarketSession<RentLink> session(PeerConnection peer, MessageStream stream, Optional<RentLink> link) {
        return new RentSession(this, peer, stream, link);
    }

    /** A negotiation came to nothing. */
    void declined(String reason) {
        declined = reason;
    }

    @Override
    protected Optional<LeaseStage> stage(String lease) {
        return Optional.ofNullable(machine.leases().get(lease)).map(RentedMachine::stage);
    }

    @Override
    protected Amount paid(String lease) {
        RentedMachine l = machine.leases().get(lease);
        return l == null ? Amount.ZERO : l.ledger().paid();
    }

    // ---- what its helpers need

    @Override
    protected LeasePayer<RentLink> payer() {
        return payer;
    }

    Request request() {
        return request;
    }

    RentPlan plan() {
        return plan;
    }

    RentMachine machine() {
        return machine;
    }

    SshFiles files() {
        return files;
    }

    Names names() {
        return names;
    }

    /** The program that looks from inside, where one shall. */
    Optional<byte[]> witness() {
        return witness;
    }
}
