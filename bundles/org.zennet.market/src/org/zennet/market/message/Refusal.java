package org.zennet.market.message;

import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;

/** Ends a negotiation, by either side, with one line for people. */
@Message(Tag.REFUSAL)
public record Refusal(@Limit(300) String reason) { }
