package org.zennet.market.internal.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.benchmark.Benchmark;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.services.market.BenchmarkRunner;

/** Runs all benchmarks of a shelf, one run at a time. Thread-safe. */
final class BenchmarkRuns {
    /** What a benchmark may take beyond twice its share, in milliseconds. */
    private static final long SLACK_MILLIS = 5_000;

    private final Shelf<Benchmark> shelf;
    private final Guard guard;
    private final long slackMillis;
    private CompletableFuture<List<BenchmarkResult>> running;
    private volatile List<BenchmarkResult> newest = List.of();

    BenchmarkRuns(Shelf<Benchmark> shelf, Guard guard, long percent) {
        this.shelf = shelf;
        this.guard = guard;
        this.slackMillis = SLACK_MILLIS * percent / 100;
    }

    List<BenchmarkResult> newest() {
        return newest;
    }

    synchronized CompletableFuture<List<BenchmarkResult>> run(long budgetMillis) {
        if (running == null) {
            CompletableFuture<List<BenchmarkResult>> run = new CompletableFuture<>();
            running = run;
            Thread.ofVirtual().name("zennet-benchmarks").start(() -> {
                try {
                    List<BenchmarkResult> results = all(budgetMillis);
                    newest = results;
                    ended();
                    run.complete(results);
                } catch (InterruptedException | RuntimeException | Error e) {
                    ended();
                    run.completeExceptionally(e);
                }
            });
        }
        return running.copy();
    }

    private synchronized void ended() {
        running = null;
    }

    private List<BenchmarkResult> all(long budgetMillis) throws InterruptedException {
        List<Entry<Benchmark>> entries = shelf.ordered().stream().filter(Entry::isActive).toList();
        List<BenchmarkResult> results = new ArrayList<>();
        for (Entry<Benchmark> entry : entries) {
            long share = Math.max(1, budgetMillis / entries.size());
            entry.called();
            try {
                results.addAll(checked(guard.call(entry.id(), 2 * share + slackMillis, () -> entry.service.run(share),
                        late -> { }, InterruptedException.class)));
            } catch (Guard.Broke e) {
                shelf.broke(entry, e);
            }
        }
        return List.copyOf(results.subList(0, Math.min(results.size(), BenchmarkRunner.MAX_RESULTS)));
    }

    private static List<BenchmarkResult> checked(List<BenchmarkResult> results) throws Guard.Broke {
        try {
            return Checks.results(results);
        } catch (RuntimeException e) {
            throw new Guard.Broke("its answer is invalid: " + Guard.describe(e), e, null);
        }
    }
}
