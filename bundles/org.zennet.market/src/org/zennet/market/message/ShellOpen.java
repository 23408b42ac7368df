package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * Opens a login on a {@link Protocols#SHELL} stream, from the publisher, or takes one up again on a new stream.
 *
 * @param contract of a lease for shells
 * @param login    names the login within the lease; drawn by the publisher, known to nobody else
 * @param received how many bytes of it arrived at the publisher so far; 0 for a new one
 */
@Message(Tag.SHELL_OPEN)
public record ShellOpen(Hash contract, Hash login, long received) { }
