package org.zennet.services.market;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.services.Registration;

/**
 * The strategies that are present now. Callers keep ids, never strategies: a strategy may come, be replaced and
 * vanish at any moment. Thread-safe.
 *
 * <p>A question goes to the strategy of the preferred id; while that is absent, in quarantine or fails, to the next by
 * ranking and age, and at last to the built-in one ({@link #LAST_PRICING}, {@link #LAST_BUYING}). Each call runs on a
 * thread of its own within the SPI's time limit, one at a time per strategy. What throws, takes longer or answers with
 * something invalid is quarantined with a reason. A strategy that vanishes during a call still answers that call.
 */
public interface StrategyRegistry {
    /** The selling strategy that is asked when no other can answer. */
    String LAST_PRICING = "fixed";
    /** The buying strategy that is asked when no other can answer. */
    String LAST_BUYING = "ceiling";
    /** The most that a strategy may store, in bytes. */
    int MAX_STATE = 64 * 1024;

    /**
     * Asks for a price. Fails with {@link org.zennet.services.Rejected} when no strategy answers. The future ends on
     * a worker thread; a chain of time-outs costs a second each.
     */
    CompletableFuture<Answer<Quote>> quote(String preferredId, QuoteRequest request);

    /** Asks whether to take an offer; otherwise like {@link #quote}. */
    CompletableFuture<Answer<Bid>> bid(String preferredId, BidRequest request);

    /** All extensions of all kinds that are present, not of strategies alone; by kind, then in the order in which they are asked. */
    List<ExtensionInfo> extensions();

    /**
     * Lifts the quarantine of all extensions of an id, for instance after the owner changed its settings. Those that
     * wait for a restart and those whose hung call is still running stay where they are.
     *
     * @return how many are active again
     */
    int reinstate(ExtensionInfo.Kind kind, String id);

    /** Is told when an extension came, changed, went, or its state changed (not of each call); on a worker thread. */
    Registration watch(Runnable changed);

    /**
     * An answer and who gave it.
     *
     * @param value    already validated
     * @param strategy the id of the strategy that answered, at most 64 bytes
     * @param bundle   the symbolic name of its bundle
     * @param version  the version of its bundle, at most 64 bytes; goes into the offer with the id
     * @param skipped  one line for each strategy that should have answered and did not
     */
    record Answer<T>(T value, String strategy, String bundle, String version, List<String> skipped) {
        /** Copies the list. */
        public Answer {
            skipped = List.copyOf(skipped);
        }
    }
}
