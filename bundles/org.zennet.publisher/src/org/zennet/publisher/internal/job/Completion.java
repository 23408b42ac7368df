package org.zennet.publisher.internal.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Task;
import org.zennet.market.message.TaskOutput;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.file.JobFile;
import org.zennet.publisher.internal.result.ResultWriter;
import org.zennet.publisher.internal.result.Ustar;
import org.zennet.publisher.machine.BuyerEvent;
import org.zennet.services.publisher.JobService.Result;

/** The end of a job whose tasks are all verified: writes the results and recomputes a sample. Runs on a worker. */
final class Completion {
    private static final long MARGIN_MILLIS = 30_000;
    private final JobRunner job;
    private final JobPapers papers;
    private final List<Hash> outputs;
    private final Optional<Hash> reduced;
    private final List<Optional<Fuel>> fuel;
    private final int sample;

    Completion(JobRunner job, List<Hash> outputs, Optional<Hash> reduced, List<Optional<Fuel>> fuel, int sample) {
        this.job = job;
        this.papers = job.papers();
        this.outputs = outputs;
        this.reduced = reduced;
        this.fuel = fuel;
        this.sample = sample;
    }

    void run() {
        Result result;
        try {
            result = write();
        } catch (IOException | RuntimeException e) {
            String why = "the results can't be written: " + e.getMessage();
            job.post(() -> {
                job.event(new BuyerEvent.Broken(why));
                job.finished(Optional.empty(), false, Optional.of(why));
            });
            return;
        }
        Optional<String> problem = job.settings().recompute() ? recompute() : Optional.of("nothing was recomputed: it is switched off");
        job.post(() -> job.finished(Optional.of(result), problem.isEmpty(), problem));
    }

    private Result write() throws IOException {
        Hash hash = reduced.isPresent() ? reduced.get() : papers.store.concatenate(outputs);
        java.nio.file.Path path = ResultWriter.write(papers.results, papers.id, folder -> {
            if (reduced.isPresent()) {
                writeReduced(folder, reduced.get());
                return;
            }
            for (int i = 0; i < outputs.size(); i++) {
                writeTask(folder, papers.plan.id(i), outputs.get(i));
            }
        });
        return new Result(path, hash.toHex(), ResultWriter.summary(path));
    }

    private void writeReduced(ResultWriter.Folder folder, Hash output) throws IOException {
        JobFile.Reduce reduce = papers.file.reduce().orElseThrow();
        boolean files = !reduce.program().outputs().isEmpty();
        if (files) {
            unpack(folder, "", output);
        } else if (reduce.tar()) {
            for (Map.Entry<String, byte[]> e : Ustar.read(papers.store.read(output)).entrySet()) {
                folder.file(e.getKey(), e.getValue());
            }
        }
        try (InputStream in = papers.store.open(output)) {
            folder.file(files || reduce.tar() ? "result.tar" : "result.out", in);
        }
    }

    private void writeTask(ResultWriter.Folder folder, String id, Hash output) throws IOException {
        if (!papers.file.task().outputs().isEmpty()) {
            unpack(folder, id + "/", output);
            return;
        }
        try (InputStream in = papers.store.open(output)) {
            folder.file(id + ".out", in);
        }
    }

    private void unpack(ResultWriter.Folder folder, String prefix, Hash output) throws IOException {
        Hash stdout = ResultFiles.stdout(papers.store, List.of(output), Long.MAX_VALUE);
        try (InputStream in = papers.store.open(stdout)) {
            folder.file(prefix + TaskOutput.STDOUT, in);
        }
        ResultFiles.read(papers.store, output, OutputStream.nullOutputStream(), (e, in) -> {
            if (e.directory()) {
                folder.directory(prefix + e.name());
            } else {
                folder.file(prefix + e.name(), in);
            }
        });
    }

    /** Runs one task and the reduce step again, here; tells what is wrong, or nothing. */
    private Optional<String> recompute() {
        if (papers.file.reference().isPresent()) {
            return Optional.of("nothing was recomputed: the image lies in a registry, not here");
        }
        Optional<ContainerBackend> backend = job.ports().backends().backend(papers.file.backend().id());
        if (backend.isEmpty()) {
            return Optional.of("nothing was recomputed: the backend '" + papers.file.backend().id() + "' is not installed here");
        }
        String lease = "recompute-" + papers.id;
        Container container = null;
        java.nio.file.Path directory = papers.store.path(papers.hash).resolveSibling(lease);
        try {
            java.nio.file.Files.createDirectories(directory);
            long wall = papers.file.task().timeout() + papers.plan.reduceMillis() + MARGIN_MILLIS;
            container = backend.get().start(new ContainerSpec(lease, papers.store.path(papers.image), papers.image,
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
        byte[] files = task.filesBytes() == 0 ? new byte[0] : papers.store.read(task.files());
        Outcome outcome = container.run(task.spec(stdin, files));
        if (!outcome.succeeded()) {
            return Optional.of("the recomputation of " + task.taskId() + " did not succeed: " + outcome.reason() + " " + outcome.detail());
        }
        byte[] output = TaskOutput.of(task, outcome);
        Hash own = ContentStore.sha256(output);
        if (!new Comparing(job).same(number, output, expected)) {
            return Optional.of("the recomputation of " + task.taskId() + " gave " + own.toShortHex() + ", the providers agreed on "
                    + expected.toShortHex() + ": do not trust this result");
        }
        return own.equals(expected) && Fuel.contradict(outcome.fuel(), fuel.get(number)) ? Optional.of("the recomputation of " + task.taskId() + " gave the same "
                + "bytes and counted " + outcome.fuel().get() + ", the providers agreed on " + fuel.get(number).get()) : Optional.empty();
    }
}
