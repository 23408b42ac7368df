package org.zennet.market.message;

import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;

/**
 * Bytes of a login, either way.
 *
 * @param offset how many bytes went this way before them
 * @param bytes  at least one
 */
@Message(Tag.SHELL_DATA)
public record ShellData(long offset, @Limit(ShellData.MAX_BYTES) byte[] bytes) {
    /** The most bytes of one message. */
    public static final int MAX_BYTES = 1 << 16;
}
