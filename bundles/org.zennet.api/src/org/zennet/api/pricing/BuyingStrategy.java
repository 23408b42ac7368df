package org.zennet.api.pricing;

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
}
