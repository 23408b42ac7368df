package org.zennet.provider.machine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.Limit;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Contract;
import org.zennet.market.message.ResultStatement;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Task;
import org.zennet.market.message.Terms;
import org.zennet.market.message.Verdict;

/**
 * The tasks of a lease. Immutable.
 *
 * @param queue    what was sent and has no result, the first of which runs or runs next
 * @param busy     whether the first runs
 * @param held     what passed while the one that runs was frozen for the owner: none of it is the task's; empty when it never was
 * @param unjudged results without verdict
 * @param done     how many results were delivered
 * @param withheld verdicts with evidence against results of this provider
 */
public record LeaseWork(@Limit(LeaseWork.MAX_QUEUE) List<Queued> queue, boolean busy, Optional<UsageVector> held,
        @Limit(LeaseWork.MAX_UNJUDGED) List<Result> unjudged, int done, @Limit(LeaseWork.MAX_WITHHELD) List<Verdict> withheld) {
    /** The most tasks that wait or run; more are a breach of the protocol. */
    public static final int MAX_QUEUE = 8;
    /** The most results without verdict; while there are so many no further task is run. */
    public static final int MAX_UNJUDGED = 4096;
    /** The most verdicts that are kept as evidence. */
    public static final int MAX_WITHHELD = 64;

    /** A task that waits or runs. */
    public record Queued(Task task, Hash digest) { }

    /** What was signed about a task. */
    public record Result(@Limit(80) String taskId, ResultStatement statement) { }

    /** Copies the lists. */
    public LeaseWork {
        queue = List.copyOf(queue);
        unjudged = List.copyOf(unjudged);
        withheld = List.copyOf(withheld);
    }

    static LeaseWork start() {
        return new LeaseWork(List.of(), false, Optional.empty(), List.of(), 0, List.of());
    }

    /** Whether this very task waits or runs. */
    boolean has(Hash digest) {
        return queue.stream().anyMatch(q -> q.digest().equals(digest));
    }

    LeaseWork queued(Task task, Hash digest) {
        List<Queued> more = new ArrayList<>(queue);
        more.add(new Queued(task, digest));
        return new LeaseWork(more, busy, held, unjudged, done, withheld);
    }

    /** What can be run now. */
    Optional<Queued> next() {
        return busy || queue.isEmpty() || unjudged.size() >= MAX_UNJUDGED ? Optional.empty() : Optional.of(queue.getFirst());
    }

    LeaseWork busy(boolean now) {
        return new LeaseWork(queue, now, held, unjudged, done, withheld);
    }

    /**
     * The container is frozen for the owner.
     *
     * @param away whether the publisher is away: after a restart of this provider the first task may run in the container all the same
     */
    LeaseWork hold(boolean away) {
        Optional<UsageVector> first = busy || away && !queue.isEmpty() ? Optional.of(held.orElse(UsageVector.ZERO)) : held;
        return new LeaseWork(queue, busy, first, unjudged, done, withheld);
    }

    /** So much passed on the meter while the container was frozen for the owner. */
    LeaseWork passed(UsageVector meanwhile) {
        return new LeaseWork(queue, busy, held.map(h -> h.plus(meanwhile)), unjudged, done, withheld);
    }

    /** What the task that runs used, of what its container's meter says that it did. */
    UsageVector own(UsageVector metered) {
        UsageVector none = held.orElse(UsageVector.ZERO);
        return UsageVector.of(c -> Math.max(0, metered.get(c) - none.get(c)));
    }

    /** The running task, if it has this id. */
    Optional<Queued> running(String taskId) {
        return !busy || queue.isEmpty() || !queue.getFirst().task().taskId().equals(taskId) ? Optional.empty()
                : Optional.of(queue.getFirst());
    }

    LeaseWork delivered(Result result) {
        List<Result> more = new ArrayList<>(unjudged);
        more.add(result);
        return new LeaseWork(queue.subList(1, queue.size()), false, Optional.empty(), more, done + 1, withheld);
    }

    /** The result of a task without a verdict. */
    Optional<Result> unjudged(String taskId) {
        return unjudged.stream().filter(r -> r.taskId().equals(taskId)).findFirst();
    }

    LeaseWork judged(Result result, Optional<Verdict> against) {
        List<Result> rest = new ArrayList<>(unjudged);
        rest.remove(result);
        List<Verdict> w = new ArrayList<>(withheld);
        against.filter(v -> w.size() < MAX_WITHHELD).ifPresent(w::add);
        return new LeaseWork(queue, busy, held, rest, done, w);
    }

    /** How all tasks stand that the publisher may not know about, for {@link Resume}. */
    List<Resume.Progress> progress() {
        List<Resume.Progress> all = new ArrayList<>();
        for (int i = 0; i < queue.size(); i++) {
            all.add(new Resume.Progress(queue.get(i).task().taskId(), queue.get(i).digest(),
                    i == 0 && busy ? Resume.Stage.RUNNING : Resume.Stage.WAITING));
        }
        unjudged.forEach(r -> all.add(new Resume.Progress(r.taskId(), r.statement().task(), Resume.Stage.DONE)));
        return all;
    }

    /** A task that waits or runs and is not among those that the publisher wants. */
    Optional<String> unwanted(List<String> wanted) {
        return queue.stream().map(q -> q.task().taskId()).filter(id -> !wanted.contains(id)).findFirst();
    }

    /** Nothing runs any more. */
    LeaseWork dropped() {
        return new LeaseWork(List.of(), false, Optional.empty(), unjudged, done, withheld);
    }

    /**
     * Why a verdict proves nothing against a result, or empty when it does: at least two other providers signed one
     * result for the very same task, and it differs from the one that was signed here. Where the contract leaves it to a comparer of the
     * publisher's what is one result, the others' bytes may differ among each other, but must differ from those signed here.
     */
    static Optional<String> objection(Result own, Verdict verdict, Contract contract) {
        PublicKey self = contract.provider();
        boolean exact = contract.terms().comparer().equals(Terms.EXACT);
        Set<PublicKey> signers = new HashSet<>();
        Optional<ResultStatement> first = verdict.evidence().stream().map(Verdict.SignedResult::statement).findFirst();
        for (Verdict.SignedResult r : verdict.evidence()) {
            if (r.provider().equals(self) || !signers.add(r.provider())) {
                return Optional.of("its evidence is not of different providers");
            }
            if (!r.statement().task().equals(own.statement().task())) {
                return Optional.of("its evidence is about another task");
            }
            boolean agrees = exact ? same(r.statement(), first.orElseThrow())
                    : good(r.statement()) ? good(first.orElseThrow()) : same(r.statement(), first.orElseThrow());
            if (!agrees) {
                return Optional.of("its evidence does not agree with itself");
            }
            if (same(r.statement(), own.statement())) {
                return Optional.of("its evidence is the result that was signed here");
            }
        }
        if (signers.size() < 2) {
            return Optional.of("it comes without two results that agree");
        }
        return Optional.empty();
    }

    private static boolean good(ResultStatement s) {
        return s.reason() == Outcome.Reason.EXITED && s.exitCode() == 0;
    }

    /** Equal results: how the run ended, and the bytes where it succeeded. */
    private static boolean same(ResultStatement a, ResultStatement b) {
        boolean exited = a.reason() == Outcome.Reason.EXITED;
        if (a.reason() != b.reason() || exited && a.exitCode() != b.exitCode()) {
            return false;
        }
        return !exited || a.exitCode() != 0 || a.output().equals(b.output());
    }
}
