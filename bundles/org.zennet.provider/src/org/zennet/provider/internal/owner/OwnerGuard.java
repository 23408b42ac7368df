package org.zennet.provider.internal.owner;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Resources;
import org.zennet.provider.internal.Capacity;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Mailbox;
import org.zennet.provider.internal.lease.LeaseRunner;
import org.zennet.provider.internal.lease.Leases;
import org.zennet.provider.machine.LeaseEvent;
import org.zennet.provider.machine.OwnerMachine;
import org.zennet.services.Registration;
import org.zennet.services.provider.ProviderService.OwnerState;

/**
 * Looks once a second whether the owner wants the machine, and freezes or thaws leases by it: those that were agreed first keep
 * running while they fit into what is left. What is not left is not sold either. Thread-safe.
 */
public final class OwnerGuard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerGuard.class);
    private static final long EVERY_MILLIS = 1_000;
    private static final int ALL = 1000;

    private final Kit kit;
    private final HostWatch host;
    private final Capacity capacity;
    private final Leases leases;
    private final Runnable changed;
    private final Mailbox mailbox;
    private final Map<String, Long> used = new HashMap<>();
    private volatile OwnerMachine machine;
    private Optional<HostWatch.Sample> before = Optional.empty();
    private long sampledAt;
    private Registration timer = () -> { };
    private boolean closed;

    /**
     * Over all leases.
     *
     * @param changed is told when more or less of the machine is for rent
     */
    public OwnerGuard(Kit kit, HostWatch host, OwnerMachine.Rule rule, Capacity capacity, Leases leases, Runnable changed) {
        this.kit = kit;
        this.host = host;
        this.capacity = capacity;
        this.leases = leases;
        this.changed = changed;
        this.mailbox = new Mailbox(kit.workers());
        this.machine = OwnerMachine.start(rule, kit.clock().instant());
        capacity.share(machine.perMille());
    }

    /** Looks from now on. */
    public void start() {
        mailbox.execute(this::look);
    }

    /** Goes by another rule from now on. */
    public void rule(OwnerMachine.Rule rule) {
        mailbox.execute(() -> {
            if (!rule.equals(machine.rule())) {
                before = Optional.empty();
                machine = machine.by(rule, kit.clock().instant());
                share();
                apply();
            }
        });
    }

    private void share() {
        if (capacity.share(machine.perMille())) {
            LOG.info("{} of the machine is for rent{}", machine.perMille() / 10.0 + " %", machine.reason().isEmpty() ? "" : ": " + machine.reason());
            changed.run();
        }
    }

    private void look() {
        if (closed) {
            return;
        }
        try {
            Instant now = kit.clock().instant();
            machine = machine.on(seen(now.toEpochMilli()), now);
            share();
            apply();
        } finally {
            timer = kit.timers().after(EVERY_MILLIS, this::start);
        }
    }

    private OwnerMachine.Seen seen(long now) {
        if (!machine.rule().idleOnly()) {
            return new OwnerMachine.Seen(0, OptionalInt.empty());
        }
        HostWatch.Sample s = host.sample(now);
        long rented = rented();
        OptionalInt foreign = OptionalInt.empty();
        // a container that starts is our own doing and on nobody's meter
        boolean comparable = before.isPresent() && before.get().busyMicros().isPresent() && s.busyMicros().isPresent() && now > sampledAt
                && leases.settledSince(now - 2 * EVERY_MILLIS);
        if (comparable) {
            long busy = s.busyMicros().getAsLong() - before.get().busyMicros().getAsLong();
            long others = Math.max(0, busy - rented - (s.ownMicros() - before.get().ownMicros()));
            foreign = OptionalInt.of((int) Math.min(ALL, others / Math.max(1, (now - sampledAt) * s.cores())));
        }
        before = Optional.of(s);
        sampledAt = now;
        return new OwnerMachine.Seen(s.inputAt(), foreign);
    }

    /** What leases used since the last look, in microseconds of processor time. */
    private long rented() {
        Map<String, Long> now = leases.cpuMicros();
        long all = 0;
        for (Map.Entry<String, Long> e : now.entrySet()) {
            all += Math.max(0, e.getValue() - used.getOrDefault(e.getKey(), 0L));
        }
        used.clear();
        used.putAll(now);
        return all;
    }

    /** The oldest leases that fit into what is left run, the others are frozen. */
    private void apply() {
        Resources most = capacity.machine();
        long cores = (long) most.cores() * machine.perMille() / ALL;
        long memory = most.memory() / ALL * machine.perMille();
        boolean everything = machine.perMille() == ALL;
        List<LeaseRunner> live = leases.live().stream().sorted(Comparator.comparingLong((LeaseRunner r) -> r.machine().agreedAt())
                .thenComparing(LeaseRunner::id)).toList();
        for (LeaseRunner r : live) {
            Resources needs = r.machine().contract().resources();
            boolean fits = everything || needs.cores() <= cores && needs.memory() <= memory;
            if (fits) {
                cores -= needs.cores();
                memory -= needs.memory();
            }
            boolean frozen = r.machine().pause().map(p -> !p.leaving()).orElse(false);
            if (frozen == fits && r.machine().pausable()) {
                r.post(new LeaseEvent.Yield(!fits, fits ? "" : machine.reason()));
            }
        }
    }

    /** How it stands. */
    public OwnerState state() {
        OwnerMachine m = machine;
        return new OwnerState(m.rule().idleOnly(), m.rule().foreignPerMille(), m.rule().quietMillis() / 1000, m.perMille(), m.reason(),
                m.foreign() < 0 ? Optional.empty() : Optional.of(m.foreign()),
                m.inputAt() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(m.inputAt())),
                (int) leases.machines().stream().filter(l -> l.live() && l.pause().isPresent()).count());
    }

    @Override
    public void close() {
        mailbox.execute(() -> {
            closed = true;
            timer.close();
        });
    }
}
