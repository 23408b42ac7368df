package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Egress;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

class LeaseLedgerTest {
    private final LeaseLedger fresh = LeaseLedger.start(Market.SIZE, Market.RATES, Market.TERMS, 3).started(Instant.EPOCH);

    private static Instant at(long millis) {
        return Instant.EPOCH.plusMillis(millis);
    }

    @Test
    void aClaimWithinTheEnvelopeIsTakenOverAndSigned() {
        LeaseLedger.Statement s = fresh.statement(1, Market.usage(1000), at(1000), 100);
        assertTrue(s.countersign());
        assertTrue(s.objection().isEmpty());
        assertEquals(Market.usage(1000), s.ledger().bill().usage());
    }

    @Test
    void whatIsBeyondTheEnvelopeIsCutAndNotSigned() {
        LeaseLedger.Statement s = fresh.statement(1, UsageVector.ZERO.with(Counter.CPU, 1_200_000).with(Counter.WALL, 1000), at(1000), 0);
        assertFalse(s.countersign());
        assertEquals(1_000_000, s.ledger().bill().usage().get(Counter.CPU));
        assertTrue(s.objection().isEmpty());
    }

    @Test
    void whatTheContainerDoesNotHaveCantBeClaimed() {
        org.zennet.api.value.RateVector trap = Market.RATES.with(Counter.DISK_READ, 1_000_000_000L).with(Counter.NETWORK_OUT, 1_000_000_000L);
        LeaseLedger l = LeaseLedger.start(Market.SIZE, trap, Market.TERMS, 3).started(Instant.EPOCH);
        UsageVector claim = Market.usage(1000).with(Counter.DISK_READ, 1_900_000_000L).with(Counter.NETWORK_OUT, 1_900_000_000L);
        LeaseLedger.Statement s = l.statement(1, claim, at(1000), 100);
        assertFalse(s.countersign());
        assertEquals(Market.usage(1000), s.ledger().bill().usage(), "it has no disk and no network");
        LeaseLedger disk = LeaseLedger.start(new org.zennet.api.value.Resources(1000, 1 << 26, 1 << 20), trap, Market.TERMS, 3).started(Instant.EPOCH);
        assertEquals(1_900_000_000L, disk.statement(1, claim, at(1000), 100).ledger().bill().usage().get(Counter.DISK_READ));
    }

    @Test
    void trafficIsBilledAsFarAsTheContractsNetworkCanMove() {
        org.zennet.api.value.RateVector rates = Market.RATES.with(Counter.NETWORK_IN, 1_000_000_000L);
        LeaseLedger l = LeaseLedger.start(Market.SIZE, rates, Market.TERMS.withEgress(Egress.parse("example.org:443")), 3).started(Instant.EPOCH);
        UsageVector moved = Market.usage(1000).with(Counter.NETWORK_IN, 12_000_000L).with(Counter.NETWORK_OUT, 50_000L);
        LeaseLedger.Statement s = l.statement(1, moved, at(1000), 0);
        assertTrue(s.countersign());
        assertEquals(rates.cost(moved), s.ledger().bill().metered());
        assertTrue(s.ledger().bill().metered().isMoreThan(rates.cost(Market.usage(1000))), "it costs more than without");
        UsageVector more = moved.with(Counter.NETWORK_IN, 40_000_000L);
        LeaseLedger.Statement far = l.statement(1, more, at(1000), 0);
        assertFalse(far.countersign());
        assertEquals(Egress.BYTES_PER_SECOND, far.ledger().bill().usage().get(Counter.NETWORK_IN), "a second of all that may move");
    }

    @Test
    void threeFarClaimsInARowEndTheLeaseAndOneGoodOneForgives() {
        LeaseLedger l = fresh;
        for (int i = 1; i <= 2; i++) {
            l = l.statement(i, Market.usage(i * 5000), at(i * 1000), 0).ledger();
        }
        assertEquals(2, l.drifts());
        assertTrue(l.statement(3, Market.usage(15_000), at(3000), 0).objection().isPresent());
        assertEquals(0, l.statement(3, Market.usage(15_000), at(15_000), 0).ledger().drifts());
    }

    @Test
    void sequencesAndUsageNeverGoBack() {
        LeaseLedger l = fresh.statement(3, Market.usage(900), at(1000), 100).ledger();
        assertTrue(l.statement(2, Market.usage(950), at(1000), 100).objection().orElseThrow().contains("statement 2 after statement 3"));
        assertTrue(l.statement(3, Market.usage(950), at(1000), 100).objection().isPresent(), "one number, two claims");
        assertTrue(l.statement(3, Market.usage(900), at(1000), 100).objection().isEmpty(), "the same again is answered again");
        assertTrue(l.statement(4, Market.usage(800), at(1000), 100).objection().orElseThrow().contains("went back"));
    }

    @Test
    void aClaimBeforeTheStartOrBeyondAllBoundsIsRefused() {
        LeaseLedger waiting = LeaseLedger.start(Market.SIZE, Market.RATES, Market.TERMS, 3);
        assertTrue(waiting.statement(1, UsageVector.ZERO, at(0), 0).objection().isPresent());
        UsageVector absurd = UsageVector.of(c -> Long.MAX_VALUE);
        LeaseLedger.Statement s = fresh.statement(1, absurd, at(1000), 0);
        assertFalse(s.countersign());
        assertEquals(1_000_000, s.ledger().bill().usage().get(Counter.CPU));
        assertTrue(fresh.objection(absurd, at(0), at(1000), 0).isPresent());
    }

    @Test
    void aTasksUsageIsBoundByTheTimeSinceItWasSent() {
        assertTrue(fresh.objection(Market.usage(1000), at(0), at(1000), 500).isEmpty());
        assertTrue(fresh.objection(Market.usage(9000), at(0), at(1000), 500).isPresent());
    }

    @Test
    void exposureIsWhatIsPaidAndUnverified() {
        LeaseLedger l = fresh.paid(new Amount(5000));
        assertEquals(new Amount(5000), l.exposure());
        UsageVector task = Market.usage(10_000);
        l = l.statement(1, task, at(10_000), 100).ledger().delivered(task).paid(new Amount(8000));
        Amount open = l.exposure();
        assertFalse(open.isZero());
        assertTrue(l.passed(task).exposure().compareTo(open) < 0, "a verified result is no exposure");
        assertTrue(l.mayDispatch());
        assertFalse(l.paid(new Amount(300_000)).mayDispatch());
    }

    @Test
    void holdBacksAreReleasedWithheldOrPending() {
        UsageVector task = Market.usage(10_000);
        LeaseLedger l = fresh.statement(1, Market.usage(20_000), at(20_000), 100).ledger().delivered(task).delivered(task);
        Amount each = l.bill().holdBack(task);
        assertEquals(each.times(2), l.bill().pending());
        l = l.passed(task).refused(task);
        assertEquals(each, l.bill().released());
        assertEquals(each, l.bill().withheld());
        assertTrue(l.bill().pending().isZero());
        assertEquals(l.bill().metered().minus(each), l.closed().bill().due());
    }

    @Test
    void whatIsClaimedBeyondTheClockIsCountedAndNeverBilled() {
        LeaseLedger l = fresh.statement(1, Market.usage(3000), at(2000), 0).ledger();
        Amount allowed = Market.RATES.cost(Market.usage(2000).with(org.zennet.api.value.Counter.CPU, 2_000_000));
        assertEquals(allowed, l.bill().metered(), "all of the clock, and no more");
        Amount claim = Market.RATES.cost(Market.usage(3000));
        assertEquals(new LeaseLedger.Drift(1, (int) ((claim.zen() - allowed.zen()) * 1000 / allowed.zen())), l.drift());
        l = l.statement(2, Market.usage(3000), at(4000), 0).ledger();
        assertEquals(1, l.drift().statements(), "within the clock again");
        assertEquals(0, l.drifts());
    }

    @Test
    void theContractSaysWhatIsToleratedAndThePublisherWhatFollows() {
        LeaseLedger strict = LeaseLedger.start(Market.SIZE, Market.RATES, drift(0), 1).started(Instant.EPOCH);
        assertTrue(strict.statement(1, Market.usage(2400), at(2000), 0).objection().isPresent());
        LeaseLedger patient = LeaseLedger.start(Market.SIZE, Market.RATES, drift(0), 0).started(Instant.EPOCH);
        for (int i = 1; i < 20; i++) {
            LeaseLedger.Statement s = patient.statement(i, Market.usage(4000L * i), at(2000L * i), 0);
            assertTrue(s.objection().isEmpty() && !s.countersign());
            patient = s.ledger();
        }
        assertEquals(19, patient.drift().statements());
        LeaseLedger lenient = LeaseLedger.start(Market.SIZE, Market.RATES, drift(10_000), 1).started(Instant.EPOCH);
        assertTrue(lenient.statement(1, Market.usage(20_000), at(2000), 0).objection().isEmpty());
        assertTrue(lenient.statement(1, Market.usage(30_000), at(2000), 0).objection().isPresent());
    }

    private static org.zennet.market.message.Terms drift(int perMille) {
        org.zennet.market.message.Terms t = Market.TERMS;
        return new org.zennet.market.message.Terms(t.intervalMillis(), t.graceMillis(), t.prepaid(), t.quantum(), t.capacity(), t.channelBlocks(),
                t.fundingDepth(), t.holdBackPerMille(), t.providerExposure(), t.publisherExposure(), t.maxWallMillis(), 0, 0, perMille, "none");
    }
}
