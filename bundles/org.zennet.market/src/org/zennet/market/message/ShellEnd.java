package org.zennet.market.message;

import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;

/**
 * Ends a login, by either side, for good; or refuses it.
 *
 * @param again  whether the same login may be asked for again soon: the lease does not work at the moment
 * @param total  how many bytes went this way in all: what is missing of them is still taken
 * @param reason one line for people; may be empty
 */
@Message(Tag.SHELL_END)
public record ShellEnd(boolean again, long total, @Limit(200) String reason) { }
