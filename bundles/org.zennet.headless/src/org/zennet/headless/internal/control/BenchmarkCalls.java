package org.zennet.headless.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.services.Rejected;
import org.zennet.services.market.BenchmarkRunner;

/** Benchmarks over the control socket. */
public final class BenchmarkCalls {
    private static final long MOST_MILLIS = 600_000;

    private BenchmarkCalls() { }

    /** Runs some benchmarks to their end. */
    static List<BenchmarkResult> run(BenchmarkRunner runner, JsonNode params) throws Rejected {
        List<String> ids = new ArrayList<>();
        params.path("ids").forEach(i -> ids.add(i.asText()));
        long budget = params.path("budgetMillis").asLong();
        if (budget < 1 || budget > MOST_MILLIS || ids.isEmpty()) {
            throw new Rejected("needs ids and a budget of 1 to " + MOST_MILLIS + " ms");
        }
        try {
            return runner.run(ids, budget, r -> { }).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        } catch (ExecutionException e) {
            throw new Rejected("the benchmark failed: " + e.getCause().getMessage(), e);
        }
    }

    /** Results in a document of this program; what is wrong in one is found by who takes them. */
    public static List<BenchmarkResult> results(JsonNode array) {
        List<BenchmarkResult> results = new ArrayList<>();
        array.forEach(r -> results.add(new BenchmarkResult(r.path("id").asText(), r.path("unit").asText(), r.path("milli").asLong(),
                r.path("spreadPerMille").asInt())));
        return List.copyOf(results);
    }
}
