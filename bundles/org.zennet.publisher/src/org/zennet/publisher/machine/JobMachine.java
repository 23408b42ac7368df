package org.zennet.publisher.machine;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.value.Amount;
import org.zennet.api.value.PublicKey;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.TaskState;

/**
 * A job from its announcement to its end, as a value: {@code (state, event, now) -> (state, effects)}. Assigns tasks,
 * compares results, breaks ties, ends leases, and never promises more than the budget.
 *
 * @param plan     what is to be done
 * @param phase    where it stands
 * @param tasks    by number; the reduce step joins them when its input is ready
 * @param leases   by id, in the order of agreement, those that ended too
 * @param barred   providers that are not hired again
 * @param dear     providers whose work costs much more than that of others: hired only for what nobody else can do
 * @param ending   how it will have ended, once it is settling
 * @param written  whether the results are written, or none are to be
 * @param note     what stands in the way now, or why it failed; may be empty
 */
public record JobMachine(JobPlan plan, JobState phase, List<TaskRun> tasks, Map<String, LeaseRun> leases,
        Set<PublicKey> barred, Set<PublicKey> dear, Optional<JobState> ending, boolean written, String note) {
    /** The most leases of one provider for one job, one after the other. */
    public static final int MAX_LEASES_EACH = 5;

    /** Copies the collections. */
    public JobMachine {
        tasks = List.copyOf(tasks);
        leases = Collections.unmodifiableMap(new LinkedHashMap<>(leases));
        barred = Set.copyOf(barred);
        dear = Set.copyOf(dear);
    }

    /** The state after an event and what is to be done. */
    public record Step(JobMachine state, List<JobEffect> effects) { }

    /** A fresh job; it is to be announced. */
    public static JobMachine start(JobPlan plan) {
        return new JobMachine(plan, JobState.ANNOUNCING, Collections.nCopies(plan.tasks(), TaskRun.start(plan)), Map.of(),
                Set.of(), Set.of(), Optional.empty(), false, "");
    }

    /** What follows from an event. */
    public Step on(JobEvent event, Instant now) {
        return over() ? new Step(this, List.of()) : new JobTurn(this, now).on(event);
    }

    /** Whether it ended. */
    public boolean over() {
        return phase == JobState.DONE || phase == JobState.FAILED || phase == JobState.CANCELLED;
    }

    /** Whether a further negotiation makes sense while so many are under way. */
    public boolean wants(int negotiations) {
        if (phase != JobState.HIRING && phase != JobState.RUNNING && phase != JobState.REDUCING) {
            return false;
        }
        long live = leases.values().stream().filter(LeaseRun::live).count() + negotiations;
        boolean work = live < plan.tieBreak() || phase != JobState.REDUCING
                && tasks.stream().mapToInt(TaskRun::missing).sum() > negotiations;
        return work && live < plan.machines() && !bound().plus(plan.capacity().times(negotiations + 1L)).isMoreThan(plan.budget());
    }

    /** Whether this provider may be hired. */
    public boolean mayHire(PublicKey provider) {
        List<LeaseRun> own = leases.values().stream().filter(l -> l.provider().equals(provider)).toList();
        return !barred.contains(provider) && (!dear.contains(provider) || needs(provider)) && own.size() < MAX_LEASES_EACH
                && own.stream().noneMatch(l -> l.live() || l.stage() == LeaseStage.DRAINING);
    }

    /** Whether there is a task that this provider may run and nobody does that is here. */
    private boolean needs(PublicKey provider) {
        return tasks.stream().anyMatch(t -> t.missing() > 0 && t.open(provider)
                && leases.values().stream().noneMatch(l -> l.live() && t.open(l.provider())));
    }

    /** What of the budget is bound: the channels of live leases, and what was paid to others. */
    public Amount bound() {
        return sum(leases.values(), LeaseRun::bound);
    }

    /** What was promised in all. */
    public Amount paid() {
        return sum(leases.values(), l -> l.ledger().paid());
    }

    /** What was paid and is not verified now. */
    public Amount exposure() {
        return over() ? Amount.ZERO : sum(leases.values().stream().filter(l -> l.live() || l.stage() == LeaseStage.DRAINING).toList(),
                l -> l.ledger().exposure());
    }

    /** How many tasks are verified, the reduce step among them. */
    public int verified() {
        return (int) tasks.stream().filter(t -> t.state() == TaskState.VERIFIED).count();
    }

    /** How many tasks there are, the reduce step among them. */
    public int total() {
        return plan.tasks() + (plan.reduce() ? 1 : 0);
    }

    /** Where it stands, one line for people. */
    public String text() {
        long live = leases.values().stream().filter(LeaseRun::live).count();
        long working = leases.values().stream().filter(l -> l.stage() == LeaseStage.RUNNING).count();
        String waits = note.isEmpty() ? "" : "; " + note;
        return switch (phase) {
            case ANNOUNCING -> "announcing";
            case HIRING -> "waiting for providers: " + live + " agreed, " + plan.replicas() + " needed" + waits;
            case RUNNING, REDUCING -> verified() + " of " + total() + " tasks verified on " + working
                    + (working == 1 ? " provider" : " providers") + away() + missing() + waits;
            case SETTLING -> (ending.orElse(JobState.DONE) == JobState.DONE ? "" : note + "; ") + settling();
            case DONE -> "done";
            case FAILED, CANCELLED -> note;
        };
    }

    private String away() {
        long away = leases.values().stream().filter(l -> l.stage() == LeaseStage.ABSENT).count();
        long held = leases.values().stream().filter(l -> l.stage() == LeaseStage.RUNNING && l.held()).count();
        return (away == 0 ? "" : "; waiting for " + away + " whose connection was lost")
                + (held == 0 ? "" : "; " + held + " frozen for their owners");
    }

    private String settling() {
        long open = leases.values().stream().filter(l -> l.ledger().paid().zen() > 0 && !l.settled()).count();
        String wait = open == 0 ? "settled with all providers" : "settling with " + open + (open == 1 ? " provider" : " providers");
        return written ? wait : wait + ", checking the results";
    }

    private String missing() {
        for (int i = 0; i < tasks.size(); i++) {
            TaskRun t = tasks.get(i);
            if (t.missing() > 0 && leases.values().stream().noneMatch(l -> l.live() && t.open(l.provider()))) {
                return "; waiting for another provider: " + plan.id(i) + " needs "
                        + (t.verification().entries().size() >= plan.replicas() ? "one more to break a tie" : plan.replicas() + " different ones");
            }
        }
        return "";
    }

    private static Amount sum(Collection<LeaseRun> leases, java.util.function.Function<LeaseRun, Amount> what) {
        return leases.stream().map(what).reduce(Amount.ZERO, Amount::plus);
    }
}
