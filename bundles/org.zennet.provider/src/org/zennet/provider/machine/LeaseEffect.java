package org.zennet.provider.machine;

import org.zennet.api.value.Hash;
import org.zennet.market.message.Receipt;
import org.zennet.market.message.ResultStatement;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Task;
import org.zennet.market.message.UsageStatement;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.wallet.ChannelService;

/** What is to be done, in order, once the state is durable. */
public sealed interface LeaseEffect {
    /** Whether others see it or money depends on it, so that the state must be synced before. */
    default boolean visible() {
        return true;
    }

    /** Tell that the capacity is reserved. */
    record SendReady() implements LeaseEffect { }

    /** Check and take over the channel. */
    record Accept(ChannelService.Funding funding) implements LeaseEffect { }

    /** Wait until the funding is so many blocks deep. */
    record AwaitDepth(OutPoint channel, int depth) implements LeaseEffect { }

    /** Fetch the module and start the container. */
    record Prepare() implements LeaseEffect { }

    /** Find the container that an earlier life started. */
    record Adopt() implements LeaseEffect {
        @Override
        public boolean visible() {
            return false;
        }
    }

    /** Call the publisher and ask it to take the lease up again; the newest payment goes along. */
    record Redial(Resume resume) implements LeaseEffect { }

    /** Open the payment stream. */
    record OpenPayments() implements LeaseEffect { }

    /** Open the payment stream and tell that the container runs. */
    record SendStarted(LeaseTimes times) implements LeaseEffect { }

    /** Read the meter. */
    record ReadUsage() implements LeaseEffect {
        @Override
        public boolean visible() {
            return false;
        }
    }

    /** Sign and send a usage statement. */
    record SendStatement(UsageStatement statement) implements LeaseEffect { }

    /** Freeze or thaw the container. */
    record Freeze(boolean frozen) implements LeaseEffect {
        @Override
        public boolean visible() {
            return false;
        }
    }

    /** Tell that the owner holds it frozen, or that it goes on. */
    record SendPause(boolean paused, String reason) implements LeaseEffect { }

    /** Keep the container from its idle stop. */
    record KeepAlive() implements LeaseEffect {
        @Override
        public boolean visible() {
            return false;
        }
    }

    /** Fetch the input and run a task. */
    record RunTask(Task task, Hash digest) implements LeaseEffect {
        @Override
        public boolean visible() {
            return false;
        }
    }

    /** Sign and send a result. */
    record SendResult(ResultStatement statement, String taskId) implements LeaseEffect { }

    /** Read the meter a last time and end the container; frees the capacity. */
    record EndContainer() implements LeaseEffect { }

    /** Tell that it ends. */
    record SendClose(String reason) implements LeaseEffect { }

    /** Settle the channel. */
    record Settle(OutPoint channel) implements LeaseEffect { }

    /** Send the receipt; nothing else follows. */
    record SendReceipt(Receipt receipt) implements LeaseEffect { }
}
