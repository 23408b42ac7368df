package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * From the provider: the funding is deep enough and the container runs. Metering starts now; the publisher pays the
 * prepaid sum and then sends tasks.
 *
 * @param startMillis how long the container's start took
 */
@Message(Tag.STARTED)
public record Started(Hash contract, int startMillis) { }
