package org.zennet.provider.internal.lease;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.market.message.Contract;
import org.zennet.provider.internal.Capacity;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Mailbox;
import org.zennet.provider.internal.content.Modules;
import org.zennet.provider.internal.content.ImageSource;
import org.zennet.provider.internal.content.Outputs;
import org.zennet.provider.internal.content.PulledImages;
import org.zennet.provider.internal.ssh.HostKey;
import org.zennet.provider.machine.LeaseEvent;
import org.zennet.provider.machine.LeaseMachine;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.wallet.ChannelService.ChannelInfo;
import org.zennet.services.wallet.ChannelService.Role;
import org.zennet.services.wallet.ChannelService.State;

/** All leases of this provider, those of the past too. Thread-safe. */
public final class Leases implements LeaseHost {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final long OUTPUT_MILLIS = 600_000;

    private final Kit kit;
    private final LeaseStore store;
    private final Capacity capacity;
    private final Path directory;
    private final Modules modules;
    private final PulledImages images;
    private final Outputs outputs;
    private final Function<String, Optional<ContainerBackend>> backends;
    private final Consumer<LeaseRunner> watcher;
    private final Readings readings;
    private final Map<String, LeaseRunner> all = new ConcurrentHashMap<>();
    private Registration registration = () -> { };

    /**
     * Those of a store.
     *
     * @param directory where containers have theirs
     * @param watcher   is told of every change
     */
    public Leases(Kit kit, LeaseStore store, Capacity capacity, Path directory, Modules modules, PulledImages images, Outputs outputs,
            Function<String, Optional<ContainerBackend>> backends, Consumer<LeaseRunner> watcher) {
        this.kit = kit;
        this.store = store;
        this.capacity = capacity;
        this.directory = directory;
        this.modules = modules;
        this.images = images;
        this.outputs = outputs;
        this.backends = backends;
        this.watcher = watcher;
        this.readings = new Readings(kit.backends(), kit.clock());
        clear(directory, store.resumable());
    }

    private static void clear(Path directory, Set<String> keep) {
        try (Stream<Path> old = Files.list(directory)) {
            old.filter(p -> !keep.contains(p.getFileName().toString())).forEach(Outputs::delete);
        } catch (NoSuchFileException e) {
            LOG.debug("no lease had a directory");
        } catch (IOException e) {
            LOG.warn("what earlier leases left in {} stays: {}", directory, e.getMessage());
        }
    }

    /** Takes up or settles what earlier lives left, and hears of channels from now on. Nothing may be agreed before. */
    public void recover() {
        Map<String, ChannelInfo> channels = new HashMap<>();
        kit.channels().channels().stream().filter(c -> c.role() == Role.PAYEE).forEach(c -> channels.put(c.label(), c));
        for (LeaseMachine m : store.all()) {
            LeaseRunner r = new LeaseRunner(this, m);
            all.put(r.id(), r);
            if (!m.over()) {
                LOG.info("lease {} was {} when this provider ended", r.id(), m.state());
                boolean room = !m.resumable() || capacity.reserve(r.id(), m.contract().resources());
                r.recover(Optional.ofNullable(channels.get(m.label())));
                if (!room) {
                    r.post(new LeaseEvent.Stopped("what it holds is not for rent any more"));
                }
            }
            channels.remove(m.label());
        }
        channels.values().stream().filter(c -> c.state() == State.OPEN && !c.paid().isZero()).forEach(c -> {
            try {
                LOG.warn("channel {} of an unknown lease holds {}: settling it", c.id(), c.paid());
                kit.channels().settle(c.id());
            } catch (Rejected e) {
                LOG.error("channel {}: {}", c.id(), e.getMessage());
            }
        });
        registration = kit.channels().watch(this::seen);
        kit.channels().channels().forEach(this::seen);
    }

    private void seen(ChannelInfo c) {
        if (c.role() == Role.PAYEE) {
            all.values().stream().filter(r -> r.machine().channel().equals(Optional.of(c.id()))).forEach(r -> r.seen(c));
        }
    }

    /** Begins a lease when its capacity is free. */
    public Optional<LeaseRunner> begin(Contract contract, Signature publisher, Signature provider, String label,
            Endpoint endpoint, ImageSource image, Optional<HostKey> hostKey, MessageStream stream, Mailbox mailbox, Consumer<LeaseRunner> announce) {
        String id = contract.leaseId();
        if (all.containsKey(id) || !capacity.reserve(id, contract.resources())) {
            return Optional.empty();
        }
        LeaseRunner r;
        try {
            r = LeaseRunner.begin(this, contract, publisher, provider, label, endpoint, image, hostKey, stream, mailbox, made -> {
                all.put(id, made);
                announce.accept(made);
            });
        } catch (RuntimeException e) {
            all.remove(id);
            capacity.release(id);
            throw e;
        }
        watcher.accept(r);
        return Optional.of(r);
    }

    /** Newest first. */
    public List<LeaseInfo> infos() {
        return all.values().stream().sorted(Comparator.comparingLong((LeaseRunner r) -> r.machine().agreedAt()).reversed()
                .thenComparing(LeaseRunner::id)).map(LeaseRunner::info).toList();
    }

    /** As machines, in no order. */
    public List<LeaseMachine> machines() {
        return all.values().stream().map(LeaseRunner::machine).toList();
    }

    /** What channels hold or held that were not taken back. */
    public Amount earned() {
        return machines().stream().filter(m -> m.state() != org.zennet.services.provider.ProviderService.LeaseState.UNPAID)
                .map(m -> m.account().paid()).reduce(Amount.ZERO, Amount::plus);
    }

    /** Whether a lease works or is about to. */
    public boolean alive(String lease) {
        LeaseRunner r = all.get(lease);
        return r != null && r.machine().live();
    }

    /** Those that work or are about to. */
    public List<LeaseRunner> live() {
        return all.values().stream().filter(r -> r.machine().live()).toList();
    }

    /** Processor time of each container that is up, in microseconds, read at one moment. May block. */
    public Map<String, Long> cpuMicros() {
        Map<String, Long> used = new HashMap<>();
        readings.all().forEach((lease, r) -> used.put(lease, r.usage().get(Counter.CPU)));
        return used;
    }

    /** Whether no lease was starting its container since a time, in milliseconds since 1970. */
    public boolean settledSince(long at) {
        return live().stream().map(LeaseRunner::machine).allMatch(m -> m.startedAt() > 0 && m.startedAt() < at
                && m.absence().map(a -> a.adopted()).orElse(true));
    }

    /** A lease by its id. */
    Optional<LeaseRunner> runner(String lease) {
        return Optional.ofNullable(all.get(lease));
    }

    /** The lease of a contract with this publisher. */
    public Optional<String> of(Hash contract, PublicKey publisher) {
        return all.values().stream().map(LeaseRunner::machine).filter(m -> m.contract().publisher().equals(publisher)
                && m.contract().hash().equals(contract)).map(m -> m.contract().leaseId()).findFirst();
    }

    /** The lease of a contract with this publisher, as it runs. */
    public Optional<LeaseRunner> running(Hash contract, PublicKey publisher) {
        return of(contract, publisher).map(all::get);
    }

    /** Ends leases in order, but those to keep; completes when what they hold is being settled. */
    public CompletableFuture<Void> stop(String reason, Predicate<LeaseMachine> keep) {
        List<CompletableFuture<?>> ends = new ArrayList<>();
        all.values().stream().filter(r -> !r.machine().over() && r.machine().settlement().isEmpty() && !keep.test(r.machine())).forEach(r -> {
            r.post(new LeaseEvent.Stopped(reason));
            ends.add(r.quiet());
        });
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }

    /** Nothing more is to happen; completes when nothing does. */
    public CompletableFuture<Void> off() {
        registration.close();
        return CompletableFuture.allOf(all.values().stream().map(LeaseRunner::off).toArray(CompletableFuture[]::new));
    }

    @Override
    public Kit kit() {
        return kit;
    }

    @Override
    public LeaseStore store() {
        return store;
    }

    @Override
    public Capacity capacity() {
        return capacity;
    }

    @Override
    public Modules modules() {
        return modules;
    }

    @Override
    public PulledImages images() {
        return images;
    }

    @Override
    public Outputs outputs() {
        return outputs;
    }

    @Override
    public Optional<ContainerBackend> backend(String id) {
        return backends.apply(id);
    }

    @Override
    public Readings readings() {
        return readings;
    }

    @Override
    public Path directory(String lease) {
        return directory.resolve(lease);
    }

    @Override
    public void changed(LeaseRunner lease) {
        if (lease.machine().over()) {
            kit.timers().after(OUTPUT_MILLIS, () -> outputs.drop(lease.id()));
        }
        watcher.accept(lease);
    }
}
