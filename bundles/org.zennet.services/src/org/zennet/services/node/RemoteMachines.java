package org.zennet.services.node;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.provider.Earnings;

/**
 * Headless machines elsewhere, seen through SSH: their control sockets, which only their owners may open, come here over a
 * connection of the system's own {@code ssh}, with its keys, known hosts and configuration. Nothing listens on a port, here or there.
 * What a machine says is taken as what that machine says. Thread-safe.
 */
public interface RemoteMachines {
    /** The most machines. */
    int MAX_MACHINES = 64;

    /**
     * Watches a machine from now on; it is asked every five seconds, and again and again while it can't be reached.
     *
     * @param address {@code ssh://[USER@]HOST[:PORT][/DIR]}; DIR is the data directory there, else {@code ~/.zennet} of the user
     * @throws Rejected when that is no such address, or there are too many
     */
    void add(String address) throws Rejected;

    /** Forgets a machine and ends its connection. */
    void remove(String address);

    /** All of them, in the order in which they came. */
    List<Machine> machines();

    /** Is told when anything changed; on a worker thread. */
    Registration watch(Runnable changed);

    /** How far a machine can be seen. */
    enum State { CONNECTING, CONNECTED, UNREACHABLE }

    /**
     * A machine.
     *
     * @param address  as it was given
     * @param problem  why it can't be seen, or what it complains of itself; one line
     * @param asked    when it answered last
     * @param role     of the process there, such as {@code zennet-provider}
     * @param identity of it, hex
     * @param height   of its newest block
     * @param accepting whether it takes new work
     * @param leases   that run
     * @param tasks    done in all
     * @param earned   in all
     * @param days     what it earned by day (UTC), oldest first
     */
    record Machine(String address, State state, Optional<String> problem, Optional<Instant> asked, String role, String identity,
            long height, boolean accepting, int leases, int tasks, Amount earned, List<Earnings> days) {
        /** Copies the list. */
        public Machine {
            days = List.copyOf(days);
        }
    }
}
