package org.zennet.api.pricing;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Sets the price at which a provider sells. Registered as a service with the property {@link #ID}.
 *
 * <p>Called from a worker thread, one call at a time per instance, at most {@value #TIME_LIMIT_MILLIS} ms; a call
 * that throws or takes longer puts the strategy into quarantine and the next in rank is asked. It proposes; the core
 * validates. Use only what the request holds: the same request must give the same quote.
 */
@ConsumerType
public interface PricingStrategy {
    /** Service property: the id that the owner's configuration names, such as {@code calibrated}. */
    String ID = "org.zennet.pricing.id";
    /** Service property: a name for people. */
    String LABEL = "org.zennet.pricing.label";
    /**
     * Service property, true for a strategy that answers only where it is named: it is never asked in place of another. For those that can't
     * answer without settings.
     */
    String ALONE = "org.zennet.strategy.alone";
    /** The time that one call may take, in milliseconds. */
    long TIME_LIMIT_MILLIS = 1000;
    /** The time that {@link #prepare} may take, in milliseconds. */
    long PREPARE_LIMIT_MILLIS = 20_000;

    /**
     * The price for this round of this negotiation. In the first round {@code counter} is empty; in later ones it
     * holds what the buyer would pay. A quote at or below the counter on every counter of it closes the deal.
     */
    Quote quote(QuoteRequest request);

    /**
     * Called before each question, on the same terms but for its time: at most {@value #PREPARE_LIMIT_MILLIS} ms. What may take longer than
     * an answer, such as starting a process, goes here; the usual call finds nothing to do. What it throws quarantines the strategy.
     *
     * @param settings the owner's settings, as the question will hold them
     */
    default void prepare(Map<String, String> settings) { }
}
