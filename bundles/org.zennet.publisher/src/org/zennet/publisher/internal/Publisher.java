package org.zennet.publisher.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.publisher.internal.buyer.Buyer;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.internal.buyer.Settings;
import org.zennet.publisher.internal.buyer.Watchers;
import org.zennet.publisher.internal.file.JobFile;
import org.zennet.publisher.internal.forecast.Forecaster;
import org.zennet.publisher.internal.file.JobFileReader;
import org.zennet.publisher.internal.job.JobBook;
import org.zennet.publisher.internal.job.JobPapers;
import org.zennet.publisher.internal.job.JobRunner;
import org.zennet.publisher.internal.job.Outlines;
import org.zennet.publisher.internal.result.ResultWriter;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.ForecastService;
import org.zennet.services.publisher.JobService;

/** Jobs of this process: those at work and those of the past. */
public final class Publisher implements JobService, ForecastService, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    /** Fees and the announcement's bond and rent. */
    private static final Amount EXTRAS = new Amount(2_000_000);
    /** How many probes are kept to forecast from. */
    private static final int MOST_PROBES = 16;
    private final Ports ports;
    private volatile Settings settings;
    private final JobBook book;
    private final ContentStore contents;
    private final Settlements settlements;
    private final PeerStreams streams;
    private final Map<String, JobRunner> runners = new ConcurrentHashMap<>();
    /** The newest probes, also those that are over. */
    private final Map<String, JobRunner> probes = java.util.Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JobRunner> eldest) {
            return size() > MOST_PROBES;
        }
    });
    private final Watchers watchers;
    private final AtomicInteger beginnings = new AtomicInteger();

    /** Takes up what is left of jobs of an earlier life: they failed, but their channels are watched to the end. */
    public Publisher(Ports ports, Settings settings, JobBook book, ContentStore contents) {
        this(ports, settings, book, contents, List::of);
    }

    /** The same; streams of providers are for these rents too. */
    public Publisher(Ports ports, Settings settings, JobBook book, ContentStore contents, Supplier<List<? extends Buyer>> rents) {
        this.ports = ports;
        this.watchers = new Watchers(ports.timer());
        this.settings = settings;
        this.book = book;
        this.contents = contents;
        contents.clear();
        this.settlements = new Settlements(ports, this::changed, book);
        settlements.takeUp(book.all());
        this.streams = new PeerStreams(ports.network(), () -> java.util.stream.Stream.concat(running().stream(), rents.get().stream()).toList());
    }

    /** Jobs that are submitted from now on follow these; those at work keep theirs. */
    public void change(Settings to) {
        settings = to;
    }

    @Override
    public String submit(Path file, Path results) throws Rejected {
        return submit(JobFileReader.read(file), file, results).id();
    }

    @Override
    public Outline outline(Path file) throws Rejected {
        return Outlines.of(JobFileReader.read(file), settings);
    }

    @Override
    public String probe(Path file, int providers, Path results) throws Rejected {
        if (providers < 1 || providers > MOST_PROBED) {
            throw new Rejected("a probe hires 1 to " + MOST_PROBED + " providers, not " + providers);
        }
        JobFile job = JobFileReader.read(file);
        int tasks = TASKS_EACH * providers;
        long most = Math.max(60_000, (TASKS_EACH + 1) * job.task().timeout()) + 60_000;
        JobRunner runner = submit(job.prefix(tasks, providers, most), file, results);
        runner.inquire();
        probes.put(runner.id(), runner);
        return runner.id();
    }

    @Override
    public Forecast forecast(Path file, String probe) throws Rejected {
        JobRunner runner = probes.get(probe);
        if (runner == null) {
            throw new Rejected("there is no probe " + probe + " in this process");
        }
        if (runner.info().ended().isEmpty()) {
            throw new Rejected("the probe " + probe + " goes on: " + runner.info().phase());
        }
        try {
            return Forecaster.forecast(outline(file), runner.evidence());
        } catch (IllegalArgumentException e) {
            throw new Rejected(e.getMessage() + ": " + runner.info().problem().orElse(runner.info().phase()), e);
        }
    }

    private JobRunner submit(JobFile job, Path file, Path results) throws Rejected {
        Optional<String> objection = ResultWriter.objection(results);
        if (objection.isPresent()) {
            throw new Rejected(objection.get());
        }
        if (!job.comparing().exact()) {
            ports.comparers().check(job.comparing().comparer(), job.comparing().settings());
        }
        Amount available = ports.wallet().balance().available();
        Amount others = running().stream().map(JobRunner::unbound).reduce(Amount.ZERO, Amount::plus);
        Amount needed = job.budget().total().plus(EXTRAS).plus(others);
        if (needed.isMoreThan(available)) {
            throw new Rejected("not enough coins: the job needs " + job.budget().total().plus(EXTRAS) + " (its budget of "
                    + job.budget().total() + ", fees and the announcement), available are " + available
                    + (others.isZero() ? "" : ", " + others + " of them kept for running jobs") + ", missing " + needed.minus(available));
        }
        try (Registration _ = beginning()) {
            Settings now = settings;
            JobRunner runner = new JobRunner(ports, now, papers(job, file, results, now), book, this::changed);
            runners.put(runner.id(), runner);
            runner.start();
            LOG.info("job {} ({}) was submitted with a budget of {}", runner.id(), job.name(), job.budget().total());
            return runner;
        } catch (IOException e) {
            throw new Rejected("the job's files can't be copied: " + e.getMessage(), e);
        }
    }

    /** While a job begins, contents are not cleared away. */
    private Registration beginning() {
        beginnings.incrementAndGet();
        return beginnings::decrementAndGet;
    }

    private JobPapers papers(JobFile job, Path file, Path results, Settings holding) throws IOException {
        byte[] nonce = new byte[Hash.LENGTH];
        ports.random().nextBytes(nonce);
        Instant now = ports.clock().instant();
        Hash id = Tag.JOB.hash(new Encoder().fixed(ports.identity().identity()).fixed(nonce).u63(now.toEpochMilli()).toBytes());
        return JobPapers.of(id, job, file, results, holding, now, contents);
    }

    @Override
    public Optional<JobInfo> job(String id) {
        return Optional.ofNullable(runners.get(id)).map(JobRunner::info).map(settlements::newest).or(() -> settlements.job(id));
    }

    @Override
    public List<JobInfo> jobs() {
        List<JobInfo> all = new ArrayList<>(settlements.jobs().stream().filter(j -> !runners.containsKey(j.id())).toList());
        runners.values().forEach(r -> all.add(settlements.newest(r.info())));
        all.sort(Comparator.comparing(JobInfo::submitted).reversed().thenComparing(JobInfo::id));
        return List.copyOf(all);
    }

    @Override
    public void cancel(String id) throws Rejected {
        JobRunner runner = runners.get(id);
        if (runner == null) {
            throw new Rejected(settlements.job(id).isPresent() ? "job " + id + " is over" : "there is no job " + id);
        }
        if (runner.info().ended().isPresent()) {
            throw new Rejected("job " + id + " is over: " + runner.info().phase());
        }
        runner.cancel();
    }

    @Override
    public Registration watch(Runnable changed) {
        return watchers.add(changed);
    }

    /** Jobs at work, newest first. */
    private List<JobRunner> running() {
        return runners.values().stream().filter(r -> r.info().ended().isEmpty())
                .sorted(Comparator.comparing((JobRunner r) -> r.info().submitted()).reversed().thenComparing(JobRunner::id)).toList();
    }

    private void changed() {
        runners.values().stream().filter(r -> r.info().ended().isPresent()).forEach(r -> {
            settlements.takeUp(List.of(r.info()));
            runners.remove(r.id());
            if (runners.isEmpty() && beginnings.get() == 0) {
                contents.clear();
            }
        });
        watchers.changed();
    }

    /** Ends the streams; jobs at work stay as they are on disk. */
    @Override
    public void close() {
        watchers.close();
        streams.close();
        settlements.close();
    }
}
