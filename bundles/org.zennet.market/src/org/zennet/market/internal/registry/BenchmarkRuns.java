package org.zennet.market.internal.registry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.zennet.api.benchmark.Benchmark;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.services.Rejected;
import org.zennet.services.market.BenchmarkRunner;

/** Runs the benchmarks of a shelf, one run at a time, and keeps what offers carry. Thread-safe. */
final class BenchmarkRuns {
    /** What a benchmark may take beyond twice its share, in milliseconds. */
    private static final long SLACK_MILLIS = 5_000;
    private static final int REASON = 200;

    private final Shelf<Benchmark> shelf;
    private final Guard guard;
    private final long slackMillis;
    private CompletableFuture<List<BenchmarkResult>> running;
    private volatile List<BenchmarkResult> measured = List.of();
    private volatile List<BenchmarkResult> saved = List.of();

    BenchmarkRuns(Shelf<Benchmark> shelf, Guard guard, long percent) {
        this.shelf = shelf;
        this.guard = guard;
        this.slackMillis = SLACK_MILLIS * percent / 100;
    }

    /** What was saved, and before it what was measured and is not among that; at most {@link BenchmarkRunner#MAX_RESULTS}. */
    List<BenchmarkResult> newest() {
        return overlay(measured, saved);
    }

    /** What offers carry besides the newest run of all. */
    void saved(List<BenchmarkResult> results) {
        saved = List.copyOf(results);
    }

    /** The results of both, of one id that of the second. */
    static List<BenchmarkResult> overlay(List<BenchmarkResult> first, List<BenchmarkResult> second) {
        Map<String, BenchmarkResult> all = new LinkedHashMap<>();
        first.forEach(r -> all.put(r.id(), r));
        second.forEach(r -> all.put(r.id(), r));
        return all.values().stream().limit(BenchmarkRunner.MAX_RESULTS).toList();
    }

    List<BenchmarkRunner.Info> infos() {
        return shelf.ordered().stream().filter(Entry::isActive).map(e -> new BenchmarkRunner.Info(e.id(), least(e), missing(e))).toList();
    }

    synchronized CompletableFuture<List<BenchmarkResult>> run(long budgetMillis) {
        if (running == null) {
            begin(worthwhile(budgetMillis), budgetMillis, r -> { }, true);
        }
        return running.copy();
    }

    synchronized CompletableFuture<List<BenchmarkResult>> run(List<String> ids, long budgetMillis, Consumer<BenchmarkResult> each) throws Rejected {
        List<Entry<Benchmark>> entries = new ArrayList<>();
        for (String id : ids) {
            Entry<Benchmark> entry = shelf.best(id).orElseThrow(() -> new Rejected(unknown(id)));
            Optional<String> missing = missing(entry);
            if (missing.isPresent()) {
                throw new Rejected("the benchmark " + id + " can't run here: " + missing.get());
            }
            entries.add(entry);
        }
        if (running != null) {
            throw new Rejected("another benchmark runs in this process; try again when it has ended");
        }
        begin(entries, budgetMillis, each, false);
        return running.copy();
    }

    private String unknown(String id) {
        return shelf.ordered().stream().filter(e -> e.id().equals(id)).findFirst()
                .map(e -> "the benchmark " + id + " is in quarantine: " + e.info().reason())
                .orElse("there is no benchmark '" + id + "'; there are " + String.join(", ", shelf.ordered().stream().map(Entry::id).toList()));
    }

    private void begin(List<Entry<Benchmark>> entries, long budgetMillis, Consumer<BenchmarkResult> each, boolean keep) {
        CompletableFuture<List<BenchmarkResult>> run = new CompletableFuture<>();
        running = run;
        Thread.ofVirtual().name("zennet-benchmarks").start(() -> {
            try {
                List<BenchmarkResult> results = all(entries, budgetMillis, each);
                if (keep) {
                    measured = results;
                }
                ended();
                run.complete(results);
            } catch (InterruptedException | RuntimeException | Error e) {
                ended();
                run.completeExceptionally(e);
            }
        });
    }

    private synchronized void ended() {
        running = null;
    }

    /** The benchmarks that get as much time as they need: who needs most is left out first. */
    private List<Entry<Benchmark>> worthwhile(long budgetMillis) {
        record Need(Entry<Benchmark> entry, long least) { }
        List<Need> needs = new ArrayList<>(shelf.ordered().stream().filter(Entry::isActive).filter(e -> missing(e).isEmpty())
                .map(e -> new Need(e, least(e))).toList());
        while (!needs.isEmpty()) {
            Need greatest = needs.stream().max(Comparator.comparingLong(Need::least)).orElseThrow();
            if (greatest.least() <= budgetMillis / needs.size()) {
                break;
            }
            needs.remove(greatest);
        }
        return needs.stream().map(Need::entry).toList();
    }

    private List<BenchmarkResult> all(List<Entry<Benchmark>> entries, long budgetMillis, Consumer<BenchmarkResult> each) throws InterruptedException {
        List<BenchmarkResult> results = new ArrayList<>();
        for (Entry<Benchmark> entry : entries) {
            long share = Math.max(1, budgetMillis / entries.size());
            entry.called();
            try {
                results.addAll(checked(guard.call(entry.id(), 2 * share + slackMillis, () -> entry.service.run(share, r -> tell(r, each)),
                        late -> { }, InterruptedException.class)));
            } catch (Guard.Broke e) {
                shelf.broke(entry, e);
            }
        }
        return List.copyOf(results.subList(0, Math.min(results.size(), BenchmarkRunner.MAX_RESULTS)));
    }

    private static void tell(BenchmarkResult result, Consumer<BenchmarkResult> each) {
        Checks.results(java.util.Collections.singletonList(result)).forEach(each);
    }

    private static List<BenchmarkResult> checked(List<BenchmarkResult> results) throws Guard.Broke {
        try {
            return Checks.results(results);
        } catch (RuntimeException e) {
            throw new Guard.Broke("its answer is invalid: " + Guard.describe(e), e, null);
        }
    }

    /** Foreign code, but not a measurement: bounded like the rest. */
    private <T> T ask(Entry<Benchmark> entry, java.util.concurrent.Callable<T> question, T otherwise) {
        try {
            return guard.call(entry.id(), slackMillis, question, late -> { }, InterruptedException.class);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return otherwise;
        } catch (Guard.Broke e) {
            shelf.broke(entry, e);
            return otherwise;
        }
    }

    private long least(Entry<Benchmark> entry) {
        return Math.max(0, ask(entry, entry.service::leastMillis, Long.MAX_VALUE));
    }

    private Optional<String> missing(Entry<Benchmark> entry) {
        return ask(entry, entry.service::missing, Optional.of("it does not say what it lacks")).map(m -> Guard.line(m, REASON));
    }
}
