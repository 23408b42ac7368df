package org.zennet.market.message;

import java.util.List;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;

/**
 * The first message on a {@link Protocols#RESUME} stream, from the provider: a lease whose connection was lost, perhaps with
 * the provider's process, stands so and can go on. Its container runs.
 *
 * @param contract hash of the contract; the connection's identity is its provider
 * @param sequence of the newest usage statement
 * @param usage    of that statement or newer, cumulative
 * @param paid     what the provider holds of payments
 * @param frozen   whether the container is frozen now, for want of payment
 * @param tasks    that wait or run, then those with a result and without a verdict
 * @param payment  the newest payment that the provider holds, an encoded {@code ChannelService.Payment}; empty before the first
 */
@Message(Tag.RESUME)
public record Resume(Hash contract, int sequence, UsageVector usage, Amount paid, boolean frozen,
        @Limit(Resume.MAX_TASKS) List<Progress> tasks, @Limit(600) byte[] payment) {
    /** The most tasks. */
    public static final int MAX_TASKS = 4200;

    /** Where a task stands. The order is part of the encoding. */
    public enum Stage { WAITING, RUNNING, DONE }

    /**
     * One task.
     *
     * @param taskId as in the task
     * @param task   its digest
     */
    public record Progress(@Limit(80) String taskId, Hash task, Stage stage) { }

    /** Copies the list. */
    public Resume {
        tasks = List.copyOf(tasks);
    }
}
