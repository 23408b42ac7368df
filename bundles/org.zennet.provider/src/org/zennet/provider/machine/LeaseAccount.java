package org.zennet.provider.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.api.encoding.Limit;
import org.zennet.api.value.Amount;
import org.zennet.api.value.UsageVector;
import org.zennet.market.machine.Bill;

/**
 * The money side of a lease as its provider sees it. Immutable. Times are milliseconds since 1970.
 *
 * @param bill     what is due
 * @param baseline the meter when the lease was started: statements count from there
 * @param reading  whether the meter is being read
 * @param sequence of the newest statement, 0 before the first
 * @param statedAt when the newest statement was sent, or when the lease was started
 * @param paid     what vouchers and ticks hold, cumulative
 * @param open     what was asked for and is not paid, oldest first, at most {@value #MAX_OPEN}
 */
public record LeaseAccount(Bill bill, Optional<UsageVector> baseline, boolean reading, int sequence, long statedAt, Amount paid,
        @Limit(LeaseAccount.MAX_OPEN) List<Claim> open) {
    /** The most claims that are told apart; what comes on top counts with the newest of them. */
    public static final int MAX_OPEN = 32;

    /** What was asked for, cumulative, and when. */
    public record Claim(Amount due, long at) { }

    /** Copies the list. */
    public LeaseAccount {
        open = List.copyOf(open);
    }

    static LeaseAccount start(Bill bill) {
        return new LeaseAccount(bill, Optional.empty(), false, 0, 0, Amount.ZERO, List.of());
    }

    /** The first reading, from which statements count. */
    LeaseAccount started(UsageVector meter, long now) {
        return new LeaseAccount(bill, Optional.of(meter), false, sequence, now, paid, open);
    }

    LeaseAccount reading(boolean now) {
        return new LeaseAccount(bill, baseline, now, sequence, statedAt, paid, open);
    }

    LeaseAccount with(Bill b) {
        return new LeaseAccount(b, baseline, reading, sequence, statedAt, paid, open);
    }

    /** The bill with a newer reading of the meter. */
    LeaseAccount read(UsageVector meter) {
        Bill b = bill.used(meter.since(baseline.orElse(meter)));
        b.due();
        return with(b).reading(false);
    }

    /** What was used between two readings does not count. */
    LeaseAccount without(UsageVector from, UsageVector to) {
        return new LeaseAccount(bill, baseline.map(b -> b.plus(to.since(from))), reading, sequence, statedAt, paid, open);
    }

    /** A statement over the bill is being sent. */
    LeaseAccount stated(long now) {
        return new LeaseAccount(bill, baseline, reading, sequence + 1, now, paid, open).claimed(now);
    }

    /** The bill is noted while no statement can be sent: what is not paid grows old all the same. */
    LeaseAccount noted(long now) {
        return new LeaseAccount(bill, baseline, reading, sequence, now, paid, open).claimed(now);
    }

    /** The publisher is back and knows this statement: it gets the whole grace again for what it could not pay. */
    LeaseAccount resumed(int known, long now) {
        return new LeaseAccount(bill, baseline, false, Math.max(sequence, known), now, paid,
                open.stream().map(c -> new Claim(c.due(), now)).toList());
    }

    private LeaseAccount claimed(long now) {
        Amount due = bill.due();
        if (!isOpen(due, paid)) {
            return this;
        }
        List<Claim> more = new ArrayList<>(open);
        if (more.size() == MAX_OPEN) {
            more.set(MAX_OPEN - 1, new Claim(due, more.getLast().at()));
        } else {
            more.add(new Claim(due, now));
        }
        return new LeaseAccount(bill, baseline, reading, sequence, statedAt, paid, more);
    }

    /** The channel holds so much in all. */
    LeaseAccount paid(Amount total) {
        Amount most = Amount.max(paid, total);
        return new LeaseAccount(bill, baseline, reading, sequence, statedAt, most,
                open.stream().filter(c -> isOpen(c.due(), most)).toList());
    }

    /** A payment may lag by less than one tick. */
    private boolean isOpen(Amount due, Amount total) {
        return due.minusOrZero(total).compareTo(bill.terms().quantum()) >= 0;
    }

    /** What is due and not paid. */
    public Amount exposure() {
        return bill.due().minusOrZero(paid);
    }

    /** Whether the first interval is paid, without which nothing is worked. */
    public boolean prepaid() {
        return !isOpen(bill.terms().prepaid(), paid);
    }

    /** How long the oldest claim is open, in milliseconds. */
    public long overdue(long now) {
        return open.isEmpty() ? 0 : Math.max(0, now - open.getFirst().at());
    }

    /** Whether more was worked than may be unpaid; the prepaid sum alone is no work. */
    public boolean exposed() {
        Amount limit = Amount.max(bill.terms().providerExposure(), bill.terms().quantum());
        return exposure().isMoreThan(limit) && bill.due().isMoreThan(bill.terms().prepaid());
    }
}
