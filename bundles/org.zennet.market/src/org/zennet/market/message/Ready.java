package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/** From the provider: capacity is reserved, the channel may be funded. */
@Message(Tag.READY)
public record Ready(Hash contract) { }
