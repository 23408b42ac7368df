package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * Asks for a piece of content.
 *
 * @param contract the contract that gives the right to it
 * @param offset   where the piece begins
 */
@Message(Tag.CONTENT_REQUEST)
public record ContentRequest(Hash contract, Hash content, long offset) { }
