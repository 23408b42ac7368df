package org.zennet.publisher.machine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.machine.Bill;
import org.zennet.market.message.Terms;
import org.zennet.services.publisher.JobService.JobState;

/** A market in virtual time around one job machine: providers that are honest, lie, crash, stall, fail or are slow. */
final class Market {
    static final Terms TERMS = new Terms(1000, 5000, new Amount(5000), new Amount(10), new Amount(10_000_000), 1000, 1, 300,
            new Amount(100_000), new Amount(200_000), 3_600_000, "none");
    static final RateVector RATES = RateVector.ZERO.with(Counter.CPU, 1_157_407_407L).with(Counter.WALL, 1_000_000L);
    static final Resources SIZE = new Resources(1000, 64 << 20, 0);
    private static final long LATENCY = 5;

    /** How a provider behaves. */
    enum Kind { HONEST, LIAR, CRASHING, RETURNING, STALLING, SLOW, GREEDY, WITHHOLDING, QUITTING, NOISY }

    /** One provider: where its leases stand. */
    static final class Seller {
        final PublicKey key;
        final Kind kind;
        String lease = "";
        int leases;
        Instant started;
        int sequence;
        long busyUntil;
        int done;
        boolean gone;
        boolean away;
        final Set<Integer> begun = new HashSet<>();
        final Map<Integer, JobEvent.Answered> results = new HashMap<>();

        Seller(int number, Kind kind) {
            this.key = key(number);
            this.kind = kind;
        }
    }

    private record Timed(long at, long order, Runnable action) { }

    final List<Seller> sellers = new ArrayList<>();
    final Set<String> pairs = new HashSet<>();
    final Map<String, Seller> byLease = new HashMap<>();
    final Map<String, Hash> signed = new HashMap<>();
    final List<JobEffect.Judge> verdicts = new ArrayList<>();
    final Map<String, Amount> paidAfterCatch = new HashMap<>();
    final Random random;
    JobMachine job;
    private final PriorityQueue<Timed> queue = new PriorityQueue<>(Comparator.comparingLong(Timed::at).thenComparingLong(Timed::order));
    private long now;
    private long order;
    final long taskMillis;
    final Terms terms;
    int resumed;
    boolean comparerFails;

    Market(JobPlan plan, long seed, long taskMillis) {
        this.job = JobMachine.start(plan);
        this.random = new Random(seed);
        this.taskMillis = taskMillis;
        this.terms = TERMS.withPatience(5000 * (int) (seed % 3));
    }

    static JobPlan plan(int tasks, boolean reduce, int replicas, int tieBreak, int machines) {
        return new JobPlan(tasks, 1, reduce, replicas, tieBreak, machines, new Amount(100_000_000), TERMS.capacity(), 60_000, 60_000,
                Instant.EPOCH.plusSeconds(600), new JobPlan.Waits(60_000, 15_000, 30_000, 2000));
    }

    static PublicKey key(int number) {
        byte[] b = new byte[32];
        Arrays.fill(b, (byte) number);
        return PublicKey.of(b);
    }

    static Hash hash(String text) {
        return org.zennet.api.encoding.Tag.TEST.hash(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** A right result with the noise of one provider's floating point. */
    static Hash noisy(int task, PublicKey provider) {
        return hash("right " + task + " but for " + provider);
    }

    /** What a comparer would say that sees through the noise. */
    private VerificationMachine.Answer compare(int task, VerificationMachine.Pair pair) {
        boolean same = List.of(pair.first(), pair.second()).stream().allMatch(h -> h.equals(right(task))
                || sellers.stream().anyMatch(s -> h.equals(noisy(task, s.key))));
        return random.nextInt(10) == 0 && comparerFails ? VerificationMachine.Answer.UNKNOWN
                : same ? VerificationMachine.Answer.SAME : VerificationMachine.Answer.DIFFERENT;
    }

    static Hash right(int task) {
        return hash("right " + task);
    }

    Instant instant() {
        return Instant.EPOCH.plusMillis(now);
    }

    Market with(Kind... kinds) {
        for (Kind k : kinds) {
            sellers.add(new Seller(sellers.size() + 1, k));
        }
        return this;
    }

    /** Runs until the job is over, and returns how. */
    JobState run() {
        event(new BuyerEvent.Announced());
        at(0, this::tick);
        sellers.forEach(s -> at(random.nextInt(2000), () -> offer(s)));
        while (!job.over() && !queue.isEmpty()) {
            Timed next = queue.poll();
            now = Math.max(now, next.at());
            next.action().run();
        }
        return job.phase();
    }

    private void at(long delay, Runnable action) {
        queue.add(new Timed(now + delay, order++, action));
    }

    private void tick() {
        event(new BuyerEvent.Tick());
        check();
        at(200, this::tick);
    }

    private void offer(Seller s) {
        if (s.gone || job.over()) {
            return;
        }
        if (s.lease.isEmpty() && job.wants(0) && job.mayHire(s.key)) {
            String id = "lease-" + s.key.toShortHex() + "-" + s.leases++;
            s.lease = id;
            s.sequence = 0;
            s.busyUntil = now;
            s.away = false;
            s.begun.clear();
            s.results.clear();
            byLease.put(id, s);
            event(new BuyerEvent.Agreed(id, s.key, RATES, terms, SIZE));
            at(LATENCY, () -> event(new BuyerEvent.Ready(id)));
        }
        at(1000 + random.nextInt(500), () -> offer(s));
    }

    void event(JobEvent e) {
        JobMachine.Step step = job.on(e, instant());
        job = step.state();
        step.effects().forEach(this::run);
    }

    private void run(JobEffect effect) {
        switch (effect) {
            case BuyerEffect.Fund f -> at(1000, () -> begin(f.lease()));
            case JobEffect.Prepay p -> at(1, () -> event(new BuyerEvent.Paid(p.lease(), p.amount())));
            case JobEffect.Dispatch d -> dispatch(d);
            case JobEffect.Fetch f -> at(LATENCY, () -> event(byLease.get(f.lease()).kind == Kind.WITHHOLDING
                    ? new JobEvent.Undelivered(f.lease(), f.task(), "not there") : new JobEvent.Delivered(f.lease(), f.task())));
            case JobEffect.Compare c -> {
                VerificationMachine.Answer answer = compare(c.task(), c.pair());
                at(random.nextInt(3000), () -> event(new JobEvent.Compared(c.task(), c.pair(), answer,
                        answer == VerificationMachine.Answer.UNKNOWN ? "it failed" : "")));
            }
            case BuyerEffect.Answer a -> {
                Amount step = new Amount(a.due().zen() / 10 * 10);
                at(1, () -> event(new BuyerEvent.Paid(a.lease(), step)));
            }
            case JobEffect.Judge j -> {
                verdicts.add(j);
                byLease.get(j.lease()).results.remove(j.task());
            }
            case JobEffect.Resume r -> {
                resumed++;
                Seller s = byLease.get(r.lease());
                r.wanted().stream().filter(s.results::containsKey).forEach(t -> at(LATENCY, () -> tell(s, r.lease(), s.results.get(t))));
            }
            case JobEffect.Repay p -> at(1, () -> event(new BuyerEvent.Paid(p.lease(), p.due())));
            case JobEffect.Decline d -> {
                Seller s = byLease.get(d.lease());
                if (d.pay()) {
                    at(0, () -> event(new BuyerEvent.Paid(d.lease(), d.due())));
                }
                if (s.lease.equals(d.lease())) {
                    s.lease = "";
                }
                at(1500, () -> event(new BuyerEvent.Settled(d.lease())));
            }
            case BuyerEffect.Close c -> {
                if (c.pay()) {
                    at(0, () -> event(new BuyerEvent.Paid(c.lease(), c.due())));
                }
                Seller s = byLease.get(c.lease());
                if (s.lease.equals(c.lease())) {
                    s.lease = "";
                }
                at(LATENCY, () -> event(new BuyerEvent.Receipted(c.lease(), false)));
                at(1500, () -> event(new BuyerEvent.Settled(c.lease())));
            }
            case JobEffect.PrepareReduce _ -> at(1, () -> event(new JobEvent.ReduceReady()));
            case JobEffect.Finish _ -> at(500, () -> event(new JobEvent.Finished()));
            case BuyerEffect.StopHiring _, JobEffect.Over _ -> { }
        }
    }

    private void begin(String lease) {
        Seller s = byLease.get(lease);
        if (!s.lease.equals(lease)) {
            return;
        }
        s.started = instant();
        event(new BuyerEvent.Started(lease));
        at(1000, () -> state(s, lease));
        if (s.kind == Kind.CRASHING) {
            at(500 + random.nextInt(4000), () -> lose(s, lease));
        } else if (s.kind == Kind.RETURNING) {
            at(500 + random.nextInt(4000), () -> leave(s, lease));
        }
    }

    /** Its connection is cut; the container runs on, and it comes back, perhaps too late. */
    private void leave(Seller s, String lease) {
        if (!s.lease.equals(lease)) {
            return;
        }
        s.away = true;
        event(new BuyerEvent.Lost(lease, "cut"));
        at(random.nextInt(12_000), () -> {
            if (s.lease.equals(lease)) {
                s.away = false;
                event(new JobEvent.Returned(lease, s.sequence, usage(now - s.started.toEpochMilli()), s.begun, s.results.keySet()));
                at(500 + random.nextInt(8000), () -> leave(s, lease));
            }
        });
    }

    private void lose(Seller s, String lease) {
        if (s.lease.equals(lease)) {
            s.lease = "";
            event(new BuyerEvent.Lost(lease, "killed"));
            s.gone = random.nextBoolean();
        }
    }

    private void state(Seller s, String lease) {
        if (!s.lease.equals(lease) || job.over()) {
            return;
        }
        if (s.away) {
            at(1000, () -> state(s, lease));
            return;
        }
        long wall = now - s.started.toEpochMilli();
        long factor = s.kind == Kind.GREEDY ? 10 : 1;
        event(new BuyerEvent.Claimed(lease, ++s.sequence, usage(wall * factor)));
        at(1000, () -> state(s, lease));
    }

    static UsageVector usage(long millis) {
        return UsageVector.ZERO.with(Counter.CPU, millis * 900).with(Counter.WALL, millis);
    }

    private void dispatch(JobEffect.Dispatch d) {
        Seller s = byLease.get(d.lease());
        if (!pairs.add(d.task() + "@" + s.key.toHex() + "@" + d.lease())) {
            throw new AssertionError("task " + d.task() + " went twice to " + d.lease());
        }
        s.begun.add(d.task());
        long begin = Math.max(now, s.busyUntil);
        long time = (long) (taskMillis * (0.5 + random.nextDouble())) * (s.kind == Kind.SLOW ? 8 : 1);
        s.busyUntil = begin + time;
        if (s.kind == Kind.STALLING && s.done >= 1) {
            return;
        }
        at(s.busyUntil - now + LATENCY, () -> answer(s, d, time));
    }

    private void answer(Seller s, JobEffect.Dispatch d, long time) {
        if (!s.lease.equals(d.lease())) {
            return;
        }
        s.done++;
        s.begun.remove(d.task());
        if (s.kind == Kind.QUITTING && s.done > 2) {
            event(new BuyerEvent.Ended(d.lease(), "the owner is back"));
            s.gone = true;
            return;
        }
        boolean lie = s.kind == Kind.LIAR && random.nextInt(3) == 0;
        Hash output = lie ? hash("wrong " + d.task() + s.key) : s.kind == Kind.NOISY ? noisy(d.task(), s.key) : right(d.task());
        signed.put(d.task() + "@" + s.key.toHex(), output);
        JobEvent.Answered a = new JobEvent.Answered(d.lease(), d.task(), Outcome.Reason.EXITED, 0, output, 100, usage(time), "");
        s.results.put(d.task(), a);
        tell(s, d.lease(), a);
    }

    private void tell(Seller s, String lease, JobEvent.Answered answer) {
        if (s.lease.equals(lease) && !s.away && answer != null) {
            event(answer);
        }
    }

    /** What always holds. */
    void check() {
        if (job.bound().isMoreThan(job.plan().budget())) {
            throw new AssertionError("bound " + job.bound());
        }
        for (int i = 0; i < job.tasks().size(); i++) {
            TaskRun t = job.tasks().get(i);
            Set<PublicKey> who = new HashSet<>();
            t.verification().entries().forEach(e -> unique(who, e.provider()));
            t.running().forEach(r -> unique(who, r.provider()));
        }
        for (LeaseRun l : job.leases().values()) {
            Bill b = l.ledger().bill();
            Amount open = l.unjudged().values().stream().map(b::holdBack).reduce(Amount.ZERO, Amount::plus);
            if (l.unjudged().isEmpty() && l.faults() == 0 && !b.pending().equals(open) || open.isMoreThan(b.pending())) {
                throw new AssertionError("hold-backs of " + l.id() + ": " + b.pending() + " pending, " + open + " unjudged");
            }
            if (l.ledger().paid().isMoreThan(Amount.max(b.due(), b.terms().prepaid()))) {
                throw new AssertionError(l.id() + " was paid " + l.ledger().paid() + ", due are " + b.due());
            }
            l.caught().ifPresent(c -> caught(l, c));
        }
    }

    private void caught(LeaseRun l, LeaseRun.Caught c) {
        if (c.agreeing().size() < 2 || c.agreeing().contains(l.provider()) || new HashSet<>(c.agreeing()).size() != c.agreeing().size()) {
            throw new AssertionError("caught one against one: " + c);
        }
        if (c.signed().equals(c.other()) || !signed.get(c.task() + "@" + l.provider().toHex()).equals(c.signed())) {
            throw new AssertionError("caught without evidence: " + c);
        }
        c.agreeing().forEach(a -> {
            Hash theirs = signed.get(c.task() + "@" + a.toHex());
            if (!theirs.equals(c.other()) && (!job.plan().compares() || !theirs.equals(noisy(c.task(), a)) && !theirs.equals(right(c.task())))) {
                throw new AssertionError(a + " did not sign the other result");
            }
        });
        Amount before = paidAfterCatch.putIfAbsent(l.id(), l.ledger().paid());
        if (before != null && l.ledger().paid().isMoreThan(before)) {
            throw new AssertionError(l.id() + " was paid after it was caught");
        }
    }

    private static void unique(Set<PublicKey> who, PublicKey provider) {
        if (!who.add(provider)) {
            throw new AssertionError(provider + " has two replicas of a task");
        }
    }

    long caughtCount() {
        return job.leases().values().stream().filter(l -> l.caught().isPresent()).map(LeaseRun::provider).distinct().count();
    }

    long seconds() {
        return now / 1000;
    }
}
