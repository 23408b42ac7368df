package org.zennet.provider.machine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Signature;
import org.zennet.market.machine.Bill;
import org.zennet.market.message.Contract;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.Endpoint;
import org.zennet.services.provider.ProviderService.LeaseState;

/**
 * A lease from its contract to its settlement, as the provider sees it: {@code (state, event, now) -> (state, effects)}.
 * Works ahead of payment by no more than the agreed exposure and one interval, freezes what is overdue, ends what stays
 * so, and settles exactly once whatever happens. Also what is stored. Times are milliseconds since 1970, 0 for never.
 *
 * @param version     of this record
 * @param publisherSignature over the contract
 * @param providerSignature  over the contract
 * @param label       of the money key
 * @param endpoint    where the publisher is called
 * @param state       where it stands
 * @param since       when it came there
 * @param agreedAt    when both had signed
 * @param startedAt   when metering started
 * @param channel     where it is paid
 * @param deep        whether the funding is deep enough
 * @param times       how long its start took, as far as it is
 * @param connected   whether the publisher can be reached
 * @param told        whether the publisher was told that it ends, or told so itself
 * @param absence     while it runs and the publisher can't be reached
 * @param pause       while the owner holds it frozen
 * @param account     the money side
 * @param work        the tasks
 * @param settlement  the settlement's id
 * @param settlementHeight of its block, 0 while it waits
 * @param note        one line for people; may be empty
 */
@Message(Tag.LEASE_STATE)
public record LeaseMachine(int version, Contract contract, Signature publisherSignature, Signature providerSignature,
        @Limit(200) String label, Endpoint endpoint, LeaseState state, long since, long agreedAt, long startedAt, Optional<OutPoint> channel,
        boolean deep, LeaseTimes times, boolean connected, boolean told,
        Optional<LeaseAbsence> absence, Optional<LeasePause> pause, LeaseAccount account, LeaseWork work,
        Optional<Hash> settlement, int settlementHeight, @Limit(LeaseMachine.MAX_NOTE) String note) {
    private static final long SLOW_TICK = 1000;
    private static final long TICK = 200;
    private static final long SHORT_TICK = 10;
    /** The version of the stored state. */
    public static final int VERSION = 6;
    /** The longest note, in bytes. */
    public static final int MAX_NOTE = 300;
    /** How long the publisher may take to fund the channel, in milliseconds. */
    public static final long FUNDING_MILLIS = 60_000;
    /** How long the funding may take to be deep and the container to be up, in milliseconds. */
    public static final long START_MILLIS = 600_000;
    /** How long an ending lease waits for the publisher's last payment, in milliseconds. */
    public static final long ENDING_MILLIS = 1_500;
    /** How long a lease that the publisher closed waits for a payment that is still on the other stream, in milliseconds. */
    public static final long CLOSED_MILLIS = 200;
    /** How long until settling is tried again, in milliseconds. */
    public static final long SETTLE_MILLIS = 5_000;

    /** Refuses a state of another version. */
    public LeaseMachine {
        if (version != VERSION) {
            throw new IllegalArgumentException("unknown version of a lease's state: " + version);
        }
    }

    /** The state after an event and what is to be done. */
    public record Step(LeaseMachine state, List<LeaseEffect> effects) {
        /** Copies the list. */
        public Step {
            effects = List.copyOf(effects);
        }
    }

    /** Both signed and the capacity is reserved. */
    public static Step start(Contract contract, Signature publisher, Signature provider, String label, Endpoint endpoint,
            Instant now) {
        long at = now.toEpochMilli();
        return new Step(new LeaseMachine(VERSION, contract, publisher, provider, label, endpoint, LeaseState.AGREED, at, at, 0,
                Optional.empty(), false, LeaseTimes.NONE, true, false, Optional.empty(), Optional.empty(),
                LeaseAccount.start(Bill.start(contract.rates(), contract.terms())), LeaseWork.start(), Optional.empty(), 0, ""),
                List.of(new LeaseEffect.SendReady()));
    }

    /** What follows from an event. */
    public Step on(LeaseEvent event, Instant now) {
        return new LeaseTurn(this, now.toEpochMilli()).on(event);
    }

    /** Whether it works or is about to. */
    public boolean live() {
        return switch (state) {
            case AGREED, FUNDING, STARTING, RUNNING, FROZEN -> true;
            case ENDING, SETTLING, SETTLED, UNPAID, FAILED -> false;
        };
    }

    /** Whether it runs, or may run on when its publisher is back. */
    public boolean resumable() {
        return (state == LeaseState.RUNNING || state == LeaseState.FROZEN) && contract.terms().patienceMillis() > 0 && channel.isPresent();
    }

    /** Whether the owner may hold it frozen: before it runs it does no work of the publisher's. */
    public boolean pausable() {
        return state == LeaseState.RUNNING || state == LeaseState.FROZEN;
    }

    /** Whether nothing more is to be done. */
    public boolean over() {
        return state == LeaseState.SETTLED || state == LeaseState.UNPAID || state == LeaseState.FAILED;
    }

    /** What was worked and is not paid now, without hold-backs that wait. */
    public Amount exposure() {
        return startedAt == 0 || over() ? Amount.ZERO
                : Amount.min(account.bill().metered(), account.bill().due()).minusOrZero(account.paid());
    }

    /** How long until time may change something, in milliseconds; empty when it never does. */
    public OptionalLong wait(Instant now) {
        return switch (state) {
            case SETTLED, UNPAID, FAILED -> OptionalLong.empty();
            case AGREED, FUNDING, STARTING, SETTLING -> OptionalLong.of(SLOW_TICK);
            case ENDING -> OptionalLong.of(TICK);
            case RUNNING, FROZEN -> absence.isPresent() || pause.isPresent() ? OptionalLong.of(TICK) : OptionalLong.of(Math.clamp(account.statedAt() + contract.terms().intervalMillis()
                    - now.toEpochMilli(), SHORT_TICK, TICK));
        };
    }
}
