package org.zennet.provider.internal.lease;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Mailbox;
import org.zennet.provider.internal.Texts;
import org.zennet.provider.machine.Inventory;
import org.zennet.provider.machine.Inventory.Stray;
import org.zennet.provider.machine.LeaseEvent;
import org.zennet.provider.machine.LeaseMachine;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.provider.ProviderService.Reconciliation;
import org.zennet.services.wallet.ChannelService.ChannelInfo;
import org.zennet.services.wallet.ChannelService.Role;
import org.zennet.services.wallet.ChannelService.State;

/**
 * Sees to it that running containers, open contracts, reserved capacity and open channels are the same leases: at start, each
 * minute, and when a backend comes. What stands alone is ended, with a line in the log. Thread-safe.
 */
public final class Reconciler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final long EVERY_MILLIS = 60_000;
    /** How long until what stands alone is looked at again, in milliseconds: longer than a container takes to be stopped. */
    private static final long AGAIN_MILLIS = 20_000;
    /** What contracts name leases; containers of other names are not the provider's. */
    private static final String LEASE_ID = "[0-9a-f]{20}";

    private final Kit kit;
    private final Leases leases;
    private final Mailbox mailbox;
    private Registration timer = () -> { };
    private Optional<Inventory> before = Optional.empty();
    private volatile Optional<Reconciliation> newest = Optional.empty();
    private boolean closed;

    /** Of these leases. */
    public Reconciler(Kit kit, Leases leases) {
        this.kit = kit;
        this.leases = leases;
        this.mailbox = new Mailbox(kit.workers());
    }

    /** Looks now, and on from there. */
    public void look() {
        mailbox.execute(this::reconcile);
    }

    /** What came of the newest look, once there was one. */
    public Optional<Reconciliation> newest() {
        return newest;
    }

    private void reconcile() {
        if (closed) {
            return;
        }
        timer.close();
        Map<String, Container> containers = new HashMap<>();
        Inventory now = take(containers);
        List<Stray> strays = now.strays(before);
        List<String> lines = strays.stream().filter(s -> end(s, containers)).map(Stray::toString).toList();
        lines.forEach(LOG::warn);
        boolean open = now.alone().size() > strays.size();
        before = Optional.of(now);
        long live = now.leases().values().stream().filter(Inventory.Held::live).count();
        newest = Optional.of(new Reconciliation(kit.clock().instant(), now.containers().size(), (int) live, now.reserved().size(),
                (int) now.channels().stream().filter(c -> now.leases().values().stream().anyMatch(l -> l.live() && l.label().equals(c.label()))).count(),
                lines, now.blind().isEmpty() ? Optional.empty()
                        : Optional.of("could not be asked: " + now.blind().stream().sorted().collect(Collectors.joining(", ")))));
        timer = kit.timers().after(open ? AGAIN_MILLIS : EVERY_MILLIS, this::look);
    }

    /** In the order in which things are taken back last: what is begun meanwhile is not missed. */
    private Inventory take(Map<String, Container> containers) {
        Set<String> reserved = leases.capacity().holders();
        Set<String> blind = new HashSet<>();
        Map<String, String> running = new HashMap<>();
        List<LeaseMachine> held = leases.machines().stream().filter(m -> !m.over()).toList();
        Set<String> asked = new HashSet<>(kit.backends().ids());
        for (String id : asked) {
            try {
                Optional<ContainerBackend> backend = kit.backends().backend(id);
                for (Container c : backend.isPresent() ? backend.get().survivors() : List.<Container>of()) {
                    if (c.leaseId().matches(LEASE_ID) && c.ended().isEmpty()) {
                        running.put(c.leaseId(), id);
                        containers.put(c.leaseId(), c);
                    }
                }
            } catch (ContainerException e) {
                LOG.info("backend {} can't tell what it runs: {}", id, Texts.reason(e));
                blind.add(id);
            }
        }
        Map<String, Inventory.Held> all = new HashMap<>();
        for (LeaseMachine m : held) {
            String backend = m.contract().backend();
            if (!asked.contains(backend)) {
                blind.add(backend);
            }
            boolean runs = (m.state() == LeaseState.RUNNING || m.state() == LeaseState.FROZEN)
                    && m.absence().map(a -> a.adopted()).orElse(true);
            all.put(m.contract().leaseId(), new Inventory.Held(backend, m.label(), m.live(), runs));
        }
        return new Inventory(running, blind, all, reserved, kit.channels().channels().stream()
                .filter(c -> c.role() == Role.PAYEE && c.state() == State.OPEN).map(Reconciler::channel).toList());
    }

    private static Inventory.Channel channel(ChannelInfo c) {
        return new Inventory.Channel(c.id(), c.label(), c.paid());
    }

    /** Ends it, unless it came back to life since; tells whether. */
    private boolean end(Stray stray, Map<String, Container> containers) {
        return switch (stray) {
            case Stray.OfContainer s when !leases.alive(s.lease()) -> {
                containers.get(s.lease()).stop();
                yield true;
            }
            case Stray.OfLease s -> leases.runner(s.lease()).map(LeaseRunner::examine).orElse(false);
            case Stray.OfCapacity s when !leases.alive(s.lease()) -> {
                leases.capacity().release(s.lease());
                yield true;
            }
            case Stray.Unreserved s -> leases.runner(s.lease()).map(this::reserve).orElse(false);
            case Stray.OfChannel s when leases.machines().stream().noneMatch(m -> !m.over() && m.label().equals(s.label())) -> settle(s);
            default -> false;
        };
    }

    private boolean reserve(LeaseRunner lease) {
        LeaseMachine m = lease.machine();
        if (!m.live() || leases.capacity().holders().contains(lease.id())) {
            return false;
        }
        if (!leases.capacity().reserve(lease.id(), m.contract().resources())) {
            lease.post(new LeaseEvent.Stopped("what it holds is sold to others"));
        }
        return true;
    }

    private boolean settle(Stray.OfChannel s) {
        try {
            kit.channels().settle(s.channel());
            return true;
        } catch (Rejected e) {
            LOG.warn("channel {} of no lease can't be settled now: {}", s.channel(), e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        mailbox.execute(() -> {
            closed = true;
            timer.close();
        });
    }
}
