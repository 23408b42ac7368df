package org.zennet.market.message;

import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * A piece of content. Of no bytes with a total of zero when the content is not there.
 *
 * @param total the content's whole size
 */
@Message(Tag.CONTENT)
public record Content(Hash content, long offset, long total, @Limit(Protocols.PIECE) byte[] bytes) { }
