package org.zennet.services.provider;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Registration;

/** This machine for rent. Present where a provider is configured. Thread-safe; immutable snapshots. */
public interface ProviderService {
    /** How it goes. */
    Status status();

    /** Leases, newest first: those that run and those of the past. */
    List<LeaseInfo> leases();

    /** Stops taking new work; leases go on to their end. */
    void drain();

    /**
     * Takes no new work, and leaves the leases that run as they are when this process ends: their containers work on, and the
     * next life takes them up again within the patience of their contracts.
     */
    void keep();

    /** Is told of every change; on a worker thread. */
    Registration watch(Runnable changed);

    /**
     * How it goes.
     *
     * @param machine    what is offered in all
     * @param sold       what running leases hold
     * @param backends   ids of what is sold here
     * @param strategy   the configured pricing strategy
     * @param earned     settled or payable by vouchers
     * @param reconciliation what the newest comparison of containers, contracts, capacity and channels found
     * @param notSold    why a backend of the owner's list is not sold, by its id
     * @param owner      what the owner leaves for rent now
     */
    record Status(String identity, boolean accepting, Resources machine, Optional<Resources> sold, List<String> backends,
            String strategy, List<BenchmarkResult> benchmarks, Amount earned, int leases, int tasks,
            Optional<String> problem, Optional<Reconciliation> reconciliation, Map<String, String> notSold,
            Optional<OwnerState> owner) {
        /** Where all backends are sold, and the owner sets no limits. */
        public Status(String identity, boolean accepting, Resources machine, Optional<Resources> sold, List<String> backends,
                String strategy, List<BenchmarkResult> benchmarks, Amount earned, int leases, int tasks,
                Optional<String> problem, Optional<Reconciliation> reconciliation) {
            this(identity, accepting, machine, sold, backends, strategy, benchmarks, earned, leases, tasks, problem, reconciliation, Map.of(),
                    Optional.empty());
        }
    }

    /**
     * What the owner leaves for rent.
     *
     * @param idleOnly   whether input and load of others take the machine back
     * @param foreignLimit the most load of others, in thousandths of all cores
     * @param quietSeconds how long it must have been quiet
     * @param perMille   how much of what is offered is for rent now, in thousandths
     * @param reason     why not all; may be empty
     * @param foreign    the newest load of others, in thousandths of all cores
     * @param input      the newest input that was seen
     * @param frozen     how many leases are frozen for the owner
     */
    record OwnerState(boolean idleOnly, int foreignLimit, long quietSeconds, int perMille, String reason, Optional<Integer> foreign,
            Optional<Instant> input, int frozen) { }

    /**
     * A comparison of what belongs together. In quiet times all four numbers are the same.
     *
     * @param at           when
     * @param containers   that run
     * @param contracts    leases that work or are about to
     * @param reservations of capacity
     * @param channels     open ones of these leases
     * @param ended        what stood alone and was ended, a line each
     * @param problem      what could not be looked at
     */
    record Reconciliation(Instant at, int containers, int contracts, int reservations, int channels, List<String> ended,
            Optional<String> problem) { }

    /** Where a lease stands. The order is part of the stored encoding. */
    enum LeaseState { AGREED, FUNDING, STARTING, RUNNING, FROZEN, ENDING, SETTLING, SETTLED, UNPAID, FAILED }

    /**
     * One lease.
     *
     * @param owed    what is due by the meter
     * @param paid    what vouchers and ticks hold
     * @param exposure what was worked and is not paid now
     * @param settlement txid of the settlement
     */
    record LeaseInfo(String id, String publisher, LeaseState state, Instant since, String backend, RateVector rates,
            String strategy, UsageVector usage, int tasks, Amount owed, Amount paid, Amount exposure, Amount withheld,
            Optional<String> settlement, int settlementHeight, String note) { }
}
