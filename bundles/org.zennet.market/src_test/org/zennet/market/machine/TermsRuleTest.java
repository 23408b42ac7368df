package org.zennet.market.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.market.message.Terms;

class TermsRuleTest {
    private static final Terms PROPOSED = terms(4000, 2000, 100, 1, 10_000, 100, 2, 200, 1000, 1000, 60_000);

    private static Terms terms(int interval, int grace, long prepaid, long quantum, long capacity, int blocks, int depth, int holdBack, long providers,
            long publishers, long wall) {
        return new Terms(interval, grace, new Amount(prepaid), new Amount(quantum), new Amount(capacity), blocks, depth, holdBack,
                new Amount(providers), new Amount(publishers), wall, "none");
    }

    private static void taken(Terms t) {
        assertEquals(Optional.empty(), TermsRule.objection(PROPOSED, t));
    }

    private static void refused(Terms t) {
        assertTrue(TermsRule.objection(PROPOSED, t).isPresent(), t.toString());
    }

    @Test
    void asProposedOrTighterForTheSellerIsTaken() {
        taken(PROPOSED);
        taken(terms(1000, 2000, 100, 1, 10_000, 100, 2, 200, 1000, 1000, 60_000));
        taken(terms(4000, 2000, 100, 1, 10_000, 100, 6, 200, 1000, 1000, 60_000));
        taken(terms(4000, 2000, 100, 1, 10_000, 100, 2, 200, 0, 1000, 60_000));
    }

    @Test
    void everythingElseIsRefused() {
        refused(terms(999, 2000, 100, 1, 10_000, 100, 2, 200, 1000, 1000, 60_000));
        refused(terms(4001, 2000, 100, 1, 10_000, 100, 2, 200, 1000, 1000, 60_000));
        refused(terms(4000, 2001, 100, 1, 10_000, 100, 2, 200, 1000, 1000, 60_000));
        refused(terms(4000, 2000, 101, 1, 10_000, 100, 2, 200, 1000, 1000, 60_000));
        refused(terms(4000, 2000, 100, 2, 10_000, 100, 2, 200, 1000, 1000, 60_000));
        refused(terms(4000, 2000, 100, 1, 10_001, 100, 2, 200, 1000, 1000, 60_000));
        refused(terms(4000, 2000, 100, 1, 10_000, 99, 2, 200, 1000, 1000, 60_000));
        refused(terms(4000, 2000, 100, 1, 10_000, 100, 1, 200, 1000, 1000, 60_000));
        refused(terms(4000, 2000, 100, 1, 10_000, 100, 7, 200, 1000, 1000, 60_000));
        refused(terms(4000, 2000, 100, 1, 10_000, 100, 2, 199, 1000, 1000, 60_000));
        refused(terms(4000, 2000, 100, 1, 10_000, 100, 2, 200, 1001, 1000, 60_000));
        refused(terms(4000, 2000, 100, 1, 10_000, 100, 2, 200, 1000, 1001, 60_000));
        refused(terms(4000, 2000, 100, 1, 10_000, 100, 2, 200, 1000, 1000, 60_001));
    }

    @Test
    void theToleratedDriftIsThePublishersToName() {
        Terms t = PROPOSED;
        refused(new Terms(t.intervalMillis(), t.graceMillis(), t.prepaid(), t.quantum(), t.capacity(), t.channelBlocks(), t.fundingDepth(),
                t.holdBackPerMille(), t.providerExposure(), t.publisherExposure(), t.maxWallMillis(), 0, 0, 251, "none"));
    }

    @Test
    void patienceAndFreezeAreThePublishersToName() {
        refused(PROPOSED.withPatience(1));
        refused(PROPOSED.withFreeze(1));
        assertThrows(IllegalArgumentException.class, () -> PROPOSED.withPatience(3_600_001));
        assertThrows(IllegalArgumentException.class, () -> PROPOSED.withFreeze(-1));
    }

    @Test
    void termsThatNoLeaseCanHaveDoNotExist() {
        assertThrows(IllegalArgumentException.class, () -> terms(99, 2000, 100, 1, 10_000, 100, 2, 200, 1000, 1000, 60_000));
        assertThrows(IllegalArgumentException.class, () -> terms(4000, 2000, 10_001, 1, 10_000, 100, 2, 200, 1000, 1000, 60_000));
        assertThrows(IllegalArgumentException.class, () -> terms(4000, 2000, 100, 0, 10_000, 100, 2, 200, 1000, 1000, 60_000));
        assertThrows(IllegalArgumentException.class, () -> terms(4000, 2000, 100, 1, 10_000, 0, 2, 200, 1000, 1000, 60_000));
        assertThrows(IllegalArgumentException.class, () -> terms(4000, 2000, 100, 1, 10_000, 100, 2, 901, 1000, 1000, 60_000));
        assertThrows(IllegalArgumentException.class, () -> terms(4000, 2000, 100, 1, 10_000, 100, 2, 200, 1000, 1000, 999));
    }
}
