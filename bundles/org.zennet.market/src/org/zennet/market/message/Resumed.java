package org.zennet.market.message;

import java.util.List;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * From the publisher: the lease goes on over this stream, under the same contract and on the same channel.
 *
 * @param sequence of the newest usage statement that arrived
 * @param wanted   ids of the tasks that it waits for, in the order in which they were sent; what the provider did not name is
 *                 sent again
 */
@Message(Tag.RESUMED)
public record Resumed(Hash contract, int sequence, @Limit(value = Resume.MAX_TASKS, each = 80) List<String> wanted) {
    /** Copies the list. */
    public Resumed {
        wanted = List.copyOf(wanted);
    }
}
