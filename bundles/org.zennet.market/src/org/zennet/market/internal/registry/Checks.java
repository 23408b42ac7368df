package org.zennet.market.internal.registry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.Quote;
import org.zennet.services.market.StrategyRegistry;

/** Strategies propose, the core validates: what an answer must hold, whoever gave it. */
final class Checks {
    private static final int REASON = 200;

    private Checks() { }

    /** A quote that shares nothing with the strategy; rates are within bounds by their type. */
    static Quote quote(Quote q) {
        need(q.rates() != null, "no rates");
        need(q.state() != null, "no state, not even an empty one");
        need(q.state().length <= StrategyRegistry.MAX_STATE,
                "a state of " + q.state().length + " bytes, more than " + StrategyRegistry.MAX_STATE);
        return new Quote(q.rates(), q.last(), q.state().clone(), reason(q.reason()));
    }

    /** A bid whose parts fit together. */
    static Bid bid(Bid b) {
        need(b.kind() != null && b.counter() != null, "a bid without kind or with null for the counter-offer");
        need((b.kind() == Bid.Kind.COUNTER) == b.counter().isPresent(),
                b.kind() + (b.counter().isPresent() ? " with" : " without") + " a counter-offer");
        return new Bid(b.kind(), b.counter(), reason(b.reason()));
    }

    /** Results within the limits of their encoding. */
    static List<BenchmarkResult> results(List<BenchmarkResult> results) {
        need(results.size() <= 32, results.size() + " results, more than 32");
        List<BenchmarkResult> copy;
        try {
            copy = List.copyOf(results);
        } catch (NullPointerException e) {
            throw new IllegalArgumentException("a result that is null", e);
        }
        for (BenchmarkResult r : copy) {
            need(r.id() != null && fits(r.id(), 40), "a result with a missing or too long id");
            need(r.unit() != null && fits(r.unit(), 16), "result " + r.id() + " with a missing or too long unit");
            need(r.milli() >= 0 && r.spreadPerMille() >= 0, "result " + r.id() + " with a negative score or spread");
        }
        return copy;
    }

    private static boolean fits(String text, int bytes) {
        return !text.isBlank() && text.getBytes(StandardCharsets.UTF_8).length <= bytes;
    }

    private static String reason(String text) {
        return text == null ? "" : Guard.line(text, REASON);
    }

    private static void need(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
