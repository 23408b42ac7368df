package org.zennet.market.internal.registry;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.ExtensionInfo.State;

/** One bound service and how it behaves. It belongs to one service reference. Thread-safe. */
final class Entry<S> {
    /** In which order entries are asked: higher ranking, then older. Compares what was read at once, so it is consistent. */
    static final Comparator<Entry<?>> ORDER = Comparator
            .<Entry<?>>comparingInt(e -> -e.properties.ranking()).thenComparingLong(e -> e.properties.serviceId());

    private static final AtomicLong REVISIONS = new AtomicLong();

    /** What the service's properties said when they were read last. */
    record Properties(String id, String label, int ranking, long serviceId, boolean alone) { }

    /** Whose code it is. */
    record Origin(String bundle, String version, Optional<String> signer) { }

    final ExtensionInfo.Kind kind;
    final S service;
    final Origin origin;
    /** One call at a time, where the SPI promises that. */
    final Semaphore turn = new Semaphore(1, true);

    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Set<Thread> stuck = new HashSet<>();
    private volatile Properties properties;
    private volatile long revision = REVISIONS.incrementAndGet();
    private volatile boolean gone;
    private State state = State.ACTIVE;
    private String reason = "";

    Entry(ExtensionInfo.Kind kind, S service, Origin origin, Properties properties) {
        this.kind = kind;
        this.service = service;
        this.origin = origin;
        this.properties = properties;
    }

    String id() {
        return properties.id();
    }

    /** Whether it answers only where it is named. */
    boolean alone() {
        return properties.alone();
    }

    /** The service's properties changed; the instance is the same. */
    void properties(Properties changed) {
        properties = changed;
        revision = REVISIONS.incrementAndGet();
    }

    /** Another number after each change of its properties, and of no other entry. */
    long revision() {
        return revision;
    }

    /** The service was withdrawn. */
    void leave() {
        gone = true;
    }

    boolean isGone() {
        return gone;
    }

    synchronized boolean isActive() {
        return state == State.ACTIVE;
    }

    /** Whether a call may be tried in spite of the quarantine: no call is still inside, and no ban until restart. */
    synchronized boolean mayBeTried() {
        return state != State.QUARANTINED_UNTIL_RESTART && stuck.stream().noneMatch(Thread::isAlive);
    }

    void called() {
        calls.incrementAndGet();
    }

    void failed() {
        failures.incrementAndGet();
    }

    /** Takes it out of service. */
    synchronized void quarantine(String why, boolean untilRestart, Thread hung) {
        if (hung != null) {
            stuck.add(hung);
        }
        if (state != State.QUARANTINED_UNTIL_RESTART) {
            state = untilRestart ? State.QUARANTINED_UNTIL_RESTART : State.QUARANTINED;
            reason = why;
        }
    }

    /** Puts it back into service where that is allowed. */
    synchronized boolean reinstate() {
        if (state != State.QUARANTINED || !mayBeTried()) {
            return false;
        }
        state = State.ACTIVE;
        return true;
    }

    synchronized String reason() {
        return reason;
    }

    ExtensionInfo info() {
        Properties p = properties;
        synchronized (this) {
            return new ExtensionInfo(kind, p.id(), p.label(), origin.bundle(), origin.version(), origin.signer(), p.ranking(),
                    state, reason, calls.get(), failures.get());
        }
    }

    /** Such as {@code strategy 'night-rate' of org.example.night 1.0.0}. */
    @Override
    public String toString() {
        String noun = switch (kind) {
            case PRICING -> "pricing strategy";
            case BUYING -> "buying strategy";
            case BACKEND -> "backend";
            case BENCHMARK -> "benchmark";
            case COMPARER -> "comparer";
            case TEMPLATE -> "job template";
        };
        return noun + " '" + id() + "' of " + origin.bundle() + " " + origin.version();
    }
}
