package org.zennet.publisher.machine;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.zennet.api.container.Egress;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.machine.Bill;
import org.zennet.market.message.Terms;

/**
 * The money side of one lease: what the provider claims, what the own clock allows, what is due and what was paid.
 * Immutable.
 *
 * @param resources limits of the container: with the clock they bound every bill
 * @param bill      what is due
 * @param started   when the provider's started arrived
 * @param sequence  of the newest statement
 * @param claimed   by the newest statement; the bill may have taken over less
 * @param paid      cumulative
 * @param paidAtResult what had been paid when the newest result arrived
 * @param unverified the metered price of delivered results without a verdict
 * @param drifts    statements in a row that claimed more than the contract tolerates
 * @param drift     what was claimed beyond the envelope so far
 * @param driftLimit so many in a row end the lease; 0: they don't
 * @param witnessed what the witness in the guest saw
 * @param held      how long the provider's owner held it frozen: that time counts for nothing
 */
public record LeaseLedger(Resources resources, Bill bill, Optional<Instant> started, int sequence,
        UsageVector claimed, Amount paid, Amount paidAtResult, Amount unverified, int drifts,
        Drift drift, int driftLimit, Witnessed witnessed, Held held) {
    private static final BigInteger THOUSAND = BigInteger.valueOf(1000);
    /** The most that a disk counter may grow, in bytes per second. */
    private static final long BYTES_PER_SECOND = 2_000_000_000L;

    /**
     * Claims beyond the envelope.
     *
     * @param statements how many claimed more than the own clock allows
     * @param perMille   by how much the worst of them did, in thousandths, at most 1,000,000
     */
    public record Drift(int statements, int perMille) {
        private static final BigInteger MOST = BigInteger.valueOf(1_000_000);

        Drift and(Amount claim, Amount allowed) {
            BigInteger beyond = BigInteger.valueOf(claim.minusOrZero(allowed).zen()).multiply(THOUSAND);
            BigInteger share = allowed.isZero() ? MOST : beyond.divide(BigInteger.valueOf(allowed.zen())).min(MOST);
            return new Drift(statements + 1, Math.max(perMille, share.intValueExact()));
        }
    }

    /**
     * When the provider's owner held the lease frozen, by the provider's own word, which lowers what it may claim.
     *
     * @param before in milliseconds, until the newest time
     * @param since  when the newest began, while it lasts
     */
    public record Held(long before, Optional<Instant> since) {
        /** All of it until now, in milliseconds. */
        long millis(Instant now) {
            return before + since.map(s -> Math.max(0, Duration.between(s, now).toMillis())).orElse(0L);
        }
    }

    /** The owner holds the lease frozen from now on, or lets it go on. */
    public LeaseLedger held(boolean frozen, Instant now) {
        if (frozen == held.since().isPresent()) {
            return this;
        }
        Held next = frozen ? new Held(held.before(), Optional.of(now)) : new Held(held.millis(now), Optional.empty());
        return new LeaseLedger(resources, bill, started, sequence, claimed, paid, paidAtResult, unverified, drifts, drift, driftLimit, witnessed, next);
    }

    /** Whether the owner has held it frozen for longer than the contract says and some time for the end. */
    public boolean heldTooLong(Instant now, long marginMillis) {
        return held.since().map(s -> !now.isBefore(s.plusMillis(bill.terms().freezeMillis() + marginMillis))).orElse(false);
    }

    /** The ledger of a fresh lease, with the usual limit of drift. */
    public static LeaseLedger start(Resources resources, RateVector rates, Terms terms) {
        return start(resources, rates, terms, JobPlan.USUAL_DRIFT_LIMIT);
    }

    /** The ledger of a fresh lease. */
    public static LeaseLedger start(Resources resources, RateVector rates, Terms terms, int driftLimit) {
        return new LeaseLedger(resources, Bill.start(rates, terms), Optional.empty(), 0, UsageVector.ZERO,
                Amount.ZERO, Amount.ZERO, Amount.ZERO, 0, new Drift(0, 0), driftLimit, Witnessed.NOTHING, new Held(0, Optional.empty()));
    }

    /**
     * What comes of a usage statement.
     *
     * @param ledger      after it
     * @param countersign whether the claim lies within the envelope, so that it may be signed as it stands
     * @param objection   why the lease has to end
     */
    public record Statement(LeaseLedger ledger, boolean countersign, Optional<String> objection) { }

    /** Metering starts. */
    public LeaseLedger started(Instant now) {
        return new LeaseLedger(resources, bill, Optional.of(now), sequence, claimed, paid, paidAtResult, unverified, drifts, drift,
                driftLimit, witnessed, held);
    }

    /** Checks a usage statement and takes over what it may claim: the smaller of claim and envelope. */
    public Statement statement(int number, UsageVector usage, Instant now, long slackMillis) {
        return statement(number, usage, UsageVector.ZERO, now, slackMillis);
    }

    /** The same for a lease whose network is what this side relayed itself, by its own count. */
    public Statement statement(int number, UsageVector usage, UsageVector relayed, Instant now, long slackMillis) {
        if (started.isEmpty()) {
            return objection("a usage statement before the start");
        }
        boolean again = number == sequence && number > 0 && usage.equals(claimed);
        if (number <= sequence && !again) {
            return objection("statement " + number + " after statement " + sequence);
        }
        if (!usage.isAtLeast(claimed)) {
            return objection("usage went back: " + usage + " after " + claimed);
        }
        UsageVector envelope = envelope(started.get(), now, slackMillis - held.millis(now)).plus(relayed);
        UsageVector accepted = usage.min(envelope);
        try {
            Amount claim = bill.rates().cost(usage);
            Amount allowed = bill.rates().cost(envelope);
            boolean within = accepted.equals(usage);
            boolean far = BigInteger.valueOf(claim.zen()).multiply(THOUSAND).compareTo(
                    BigInteger.valueOf(allowed.zen()).multiply(BigInteger.valueOf(1000L + bill.terms().driftPerMille()))) > 0;
            int row = again ? drifts : far ? drifts + 1 : 0;
            LeaseLedger next = new LeaseLedger(resources, bill.used(accepted), started, number, usage, paid, paidAtResult,
                    unverified, row, again || within ? drift : drift.and(claim, bill.rates().cost(accepted)), driftLimit, witnessed, held);
            return new Statement(next, within, driftLimit == 0 || row < driftLimit ? Optional.empty()
                    : Optional.of("claims of " + claim + " where the own clock allows " + allowed + ", " + row + " times in a row"));
        } catch (ArithmeticException e) {
            return objection("a claim beyond all bounds: " + usage);
        }
    }

    /** A result arrived, with or without the witness's report. */
    public LeaseLedger witnessed(Optional<WitnessReport> report, UsageVector taskUsage) {
        return new LeaseLedger(resources, bill, started, sequence, claimed, paid, paidAtResult, unverified, drifts, drift, driftLimit,
                witnessed.with(report, taskUsage, bill.usage(), resources, bill.terms()), held);
    }

    /** Why the lease has to end by what the witness saw, or empty. */
    public Optional<String> contradiction() {
        if (driftLimit == 0 || witnessed.far() < driftLimit) {
            return Optional.empty();
        }
        UsageVector billed = bill.usage();
        Counter c = witnessed.beyond(billed, resources, bill.terms()).orElse(Counter.CPU);
        return Optional.of("its meter counts " + Observations.amount(c, billed) + " where the witness in the guest saw "
                + Observations.amount(c, witnessed.seen()) + ", " + witnessed.far() + " results in a row");
    }

    /** Why a provider that comes back can't go on from where it says it is, or empty. */
    public Optional<String> objection(int number, UsageVector usage) {
        if (number < sequence) {
            return Optional.of("it is back at statement " + number + " after statement " + sequence);
        }
        return usage.isAtLeast(claimed) ? Optional.empty() : Optional.of("usage went back: " + usage + " after " + claimed);
    }

    /** Why a task's claimed usage can't be, or empty. */
    public Optional<String> objection(UsageVector taskUsage, Instant dispatched, Instant now, long slackMillis) {
        UsageVector bound = envelope(dispatched, now, slackMillis);
        try {
            Amount claimed = bill.rates().cost(taskUsage);
            Amount allowed = bill.rates().cost(bound);
            return claimed.zen() / 2 > allowed.zen()
                    ? Optional.of("a task's usage of " + claimed + " where the own clock allows " + allowed) : Optional.empty();
        } catch (ArithmeticException e) {
            return Optional.of("a task's usage beyond all bounds: " + taskUsage);
        }
    }

    /** A result arrived. */
    public LeaseLedger delivered(UsageVector taskUsage) {
        return with(bill.delivered(taskUsage), unverified.plus(bill.rates().cost(taskUsage)), paid);
    }

    /** A result passed. */
    public LeaseLedger passed(UsageVector taskUsage) {
        return with(bill.passed(taskUsage), unverified.minusOrZero(bill.rates().cost(taskUsage)), paidAtResult);
    }

    /** A result was proven wrong. */
    public LeaseLedger refused(UsageVector taskUsage) {
        return with(bill.refused(taskUsage), unverified.minusOrZero(bill.rates().cost(taskUsage)), paidAtResult);
    }

    /** The lease ends in good order. */
    public LeaseLedger closed() {
        return with(bill.close(), unverified, paidAtResult);
    }

    /** So much was paid in all. */
    public LeaseLedger paid(Amount total) {
        return new LeaseLedger(resources, bill, started, sequence, claimed, Amount.max(paid, total), paidAtResult, unverified,
                drifts, drift, driftLimit, witnessed, held);
    }

    /** What was paid and is not verified: the streamed share of unverified results and what came after the newest. */
    public Amount exposure() {
        int streamed = 1000 - bill.terms().holdBackPerMille();
        return Amount.min(paid, unverified.perMille(streamed).plus(paid.minusOrZero(paidAtResult)));
    }

    /** Whether more unverified work may be sent. */
    public boolean mayDispatch() {
        return bill.terms().publisherExposure().isMoreThan(exposure());
    }

    private LeaseLedger with(Bill b, Amount open, Amount atResult) {
        return new LeaseLedger(resources, b, started, sequence, claimed, paid, atResult, open, drifts, drift, driftLimit, witnessed, held);
    }

    /** What the container can have used; of a disk or a network that it was not given, nothing. */
    private UsageVector envelope(Instant from, Instant now, long slackMillis) {
        long millis = Math.max(0, Duration.between(from, now).toMillis() + slackMillis);
        UsageVector most = resources.envelope(millis, BYTES_PER_SECOND);
        long moved = Math.multiplyExact(Egress.BYTES_PER_SECOND, millis) / 1000;
        boolean network = !bill.terms().egress().equals("none");
        return UsageVector.of(c -> switch (c) {
            case DISK_READ, DISK_WRITTEN -> resources.disk() > 0 ? most.get(c) : 0;
            case NETWORK_IN, NETWORK_OUT -> network ? moved : 0;
            case CPU, MEMORY, WALL -> most.get(c);
        });
    }

    private Statement objection(String text) {
        return new Statement(this, false, Optional.of(text));
    }
}
