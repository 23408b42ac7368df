package org.zennet.publisher.internal.job;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.market.message.Verdict;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.Result;
import org.zennet.services.publisher.JobService.TaskInfo;
import org.zennet.store.DurableStore;

/** The jobs on disk. Only what changed is written. Thread-safe. */
public final class JobBook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobBook.class);
    private final DurableStore store;
    private final DurableStore.DurableMap jobs;
    private final DurableStore.DurableMap tasks;
    private final DurableStore.DurableMap leases;
    private final DurableStore.DurableMap evidence;
    private final Map<String, JobInfo> saved = new HashMap<>();
    private boolean closed;

    /** Over a store that this book owns. */
    public JobBook(DurableStore store) {
        this.store = store;
        this.jobs = store.map("jobs");
        this.tasks = store.map("tasks");
        this.leases = store.map("leases");
        this.evidence = store.map("evidence");
    }

    /**
     * Keeps a job.
     *
     * @param sync whether it must be durable when this returns
     */
    public synchronized void save(JobInfo info, boolean sync) {
        if (closed) {
            return;
        }
        JobInfo before = saved.put(info.id(), info);
        jobs.put(info.id(), Records.encode(StoredJob.of(info)));
        List<TaskInfo> old = before == null ? List.of() : before.tasks();
        for (int i = 0; i < info.tasks().size(); i++) {
            if (i >= old.size() || old.get(i) != info.tasks().get(i)) {
                tasks.put(key(info.id(), i), Records.encode(StoredJob.StoredTask.of(info.tasks().get(i))));
            }
        }
        List<HiredInfo> hired = before == null ? List.of() : before.providers();
        for (int i = 0; i < info.providers().size(); i++) {
            if (i >= hired.size() || !hired.get(i).equals(info.providers().get(i))) {
                leases.put(key(info.id(), i), Records.encode(StoredJob.StoredLease.of(info.providers().get(i))));
            }
        }
        if (sync) {
            store.commit();
        }
    }

    /** Keeps the signed results behind a refused hold-back; durable with the next commit. */
    public synchronized void evidence(String lease, String task, Verdict.SignedResult refused, List<Verdict.SignedResult> agreeing) {
        if (closed) {
            return;
        }
        List<Verdict.SignedResult> all = new ArrayList<>();
        Optional.ofNullable(refused).ifPresent(all::add);
        all.addAll(agreeing);
        evidence.put(lease + "/" + task, Records.encode(new StoredJob.Evidence(all)));
        store.commit();
    }

    /** All jobs as they were kept, newest first. One that can't be read is left out and logged. */
    public synchronized List<JobInfo> all() {
        Map<String, List<TaskInfo>> t = new HashMap<>();
        tasks.forEach((k, v) -> read(StoredJob.StoredTask.class, k, v)
                .ifPresent(s -> t.computeIfAbsent(k.substring(0, k.indexOf('/')), _ -> new ArrayList<>()).add(s.info())));
        Map<String, List<HiredInfo>> l = new HashMap<>();
        leases.forEach((k, v) -> read(StoredJob.StoredLease.class, k, v)
                .ifPresent(s -> l.computeIfAbsent(k.substring(0, k.indexOf('/')), _ -> new ArrayList<>()).add(s.info())));
        List<JobInfo> all = new ArrayList<>();
        jobs.forEach((k, v) -> read(StoredJob.class, k, v)
                .ifPresent(s -> all.add(s.info(t.getOrDefault(k, List.of()), l.getOrDefault(k, List.of())))));
        all.forEach(j -> saved.put(j.id(), j));
        all.sort(java.util.Comparator.comparing(JobInfo::submitted).reversed());
        return all;
    }

    /** Closes the store; what comes later is not kept. */
    @Override
    public synchronized void close() {
        closed = true;
        store.close();
    }

    private static <T extends Record> Optional<T> read(Class<T> type, String key, byte[] value) {
        try {
            return Optional.of(Records.decode(type, value));
        } catch (EncodingException e) {
            LOG.warn("{} of the jobs' store can't be read: {}", key, e.getMessage());
            return Optional.empty();
        }
    }

    private static String key(String job, int number) {
        return "%s/%06d".formatted(job, number);
    }

    static Optional<Instant> instant(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    static Optional<Result> result(Optional<StoredJob.StoredResult> r) {
        return r.map(s -> new Result(Path.of(s.path()), s.sha256(), s.summary()));
    }
}
