package org.zennet.publisher.machine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.zennet.api.value.PublicKey;
import org.zennet.services.publisher.JobService.TaskState;

/**
 * One task of a job. Immutable.
 *
 * @param state        where it stands
 * @param verification the results so far
 * @param running      where it runs or is queued, or its output is on its way
 * @param attempts     how often it was sent
 * @param note         one line for people; may be empty
 */
public record TaskRun(TaskState state, VerificationMachine verification, List<Run> running, int attempts, String note) {
    /** Copies the list. */
    public TaskRun {
        running = List.copyOf(running);
    }

    /** One replica under way. */
    public record Run(String lease, PublicKey provider, Instant sent) { }

    static TaskRun start(JobPlan plan) {
        return new TaskRun(TaskState.WAITING, VerificationMachine.start(plan.replicas(), plan.quorum(), plan.tieBreak(), plan.compares()),
                List.of(), 0, "");
    }

    /** How many more replicas should be sent now. */
    int missing() {
        return decided() ? 0 : Math.max(0, verification.wanted() - running.size());
    }

    /** Whether this provider may run it: a provider never gets two replicas of a task. */
    boolean open(PublicKey provider) {
        return !verification.has(provider) && running.stream().noneMatch(r -> r.provider().equals(provider));
    }

    boolean decided() {
        return state == TaskState.VERIFIED || state == TaskState.FAILED;
    }

    TaskRun sent(Run run) {
        List<Run> more = new ArrayList<>(running);
        more.add(run);
        return new TaskRun(state, verification, more, attempts + 1, note).settled();
    }

    TaskRun gone(String lease) {
        return new TaskRun(state, verification, running.stream().filter(r -> !r.lease().equals(lease)).toList(), attempts,
                note).settled();
    }

    TaskRun with(VerificationMachine v) {
        return new TaskRun(state, v, running, attempts, note).settled();
    }

    TaskRun ended(TaskState to, String why) {
        return new TaskRun(to, verification, running, attempts, why);
    }

    private TaskRun settled() {
        if (decided()) {
            return this;
        }
        TaskState now = !verification.entries().isEmpty() ? TaskState.COMPARING
                : running.isEmpty() ? TaskState.WAITING : TaskState.RUNNING;
        return new TaskRun(now, verification, running, attempts, note);
    }
}
