package org.zennet.provider.machine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.value.Amount;
import org.zennet.services.chain.ChainService.OutPoint;

/**
 * What there is at one moment of the four things that belong together: running containers, open contracts, reserved capacity
 * and open channels. Immutable.
 *
 * @param containers the backend of each container that runs, by the lease that it names
 * @param blind      backends that could not be asked
 * @param leases     all that are not over, by id
 * @param reserved   leases that hold capacity
 * @param channels   open ones that pay this provider
 */
public record Inventory(Map<String, String> containers, Set<String> blind, Map<String, Held> leases, Set<String> reserved,
        List<Channel> channels) {
    /** Copies the collections. */
    public Inventory {
        containers = Map.copyOf(containers);
        blind = Set.copyOf(blind);
        leases = Map.copyOf(leases);
        reserved = Set.copyOf(reserved);
        channels = List.copyOf(channels);
    }

    /**
     * A lease that is not over.
     *
     * @param backend that runs it
     * @param label   of its channel
     * @param live    whether it works or is about to
     * @param runs    whether its container is up
     */
    public record Held(String backend, String label, boolean live, boolean runs) { }

    /** An open channel and what it holds. */
    public record Channel(OutPoint id, String label, Amount paid) { }

    /** Something that stands alone. */
    public sealed interface Stray {
        /** Whether one look is enough: no lease can have begun in the meantime that it is of. */
        default boolean plain() {
            return false;
        }

        /** A container without a lease: it is ended. */
        record OfContainer(String lease, String backend) implements Stray {
            @Override
            public boolean plain() {
                return true;
            }

            @Override
            public String toString() {
                return "container " + lease + " of " + backend + " has no lease: ended";
            }
        }

        /** A lease whose container is gone: it is ended. */
        record OfLease(String lease) implements Stray {
            @Override
            public String toString() {
                return "lease " + lease + " has no container: ended";
            }
        }

        /** Capacity that no lease holds: it is given back. */
        record OfCapacity(String lease) implements Stray {
            @Override
            public String toString() {
                return "capacity of " + lease + " is held by no lease: given back";
            }
        }

        /** A lease that works on capacity that others may be sold: it is reserved, or the lease ended. */
        record Unreserved(String lease) implements Stray {
            @Override
            public String toString() {
                return "lease " + lease + " holds no capacity: reserved, or ended where none is left";
            }
        }

        /** A channel with money in it and no lease: it is settled. */
        record OfChannel(OutPoint channel, String label, Amount paid) implements Stray {
            @Override
            public boolean plain() {
                return true;
            }

            @Override
            public String toString() {
                return "channel " + channel + " holds " + paid + " for no lease: settled";
            }
        }
    }

    /**
     * What is to be ended: what stands alone now, and where that may be work in progress did so in the inventory before this
     * one too.
     */
    public List<Stray> strays(Optional<Inventory> before) {
        List<Stray> then = before.map(Inventory::alone).orElse(List.of());
        return alone().stream().filter(s -> s.plain() || then.contains(s)).toList();
    }

    /** What stands alone at this moment. */
    public List<Stray> alone() {
        List<Stray> all = new ArrayList<>();
        containers.forEach((lease, backend) -> {
            if (!leases.containsKey(lease) || !leases.get(lease).live()) {
                all.add(new Stray.OfContainer(lease, backend));
            }
        });
        leases.forEach((id, l) -> {
            if (l.runs() && !containers.containsKey(id) && !blind.contains(l.backend())) {
                all.add(new Stray.OfLease(id));
            }
            if (l.live() && !reserved.contains(id)) {
                all.add(new Stray.Unreserved(id));
            }
        });
        for (String id : reserved) {
            if (!leases.containsKey(id) || !leases.get(id).live() && !containers.containsKey(id)) {
                all.add(new Stray.OfCapacity(id));
            }
        }
        Map<String, String> labels = new HashMap<>();
        leases.forEach((id, l) -> labels.put(l.label(), id));
        for (Channel c : channels) {
            if (!c.paid().isZero() && !labels.containsKey(c.label())) {
                all.add(new Stray.OfChannel(c.id(), c.label(), c.paid()));
            }
        }
        return all;
    }
}
