package org.zennet.publisher.machine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;

/**
 * The comparison of the signed results of one task. Immutable; one entry per provider.
 *
 * <p>A result is accepted when a quorum of different providers signed the same bytes, or bytes that the job's comparer takes for the same.
 * A comparer is asked outside: {@link #unasked} tells about what, and {@link #said} takes the answer; until all answers are there
 * nothing is decided. What no answer comes about (the comparer is gone or fails) counts as other bytes that nobody found wrong. A provider is a liar only when at
 * least two others agree on other bytes of a successful run: never one against one, and never for a run that failed,
 * since a time-out or a trap may come of its machine. Two equal failures mean that the job itself fails.
 *
 * <p>Fuel is compared among those whose bytes passed. It decides nothing about them; who counted otherwise than at
 * least two others that agree did not tell the truth about its work.
 *
 * @param replicas how many results are wanted at first
 * @param quorum   how many have to agree
 * @param limit    how many are compared at most
 * @param entries  the results so far, in the order of their arrival
 * @param compares whether other bytes may be the same result
 * @param answers  what the comparer said
 */
public record VerificationMachine(int replicas, int quorum, int limit, List<Entry> entries, boolean compares, Map<Pair, Answer> answers) {
    private static final int MOST_HOST_FAILURES = 3;

    /** Copies the collections. */
    public VerificationMachine {
        entries = List.copyOf(entries);
        answers = Map.copyOf(answers);
    }

    /** Two outputs that differ, the smaller hash first. */
    public record Pair(Hash first, Hash second) {
        /** In whichever order they are given. */
        public static Pair of(Hash a, Hash b) {
            return a.toHex().compareTo(b.toHex()) <= 0 ? new Pair(a, b) : new Pair(b, a);
        }
    }

    /** What a comparer says of two outputs. */
    public enum Answer {
        /** They are the same result. */
        SAME,
        /** They are different results. */
        DIFFERENT,
        /** It could not be asked, or failed. */
        UNKNOWN
    }

    /** Where a comparison stands. */
    public enum Standing { OPEN, VERIFIED, FAILED, HOPELESS }

    /** What is compared: equal keys are equal results. The output counts for successful runs only. */
    public record Key(Outcome.Reason reason, int exitCode, Optional<Hash> output) {
        /** The key of a signed result. */
        public static Key of(Outcome.Reason reason, int exitCode, Hash output) {
            boolean good = reason == Outcome.Reason.EXITED && exitCode == 0;
            return new Key(reason, reason == Outcome.Reason.EXITED ? exitCode : 0, good ? Optional.of(output) : Optional.empty());
        }

        /** Whether the run succeeded. */
        public boolean good() {
            return output.isPresent();
        }

        /** Whether the failure may come of the host rather than of the program. */
        boolean hosts() {
            return reason == Outcome.Reason.TIMEOUT || reason == Outcome.Reason.OUT_OF_MEMORY;
        }
    }

    /** One provider's result, and what it counted, where it counts. */
    public record Entry(PublicKey provider, String lease, Key key, Optional<Fuel> fuel) {
        /** Without a count. */
        public Entry(PublicKey provider, String lease, Key key) {
            this(provider, lease, key, Optional.empty());
        }
    }

    /**
     * What becomes of the results.
     *
     * @param passed  those that are paid: nobody found them wrong
     * @param agreed  those of them that are the accepted result
     * @param refused those whose hold-back is withheld, the liars' among them
     * @param liars   those whose providers lied
     */
    public record Ruling(List<Entry> passed, List<Entry> agreed, List<Entry> refused, List<Entry> liars) { }

    /** A comparison without results. */
    public static VerificationMachine start(int replicas, int quorum, int limit) {
        return start(replicas, quorum, limit, false);
    }

    /** A comparison without results; where other bytes may be the same result, a comparer is asked. */
    public static VerificationMachine start(int replicas, int quorum, int limit, boolean compares) {
        return new VerificationMachine(replicas, quorum, limit, List.of(), compares, Map.of());
    }

    /** With what the comparer said. */
    public VerificationMachine said(Pair pair, Answer answer) {
        Map<Pair, Answer> more = new LinkedHashMap<>(answers);
        more.putIfAbsent(pair, answer);
        return new VerificationMachine(replicas, quorum, limit, entries, compares, more);
    }

    /** The pairs of outputs that the comparer said nothing about yet. */
    public Set<Pair> unasked() {
        if (!compares) {
            return Set.of();
        }
        List<Hash> outputs = entries.stream().flatMap(e -> e.key().output().stream()).distinct().toList();
        Set<Pair> open = new LinkedHashSet<>();
        for (int i = 0; i < outputs.size(); i++) {
            for (int j = i + 1; j < outputs.size(); j++) {
                Pair pair = Pair.of(outputs.get(i), outputs.get(j));
                if (!answers.containsKey(pair)) {
                    open.add(pair);
                }
            }
        }
        return open;
    }

    private Answer relation(Key a, Key b) {
        if (a.equals(b)) {
            return Answer.SAME;
        }
        return compares && a.good() && b.good() ? answers.getOrDefault(Pair.of(a.output().get(), b.output().get()), Answer.UNKNOWN)
                : Answer.DIFFERENT;
    }

    /** How many results are the same as this. */
    private int support(Key key) {
        return (int) entries.stream().filter(e -> relation(e.key(), key) == Answer.SAME).count();
    }

    /** With one more result. A second one of the same provider changes nothing. */
    public VerificationMachine with(Entry entry) {
        if (has(entry.provider())) {
            return this;
        }
        List<Entry> more = new ArrayList<>(entries);
        more.add(entry);
        return new VerificationMachine(replicas, quorum, limit, more, compares, answers);
    }

    /** Without the result of a provider that is not trusted any more. */
    public VerificationMachine without(PublicKey provider) {
        return new VerificationMachine(replicas, quorum, limit,
                entries.stream().filter(e -> !e.provider().equals(provider)).toList(), compares, answers);
    }

    /** Whether there is a result of this provider. */
    public boolean has(PublicKey provider) {
        return entries.stream().anyMatch(e -> e.provider().equals(provider));
    }

    /** The result that won, when one did. */
    public Optional<Key> winner() {
        if (entries.size() < quorum || !unasked().isEmpty()) {
            return Optional.empty();
        }
        Map<Key, Integer> counts = new LinkedHashMap<>();
        entries.forEach(e -> counts.computeIfAbsent(e.key(), this::support));
        int most = counts.entrySet().stream().filter(e -> e.getKey().good()).mapToInt(Map.Entry::getValue).max().orElse(0);
        Optional<Key> good = counts.entrySet().stream().filter(e -> e.getKey().good() && e.getValue() >= quorum && e.getValue() == most)
                .map(Map.Entry::getKey).findFirst();
        if (good.isPresent()) {
            return good;
        }
        boolean someGood = entries.stream().anyMatch(e -> e.key().good());
        return someGood && !exhausted() ? Optional.empty()
                : counts.entrySet().stream().filter(e -> !e.getKey().good() && e.getValue() >= quorum)
                        .map(Map.Entry::getKey).findFirst();
    }

    /** Where it stands. */
    public Standing standing() {
        if (entries.isEmpty()) {
            return Standing.OPEN;
        }
        Optional<Key> winner = winner();
        if (winner.isPresent()) {
            return winner.get().good() ? Standing.VERIFIED : Standing.FAILED;
        }
        return exhausted() && unasked().isEmpty() ? Standing.HOPELESS : Standing.OPEN;
    }

    /** How many more results it needs now: none while the comparer is asked. */
    public int wanted() {
        if (standing() != Standing.OPEN || !unasked().isEmpty()) {
            return 0;
        }
        return Math.max(1, replicas - entries.size());
    }

    /** What becomes of the results, once there is a winner. */
    public Ruling ruling() {
        Optional<Key> winner = winner();
        if (winner.isEmpty()) {
            return new Ruling(List.of(), List.of(), List.of(), List.of());
        }
        List<Entry> agreed = entries.stream().filter(e -> relation(e.key(), winner.get()) == Answer.SAME).toList();
        if (agreed.size() < 2) {
            return new Ruling(agreed, agreed, List.of(), List.of());
        }
        // Who is the same as one of those that agree, or could not be compared, was not found wrong.
        List<Entry> others = entries.stream().filter(e -> agreed.stream().allMatch(a -> relation(e.key(), a.key()) == Answer.DIFFERENT)).toList();
        List<Entry> liars = others.stream().filter(e -> e.key().good() && winner.get().good()).toList();
        return new Ruling(entries.stream().filter(e -> !others.contains(e)).toList(), agreed, others, liars);
    }

    /** What at least two of those that passed counted, and more of them than counted anything else. */
    public Optional<Fuel> fuel() {
        Map<Fuel, Integer> counts = new LinkedHashMap<>();
        passed().forEach(e -> e.fuel().ifPresent(f -> counts.merge(f, 1, Integer::sum)));
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        List<Fuel> winners = counts.entrySet().stream().filter(e -> e.getValue() == most).map(Map.Entry::getKey).toList();
        return most >= 2 && winners.size() == 1 ? Optional.of(winners.getFirst()) : Optional.empty();
    }

    /** Those that passed and counted otherwise than {@link #fuel}. */
    public List<Entry> miscounted() {
        return passed().stream().filter(e -> Fuel.contradict(e.fuel(), fuel())).toList();
    }

    /** Whose counts contradict that of a provider that passed, where nothing tells which is right. */
    public Set<PublicKey> opponents(Entry of) {
        return fuel().isPresent() ? Set.of() : passed().stream().filter(e -> Fuel.contradict(e.fuel(), of.fuel())).map(Entry::provider)
                .collect(Collectors.toSet());
    }

    /** Whether counts of those that passed contradict each other and nothing tells which is right. */
    public boolean fuelDisputed() {
        return passed().stream().anyMatch(e -> !opponents(e).isEmpty());
    }

    /** Those whose very bytes won: only their counts are comparable. */
    List<Entry> passed() {
        Optional<Key> winner = winner();
        return entries.stream().filter(e -> winner.isPresent() && e.key().equals(winner.get())).toList();
    }

    private boolean exhausted() {
        long host = entries.stream().filter(e -> e.key().hosts()).count();
        return entries.size() - host >= limit || host >= MOST_HOST_FAILURES;
    }
}
