package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

/** A job with a witness beside the meters of its providers. */
class JobWitnessTest extends JobSteps {
    /** A job of one replica with a witness; the provider claims so many milliseconds a task, the witness sees so many. */
    private void witnessed(JobPlan plan, int tasks, long claimed, Optional<Long> seen) {
        m = JobMachine.start(plan.witnessed());
        on(new BuyerEvent.Announced());
        hire(1);
        for (int task = 0; task < tasks && lease(1).stage() == LeaseStage.RUNNING; task++) {
            now = now.plusMillis(claimed);
            on(new BuyerEvent.Claimed("l1", task + 1, Market.usage(claimed * (task + 1))));
            on(new JobEvent.Answered("l1", task, Reason.EXITED, 0, Market.hash("a"), 3, Market.usage(claimed), Optional.empty(),
                    seen.map(s -> new WitnessReport(s * 1000, s, s)), ""));
            on(new JobEvent.Delivered("l1", task));
        }
    }

    private static JobPlan drifting(int limit) {
        JobPlan p = Market.plan(40, false, 1, 3, 3);
        return new JobPlan(p.tasks(), p.first(), false, 1, 3, 3, p.budget(), p.capacity(), p.taskMillis(), p.reduceMillis(), p.deadline(), p.waits(), limit, false, false);
    }

    @Test
    void whoBillsFarMoreProcessorThanTheWitnessSawIsLeftInGoodOrder() {
        witnessed(drifting(3), 8, 4000, Optional.of(1000L));
        assertEquals(LeaseStage.DRAINING, lease(1).stage(), lease(1).ledger().witnessed().toString());
        assertTrue(lease(1).note().contains("where the witness in the guest saw"), lease(1).note());
        assertTrue(lease(1).caught().isEmpty());
        assertFalse(m.mayHire(Market.key(1)));
        on(new BuyerEvent.Claimed("l1", 99, lease(1).ledger().claimed()));
        assertTrue(all(BuyerEffect.Close.class).getFirst().pay(), "what it billed within the clock's bounds is paid");
    }

    @Test
    void withoutALimitOfDriftItIsShownOnly() {
        witnessed(drifting(0), 8, 4000, Optional.of(1000L));
        assertEquals(LeaseStage.RUNNING, lease(1).stage());
        Witnessed w = lease(1).ledger().witnessed();
        assertEquals(8, w.reports());
        assertTrue(w.farInAll() >= 3 && w.farInAll() == w.far(), w.toString());
        assertEquals(8_000_000, w.seen().get(Counter.CPU));
        assertEquals(Market.usage(32_000), lease(1).ledger().bill().usage(), "the witness lowers no bill");
    }

    @Test
    void whatTheContractToleratesIsNoDrift() {
        witnessed(drifting(1), 15, 1380, Optional.of(1000L));
        assertEquals(LeaseStage.RUNNING, lease(1).stage());
        assertEquals(new Witnessed(15, 0, UsageVector.ZERO.with(Counter.CPU, 15_000_000).with(Counter.MEMORY, 15_000), UsageVector.ZERO, 0, 0),
                lease(1).ledger().witnessed());
    }

    @Test
    void aSilentWitnessIsShownAndNothingFollows() {
        witnessed(drifting(1), 8, 4000, Optional.empty());
        assertEquals(LeaseStage.RUNNING, lease(1).stage());
        assertEquals(new Witnessed(0, 8, UsageVector.ZERO, Market.usage(8 * 4000), 0, 0), lease(1).ledger().witnessed());
    }

    @Test
    void aWitnessThatSawMoreRaisesNoBill() {
        witnessed(drifting(1), 10, 1000, Optional.of(999_999_999_999L));
        assertEquals(LeaseStage.RUNNING, lease(1).stage());
        assertEquals(Market.usage(10_000), lease(1).ledger().bill().usage());
    }

    /** Tasks of 20 s that hold half of all memory, as the witness sees them, with a meter that says so much more. */
    private void held(long claimedPerMille) {
        long byteSeconds = 20L * (Market.SIZE.memory() / 2);
        m = JobMachine.start(drifting(3).witnessed());
        on(new BuyerEvent.Announced());
        hire(1);
        for (int task = 0; task < 12 && lease(1).stage() == LeaseStage.RUNNING; task++) {
            now = now.plusSeconds(20);
            UsageVector one = UsageVector.ZERO.with(Counter.MEMORY, byteSeconds * claimedPerMille / 1000).with(Counter.WALL, 20_000);
            int tasks = task + 1;
            on(new BuyerEvent.Claimed("l1", task + 1, UsageVector.of(c -> one.get(c) * tasks)));
            on(new JobEvent.Answered("l1", task, Reason.EXITED, 0, Market.hash("a"), 3, one, Optional.empty(),
                    Optional.of(new WitnessReport(0, byteSeconds, 20_000)), ""));
            on(new JobEvent.Delivered("l1", task));
        }
    }

    @Test
    void whoBillsFarMoreMemoryThanTheWitnessSawIsLeftToo() {
        held(1500);
        assertEquals(LeaseStage.DRAINING, lease(1).stage(), lease(1).ledger().witnessed().toString());
        assertTrue(lease(1).note().contains("MiB s of memory where the witness"), lease(1).note());
    }

    @Test
    void anHonestMeterOfMemoryIsNoDrift() {
        held(1050);
        assertEquals(LeaseStage.RUNNING, lease(1).stage());
        assertEquals(0, lease(1).ledger().witnessed().farInAll());
    }
}
