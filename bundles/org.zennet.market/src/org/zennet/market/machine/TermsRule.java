package org.zennet.market.machine;

import java.util.Optional;
import org.zennet.market.message.Terms;

/** Which terms of an offer a publisher takes, given those that it proposed. */
public final class TermsRule {
    private TermsRule() { }

    /**
     * Why offered terms go beyond the proposed ones, or empty when they are as proposed or better for the publisher:
     * a seller may ask for a shorter interval (down to a quarter), a deeper funding (up to 6), and a smaller exposure of
     * its own; everything else stays.
     */
    public static Optional<String> objection(Terms proposed, Terms offered) {
        if (offered.intervalMillis() > proposed.intervalMillis() || offered.intervalMillis() < proposed.intervalMillis() / 4) {
            return Optional.of("an interval of " + offered.intervalMillis() + " ms where " + proposed.intervalMillis() + " ms was proposed");
        }
        if (offered.fundingDepth() < proposed.fundingDepth() || offered.fundingDepth() > Math.max(6, proposed.fundingDepth())) {
            return Optional.of("a funding depth of " + offered.fundingDepth());
        }
        if (offered.providerExposure().isMoreThan(proposed.providerExposure())) {
            return Optional.of("an exposure of " + offered.providerExposure());
        }
        Terms same = new Terms(proposed.intervalMillis(), offered.graceMillis(), offered.prepaid(), offered.quantum(),
                offered.capacity(), offered.channelBlocks(), proposed.fundingDepth(), offered.holdBackPerMille(),
                proposed.providerExposure(), offered.publisherExposure(), offered.maxWallMillis(), offered.patienceMillis(),
                offered.freezeMillis(), offered.driftPerMille(), offered.egress(), offered.comparer());
        return same.equals(proposed) ? Optional.empty() : Optional.of("terms that were not proposed");
    }
}
