package org.zennet.market.message;

import java.util.List;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * A task for a lease. The same task goes to several providers under the same digest.
 *
 * @param job       the job's id
 * @param taskId    within the job: 1 to 80 of {@code a-z0-9-}
 * @param args      of the program
 * @param stdin     SHA-256 of what it reads
 * @param stdinBytes its size; zero means nothing is read
 * @param timeoutMillis its wall-clock limit
 * @param maxOutput the most bytes of output
 */
@Message(Tag.TASK)
public record Task(Hash job, @Limit(80) String taskId, @Limit(value = 256, each = 4096) List<String> args, Hash stdin,
        long stdinBytes, long timeoutMillis, int maxOutput) { }
