package org.zennet.market.machine;

import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;

/**
 * What a lease owes, as both sides compute it. Immutable.
 *
 * <p>Of the metered price (the floor of the sum over counters of usage x rate, rounded once on the cumulative total)
 * the hold-back share waits. A task's hold-back is that share of the price of the task's own usage; it falls due when
 * its result passes, never when it is withheld. What is due in all never falls and never exceeds the metered price
 * or the prepaid sum, whichever is more.
 *
 * @param rates    agreed
 * @param terms    agreed
 * @param usage    accepted so far, cumulative
 * @param released hold-backs of results that passed
 * @param withheld hold-backs of results that did not
 * @param pending  hold-backs of results without a verdict
 * @param closed   whether the lease ended in good order: then all that is neither withheld nor pending is due
 */
public record Bill(RateVector rates, Terms terms, UsageVector usage, Amount released, Amount withheld, Amount pending,
        boolean closed) {
    /** The bill of a fresh lease. */
    public static Bill start(RateVector rates, Terms terms) {
        return new Bill(rates, terms, UsageVector.ZERO, Amount.ZERO, Amount.ZERO, Amount.ZERO, false);
    }

    /** With a newer accepted usage; counters never go back. */
    public Bill used(UsageVector cumulative) {
        UsageVector newer = UsageVector.of(c -> Math.max(usage.get(c), cumulative.get(c)));
        return new Bill(rates, terms, newer, released, withheld, pending, closed);
    }

    /** The hold-back of a task by its usage. */
    public Amount holdBack(UsageVector taskUsage) {
        return rates.cost(taskUsage).perMille(terms.holdBackPerMille());
    }

    /** A result arrived: its hold-back waits for a verdict. */
    public Bill delivered(UsageVector taskUsage) {
        return new Bill(rates, terms, usage, released, withheld, pending.plus(holdBack(taskUsage)), closed);
    }

    /** A result passed. */
    public Bill passed(UsageVector taskUsage) {
        Amount h = holdBack(taskUsage);
        return new Bill(rates, terms, usage, released.plus(h), withheld, pending.minus(h), closed);
    }

    /** A result was proven wrong. */
    public Bill refused(UsageVector taskUsage) {
        Amount h = holdBack(taskUsage);
        return new Bill(rates, terms, usage, released, withheld.plus(h), pending.minus(h), closed);
    }

    /** The lease ended in good order. */
    public Bill close() {
        return new Bill(rates, terms, usage, released, withheld, pending, true);
    }

    /** The metered price of all usage. */
    public Amount metered() {
        return rates.cost(usage);
    }

    /** Whether more was used than the channel can ever pay: what follows would be for nothing. */
    public boolean exhausted() {
        return metered().minusOrZero(withheld).isMoreThan(terms.capacity());
    }

    /** What is due in all, cumulative, within the channel's capacity. */
    public Amount due() {
        Amount metered = metered();
        Amount due;
        if (closed) {
            due = metered.minusOrZero(withheld).minusOrZero(pending);
        } else {
            Amount streamed = metered.perMille(1000 - terms.holdBackPerMille());
            due = Amount.min(metered, streamed.plus(released));
        }
        return Amount.min(terms.capacity(), Amount.max(terms.prepaid(), due));
    }
}
