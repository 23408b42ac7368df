package org.zennet.publisher.internal.job;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.value.RateVector;
import org.zennet.market.message.Contract;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.Offer;
import org.zennet.market.message.TaskResult;
import org.zennet.market.message.Verdict;
import org.zennet.publisher.internal.buyer.MarketSession;
import org.zennet.publisher.internal.file.JobFile;
import org.zennet.publisher.machine.JobEvent;
import org.zennet.publisher.machine.WitnessReport;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** A job's session with one provider: asks also for prices alone, and checks results. */
final class JobSession extends MarketSession<JobLink> {
    private final JobRunner job;
    private boolean inquiry;

    JobSession(JobRunner job, PeerConnection peer, MessageStream stream, Optional<JobLink> link) {
        super(job, peer, stream, link);
        this.job = job;
    }

    @Override
    protected boolean replaces(MarketSession<JobLink> older) {
        return true;
    }

    @Override
    protected void began() {
        inquiry = !job.hires(provider());
    }

    @Override
    protected String outline(Descriptor d) {
        return d.name() + ": " + d.tasks() + " tasks, " + (d.resources().memory() >> 20) + " MiB each";
    }

    @Override
    protected void offered(Offer offer) {
        job.asked().put(provider(), offer);
    }

    @Override
    protected Optional<String> unwanted() {
        return inquiry ? Optional.of("this asked for a price; all the machines that are needed are hired") : Optional.empty();
    }

    @Override
    protected String strategy() {
        return job.buying();
    }

    @Override
    protected BidRequest question(Offer offer, Optional<RateVector> previous, List<RateVector> others) {
        JobFile file = job.papers().file;
        return new BidRequest(offer.rates(), offer.last(), previous, Proposal.expected(file), file.budget().perTask(), offer.benchmarks(), others,
                offer.round(), file.buying().settings());
    }

    @Override
    protected JobLink lease(Contract contract, int rounds) {
        return new JobLink(contract, stream(), watch(), rounds);
    }

    @Override
    protected void result(JobLink l, TaskResult m) {
        Optional<Integer> number = job.papers().number(m.taskId());
        boolean right = number.isPresent() && m.statement().contract().equals(l.hash())
                && m.statement().task().equals(job.papers().digest(number.get()))
                && job.ports().identity().verify(provider(), m.statement(), m.signature());
        if (!right) {
            violation("a result that does not belong to a task of this lease, or without a valid signature");
            return;
        }
        l.results.putIfAbsent(number.get(), new Verdict.SignedResult(provider(), m.statement(), m.signature()));
        String log = new String(m.log(), StandardCharsets.UTF_8);
        boolean witness = job.papers().plan.witness();
        job.event(new JobEvent.Answered(l.id(), number.get(), m.statement().reason(), m.statement().exitCode(),
                m.statement().output(), m.statement().outputBytes(), m.statement().usage(), m.statement().fuel(),
                witness ? WitnessReport.in(log) : Optional.empty(),
                (witness ? WitnessReport.without(log) : log).lines().filter(s -> !s.isBlank()).limit(3)
                        .reduce((a, b) -> a + " / " + b).orElse("")));
    }
}
