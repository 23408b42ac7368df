package org.zennet.publisher.internal.job;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Task;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.buyer.Settings;
import org.zennet.publisher.internal.file.InputFiles;
import org.zennet.publisher.internal.file.JobFile;
import org.zennet.publisher.internal.file.Witness;
import org.zennet.publisher.machine.JobPlan;

/** What never changes about a job, and its contents by hash. Thread-safe. */
public final class JobPapers {
    final Hash hash;
    final String id;
    final JobFile file;
    final Path results;
    final JobPlan plan;
    final Hash image;
    final long imageBytes;
    final ContentStore store;
    private final Part stdin;
    private final List<Part> files = new ArrayList<>();
    private final Part reduceFiles;
    private final Optional<Witness> witness;
    private final int maxOutput;
    private final Set<Hash> served = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Task> tasks = new ConcurrentHashMap<>();
    private volatile Optional<Reduce> reduce = Optional.empty();

    /** A content of the store; of no bytes for none. */
    record Part(Hash hash, long bytes) {
        static final Part NOTHING = new Part(ContentStore.sha256(new byte[0]), 0);

        static Part of(ContentStore store, Hash hash) throws IOException {
            return new Part(hash, store.size(hash));
        }
    }

    /** What the reduce step reads. */
    private record Reduce(Part stdin, Part files) { }

    /** Copies image, inputs and files into the store. */
    JobPapers(Hash hash, JobFile file, Path results, JobPlan plan, ContentStore store, int maxOutput, InputFiles inputs) throws IOException {
        this.hash = hash;
        this.id = hash.toHex().substring(0, 20);
        this.file = file;
        this.results = results;
        this.plan = plan;
        this.store = store;
        this.maxOutput = maxOutput;
        this.image = file.reference().isPresent() ? file.reference().get().digest() : store.copy(file.image().orElseThrow());
        this.imageBytes = file.reference().isPresent() ? 0 : store.size(image);
        this.stdin = file.stdin().isPresent() ? Part.of(store, store.copy(file.stdin().get())) : Part.NOTHING;
        file.image().ifPresent(_ -> served.add(image));
        served.add(stdin.hash());
        this.witness = file.witness() ? Optional.of(Witness.of(file.backend().architecture())) : Optional.empty();
        Map<List<JobFile.Input>, Part> packed = new HashMap<>();
        for (int n = 0; n < plan.tasks(); n++) {
            files.add(pack(inputs, file.task().at(file.first() + n).inputs(), packed));
        }
        this.reduceFiles = file.reduce().isPresent() ? pack(inputs, file.reduce().get().program().inputs(), packed) : Part.NOTHING;
        files.forEach(f -> served.add(f.hash()));
    }

    private Part pack(InputFiles inputs, List<JobFile.Input> of, Map<List<JobFile.Input>, Part> packed) throws IOException {
        if (of.isEmpty() && witness.isEmpty()) {
            return Part.NOTHING;
        }
        Part known = packed.get(of);
        if (known == null) {
            known = Part.of(store, store.put(out -> inputs.pack(of, witness, out)));
            packed.put(of, known);
            if (known.bytes() > InputFiles.MAX_TASK) {
                throw new IOException("the inputs of a task grew while they were copied");
            }
        }
        return known;
    }

    /** Of a job that was read now. */
    public static JobPapers of(Hash hash, JobFile file, Path jobFile, Path results, Settings settings, java.time.Instant now, ContentStore store)
            throws IOException {
        long bytes = file.image().isPresent() ? java.nio.file.Files.size(file.image().get()) : 0;
        return new JobPapers(hash, file, results.toAbsolutePath(), Proposal.plan(file, bytes, settings, now), store, settings.maxOutput(),
                new InputFiles(jobFile));
    }

    /** What the reduce step reads: the outputs of all tasks, and its files. */
    void reduceInput(Hash stdin, Part files) throws IOException {
        served.add(stdin);
        served.add(files.hash());
        reduce = Optional.of(new Reduce(Part.of(store, stdin), files));
    }

    /** The files that the job file gives to the reduce step. */
    Part reduceFiles() {
        return reduceFiles;
    }

    /** Whether contracted providers may read this. */
    boolean serves(Hash content) {
        return served.contains(content);
    }

    /** The message that sends a task. */
    Task task(int number) {
        return tasks.computeIfAbsent(number, n -> {
            if (n < plan.tasks()) {
                return task(n, file.task().at(file.first() + n), stdin, files.get(n));
            }
            Reduce r = reduce.orElseThrow();
            return task(n, file.reduce().orElseThrow().program(), r.stdin(), r.files());
        });
    }

    private Task task(int number, JobFile.Program p, Part in, Part archive) {
        List<Task.Variable> environment = new TreeMap<>(p.environment()).entrySet().stream()
                .map(e -> new Task.Variable(e.getKey(), e.getValue())).toList();
        List<String> command = witness.isPresent() ? Witness.before(p.command()) : p.command();
        return new Task(hash, plan.id(number), command, p.args(), environment, in.hash(), in.bytes(), archive.hash(), archive.bytes(),
                p.outputs(), p.timeout(), maxOutput);
    }

    /** The digest that results of a task name. */
    Hash digest(int number) {
        return Records.digest(task(number));
    }

    /** The number of a task by its id, if it was sent. */
    Optional<Integer> number(String taskId) {
        return tasks.entrySet().stream().filter(e -> e.getValue().taskId().equals(taskId)).map(Map.Entry::getKey).findFirst();
    }
}
