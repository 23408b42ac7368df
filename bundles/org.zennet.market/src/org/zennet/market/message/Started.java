package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * From the provider: the funding is deep enough and the container runs. Metering starts now; the publisher pays the
 * prepaid sum and then sends tasks.
 *
 * @param channelMillis how long the provider waited from the contract until the funding was as deep as agreed
 * @param imageMillis   how long fetching the module or image took; about 0 where it was there
 * @param startMillis   how long the container's start took
 */
@Message(Tag.STARTED)
public record Started(Hash contract, int channelMillis, int imageMillis, int startMillis) { }
