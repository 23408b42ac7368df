package org.zennet.api.pricing;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides what a publisher pays. Registered as a service with the property {@link #ID}. The same rules as for
 * {@link PricingStrategy} hold: one call at a time, one second, only what the request holds.
 */
@ConsumerType
public interface BuyingStrategy {
    /** Service property: the id that a job or the configuration names, such as {@code ceiling}. */
    String ID = "org.zennet.buying.id";
    /** Service property: a name for people. */
    String LABEL = "org.zennet.buying.label";

    /** The answer to an offer. */
    Bid bid(BidRequest request);

    /**
     * Called before each question, on the same terms but for its time: at most {@value PricingStrategy#PREPARE_LIMIT_MILLIS} ms. What may take longer than
     * an answer, such as starting a process, goes here; the usual call finds nothing to do. What it throws quarantines the strategy.
     *
     * @param settings the owner's settings, as the question will hold them
     */
    default void prepare(Map<String, String> settings) { }
}
