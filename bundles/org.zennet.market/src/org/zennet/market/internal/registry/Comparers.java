package org.zennet.market.internal.registry;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.verification.Comparison;
import org.zennet.api.verification.ResultComparer;
import org.zennet.services.Rejected;

/** Asks comparers of results. What they are given they may overwrite without harm. */
final class Comparers {
    private static final String NOUN = "comparer";
    private static final int LINE = 200;

    private final Caller<ResultComparer> caller;

    Comparers(Caller<ResultComparer> caller) {
        this.caller = caller;
    }

    CompletableFuture<Boolean> same(String id, Comparison comparison) {
        CompletableFuture<Boolean> future = new CompletableFuture<>();
        Thread.ofVirtual().name("zennet-compare").start(() -> {
            try {
                Comparison copy = new Comparison(copy(comparison.first()), copy(comparison.second()), comparison.settings());
                future.complete(caller.call(caller.entry(id, NOUN), c -> c.same(copy), answer -> answer));
            } catch (Rejected | RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    void check(String id, Map<String, String> settings) throws Rejected {
        Map<String, String> copy = Map.copyOf(settings);
        Optional<String> problem = caller.call(caller.entry(id, NOUN), c -> c.problem(copy),
                answer -> answer.map(line -> Guard.line(line, LINE)));
        if (problem.isPresent()) {
            throw new Rejected(NOUN + " '" + id + "': " + problem.get());
        }
    }

    private static Comparison.Result copy(Comparison.Result result) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        result.files().forEach((path, bytes) -> files.put(path, bytes.clone()));
        return new Comparison.Result(result.output().clone(), files);
    }
}
