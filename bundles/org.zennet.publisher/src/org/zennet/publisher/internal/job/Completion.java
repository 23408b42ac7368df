package org.zennet.publisher.internal.job;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Task;
import org.zennet.publisher.internal.result.ResultWriter;
import org.zennet.publisher.internal.result.Ustar;
import org.zennet.publisher.machine.JobEvent;
import org.zennet.services.publisher.JobService.Result;

/** The end of a job whose tasks are all verified: writes the results and recomputes a sample. Runs on a worker. */
final class Completion {
    private static final long MARGIN_MILLIS = 30_000;
    private final JobRunner job;
    private final JobPapers papers;
    private final List<Hash> outputs;
    private final Optional<Hash> reduced;
    private final int sample;

    Completion(JobRunner job, List<Hash> outputs, Optional<Hash> reduced, int sample) {
        this.job = job;
        this.papers = job.papers();
        this.outputs = outputs;
        this.reduced = reduced;
        this.sample = sample;
    }

    void run() {
        Result result;
        try {
            result = write();
        } catch (IOException | RuntimeException e) {
            String why = "the results can't be written: " + e.getMessage();
            job.post(() -> {
                job.event(new JobEvent.Broken(why));
                job.finished(Optional.empty(), false, Optional.of(why));
            });
            return;
        }
        Optional<String> problem = job.settings().recompute() ? recompute() : Optional.of("nothing was recomputed: it is switched off");
        job.post(() -> job.finished(Optional.of(result), problem.isEmpty(), problem));
    }

    private Result write() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Hash hash;
        if (reduced.isPresent()) {
            hash = reduced.get();
            byte[] output = papers.store.read(hash);
            boolean tar = papers.file.reduce().orElseThrow().tar();
            if (tar) {
                files.putAll(Ustar.read(output));
            }
            files.putIfAbsent(tar ? "result.tar" : "result.out", output);
        } else {
            hash = papers.store.concatenate(outputs);
            for (int i = 0; i < outputs.size(); i++) {
                files.put(papers.plan.id(i) + ".out", papers.store.read(outputs.get(i)));
            }
        }
        java.nio.file.Path path = ResultWriter.write(papers.results, papers.id, files);
        return new Result(path, hash.toHex(), ResultWriter.summary(files));
    }

    /** Runs one task and the reduce step again, here; tells what is wrong, or nothing. */
    private Optional<String> recompute() {
        Optional<ContainerBackend> backend = job.ports().backends().backend(papers.file.backend());
        if (backend.isEmpty()) {
            return Optional.of("nothing was recomputed: the backend '" + papers.file.backend() + "' is not installed here");
        }
        String lease = "recompute-" + papers.id;
        Container container = null;
        java.nio.file.Path directory = papers.store.path(papers.hash).resolveSibling(lease);
        try {
            java.nio.file.Files.createDirectories(directory);
            long wall = papers.file.task().timeout() + papers.plan.reduceMillis() + MARGIN_MILLIS;
            container = backend.get().start(new ContainerSpec(lease, papers.store.path(papers.module), papers.module,
                    papers.file.resources(), directory, wall, wall));
            Optional<String> first = rerun(container, sample, outputs.get(sample));
            return first.isPresent() || reduced.isEmpty() ? first : rerun(container, papers.plan.tasks(), reduced.get());
        } catch (ContainerException | IOException e) {
            return Optional.of("the recomputation was not possible: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the recomputation was interrupted");
        } finally {
            if (container != null) {
                container.stop();
            }
            ResultWriter.deleteQuietly(directory);
        }
    }

    private Optional<String> rerun(Container container, int number, Hash expected)
            throws ContainerException, IOException, InterruptedException {
        Task task = papers.task(number);
        byte[] stdin = task.stdinBytes() == 0 ? new byte[0] : papers.store.read(task.stdin());
        Outcome outcome = container.run(new TaskSpec(task.taskId(), task.args(), Map.of(), stdin, task.timeoutMillis(), task.maxOutput()));
        if (!outcome.succeeded()) {
            return Optional.of("the recomputation of " + task.taskId() + " did not succeed: " + outcome.reason() + " " + outcome.detail());
        }
        Hash own = ContentStore.sha256(outcome.stdout());
        return own.equals(expected) ? Optional.empty() : Optional.of("the recomputation of " + task.taskId() + " gave "
                + own.toShortHex() + ", the providers agreed on " + expected.toShortHex() + ": do not trust this result");
    }
}
