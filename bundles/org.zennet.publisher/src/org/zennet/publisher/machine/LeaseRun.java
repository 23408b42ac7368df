package org.zennet.publisher.machine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.Fuel;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.UsageVector;

/**
 * One provider of a job. Immutable.
 *
 * @param id        the lease's id
 * @param provider  its identity
 * @param stage     where it stands
 * @param since     when it came there
 * @param ledger    its money side
 * @param queue     tasks at the provider, the first of which runs
 * @param headSince since when that one may be running
 * @param fetching  results whose output is on its way
 * @param unjudged  results without a verdict: the task and its claimed usage
 * @param judged    the newest verdicts, at most {@value #MAX_JUDGED}: a connection may be lost under them
 * @param results   delivered
 * @param verified  results that passed
 * @param faults    results that told of a fault of the provider's
 * @param caught    the evidence, where it lied
 * @param connected whether its connection is open
 * @param settled   whether its channel was settled in a block, or nothing is left to settle
 * @param note      why it ended; may be empty
 */
public record LeaseRun(String id, PublicKey provider, LeaseStage stage, Instant since, LeaseLedger ledger, List<Integer> queue,
        Instant headSince, Map<Integer, Fetching> fetching, Map<Integer, UsageVector> unjudged,
        Map<Integer, Judged> judged, int results, int verified, int faults, Optional<Caught> caught, boolean connected, boolean settled, String note) {
    /** The most verdicts that are kept to be told again: more than can be under way. */
    public static final int MAX_JUDGED = 64;

    /** A result whose output is on its way. */
    public record Fetching(Instant since, VerificationMachine.Key key, Optional<Fuel> fuel, long bytes) { }

    /** A verdict that was sent. */
    public record Judged(boolean passed, UsageVector usage, List<VerificationMachine.Entry> evidence) {
        /** Copies the list. */
        public Judged {
            evidence = List.copyOf(evidence);
        }
    }

    /** What a provider signed for a task, what others signed, and who these are. */
    public record Caught(int task, Hash signed, Hash other, List<PublicKey> agreeing) {
        /** Copies the list. */
        public Caught {
            agreeing = List.copyOf(agreeing);
        }
    }

    /** Copies the collections. */
    public LeaseRun {
        queue = List.copyOf(queue);
        fetching = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fetching));
        unjudged = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(unjudged));
        judged = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(judged));
    }

    static LeaseRun start(String id, PublicKey provider, LeaseLedger ledger, Instant now) {
        return new LeaseRun(id, provider, LeaseStage.AGREED, now, ledger, List.of(), now, Map.of(), Map.of(), Map.of(), 0, 0, 0,
                Optional.empty(), true, false, "");
    }

    /** Whether it works or is about to. */
    public boolean live() {
        return stage.live();
    }

    /** Whether its provider's owner holds it frozen. */
    public boolean held() {
        return ledger.held().since().isPresent();
    }

    /** Its tasks have their whole time again, since it was held up. */
    LeaseRun fresh(Instant now) {
        Map<Integer, Fetching> f = new LinkedHashMap<>();
        fetching.forEach((task, old) -> f.put(task, new Fetching(now, old.key(), old.fuel(), old.bytes())));
        return work(queue, now, f, unjudged, judged, results, verified);
    }

    /** What of the budget is bound by it: the channel while more may be promised, then what was. */
    public Amount bound() {
        boolean over = stage == LeaseStage.CLOSING || stage == LeaseStage.LOST || stage == LeaseStage.ENDED;
        return over ? ledger.paid() : ledger.bill().terms().capacity();
    }

    LeaseRun at(LeaseStage to, Instant now, String why) {
        return new LeaseRun(id, provider, to, now, ledger, queue, headSince, fetching, unjudged, judged, results, verified, faults,
                caught, connected, settled, why.isEmpty() ? note : why);
    }

    LeaseRun with(LeaseLedger l) {
        return new LeaseRun(id, provider, stage, since, l, queue, headSince, fetching, unjudged, judged, results, verified, faults,
                caught, connected, settled, note);
    }

    LeaseRun queued(int task, Instant now) {
        List<Integer> more = new ArrayList<>(queue);
        more.add(task);
        return work(more, queue.isEmpty() ? now : headSince, fetching, unjudged, judged, results, verified);
    }

    /** The result of a queued task arrived; its output is fetched. */
    LeaseRun answered(int task, UsageVector usage, VerificationMachine.Key key, Optional<Fuel> fuel, long bytes, Instant now) {
        List<Integer> rest = new ArrayList<>(queue);
        rest.remove(Integer.valueOf(task));
        Map<Integer, Fetching> f = new LinkedHashMap<>(fetching);
        f.put(task, new Fetching(now, key, fuel, bytes));
        Map<Integer, UsageVector> u = new LinkedHashMap<>(unjudged);
        u.put(task, usage);
        return work(rest, now, f, u, judged, results + 1, verified);
    }

    LeaseRun fetched(int task) {
        Map<Integer, Fetching> f = new LinkedHashMap<>(fetching);
        f.remove(task);
        return work(queue, headSince, f, unjudged, judged, results, verified);
    }

    LeaseRun judged(int task, boolean passed, List<VerificationMachine.Entry> evidence) {
        Map<Integer, UsageVector> u = new LinkedHashMap<>(unjudged);
        Map<Integer, Judged> j = new LinkedHashMap<>(judged);
        j.put(task, new Judged(passed, u.remove(task), evidence));
        if (j.size() > MAX_JUDGED) {
            j.remove(j.keySet().iterator().next());
        }
        return work(queue, headSince, fetching, u, j, results, passed ? verified + 1 : verified);
    }

    LeaseRun idle() {
        return work(List.of(), headSince, Map.of(), unjudged, judged, results, verified);
    }

    LeaseRun faulty() {
        return new LeaseRun(id, provider, stage, since, ledger, queue, headSince, fetching, unjudged, judged, results, verified,
                faults + 1, caught, connected, settled, note);
    }

    LeaseRun caught(Caught evidence) {
        return new LeaseRun(id, provider, stage, since, ledger, queue, headSince, fetching, unjudged, judged, results, verified,
                faults, Optional.of(evidence), connected, settled, note);
    }

    LeaseRun disconnected() {
        return new LeaseRun(id, provider, stage, since, ledger, queue, headSince, fetching, unjudged, judged, results, verified,
                faults, caught, false, settled, note);
    }

    /** It is back: its tasks have their whole time again, and the owner's word is heard anew. */
    LeaseRun returned(Instant now) {
        LeaseRun l = fresh(now);
        return new LeaseRun(id, provider, LeaseStage.RUNNING, now, ledger.held(false, now), l.queue, now, l.fetching, unjudged, judged, results,
                verified, faults, caught, true, settled, "");
    }

    LeaseRun settled(boolean done) {
        return new LeaseRun(id, provider, stage, since, ledger, queue, headSince, fetching, unjudged, judged, results, verified,
                faults, caught, connected, done, note);
    }

    private LeaseRun work(List<Integer> q, Instant head, Map<Integer, Fetching> f, Map<Integer, UsageVector> u,
            Map<Integer, Judged> j, int r, int v) {
        return new LeaseRun(id, provider, stage, since, ledger, q, head, f, u, j, r, v, faults, caught, connected, settled, note);
    }
}
