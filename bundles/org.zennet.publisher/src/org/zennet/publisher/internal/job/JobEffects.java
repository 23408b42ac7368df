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
import org.zennet.api.container.Fuel;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Close;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Resumed;
import org.zennet.market.message.Task;
import org.zennet.market.message.TaskOutput;
import org.zennet.market.message.Verdict;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.internal.file.JobFileReader;
import org.zennet.publisher.machine.BuyerEffect;
import org.zennet.publisher.machine.BuyerEvent;
import org.zennet.publisher.machine.JobEffect;
import org.zennet.publisher.machine.JobEvent;
import org.zennet.publisher.machine.VerificationMachine;
import org.zennet.services.network.MessageStream;

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
        return !(effect instanceof BuyerEffect.Answer || effect instanceof JobEffect.Fetch || effect instanceof JobEffect.Compare);
    }

    void run(JobEffect effect) {
        switch (effect) {
            case BuyerEffect.Fund e -> job.payer().fund(link(e.lease()));
            case JobEffect.Prepay e -> job.payer().prepay(link(e.lease()), e.amount());
            case JobEffect.Dispatch e -> link(e.lease()).market().send(Records.encode(job.papers().task(e.task())));
            case JobEffect.Fetch e -> fetch(link(e.lease()), e);
            case JobEffect.Compare e -> ports.workers().execute(() -> new Comparing(job).ask(e.task(), e.pair()));
            case BuyerEffect.Answer e -> job.payer().answer(link(e.lease()), e);
            case JobEffect.Judge e -> judge(link(e.lease()), e);
            case BuyerEffect.Close e -> close(link(e.lease()), e);
            case JobEffect.Resume e -> resume(link(e.lease()), e);
            case JobEffect.Repay e -> job.payer().repay(link(e.lease()), e.due());
            case JobEffect.Decline e -> decline(link(e.lease()), e);
            case JobEffect.PrepareReduce _ -> ports.workers().execute(this::prepareReduce);
            case JobEffect.Finish _ -> finish();
            case BuyerEffect.StopHiring e -> job.stopHiring(e.reason());
            case JobEffect.Over e -> {
                LOG.info("job {} is over: {}", job.id(), e.state());
                job.links().values().forEach(l -> l.market().close());
            }
        }
    }

    private JobLink link(String lease) {
        return job.links().get(lease);
    }

    // ---- the end of a lease, and a connection that was lost

    private void close(JobLink link, BuyerEffect.Close e) {
        if (link != null) {
            job.payer().close(link, e);
        }
    }

    /** A provider asks to go on: whether it shows true things is found out before the machine hears of it. */
    void returned(JobLink link, MessageStream stream, Resume r) {
        Optional<String> lie = job.machine().over() ? Optional.of("the job is over") : shown(link, r);
        if (lie.isPresent()) {
            job.payer().refuse(link, stream, lie.get());
            return;
        }
        Set<Integer> begun = new HashSet<>();
        Set<Integer> done = new HashSet<>();
        for (Resume.Progress p : r.tasks()) {
            job.papers().number(p.taskId()).ifPresent(n -> (p.stage() == Resume.Stage.DONE ? done : begun).add(n));
        }
        link.asking().ifPresent(MessageStream::close);
        link.asking(Optional.of(stream));
        job.event(new JobEvent.Returned(link.id(), r.sequence(), r.usage(), begun, done));
    }

    /** What is wrong with what a provider shows, if anything. */
    private Optional<String> shown(JobLink link, Resume r) {
        boolean known = r.tasks().stream().allMatch(p -> job.papers().number(p.taskId()).map(n -> job.papers().digest(n).equals(p.task()))
                .orElse(false));
        return known ? job.payer().objection(link, r) : Optional.of("it names a task that was not sent");
    }

    private void resume(JobLink link, JobEffect.Resume e) {
        LOG.info("lease {} of job {} goes on", link.id(), job.id());
        link.rewire();
        link.market().send(Records.encode(new Resumed(link.hash(), e.sequence(), e.wanted().stream().map(job.papers().plan::id).toList())));
    }

    private void decline(JobLink link, JobEffect.Decline e) {
        if (link.asking().isEmpty()) {
            return;
        }
        if (e.pay()) {
            LOG.info("lease {} of job {} is not taken up again: {}", link.id(), job.id(), e.reason());
            link.rewire();
            job.payer().close(link, new BuyerEffect.Close(e.lease(), true, Amount.max(e.due(), job.paid(e.lease())), e.reason()));
        } else {
            MessageStream stream = link.asking().get();
            link.asking(Optional.empty());
            job.payer().refuse(link, stream, e.reason());
        }
    }

    // ---- results

    private void fetch(JobLink link, JobEffect.Fetch e) {
        ContentStore store = job.papers().store;
        Task task = job.papers().task(e.task());
        if (e.bytes() > TaskOutput.most(task)) {
            job.event(new JobEvent.Undelivered(link.id(), e.task(), "its " + e.bytes() + " bytes are more than the task may write"));
        } else if (e.bytes() == 0 || store.has(e.output())) {
            boolean fits = e.bytes() == 0 ? e.output().equals(ContentStore.sha256(NONE)) : fits(store, e);
            keepEmpty(store, e);
            if (fits) {
                arrived(link, e, task);
            } else {
                job.event(new JobEvent.Undelivered(link.id(), e.task(), "its signed size is wrong"));
            }
        } else {
            OutputFetch.start(link.connection(), store, new OutputFetch.Wanted(link.hash(), e.output(), e.bytes()), ports.workers(), problem -> {
                if (problem.isEmpty()) {
                    arrived(link, e, task);
                } else {
                    job.post(() -> job.event(new JobEvent.Undelivered(link.id(), e.task(), problem.get())));
                }
            });
        }
    }

    /** An output is here with its hash: where it should be an archive, it is one, or it counts as not delivered. */
    private void arrived(JobLink link, JobEffect.Fetch e, Task task) {
        if (task.outputs().isEmpty()) {
            job.post(() -> job.event(new JobEvent.Delivered(link.id(), e.task())));
            return;
        }
        ports.workers().execute(() -> {
            Optional<String> problem = ResultFiles.objection(job.papers().store, e.output());
            job.post(() -> job.event(problem.isEmpty() ? new JobEvent.Delivered(link.id(), e.task())
                    : new JobEvent.Undelivered(link.id(), e.task(), "what it delivered is no result: " + problem.get())));
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

    private void judge(JobLink link, JobEffect.Judge e) {
        List<Verdict.SignedResult> evidence = e.evidence().stream().limit(5).map(VerificationMachine.Entry::lease)
                .map(this::link).filter(Objects::nonNull).map(l -> l.results.get(e.task()))
                .filter(Objects::nonNull).toList();
        if (!e.passed()) {
            job.book().evidence(link.id(), job.papers().plan.id(e.task()), link.results.get(e.task()), evidence);
        }
        link.market().send(Records.encode(new Verdict(link.hash(), job.papers().plan.id(e.task()), e.passed(), e.holdBack(), evidence)));
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
            job.post(() -> job.event(new BuyerEvent.Broken("the reduce step's input can't be made: " + e.getMessage())));
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
