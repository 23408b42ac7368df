package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;

/**
 * Tells how far a login's bytes were taken: they need not be kept any more, and more may be sent.
 *
 * @param received how many bytes in all
 */
@Message(Tag.SHELL_ACK)
public record ShellAck(long received) { }
