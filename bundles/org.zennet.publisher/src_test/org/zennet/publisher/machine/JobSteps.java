package org.zennet.publisher.machine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.market.message.Terms;

/** What tests of one job share, who go through it step by step: the job, its effects, and what happens to it in few words. */
abstract class JobSteps {
    JobMachine m;
    final List<JobEffect> effects = new ArrayList<>();
    Instant now = Instant.EPOCH;

    void job(int tasks, boolean reduce, int replicas) {
        m = JobMachine.start(Market.plan(tasks, reduce, replicas, 3, 8));
        on(new BuyerEvent.Announced());
    }

    void on(JobEvent e) {
        effects.clear();
        now = now.plusMillis(10);
        JobMachine.Step s = m.on(e, now);
        m = s.state();
        effects.addAll(s.effects());
    }

    Terms terms = Market.TERMS;

    void hire(int... numbers) {
        for (int n : numbers) {
            agree(n, "l" + n);
        }
    }

    void agree(int provider, String lease) {
        on(new BuyerEvent.Agreed(lease, Market.key(provider), Market.RATES, terms, Market.SIZE));
        on(new BuyerEvent.Ready(lease));
        on(new BuyerEvent.Started(lease));
    }

    void answer(int provider, int task, String output) {
        answer("l" + provider, task, output);
    }

    void answer(String lease, int task, String output) {
        now = now.plusSeconds(2);
        on(new JobEvent.Answered(lease, task, Reason.EXITED, 0, Market.hash(output), 3, Market.usage(1000), ""));
        on(new JobEvent.Delivered(lease, task));
    }

    void fail(int provider, int task, Reason reason, int code) {
        now = now.plusSeconds(2);
        on(new JobEvent.Answered("l" + provider, task, reason, code, Market.hash(""), 0, Market.usage(1000), "out of cheese"));
    }

    LeaseRun lease(int n) {
        return m.leases().get("l" + n);
    }

    <T extends JobEffect> List<T> all(Class<T> type) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
