package org.zennet.publisher.internal.rent;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.market.message.Contract;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.Resume;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Terms;
import org.zennet.publisher.internal.Buyer;
import org.zennet.publisher.internal.job.ContentStore;
import org.zennet.publisher.internal.job.LeaseWatch;
import org.zennet.publisher.internal.job.Ports;
import org.zennet.publisher.internal.job.Settings;
import org.zennet.publisher.machine.RentEffect;
import org.zennet.publisher.machine.RentEvent;
import org.zennet.publisher.machine.RentMachine;
import org.zennet.publisher.machine.RentPlan;
import org.zennet.publisher.machine.RentedMachine;
import org.zennet.services.Rejected;
import org.zennet.services.SerialExecutor;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.publisher.RentService.RentInfo;
import org.zennet.services.publisher.RentService.Request;

/**
 * One rent at work: its machine, its mailbox, its wires, its local ports. Everything but the methods of {@link Buyer} and
 * those marked so runs in the mailbox, one action after the other. A rent does not outlive its process: what binds coins lies
 * in the wallet's channels.
 */
final class RentRunner implements Buyer {
    private static final Logger LOG = LoggerFactory.getLogger(RentRunner.class);
    private static final Duration TICK = Duration.ofMillis(200);
    private final Ports ports;
    private final Settings settings;
    private final Request request;
    private final String id;
    private final Hash hash;
    private final RentPlan plan;
    private final ContentStore store;
    private final Hash image;
    private final long imageBytes;
    private final SshFiles files;
    private final Names names;
    private final Runnable changed;
    private final SerialExecutor mailbox;
    private final Instant opened;
    private final RentEffects effects;
    private final Map<String, RentLink> links = new LinkedHashMap<>();
    private final Map<Hash, RentLink> byContract = new ConcurrentHashMap<>();
    private final List<RentTalk> talks = new ArrayList<>();
    private final Map<PublicKey, RateVector> offers = new HashMap<>();
    private final Queue<RentEvent> events = new ArrayDeque<>();
    private boolean working;
    private String declined = "";
    private Optional<Instant> ended = Optional.empty();
    private volatile Optional<Announced> announced = Optional.empty();
    private volatile RentMachine machine;
    private volatile int negotiating;
    private volatile RentInfo info;

    /** The announcement, the secret that proves it, and what it announces. */
    record Announced(OutPoint id, byte[] secret, Descriptor descriptor, long nanos) {
        @Override
        public String toString() {
            return id.toString();
        }
    }

    /** The names of machines that are taken in this process. */
    interface Names {
        /** The lowest free one. */
        String take();

        /** It is free again. */
        void free(String name);
    }

    /** Ready to begin. */
    RentRunner(Ports ports, Settings settings, Hash hash, Request request, ContentStore store, Hash image, SshFiles files, Names names,
            Runnable changed) throws IOException {
        this.ports = ports;
        this.settings = settings;
        this.hash = hash;
        this.id = hash.toHex().substring(0, 20);
        this.request = request;
        this.store = store;
        this.image = image;
        this.imageBytes = request.reference().isPresent() ? 0 : store.size(image);
        this.files = files;
        this.names = names;
        this.changed = changed;
        this.mailbox = new SerialExecutor(ports.workers(), e -> LOG.error("an event could not be worked in", e));
        this.opened = ports.clock().instant();
        this.plan = RentProposal.plan(request, settings, opened);
        this.machine = RentMachine.start(plan);
        this.effects = new RentEffects(this);
        show();
    }

    // ---- from any thread

    @Override
    public String id() {
        return id;
    }

    /** Where it stands. Any thread. */
    RentInfo info() {
        return info;
    }

    /** Announces it. Any thread. */
    void start() {
        post(this::announce);
        ports.timer().after(TICK, this::tick);
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
        return announced.isPresent() && machine.wants(negotiating) && machine.mayHire(provider);
    }

    @Override
    public MessageStream.Receiver market(PeerConnection peer, MessageStream stream) {
        RentTalk talk = new RentTalk(this, peer, stream);
        post(talk::begin);
        return talk;
    }

    @Override
    public boolean knows(Hash contract, PublicKey provider) {
        RentLink link = byContract.get(contract);
        return link != null && link.provider().equals(provider);
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
    public Inbox inbox(PeerConnection peer) {
        return new Inbox(this::post, peer);
    }

    @Override
    public void statement(Inbox inbox, byte[] raw, MessageStream stream, SignedStatement message) {
        inbox.take(raw, _ -> effects.statement(byContract.get(message.statement().contract()), stream, message));
    }

    @Override
    public void payments(PublicKey provider, MessageStream stream) {
        // whose it is, of several leases with one provider, is told by its first statement
    }

    @Override
    public MessageStream.Receiver resume(PeerConnection peer, MessageStream stream, Resume asked) {
        RentLink link = byContract.get(asked.contract());
        post(() -> effects.returned(link, stream, asked));
        return new RentTalk(this, peer, stream, link);
    }

    void post(Runnable action) {
        mailbox.execute(() -> {
            action.run();
            negotiating = talks.size();
        });
    }

    // ---- the machine

    /** Works in an event, and those that its effects bring. */
    void event(RentEvent event) {
        events.add(event);
        if (working) {
            return;
        }
        working = true;
        try {
            for (RentEvent e = events.poll(); e != null; e = events.poll()) {
                RentMachine.Step step = machine.on(e, ports.clock().instant());
                boolean same = step.state().equals(machine) && step.effects().isEmpty();
                machine = step.state();
                if (machine.over() && ended.isEmpty()) {
                    ended = Optional.of(ports.clock().instant());
                }
                step.effects().forEach(effects::run);
                if (!same) {
                    show();
                }
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
            effects.fundings();
            effects.settlements();
            List.copyOf(talks).forEach(RentTalk::tick);
            event(new RentEvent.Tick());
            show();
        });
        ports.timer().after(TICK, this::tick);
    }

    /** Makes what people see. */
    void show() {
        String phase = machine.text() + (machine.running() < plan.machines() && machine.ending().isEmpty() && machine.note().isEmpty()
                && !declined.isEmpty() ? "; " + declined : "");
        RentInfo now = new RentInfo(id, machine.phase(), phase, opened, plan.until(), ended, plan.machines(), (int) machine.running(),
                plan.budget(), machine.paid(), files.directory(), machine.leases().values().stream().filter(l -> links.containsKey(l.id()))
                        .sorted(Comparator.comparing((RentedMachine l) -> number(links.get(l.id()).name))).map(l -> RentView.machine(l, links.get(l.id())))
                        .toList(), announced.map(a -> a.id().toString()), request.resources(), request.backend());
        if (!now.equals(info)) {
            info = now;
            changed.run();
        }
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
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
            Terms terms = RentProposal.terms(request, plan, settings, chain.parameters());
            Descriptor descriptor = RentProposal.descriptor(hash, request, image, imageBytes, terms);
            Announcement announcement = RentProposal.announcement(request, settings, descriptor, ports.network().listening(), key,
                    chain.tip().height(), chain.parameters());
            announced = Optional.of(new Announced(ports.wallet().announce(announcement), secret, descriptor, ports.nanos().getAsLong()));
            event(new RentEvent.Announced());
        } catch (Rejected | IllegalArgumentException | ArithmeticException e) {
            event(new RentEvent.Broken("it can't be announced: " + e.getMessage()));
        }
    }

    /** Takes the announcement back; not in the mailbox. */
    void revoke() {
        announced.ifPresent(a -> {
            try {
                ports.wallet().revoke(a.id());
            } catch (Rejected e) {
                LOG.info("rent {}: its announcement stays until it expires: {}", id, e.getMessage());
            }
        });
    }

    // ---- leases

    /** Since when this provider could have called: since the announcement, or its newest contract. */
    long awaited(PublicKey provider) {
        long since = announced.orElseThrow().nanos();
        for (RentLink l : links.values()) {
            if (l.provider().equals(provider) && l.watch.agreed() - since > 0) {
                since = l.watch.agreed();
            }
        }
        return since;
    }

    RentLink agreed(Contract contract, UserKey key, MessageStream market, LeaseWatch watch) {
        RentLink link = new RentLink(contract, names.take(), key, market, watch);
        links.put(link.id, link);
        byContract.put(link.hash, link);
        event(new RentEvent.Agreed(link.id, link.provider(), contract.rates(), contract.terms(), contract.resources()));
        return link;
    }

    /** A negotiation came to nothing. */
    void declined(String reason) {
        declined = reason;
    }

    Amount paid(String lease) {
        RentedMachine l = machine.leases().get(lease);
        return l == null ? Amount.ZERO : l.ledger().paid();
    }

    // ---- what its helpers need

    Ports ports() {
        return ports;
    }

    Settings settings() {
        return settings;
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

    Map<String, RentLink> links() {
        return links;
    }

    List<RentTalk> talks() {
        return talks;
    }

    Map<PublicKey, RateVector> offers() {
        return offers;
    }

    Optional<Announced> announced() {
        return announced;
    }

    SshFiles files() {
        return files;
    }

    Names names() {
        return names;
    }

    Hash nonce() {
        byte[] nonce = new byte[Hash.LENGTH];
        ports.random().nextBytes(nonce);
        return Hash.of(nonce);
    }
}
