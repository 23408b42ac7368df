package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;

/**
 * The provider's answer to {@link ShellOpen}: both sides send from where the other one's count ends.
 *
 * @param received how many bytes of the login arrived at the provider so far
 */
@Message(Tag.SHELL_READY)
public record ShellReady(long received) { }
