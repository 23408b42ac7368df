package org.zennet.market.message;

import org.zennet.api.container.Egress;
import org.zennet.api.encoding.Limit;
import org.zennet.api.value.Amount;

/**
 * The terms of a lease besides its rates.
 *
 * @param intervalMillis  time between usage statements, 100 to 3,600,000
 * @param graceMillis     how long a payment may be overdue before work freezes; twice that ends it
 * @param prepaid         what is paid before the first task: the first interval
 * @param quantum         the value of one payment tick
 * @param capacity        of the channel: the most that the lease can cost
 * @param channelBlocks   blocks until the payer may take the channel back
 * @param fundingDepth    blocks that must confirm the funding before work starts
 * @param holdBackPerMille the share of a task's price that is paid only when its result passes, in thousandths
 * @param providerExposure the most work that may be done and not yet paid: beyond it the provider freezes
 * @param publisherExposure the most that may be paid for results that are not verified
 * @param maxWallMillis   the longest that the lease may last
 * @param patienceMillis  how long after a lost connection the lease may be taken up again, 0 (not at all) to 3,600,000
 * @param freezeMillis    how long the provider may hold the work frozen for its owner, unpaid, before the lease ends, 0 to
 *                        86,400,000
 * @param driftPerMille   by how much a usage claim may be above what the publisher's clock allows and be taken for a
 *                        difference of clocks, in thousandths, 0 to 10,000; paid is the smaller in any case
 * @param egress          what the container may reach, as {@link Egress} has it, in its one form; {@code none} for nothing
 * @param comparer        how results of one task are compared: {@value #EXACT}, by their bytes; or the id of a comparer of the
 *                        publisher's and its settings
 */
public record Terms(int intervalMillis, int graceMillis, Amount prepaid, Amount quantum, Amount capacity,
        int channelBlocks, int fundingDepth, int holdBackPerMille, Amount providerExposure, Amount publisherExposure,
        long maxWallMillis, int patienceMillis, int freezeMillis, int driftPerMille,
        @Limit(Egress.MAX_TEXT) String egress, @Limit(300) String comparer) {
    /** Results are the same when their bytes are. */
    public static final String EXACT = "exact";
    /** What is tolerated where nobody says anything else: a quarter. */
    public static final int USUAL_DRIFT = 250;

    /** Refuses values that no lease can have. */
    public Terms {
        check(intervalMillis >= 100 && intervalMillis <= 3_600_000, "the interval lies between 100 ms and 1 h");
        check(graceMillis >= 100 && graceMillis <= 3_600_000, "the grace lies between 100 ms and 1 h");
        check(quantum.zen() >= 1, "the quantum is at least 1 zen");
        check(!prepaid.isMoreThan(capacity), "the prepaid sum lies within the capacity");
        check(channelBlocks >= 1 && channelBlocks <= 100_000, "the channel lasts 1 to 100,000 blocks");
        check(fundingDepth >= 0 && fundingDepth <= 1000, "the funding depth lies between 0 and 1000");
        check(holdBackPerMille >= 0 && holdBackPerMille <= 900, "the hold-back lies between 0 and 900 thousandths");
        check(maxWallMillis >= 1000 && maxWallMillis <= 30L * 86_400_000, "a lease lasts 1 s to 30 days");
        check(patienceMillis >= 0 && patienceMillis <= 3_600_000, "the patience lies between 0 and 1 h");
        check(freezeMillis >= 0 && freezeMillis <= 86_400_000, "the longest freeze lies between 0 and 1 day");
        check(driftPerMille >= 0 && driftPerMille <= 10_000, "the tolerated drift lies between 0 and 10,000 thousandths");
        check(Egress.parse(egress).toString().equals(egress), "egress is not written in its one form, but '" + egress + "'");
        check(comparer.matches("[A-Za-z0-9][A-Za-z0-9._/-]{0,63}( [^\\p{Cntrl}]+)?"), "the comparer is an id and settings");
    }

    /** Terms under which results are compared by their bytes. */
    public Terms(int intervalMillis, int graceMillis, Amount prepaid, Amount quantum, Amount capacity, int channelBlocks, int fundingDepth,
            int holdBackPerMille, Amount providerExposure, Amount publisherExposure, long maxWallMillis, int patienceMillis, int freezeMillis,
            int driftPerMille, String egress) {
        this(intervalMillis, graceMillis, prepaid, quantum, capacity, channelBlocks, fundingDepth, holdBackPerMille, providerExposure,
                publisherExposure, maxWallMillis, patienceMillis, freezeMillis, driftPerMille, egress, EXACT);
    }

    /** Terms of a lease that ends with its connection, and whenever the provider's owner wants the machine. */
    public Terms(int intervalMillis, int graceMillis, Amount prepaid, Amount quantum, Amount capacity, int channelBlocks, int fundingDepth,
            int holdBackPerMille, Amount providerExposure, Amount publisherExposure, long maxWallMillis, String egress) {
        this(intervalMillis, graceMillis, prepaid, quantum, capacity, channelBlocks, fundingDepth, holdBackPerMille, providerExposure,
                publisherExposure, maxWallMillis, 0, 0, USUAL_DRIFT, egress);
    }

    /** The same with another depth of the funding. */
    public Terms withFundingDepth(int blocks) {
        return new Terms(intervalMillis, graceMillis, prepaid, quantum, capacity, channelBlocks, blocks, holdBackPerMille,
                providerExposure, publisherExposure, maxWallMillis, patienceMillis, freezeMillis, driftPerMille, egress, comparer);
    }

    /** The same with another patience. */
    public Terms withPatience(int millis) {
        return new Terms(intervalMillis, graceMillis, prepaid, quantum, capacity, channelBlocks, fundingDepth, holdBackPerMille,
                providerExposure, publisherExposure, maxWallMillis, millis, freezeMillis, driftPerMille, egress, comparer);
    }

    /** The same with another longest freeze. */
    public Terms withFreeze(int millis) {
        return new Terms(intervalMillis, graceMillis, prepaid, quantum, capacity, channelBlocks, fundingDepth, holdBackPerMille,
                providerExposure, publisherExposure, maxWallMillis, patienceMillis, millis, driftPerMille, egress, comparer);
    }

    /** The same with another way to compare results. */
    public Terms withComparer(String how) {
        return new Terms(intervalMillis, graceMillis, prepaid, quantum, capacity, channelBlocks, fundingDepth, holdBackPerMille,
                providerExposure, publisherExposure, maxWallMillis, patienceMillis, freezeMillis, driftPerMille, egress, how);
    }

    /** The same with other destinations. */
    public Terms withEgress(Egress destinations) {
        return new Terms(intervalMillis, graceMillis, prepaid, quantum, capacity, channelBlocks, fundingDepth, holdBackPerMille,
                providerExposure, publisherExposure, maxWallMillis, patienceMillis, freezeMillis, driftPerMille, destinations.toString(), comparer);
    }

    /** What the container may reach. */
    public Egress destinations() {
        return Egress.parse(egress);
    }

    private static void check(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
