package org.zennet.publisher.internal.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Verdict;
import org.zennet.publisher.internal.forecast.Evidence;
import org.zennet.publisher.machine.LeaseRun;
import org.zennet.services.publisher.JobService.JobInfo;

/** Turns what a job's providers delivered and asked into the evidence of a forecast. Any thread. */
final class ProbeView {
    private ProbeView() { }

    static Evidence evidence(JobRunner job) {
        int tasks = job.papers().plan.tasks();
        List<Evidence.Lease> leases = new ArrayList<>();
        Map<String, LeaseRun> runs = job.machine().leases();
        for (JobLink link : job.links().values()) {
            LeaseRun lease = runs.get(link.id());
            if (lease == null || lease.caught().isPresent()) {
                continue;
            }
            List<UsageVector> delivered = new ArrayList<>();
            Optional<UsageVector> reduce = Optional.empty();
            synchronized (link.results) {
                for (Map.Entry<Integer, Verdict.SignedResult> e : link.results.entrySet()) {
                    UsageVector usage = e.getValue().statement().usage();
                    if (e.getKey() < tasks) {
                        delivered.add(usage);
                    } else {
                        reduce = Optional.of(usage);
                    }
                }
            }
            if (!delivered.isEmpty() || reduce.isPresent()) {
                leases.add(new Evidence.Lease(link.provider().toHex(), link.contract().rates(), lease.ledger().bill().usage(), link.contract().terms().prepaid(), delivered, reduce));
            }
        }
        List<Evidence.Asked> offers = job.asked().entrySet().stream().map(e -> new Evidence.Asked(e.getKey().toHex(),
                e.getValue().strategy() + " " + e.getValue().strategyVersion(), e.getValue().rates(), e.getValue().benchmarks())).toList();
        JobInfo info = job.info();
        long wall = info.ended().map(end -> end.toEpochMilli() - info.submitted().toEpochMilli()).orElse(0L);
        return new Evidence(leases, offers, wall, info.spent());
    }
}
