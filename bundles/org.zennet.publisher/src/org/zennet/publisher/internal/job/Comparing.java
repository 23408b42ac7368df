package org.zennet.publisher.internal.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.zennet.api.value.Hash;
import org.zennet.api.verification.Comparison;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.buyer.Texts;
import org.zennet.publisher.internal.file.JobFile;
import org.zennet.publisher.machine.JobEvent;
import org.zennet.publisher.machine.VerificationMachine.Answer;
import org.zennet.publisher.machine.VerificationMachine.Pair;

/** Asks the comparer of a job about results. On a worker: it reads them whole. */
final class Comparing {
    /** The most bytes of a result that is given to a comparer. */
    static final long MAX_RESULT = 64L << 20;
    private final JobRunner job;
    private final JobPapers papers;

    Comparing(JobRunner job) {
        this.job = job;
        this.papers = job.papers();
    }

    /** Asks about two outputs in the store, and tells the job's machine in any case. */
    void ask(int task, Pair pair) {
        try {
            JobFile.Comparing with = papers.file.comparing();
            Comparison question = new Comparison(result(task, pair.first()), result(task, pair.second()), with.settings());
            job.ports().comparers().same(with.comparer(), question).whenComplete((same, e) -> tell(task, pair,
                    e != null ? Answer.UNKNOWN : same ? Answer.SAME : Answer.DIFFERENT, e == null ? "" : why(e)));
        } catch (IOException | RuntimeException e) {
            tell(task, pair, Answer.UNKNOWN, why(e));
        }
    }

    /**
     * Whether bytes that were computed here are the accepted result.
     *
     * @throws IOException when the comparer can't say
     */
    boolean same(int task, byte[] own, Hash expected) throws IOException {
        if (ContentStore.sha256(own).equals(expected)) {
            return true;
        }
        JobFile.Comparing with = papers.file.comparing();
        if (with.exact()) {
            return false;
        }
        try {
            return job.ports().comparers().same(with.comparer(), new Comparison(result(task, papers.store.put(own)), result(task, expected),
                    with.settings())).join();
        } catch (CompletionException e) {
            throw new IOException(why(e), e);
        }
    }

    private void tell(int task, Pair pair, Answer answer, String why) {
        job.post(() -> job.event(new JobEvent.Compared(task, pair, answer, Texts.cut(why, 300))));
    }

    private Comparison.Result result(int task, Hash hash) throws IOException {
        long size = papers.store.size(hash);
        if (size > MAX_RESULT) {
            throw new IOException("a result of " + size + " bytes is larger than the " + MAX_RESULT + " that are compared");
        }
        if (papers.task(task).outputs().isEmpty()) {
            return new Comparison.Result(papers.store.read(hash), new TreeMap<>());
        }
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        SortedMap<String, byte[]> files = new TreeMap<>();
        ResultFiles.read(papers.store, hash, stdout, (e, in) -> {
            if (!e.directory()) {
                files.put(e.name(), in.readAllBytes());
            }
        });
        return new Comparison.Result(stdout.toByteArray(), files);
    }

    private static String why(Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
