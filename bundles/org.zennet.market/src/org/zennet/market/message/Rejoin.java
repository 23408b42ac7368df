package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/** From the provider, first on a {@link Protocols#REJOIN} stream: a lease whose connection was lost goes on over this one. */
@Message(Tag.REJOIN)
public record Rejoin(Hash contract) { }
