package org.zennet.provider.machine;

import java.util.List;
import java.util.Optional;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Task;
import org.zennet.market.message.Verdict;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.wallet.ChannelService;

/** What may happen to a lease. Signatures were verified before. */
public sealed interface LeaseEvent {
    /** The publisher tells of the channel's funding. */
    record FundingArrived(ChannelService.Funding funding) implements LeaseEvent { }

    /** The channel is as agreed and known. */
    record Accepted(OutPoint channel) implements LeaseEvent { }

    /** The funding is not as agreed, or was double-spent. */
    record NotFunded(String reason) implements LeaseEvent { }

    /** The funding is as deep as the terms say; so many milliseconds after the contract. */
    record Deep(int millis) implements LeaseEvent { }

    /** The container runs; fetching its module or image and starting it took so many milliseconds. */
    record Up(int imageMillis, int startMillis) implements LeaseEvent { }

    /** The container does not start, or ended, or its backend failed. */
    record Broken(String reason) implements LeaseEvent { }

    /** The meter's reading, cumulative since the container was ready. */
    record UsageRead(UsageVector usage) implements LeaseEvent { }

    /** The channel holds so much in all. */
    record Paid(Amount total) implements LeaseEvent { }

    /** A task. */
    record TaskArrived(Task task, Hash digest) implements LeaseEvent { }

    /** A task ended; its output is on disk. */
    record TaskDone(String taskId, Outcome.Reason reason, int exitCode, Hash output, long outputBytes, UsageVector usage, Optional<Fuel> fuel)
            implements LeaseEvent { }

    /** What became of a result; whether all signatures of its evidence are valid was found out before. */
    record Judged(Verdict verdict, boolean signaturesValid) implements LeaseEvent { }

    /** The publisher ends it. Its last payment was told before. */
    record Closed(String reason) implements LeaseEvent { }

    /** The publisher is gone. */
    record Lost(String reason) implements LeaseEvent { }

    /** The publisher broke the protocol. */
    record Violated(String reason) implements LeaseEvent { }

    /** The owner ends it. */
    record Stopped(String reason) implements LeaseEvent { }

    /** The meter's reading as the container was ended; zero when there was none or it can't be read. */
    record LastUsage(UsageVector usage) implements LeaseEvent { }

    /** The settlement was submitted. */
    record Settling(Hash settlement) implements LeaseEvent { }

    /** There is nothing to settle, or it can't be now. */
    record NotSettled(String reason, boolean again) implements LeaseEvent { }

    /** What the wallet sees of the channel: 0 for the height while the settlement waits for a block. */
    record ChannelSeen(ChannelService.State state, int settledHeight) implements LeaseEvent { }

    /** This process began a new life; the channel holds so much. */
    record Restarted(Amount paid) implements LeaseEvent { }

    /** The container that an earlier life started was found again: its meter, cumulative since it was ready. */
    record Adopted(UsageVector meter) implements LeaseEvent { }

    /** The container can't be looked for now. */
    record NotAdopted(String reason) implements LeaseEvent { }

    /** The publisher could not be called. */
    record NotReached(String reason) implements LeaseEvent { }

    /**
     * The publisher takes the lease up again.
     *
     * @param sequence of the newest statement that it has
     * @param wanted   ids of the tasks that it waits for
     */
    record Resumed(int sequence, List<String> wanted) implements LeaseEvent {
        /** Copies the list. */
        public Resumed {
            wanted = List.copyOf(wanted);
        }
    }

    /** The publisher was reached and does not take the lease up again. */
    record NotResumed(String reason) implements LeaseEvent { }

    /** A task could not begin because the connection was lost under its input. */
    record TaskWaits(String taskId) implements LeaseEvent { }

    /** The owner wants the machine, or gives it back; the reason is one line for people. */
    record Yield(boolean paused, String reason) implements LeaseEvent { }

    /** Time passes. */
    record Tick() implements LeaseEvent { }
}
