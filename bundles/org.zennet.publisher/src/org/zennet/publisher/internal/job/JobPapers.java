package org.zennet.publisher.internal.job;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Task;
import org.zennet.publisher.internal.file.JobFile;
import org.zennet.publisher.machine.JobPlan;

/** What never changes about a job, and its contents by hash. Thread-safe. */
public final class JobPapers {
    final Hash hash;
    final String id;
    final JobFile file;
    final Path results;
    final JobPlan plan;
    final Hash module;
    final long moduleBytes;
    final ContentStore store;
    private final Hash stdin;
    private final long stdinBytes;
    private final int maxOutput;
    private final Set<Hash> served = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Task> tasks = new ConcurrentHashMap<>();
    private volatile Optional<Hash> reduceInput = Optional.empty();

    /** Copies module and input into the store. */
    JobPapers(Hash hash, JobFile file, Path results, JobPlan plan, ContentStore store, int maxOutput) throws IOException {
        this.hash = hash;
        this.id = hash.toHex().substring(0, 20);
        this.file = file;
        this.results = results;
        this.plan = plan;
        this.store = store;
        this.maxOutput = maxOutput;
        this.module = store.copy(file.module());
        this.moduleBytes = store.size(module);
        this.stdin = file.stdin().isPresent() ? store.copy(file.stdin().get()) : ContentStore.sha256(new byte[0]);
        this.stdinBytes = file.stdin().isPresent() ? store.size(stdin) : 0;
        served.add(module);
        served.add(stdin);
    }

    /** Of a job that was read now. */
    public static JobPapers of(Hash hash, JobFile file, Path results, Settings settings, java.time.Instant now, ContentStore store)
            throws IOException {
        return new JobPapers(hash, file, results.toAbsolutePath(), Proposal.plan(file, settings, now), store, settings.maxOutput());
    }

    /** The outputs of all tasks, put together. */
    void reduceInput(Hash content) {
        served.add(content);
        reduceInput = Optional.of(content);
    }

    /** Whether contracted providers may read this. */
    boolean serves(Hash content) {
        return served.contains(content);
    }

    /** The message that sends a task. */
    Task task(int number) {
        return tasks.computeIfAbsent(number, n -> {
            if (n < plan.tasks()) {
                return new Task(hash, plan.id(n), file.task().args(file.first() + n), stdin, stdinBytes, file.task().timeout(), maxOutput);
            }
            Hash input = reduceInput.orElseThrow();
            JobFile.Program p = file.reduce().orElseThrow().program();
            try {
                return new Task(hash, plan.id(n), p.args(), input, store.size(input), p.timeout(), maxOutput);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    /** The digest that results of a task name. */
    Hash digest(int number) {
        return Records.digest(task(number));
    }

    /** The number of a task by its id, if it was sent. */
    Optional<Integer> number(String taskId) {
        return tasks.entrySet().stream().filter(e -> e.getValue().taskId().equals(taskId)).map(Map.Entry::getKey).findFirst();
    }

    int maxOutput() {
        return maxOutput;
    }
}
