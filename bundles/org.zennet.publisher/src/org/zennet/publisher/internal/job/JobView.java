package org.zennet.publisher.internal.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.ImageProgress;
import org.zennet.publisher.machine.JobMachine;
import org.zennet.publisher.machine.JobPlan;
import org.zennet.publisher.machine.LeaseLedger;
import org.zennet.publisher.machine.LeaseRun;
import org.zennet.publisher.machine.TaskRun;
import org.zennet.publisher.machine.VerificationMachine;
import org.zennet.publisher.machine.Witnessed;
import org.zennet.services.publisher.JobService.Caught;
import org.zennet.services.publisher.JobService.Drift;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.TaskInfo;
import org.zennet.services.publisher.JobService.Witness;

/** Turns a job's state into what people see. Unchanged tasks keep their object. Not thread-safe. */
final class JobView {
    private final List<TaskRun> seen = new ArrayList<>();
    private final List<TaskInfo> shown = new ArrayList<>();

    List<TaskInfo> tasks(JobMachine m) {
        for (int i = 0; i < m.tasks().size(); i++) {
            TaskRun t = m.tasks().get(i);
            if (i >= seen.size()) {
                seen.add(t);
                shown.add(task(m.plan(), i, t));
            } else if (seen.get(i) != t) {
                seen.set(i, t);
                shown.set(i, task(m.plan(), i, t));
            }
        }
        return List.copyOf(shown);
    }

    static List<HiredInfo> providers(JobMachine m, Map<String, JobLink> links) {
        return m.leases().values().stream().filter(l -> links.containsKey(l.id()))
                .map(l -> provider(m.plan(), l, links.get(l.id()))).toList();
    }

    private static TaskInfo task(JobPlan plan, int number, TaskRun t) {
        List<String> who = new ArrayList<>();
        t.verification().entries().forEach(e -> who.add(e.provider().toShortHex()));
        t.running().forEach(r -> who.add(r.provider().toShortHex()));
        Optional<String> output = t.verification().winner().flatMap(VerificationMachine.Key::output).map(h -> h.toHex());
        return new TaskInfo(plan.id(number), t.state(), List.copyOf(who), output, t.attempts(), t.note(), t.verification().fuel());
    }

    private static HiredInfo provider(JobPlan plan, LeaseRun l, JobLink link) {
        Optional<Caught> caught = l.caught().map(c -> new Caught(plan.id(c.task()), c.signed().toHex(), c.other().toHex(),
                c.agreeing().stream().map(k -> k.toHex()).toList()));
        return new HiredInfo(l.provider().toHex(), l.id(), state(l, link), link.rounds, link.contract().strategy(), l.results(),
                l.ledger().bill().usage(), link.contract().rates(),
                l.ledger().started().isPresent() ? l.ledger().bill().due() : Amount.ZERO, l.ledger().paid(), l.ledger().bill().released(), l.ledger().bill().withheld(), caught.isEmpty(), caught,
                link.channel().map(Object::toString).orElse(""), link.settlement().map(h -> h.toHex()), link.settlementHeight(), drift(l.ledger()),
                plan.witness() ? Optional.of(witness(l.ledger())) : Optional.empty(),
                link.watch().times());
    }

    private static Optional<Drift> drift(LeaseLedger l) {
        return l.drift().statements() == 0 ? Optional.empty() : Optional.of(new Drift(l.drift().statements(), l.drift().perMille(),
                l.bill().rates().cost(l.claimed()), l.bill().metered()));
    }

    private static Witness witness(LeaseLedger l) {
        UsageVector billed = l.bill().usage();
        Witnessed w = l.witnessed();
        return new Witness(w.reports(), w.silent(), w.seen().get(Counter.CPU), billed.get(Counter.CPU), w.seen().get(Counter.MEMORY), billed.get(Counter.MEMORY), w.farInAll());
    }

    private static boolean pulls(JobLink link) {
        return link.image().open().isPresent();
    }

    /** What the machine says, and how far the image is where providers pull it: in tenths, so that it does not change all the time. */
    static String phase(JobMachine m, Map<String, JobLink> links) {
        List<ImageProgress> pulls = m.leases().values().stream().filter(l -> links.containsKey(l.id()) && state(l, links.get(l.id())).equals("pulling"))
                .map(l -> links.get(l.id()).image().open().orElseThrow()).toList();
        if (pulls.isEmpty()) {
            return m.text();
        }
        double part = pulls.stream().mapToDouble(p -> (double) p.bytes() / p.total()).average().orElse(0);
        return m.text() + (m.text().isEmpty() ? "" : "; ") + (pulls.size() == 1 ? "a provider pulls" : pulls.size() + " providers pull") + " the image: "
                + (int) (part * 10) * 10 + " % of " + (pulls.getFirst().total() + (1 << 20) - 1 >> 20) + " MiB";
    }

    private static String state(LeaseRun l, JobLink link) {
        if (link.settlementHeight() > 0) {
            return "settled";
        }
        if (l.caught().isPresent()) {
            return "caught";
        }
        return switch (l.stage()) {
            case AGREED, FUNDED -> pulls(link) ? "pulling" : "starting";
            case RUNNING, DRAINING -> l.held() ? "frozen" : "running";
            case ABSENT -> "away";
            case LOST -> "lost";
            case CLOSING, ENDED -> "ended";
        };
    }
}
