package org.zennet.provider.internal;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Signature;
import org.zennet.market.message.Contract;
import org.zennet.market.message.Descriptor;
import org.zennet.provider.internal.content.ContentServer;
import org.zennet.provider.internal.content.ImageSource;
import org.zennet.provider.internal.content.Modules;
import org.zennet.provider.internal.content.Outputs;
import org.zennet.provider.internal.content.PulledImages;
import org.zennet.provider.internal.deal.Filter;
import org.zennet.provider.internal.deal.Negotiation;
import org.zennet.provider.internal.deal.Pursuits;
import org.zennet.provider.internal.deal.QuoteDesk;
import org.zennet.provider.internal.deal.SoldBackends;
import org.zennet.provider.internal.lease.LeaseRunner;
import org.zennet.provider.internal.lease.ShellServer;
import org.zennet.provider.internal.ssh.HostKey;
import org.zennet.provider.internal.lease.LeaseStore;
import org.zennet.provider.internal.lease.Leases;
import org.zennet.provider.internal.lease.Reconciler;
import org.zennet.provider.internal.owner.HostWatch;
import org.zennet.provider.internal.owner.OwnerGuard;
import org.zennet.provider.machine.LeaseMachine;
import org.zennet.services.Registration;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.AnnouncementInfo;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.provider.ImageRegistries;
import org.zennet.services.provider.ProviderService;
import org.zennet.store.DurableStore;

/** This machine for rent: settles what earlier lives left, measures itself, then answers announcements. Thread-safe. */
public final class Provider implements ProviderService {
    private static final Logger LOG = LoggerFactory.getLogger(Provider.class);
    private static final int SCHEMA = 1;
    private static final long MAX_OUTPUTS = 4L << 30;
    private static final long MAX_MODULES = 8L << 30;
    private static final long BENCHMARK_MILLIS = 750;
    private static final long CLOSE_MILLIS = 1_000;
    private static final int MAX_DELAY_MILLIS = 5_000;

    private final Kit kit;
    private volatile Settings settings;
    private final DurableStore store;
    private final Capacity capacity;
    private final Watchers watchers;
    private final Mailbox mailbox;
    private final SoldBackends backends;
    private final QuoteDesk quotes;
    private final Modules modules;
    private final PulledImages images;
    private final Leases leases;
    private final Reconciler reconciler;
    private final OwnerGuard owner;
    private final ContentServer content;
    private final ShellServer shells;
    private final Pursuits pursuits = new Pursuits();
    private final Map<String, AnnouncementInfo> leased = new ConcurrentHashMap<>();
    private Registration chainWatch = () -> { };
    private volatile boolean synced;
    private volatile boolean measured;
    private volatile boolean drained;
    private volatile boolean kept;

    /** Without registries. */
    Provider(Kit kit, HostWatch host, Settings settings, Path directory) {
        this(kit, host, settings, directory, Optional.empty());
    }

    /**
     * Over a directory of its own; {@link #start} begins.
     *
     * @param registries where images may be pulled from
     */
    public Provider(Kit kit, HostWatch host, Settings settings, Path directory, Optional<ImageRegistries> registries) {
        this.kit = kit;
        this.settings = settings;
        this.store = DurableStore.open(directory.resolve("provider.db"), SCHEMA);
        this.capacity = new Capacity(settings.machine(), settings.maxLeases());
        this.watchers = new Watchers(kit.timers(), kit.workers());
        this.mailbox = new Mailbox(kit.workers());
        this.backends = new SoldBackends(kit, settings.backends(), this::backendsChanged);
        this.quotes = new QuoteDesk(kit, () -> this.settings, capacity, store);
        LeaseStore kept = new LeaseStore(store);
        this.modules = new Modules(directory.resolve("modules"), MAX_MODULES, kit.clock());
        this.images = new PulledImages(registries, modules, directory.resolve("pulled"));
        this.leases = new Leases(kit, kept, capacity, directory.resolve("containers"), modules, images,
                new Outputs(directory.resolve("outputs"), MAX_OUTPUTS, kept.resumable()), id -> backends.backend(id), this::changed);
        this.reconciler = new Reconciler(kit, leases);
        this.owner = new OwnerGuard(kit, host, settings.owner(), capacity, leases, this::scan);
        this.content = new ContentServer(kit, leases.outputs(), leases::of);
        this.shells = new ShellServer(kit.network(), leases::running);
    }

    /**
     * Works by these settings from now on: what is offered next follows them, and what was refused may be called again. What
     * runs keeps the terms of its contract; negotiations that go on ask for prices by the new ones.
     */
    public void change(Settings to) {
        settings = to;
        capacity.change(to.machine(), to.maxLeases());
        owner.rule(to.owner());
        backends.want(to.backends());
        mailbox.execute(pursuits::anew);
        scan();
    }

    private void backendsChanged() {
        reconciler.look();
        scan();
    }

    /** Settles, probes, measures, and then takes work; returns at once. */
    public void start() {
        mailbox.execute(() -> {
            leases.recover();
            owner.start();
            reconciler.look();
            backends.start();
            kit.benchmarks().run(BENCHMARK_MILLIS).whenComplete((results, failure) -> {
                if (failure != null) {
                    LOG.warn("the machine could not be measured: {}", Texts.reason(failure));
                }
                measured = true;
                scan();
            });
            chainWatch = kit.chain().watch(new ChainService.ChainWatcher() {
                @Override
                public void connected(ChainService.BlockInfo block) {
                    scan();
                }

                @Override
                public void disconnected(ChainService.BlockInfo block) {
                    // an announcement that left the chain is no reason to end what was agreed over it
                }
            });
            kit.chain().synced().whenComplete((tip, failure) -> {
                synced = failure == null;
                scan();
            });
        });
    }

    /** Looks through the announcements. */
    private void scan() {
        watchers.changed();
        mailbox.execute(this::look);
    }

    private void look() {
        if (!accepting()) {
            return;
        }
        List<AnnouncementInfo> all = kit.chain().announcements();
        int tip = kit.chain().tip().height();
        Map<String, Capabilities> sold = backends.sold();
        pursuits.keep(all.stream().map(AnnouncementInfo::id).collect(Collectors.toSet()),
                all.stream().map(a -> a.announcement().endpoint()).collect(Collectors.toCollection(HashSet::new)));
        for (AnnouncementInfo a : all) {
            Optional<String> objection = unfit(a, tip, sold);
            if (objection.isEmpty() && pursuits.begin(a.id(), a.announcement().endpoint(), kit.clock().instant())) {
                if (kit.chain().parameters().kind().equals("dev")) {
                    call(a);
                } else {
                    kit.timers().after(kit.random().nextInt(MAX_DELAY_MILLIS), () -> call(a));
                }
            }
        }
    }

    private Optional<String> unfit(AnnouncementInfo a, int tip, Map<String, Capabilities> sold) {
        return Filter.objection(a, kit.network().listening(), tip, kit.chain().parameters().kind(), sold, capacity);
    }

    private void call(AnnouncementInfo a) {
        Endpoint endpoint = a.announcement().endpoint();
        LOG.info("announcement {} fits: calling {}", a.id(), endpoint);
        kit.network().connect(endpoint, Optional.empty()).whenComplete((connection, failure) -> {
            if (failure != null) {
                again(a, false, Texts.reason(failure));
            } else if (connection.identity().equals(kit.identity().identity())) {
                mailbox.execute(() -> pursuits.done(a.id()));
            } else {
                negotiate(a, connection);
            }
        });
    }

    private void negotiate(AnnouncementInfo a, PeerConnection connection) {
        new Negotiation(kit, new Desk(), a, connection).begin();
    }

    private void again(AnnouncementInfo a, boolean answered, String reason) {
        mailbox.execute(() -> {
            long pause = pursuits.again(a.id(), a.announcement().endpoint(), answered, kit.clock().instant());
            LOG.info("no contract with {}: {}; again in {} s at the earliest", a.announcement().endpoint(), reason, pause / 1000);
            kit.timers().after(pause, this::scan);
        });
    }

    private void changed(LeaseRunner lease) {
        watchers.changed();
        LeaseMachine m = lease.machine();
        if (m.live()) {
            return;
        }
        AnnouncementInfo a = leased.remove(lease.id());
        if (a != null) {
            boolean lost = m.work().withheld().isEmpty() && !m.connected();
            if (lost) {
                again(a, true, m.note());
            } else if (m.contract().access().isEmpty()) {
                mailbox.execute(() -> pursuits.done(a.id()));
            }
        }
    }

    private boolean accepting() {
        return synced && measured && !drained && owner.state().perMille() > 0 && !backends.sold().isEmpty();
    }

    private final class Desk implements Negotiation.Desk {
        @Override
        public Optional<AnnouncementInfo> other(AnnouncementInfo called, OutPoint proven) {
            int tip = kit.chain().tip().height();
            Optional<AnnouncementInfo> found = kit.chain().announcements().stream().filter(a -> a.id().equals(proven)
                    && a.announcement().endpoint().equals(called.announcement().endpoint())
                    && unfit(a, tip, backends.sold()).isEmpty()).findFirst();
            CompletableFuture<Boolean> swapped = new CompletableFuture<>();
            mailbox.execute(() -> swapped.complete(found.isPresent() && pursuits.swap(called.id(), proven)));
            return swapped.join() ? found : Optional.empty();
        }

        @Override
        public Map<String, Capabilities> sold() {
            return backends.sold();
        }

        @Override
        public Optional<String> objection(Descriptor descriptor) {
            Settings s = settings;
            return drained ? Optional.of("this provider takes no new work")
                    : Filter.objection(descriptor, backends.sold(), capacity, s.leastInterval(), s.mostUnpaid(),
                            kit.chain().parameters().fundingDepth(), s.egress())
                            .or(() -> descriptor.reference().map(ImageReference::parse).flatMap(images::objection));
        }

        @Override
        public QuoteDesk quotes() {
            return quotes;
        }

        @Override
        public long cached(Descriptor d) {
            return d.reference().isPresent() ? images.cached(d.image()) : modules.cached(d.image());
        }

        @Override
        public Optional<LeaseRunner> lease(AnnouncementInfo announcement, Contract contract, Signature publisher, Signature provider,
                String label, ImageSource image, Optional<HostKey> hostKey, MessageStream stream, Mailbox own, Consumer<LeaseRunner> announce) {
            if (drained) {
                return Optional.empty();
            }
            Optional<LeaseRunner> lease = leases.begin(contract, publisher, provider, label,
                    announcement.announcement().endpoint(), image, hostKey, stream, own, made -> {
                leased.put(made.id(), announcement);
                announce.accept(made);
            });
            lease.ifPresent(_ -> mailbox.execute(() -> pursuits.agreed(announcement.announcement().endpoint())));
            if (lease.isPresent() && contract.access().isPresent()) { // it may need more machines of this one
                mailbox.execute(() -> negotiate(announcement, stream.connection()));
            }
            return lease;
        }

        @Override
        public void ended(AnnouncementInfo announcement, boolean answered, String reason) {
            again(announcement, answered, reason);
        }
    }

    @Override
    public Status status() {
        List<LeaseMachine> all = leases.machines();
        Set<String> sold = backends.sold().keySet();
        OwnerState left = owner.state();
        Optional<String> problem = drained ? Optional.of("takes no new work") : !synced ? Optional.of("the chain is not level yet")
                : !measured ? Optional.of("the machine is being measured") : sold.isEmpty()
                ? Optional.of(backends.problem().orElse("nothing to sell: no container backend is there"))
                : left.perMille() == 0 ? Optional.of(left.reason()) : Optional.empty();
        return new Status(kit.identity().identity().toHex(), accepting(), capacity.machine(), capacity.sold(), List.copyOf(sold),
                settings.strategy(), kit.benchmarks().newest(), leases.earned(), (int) all.stream().filter(LeaseMachine::live).count(),
                all.stream().mapToInt(m -> m.work().done()).sum(), problem, reconciler.newest(), backends.problems(), Optional.of(left));
    }

    @Override
    public List<LeaseInfo> leases() {
        return leases.infos();
    }

    @Override
    public void drain() {
        drained = true;
        watchers.changed();
    }

    @Override
    public void keep() {
        kept = true;
        drain();
    }

    @Override
    public Registration watch(Runnable changed) {
        return watchers.add(changed);
    }

    /** Takes no new work and ends all leases in order but those that are to be kept; completes when all that is held is being settled. */
    public CompletableFuture<Void> stop() {
        drained = true;
        chainWatch.close();
        return leases.stop("this provider goes off", m -> kept && m.resumable());
    }

    /** Nothing more happens; what is not settled is settled by the next life. */
    public void close() {
        drained = true;
        chainWatch.close();
        backends.close();
        reconciler.close();
        owner.close();
        content.close();
        shells.close();
        try {
            leases.off().get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("a lease is still busy: {}", Texts.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
