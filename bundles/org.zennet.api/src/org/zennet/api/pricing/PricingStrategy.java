package org.zennet.api.pricing;

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
    /** The time that one call may take, in milliseconds. */
    long TIME_LIMIT_MILLIS = 1000;

    /**
     * The price for this round of this negotiation. In the first round {@code counter} is empty; in later ones it
     * holds what the buyer would pay. A quote at or below the counter on every counter of it closes the deal.
     */
    Quote quote(QuoteRequest request);
}
