package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.RateVector;

/**
 * What the publisher would pay.
 *
 * @param round of the offer that it answers
 * @param rates that it would pay
 */
@Message(Tag.COUNTER_OFFER)
public record CounterOffer(int round, RateVector rates) { }
