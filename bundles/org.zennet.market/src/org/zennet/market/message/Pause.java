package org.zennet.market.message;

import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * From the provider: its owner wants the machine, so that the container is frozen from now on, or goes on. What passes in
 * between is not counted and not paid, wall time neither.
 *
 * @param paused whether it is frozen from now on
 * @param reason one line for people; may be empty
 */
@Message(Tag.PAUSE)
public record Pause(Hash contract, boolean paused, @Limit(300) String reason) { }
