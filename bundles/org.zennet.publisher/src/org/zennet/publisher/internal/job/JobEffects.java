package org.zennet.publisher.internal.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.container.Fuel;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Signature;
import org.zennet.market.message.Close;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Resumed;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Task;
import org.zennet.market.message.TaskOutput;
import org.zennet.market.message.Terms;
import org.zennet.market.message.Verdict;
import org.zennet.publisher.internal.file.JobFileReader;
import org.zennet.publisher.machine.JobEffect;
import org.zennet.publisher.machine.JobEvent;
import org.zennet.publisher.machine.LeaseRun;
import org.zennet.publisher.machine.VerificationMachine;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.ChannelService.Funding;
import org.zennet.services.wallet.ChannelService.Payment;

/** Does what a job's machine says. Runs in the job's mailbox; what takes long goes to a worker. */
final class JobEffects {
    private static final Logger LOG = LoggerFactory.getLogger(JobEffects.class);
    private static final byte[] NONE = new byte[0];
    private final JobRunner job;
    private final Ports ports;

    JobEffects(JobRunner job) {
        this.job = job;
        this.ports = job.ports();
    }

    /** Whether an effect tells others something that a crash must not forget. */
    static boolean bindsSomebody(JobEffect effect) {
        return !(effect instanceof JobEffect.Answer || effect instanceof JobEffect.Fetch || effect instanceof JobEffect.Compare);
    }

    void run(JobEffect effect) {
        switch (effect) {
            case JobEffect.Fund e -> fund(job.links().get(e.lease()));
            case JobEffect.Prepay e -> prepay(job.links().get(e.lease()), e.amount());
            case JobEffect.Dispatch e -> job.links().get(e.lease()).market.send(Records.encode(job.papers().task(e.task())));
            case JobEffect.Fetch e -> fetch(job.links().get(e.lease()), e);
            case JobEffect.Compare e -> ports.workers().execute(() -> new Comparing(job).ask(e.task(), e.pair()));
            case JobEffect.Answer e -> answer(job.links().get(e.lease()), e);
            case JobEffect.Judge e -> judge(job.links().get(e.lease()), e);
            case JobEffect.Close e -> close(job.links().get(e.lease()), e);
            case JobEffect.Resume e -> resume(job.links().get(e.lease()), e);
            case JobEffect.Repay e -> {
                LeaseLink link = job.links().get(e.lease());
                pay(link, Amount.max(e.due(), job.paid(e.lease())), true).ifPresent(p -> link.market.send(Records.encode(p)));
            }
            case JobEffect.Decline e -> decline(job.links().get(e.lease()), e);
            case JobEffect.PrepareReduce _ -> ports.workers().execute(this::prepareReduce);
            case JobEffect.Finish _ -> finish();
            case JobEffect.StopHiring e -> {
                List.copyOf(job.talks()).forEach(t -> t.withdraw(e.reason()));
                ports.workers().execute(job::revoke);
            }
            case JobEffect.Over e -> {
                LOG.info("job {} is over: {}", job.id(), e.state());
                job.links().values().forEach(l -> l.market.close());
            }
        }
    }

    // ---- money

    private void fund(LeaseLink link) {
        Terms t = link.contract.terms();
        try {
            Funding funding = ports.channels().open(link.contract.payee(), t.capacity(), t.quantum(), t.channelBlocks(), link.id);
            link.channel = Optional.of(funding.outPoint());
            job.touched();
            link.market.send(Records.encode(funding));
        } catch (Rejected e) {
            job.event(new JobEvent.NotFunded(link.id, e.getMessage()));
        }
    }

    private void prepay(LeaseLink link, Amount amount) {
        link.unsent = pay(link, amount, true);
        link.payments.ifPresent(s -> payments(link, s));
    }

    /** A stream for payments is there: what waited for it goes out. */
    void payments(LeaseLink link, MessageStream stream) {
        link.payments = Optional.of(stream);
        link.unsent.ifPresent(p -> {
            if (stream.send(Records.encode(p))) {
                link.unsent = Optional.empty();
            }
        });
    }

    private Optional<Payment> pay(LeaseLink link, Amount due, boolean exact) {
        if (link.channel.isEmpty()) {
            return Optional.empty();
        }
        OutPoint channel = link.channel.get();
        try {
            Optional<Payment> payment = exact ? ports.channels().payExactly(channel, due) : ports.channels().pay(channel, due);
            ports.channels().channel(channel).map(ChannelService.ChannelInfo::paid)
                    .ifPresent(total -> job.event(new JobEvent.Paid(link.id, total)));
            return payment;
        } catch (Rejected e) {
            LOG.info("lease {}: {}", link.id, e.getMessage());
            job.event(new JobEvent.Exhausted(link.id, e.getMessage()));
            return Optional.empty();
        }
    }

    /** A usage statement arrived: its signature is checked before the machine hears of it. */
    void statement(LeaseLink link, MessageStream stream, SignedStatement m) {
        if (link == null || job.machine().over()) {
            return;
        }
        boolean right = m.publisherSignature().isEmpty() && m.payment().length == 0
                && ports.identity().verify(link.provider(), m.statement(), m.providerSignature());
        if (!right) {
            job.event(new JobEvent.Violated(link.id, "a usage statement without a valid signature"));
            link.connection.violation("a usage statement without a valid signature");
            return;
        }
        payments(link, stream);
        link.statement = Optional.of(m);
        job.event(new JobEvent.Claimed(link.id, m.statement().sequence(), m.statement().usage()));
    }

    private void answer(LeaseLink link, JobEffect.Answer e) {
        Optional<Payment> payment = pay(link, e.due(), e.exact());
        SignedStatement m = link.statement.filter(s -> s.statement().sequence() == e.sequence()).orElse(null);
        if (m == null || link.payments.isEmpty()) {
            payment.ifPresent(p -> link.unsent = payment);
            return;
        }
        Optional<Signature> signature = e.countersign() ? Optional.of(ports.identity().sign(m.statement())) : Optional.empty();
        if (signature.isEmpty()) {
            LOG.info("lease {}: statement {} claims {}, more than the own clock allows", link.id, e.sequence(), m.statement().usage());
        }
        link.payments.get().send(Records.encode(new SignedStatement(m.statement(), m.providerSignature(), signature,
                payment.map(Records::encode).orElse(NONE))));
    }

    private void close(LeaseLink link, JobEffect.Close e) {
        if (link == null) {
            return;
        }
        Optional<Payment> payment = e.pay() ? pay(link, e.due(), true) : Optional.empty();
        link.market.send(Records.encode(new Close(link.hash, Texts.cut(e.reason(), 300), payment.map(Records::encode).orElse(NONE))));
        LOG.info("lease {} of job {} ends: {}", link.id, job.id(), e.reason());
    }

    // ---- a connection that was lost

    /** A provider asks to go on: whether it shows true things is found out before the machine hears of it. */
    void returned(LeaseLink link, MessageStream stream, Resume r) {
        Optional<String> lie = job.machine().over() ? Optional.of("the job is over") : shown(link, r);
        if (lie.isPresent()) {
            LOG.info("lease {} is not taken up again: {}", link.id, lie.get());
            stream.send(Records.encode(new Refusal(Texts.cut(lie.get(), 300))));
            stream.close();
            return;
        }
        Set<Integer> begun = new HashSet<>();
        Set<Integer> done = new HashSet<>();
        for (Resume.Progress p : r.tasks()) {
            job.papers().number(p.taskId()).ifPresent(n -> (p.stage() == Resume.Stage.DONE ? done : begun).add(n));
        }
        link.asking.ifPresent(MessageStream::close);
        link.asking = Optional.of(stream);
        job.event(new JobEvent.Returned(link.id, r.sequence(), r.usage(), begun, done));
    }

    /** What is wrong with what a provider shows, if anything. Nothing was signed since the connection was lost. */
    private Optional<String> shown(LeaseLink link, Resume r) {
        boolean known = r.tasks().stream().allMatch(p -> job.papers().number(p.taskId()).map(n -> job.papers().digest(n).equals(p.task()))
                .orElse(false));
        if (!known) {
            return Optional.of("it names a task that was not sent");
        }
        if (r.payment().length == 0) {
            return Optional.empty();
        }
        try {
            Payment newest = Records.decode(Payment.class, r.payment());
            if (!link.channel.equals(Optional.of(newest.outPoint()))) {
                return Optional.of("it shows a payment on another channel");
            }
            Amount held = ports.channels().sync(newest.outPoint(), newest);
            job.event(new JobEvent.Paid(link.id, held));
            return Optional.empty();
        } catch (EncodingException | Rejected e) {
            return Optional.of(e.getMessage());
        }
    }

    private void resume(LeaseLink link, JobEffect.Resume e) {
        LOG.info("lease {} of job {} goes on", link.id, job.id());
        link.rewire();
        link.market.send(Records.encode(new Resumed(link.hash, e.sequence(), e.wanted().stream().map(job.papers().plan::id).toList())));
    }

    private void decline(LeaseLink link, JobEffect.Decline e) {
        if (link.asking.isEmpty()) {
            return;
        }
        LOG.info("lease {} of job {} is not taken up again: {}", link.id, job.id(), e.reason());
        if (e.pay()) {
            link.rewire();
            close(link, new JobEffect.Close(e.lease(), true, Amount.max(e.due(), job.paid(e.lease())), e.reason()));
        } else {
            MessageStream stream = link.asking.get();
            link.asking = Optional.empty();
            stream.send(Records.encode(new Refusal(Texts.cut(e.reason(), 300))));
            stream.close();
        }
    }

    /** Looks for settlements of leases that ended. */
    void settlements() {
        boolean news = false;
        for (LeaseLink link : job.links().values()) {
            LeaseRun lease = job.machine().leases().get(link.id);
            if (lease == null || lease.live() || link.channel.isEmpty() || link.settledTold) {
                continue;
            }
            var spender = ports.chain().spender(link.channel.get());
            if (spender.isPresent()) {
                int height = spender.get().depth() > 0 ? spender.get().height() : 0;
                news |= !Optional.of(spender.get().txid()).equals(link.settlement) || height != link.settlementHeight;
                link.settlement = Optional.of(spender.get().txid());
                link.settlementHeight = height;
                if (height > 0) {
                    link.settledTold = true;
                    job.event(new JobEvent.Settled(link.id));
                }
            }
        }
        if (news) {
            job.touched();
        }
    }

    // ---- results

    private void fetch(LeaseLink link, JobEffect.Fetch e) {
        ContentStore store = job.papers().store;
        Task task = job.papers().task(e.task());
        if (e.bytes() > TaskOutput.most(task)) {
            job.event(new JobEvent.Undelivered(link.id, e.task(), "its " + e.bytes() + " bytes are more than the task may write"));
        } else if (e.bytes() == 0 || store.has(e.output())) {
            boolean fits = e.bytes() == 0 ? e.output().equals(ContentStore.sha256(NONE)) : fits(store, e);
            keepEmpty(store, e);
            if (fits) {
                arrived(link, e, task);
            } else {
                job.event(new JobEvent.Undelivered(link.id, e.task(), "its signed size is wrong"));
            }
        } else {
            OutputFetch.start(link.connection, store, new OutputFetch.Wanted(link.hash, e.output(), e.bytes()), ports.workers(), problem -> {
                if (problem.isEmpty()) {
                    arrived(link, e, task);
                } else {
                    job.post(() -> job.event(new JobEvent.Undelivered(link.id, e.task(), problem.get())));
                }
            });
        }
    }

    /** An output is here with its hash: where it should be an archive, it is one, or it counts as not delivered. */
    private void arrived(LeaseLink link, JobEffect.Fetch e, Task task) {
        if (task.outputs().isEmpty()) {
            job.post(() -> job.event(new JobEvent.Delivered(link.id, e.task())));
            return;
        }
        ports.workers().execute(() -> {
            Optional<String> problem = ResultFiles.objection(job.papers().store, e.output());
            job.post(() -> job.event(problem.isEmpty() ? new JobEvent.Delivered(link.id, e.task())
                    : new JobEvent.Undelivered(link.id, e.task(), "what it delivered is no result: " + problem.get())));
        });
    }

    private static boolean fits(ContentStore store, JobEffect.Fetch e) {
        try {
            return store.size(e.output()) == e.bytes();
        } catch (IOException x) {
            return false;
        }
    }

    private static void keepEmpty(ContentStore store, JobEffect.Fetch e) {
        if (e.bytes() == 0) {
            try {
                store.put(NONE);
            } catch (IOException x) {
                LOG.warn("the empty output can't be stored: {}", x.getMessage());
            }
        }
    }

    private void judge(LeaseLink link, JobEffect.Judge e) {
        List<Verdict.SignedResult> evidence = e.evidence().stream().limit(5).map(VerificationMachine.Entry::lease)
                .map(id -> job.links().get(id)).filter(Objects::nonNull).map(l -> l.results.get(e.task()))
                .filter(Objects::nonNull).toList();
        if (!e.passed()) {
            job.book().evidence(link.id, job.papers().plan.id(e.task()), link.results.get(e.task()), evidence);
        }
        link.market.send(Records.encode(new Verdict(link.hash, job.papers().plan.id(e.task()), e.passed(), e.holdBack(), evidence)));
    }

    // ---- the end, on a worker

    private List<Hash> outputs() {
        List<Hash> outputs = new ArrayList<>();
        for (int i = 0; i < job.papers().plan.tasks(); i++) {
            outputs.add(job.machine().tasks().get(i).verification().winner().flatMap(VerificationMachine.Key::output).orElseThrow());
        }
        return outputs;
    }

    private void prepareReduce() {
        try {
            JobPapers papers = job.papers();
            List<Hash> outputs = outputs();
            boolean archives = !papers.file.task().outputs().isEmpty();
            Hash stdin = archives ? ResultFiles.stdout(papers.store, outputs, JobFileReader.MAX_STDIN) : concatenated(papers.store, outputs);
            List<String> ids = java.util.stream.IntStream.range(0, outputs.size()).mapToObj(papers.plan::id).toList();
            JobPapers.Part files = archives ? ResultFiles.together(papers.store, ids, outputs, papers.reduceFiles()) : papers.reduceFiles();
            papers.reduceInput(stdin, files);
            job.post(() -> job.event(new JobEvent.ReduceReady()));
        } catch (IOException e) {
            job.post(() -> job.event(new JobEvent.Broken("the reduce step's input can't be made: " + e.getMessage())));
        }
    }

    private static Hash concatenated(ContentStore store, List<Hash> outputs) throws IOException {
        long total = 0;
        for (Hash h : outputs) {
            total += store.size(h);
        }
        if (total > JobFileReader.MAX_STDIN) {
            throw new IOException("the outputs have " + total + " bytes together, more than " + JobFileReader.MAX_STDIN);
        }
        return store.concatenate(outputs);
    }

    private void finish() {
        List<Hash> outputs = outputs();
        Optional<Hash> reduced = job.papers().plan.reduce()
                ? job.machine().tasks().getLast().verification().winner().flatMap(VerificationMachine.Key::output) : Optional.empty();
        int sample = sample(outputs.size());
        List<Optional<Fuel>> fuel = job.machine().tasks().stream().map(t -> t.verification().fuel()).toList();
        ports.workers().execute(() -> new Completion(job, outputs, reduced, fuel, sample).run());
    }

    /** A task by lot; one whose providers counted differently, where there is such a one. */
    private int sample(int tasks) {
        List<Integer> disputed = java.util.stream.IntStream.range(0, tasks)
                .filter(i -> job.machine().tasks().get(i).verification().fuelDisputed()).boxed().toList();
        return disputed.isEmpty() ? ports.random().nextInt(tasks) : disputed.get(ports.random().nextInt(disputed.size()));
    }
}
