package org.zennet.market.message;

import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * Ends a lease, by either side. From the publisher it carries the last payment.
 *
 * @param reason  one line for people
 * @param payment an encoded {@code ChannelService.Payment}, or empty
 */
@Message(Tag.CLOSE)
public record Close(Hash contract, @Limit(300) String reason, @Limit(600) byte[] payment) { }
