package org.zennet.publisher.machine;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;

/**
 * What the witness in a rented machine saw, beside what is billed, statement by statement. It lowers and raises no bill. Immutable.
 *
 * <p>What a guest used between two statements is at most what a reading after the second one says, less what a reading well before the first one
 * said, since counters never fall. A statement is judged when such readings are there: against the first statement of this witness and
 * against the one {@value #WINDOW} before it. Of each counter that the guest sees, more billed than seen, the contract's drift and a constant is
 * too much. A statement without readings around it is not judged, and nothing follows.
 *
 * @param readings  of the witness, those of earlier ones too
 * @param recent    the newest ones, oldest first, at most {@value #KEPT}
 * @param pending   the newest statement while no reading came after it
 * @param marks     the first statement that may be compared with, and the newest ones, oldest first
 * @param since     what was seen and billed since the first mark, as last judged
 * @param judged    statements that were judged
 * @param unjudged  statements that were not
 * @param far       judged ones with too much billed, in a row
 * @param farInAll  all of these
 * @param beyond    the counters of the newest of them
 * @param highest   the most memory that the witness saw held
 * @param problem   why nothing is seen now; empty when something is
 */
public record Observations(int readings, List<Stamped> recent, Optional<Pending> pending, List<Mark> marks, Optional<Mark> since, int judged,
        int unjudged, int far, int farInAll, Set<Counter> beyond, long highest, String problem) {
    /** Statements between the two that are compared. */
    public static final int WINDOW = 16;
    /** Readings that are kept. */
    public static final int KEPT = 64;
    /** Of a machine without a witness. */
    public static final Observations NOTHING = new Observations(0, List.of(), Optional.empty(), List.of(), Optional.empty(), 0, 0, 0, 0, Set.of(), 0, "");
    /** A reading this share of the interval before a statement's arrival is taken for one before its meter was read; a second more is in the constant. */
    private static final int SHARE = 4;
    /** Processor time that the meter may count and no guest sees: all cores for a second, and starting programs from outside. In microseconds. */
    private static final long CPU_BESIDE = 500_000;
    /** So long memory may be held at the most while the one samples it and the other doesn't, in seconds. */
    private static final long MEMORY_BESIDE = 2;
    /** Bytes of a disk that file systems write for themselves. */
    private static final long DISK_BESIDE = 8 << 20;

    /**
     * A reading.
     *
     * @param at when it was taken, by this side's clock, as near as its way allows
     */
    public record Stamped(Instant at, WitnessReading reading) { }

    /**
     * A statement that no reading follows yet.
     *
     * @param before what the newest reading well before it saw, where there is one
     */
    public record Pending(Instant at, UsageVector billed, Optional<UsageVector> before) { }

    /** What was billed by a statement, and what had been seen. */
    public record Mark(UsageVector billed, UsageVector seen) {
        Mark since(Mark earlier) {
            return new Mark(billed.since(earlier.billed), seen.since(earlier.seen));
        }
    }

    /** Copies the collections. */
    public Observations {
        recent = List.copyOf(recent);
        marks = List.copyOf(marks);
        beyond = Set.copyOf(beyond);
    }

    /** The witness says something. */
    Observations read(WitnessReading reading, Instant at, Resources resources, Terms terms) {
        boolean goesOn = !recent.isEmpty() && reading.wall() >= recent.getLast().reading().wall() && reading.usage().isAtLeast(recent.getLast().reading().usage())
                && reading.seen().equals(recent.getLast().reading().seen());
        List<Stamped> now = new ArrayList<>(goesOn ? recent : List.of());
        if (now.size() == KEPT) {
            now.removeFirst();
        }
        now.add(new Stamped(at, reading));
        // another witness counts from elsewhere: what was before can't be compared with it
        Observations next = new Observations(readings + 1, now, goesOn ? pending : Optional.empty(), goesOn ? marks : List.of(), goesOn ? since : Optional.empty(),
                judged, unjudged + (!goesOn && pending.isPresent() ? 1 : 0), far, farInAll, beyond, Math.max(highest, reading.held()), "");
        return next.pending.filter(p -> !at.isBefore(p.at())).map(p -> next.judge(p, reading, resources, terms)).orElse(next);
    }

    /** A usage statement arrived, and so much is billed in all. */
    Observations stated(UsageVector billed, Instant now, Terms terms) {
        Instant well = now.minusMillis(terms.intervalMillis() / SHARE);
        Optional<UsageVector> before = recent.reversed().stream().filter(r -> !r.at().isAfter(well)).findFirst().map(r -> r.reading().usage());
        return new Observations(readings, recent, Optional.of(new Pending(now, billed, before)), marks, since, judged, unjudged + (pending.isPresent() ? 1 : 0), far,
                farInAll, beyond, highest, problem);
    }

    /** The witness can't say anything any more, or not yet. */
    Observations silent(String reason) {
        return new Observations(readings, List.of(), Optional.empty(), List.of(), Optional.empty(), judged, unjudged + (pending.isPresent() ? 1 : 0), far, farInAll,
                beyond, highest, reason);
    }

    private Observations judge(Pending p, WitnessReading after, Resources resources, Terms terms) {
        Mark newest = new Mark(p.billed(), after.usage());
        Set<Counter> much = EnumSet.noneOf(Counter.class);
        for (Mark m : marks) {
            if (m == marks.getFirst() || marks.size() > WINDOW && m == marks.get(1)) {
                Mark between = newest.since(m);
                after.seen().stream().filter(c -> beyond(c, between, resources, terms)).forEach(much::add);
            }
        }
        List<Mark> next = new ArrayList<>(marks);
        p.before().ifPresent(seen -> next.add(new Mark(p.billed(), seen)));
        if (next.size() > WINDOW + 1) {
            next.remove(1); // the first one stays
        }
        boolean was = !marks.isEmpty();
        return new Observations(readings, recent, Optional.empty(), next, was ? Optional.of(newest.since(marks.getFirst())) : since, judged + (was ? 1 : 0),
                unjudged + (was ? 0 : 1), much.isEmpty() ? was ? 0 : far : far + 1, farInAll + (much.isEmpty() ? 0 : 1), much.isEmpty() ? beyond : much, highest, problem);
    }

    private boolean beyond(Counter c, Mark between, Resources resources, Terms terms) {
        long beside = switch (c) {
            case CPU -> CPU_BESIDE + resources.cores() * 1000L;
            case MEMORY -> Math.min(Long.MAX_VALUE / 8, highest) * MEMORY_BESIDE + between.billed.get(Counter.WALL) / 1000 * Witnessed.HELD_BESIDE;
            case DISK_READ, DISK_WRITTEN -> DISK_BESIDE;
            case NETWORK_IN, NETWORK_OUT, WALL -> Long.MAX_VALUE / 2;
        };
        BigInteger allowed = BigInteger.valueOf(between.seen.get(c)).multiply(BigInteger.valueOf(1000L + terms.driftPerMille())).divide(BigInteger.valueOf(1000))
                .add(BigInteger.valueOf(beside));
        return BigInteger.valueOf(between.billed.get(c)).compareTo(allowed) > 0;
    }

    /** What the witness sees here; empty before its first word. */
    public Set<Counter> seen() {
        return recent.isEmpty() ? Set.of() : recent.getLast().reading().seen();
    }

    /**
     * Why the lease may be ended by what the witness saw, or empty.
     *
     * @param limit so many judged statements in a row with too much billed
     */
    public Optional<String> contradiction(int limit) {
        if (limit == 0 || far < limit || since.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder("its meter counts ");
        for (Counter c : beyond.stream().sorted().toList()) {
            text.append(amount(c, since.get().billed())).append(" where the witness in the guest saw ").append(amount(c, since.get().seen())).append(", ");
        }
        return Optional.of(text.append(far).append(" statements in a row").toString());
    }

    /** So much of a counter, for people. */
    static String amount(Counter c, UsageVector of) {
        return switch (c) {
            case CPU -> String.format(Locale.ROOT, "%.1f s of processor", of.get(c) / 1e6);
            case MEMORY -> String.format(Locale.ROOT, "%.1f MiB s of memory", of.get(c) / (double) (1 << 20));
            case DISK_READ -> String.format(Locale.ROOT, "%.1f MiB read", of.get(c) / (double) (1 << 20));
            default -> String.format(Locale.ROOT, "%.1f MiB written", of.get(c) / (double) (1 << 20));
        };
    }
}
