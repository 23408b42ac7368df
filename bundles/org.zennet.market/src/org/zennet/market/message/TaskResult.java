package org.zennet.market.message;

import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Signature;

/**
 * A task's end, from the provider. The output follows on request, by its hash.
 *
 * @param signature by the provider's identity over the statement
 * @param taskId    as in the task
 * @param log       the first bytes of its messages
 */
@Message(Tag.TASK_RESULT)
public record TaskResult(ResultStatement statement, Signature signature, @Limit(80) String taskId,
        @Limit(65536) byte[] log) { }
