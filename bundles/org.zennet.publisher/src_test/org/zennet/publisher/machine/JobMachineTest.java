package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.TaskState;

/** One job step by step: replicas, verdicts, budgets and its end. */
class JobMachineTest extends JobSteps {
    @Test
    void aTaskGoesToTwoProvidersAndPassesWhenTheyAgree() {
        job(1, false, 2);
        hire(1);
        assertEquals(List.of(new JobEffect.Dispatch("l1", 0)), all(JobEffect.Dispatch.class));
        hire(2);
        assertEquals(List.of(new JobEffect.Dispatch("l2", 0)), all(JobEffect.Dispatch.class));
        answer(1, 0, "a");
        assertEquals(TaskState.COMPARING, m.tasks().getFirst().state());
        answer(2, 0, "a");
        assertEquals(TaskState.VERIFIED, m.tasks().getFirst().state());
        assertEquals(2, all(JobEffect.Judge.class).stream().filter(JobEffect.Judge::passed).count());
        assertEquals(JobState.SETTLING, m.phase());
        assertTrue(m.text().endsWith(", checking the results"), m.text());
        assertEquals(LeaseStage.DRAINING, lease(1).stage());
        on(new JobEvent.Finished());
        assertFalse(m.text().contains("checking"), m.text());
    }

    @Test
    void oneAgainstOneNobodyIsCaughtAndAThirdBreaksTheTie() {
        job(1, false, 2);
        hire(1, 2);
        answer(1, 0, "a");
        answer(2, 0, "b");
        assertTrue(m.leases().values().stream().allMatch(l -> l.caught().isEmpty() && l.live()));
        assertTrue(all(JobEffect.Judge.class).isEmpty());
        assertTrue(m.text().contains("task-1 needs one more to break a tie"), m.text());
        hire(3);
        assertEquals(List.of(new JobEffect.Dispatch("l3", 0)), all(JobEffect.Dispatch.class));
        answer(3, 0, "b");
        assertEquals(TaskState.VERIFIED, m.tasks().getFirst().state());
        LeaseRun.Caught c = lease(1).caught().orElseThrow();
        assertEquals(Market.hash("a"), c.signed());
        assertEquals(Market.hash("b"), c.other());
        assertEquals(List.of(Market.key(2), Market.key(3)), c.agreeing());
        JobEffect.Judge verdict = all(JobEffect.Judge.class).stream().filter(j -> !j.passed()).findFirst().orElseThrow();
        assertEquals(2, verdict.evidence().size());
        BuyerEffect.Close close = all(BuyerEffect.Close.class).stream().filter(e -> e.lease().equals("l1")).findFirst().orElseThrow();
        assertFalse(close.pay(), "nothing is signed for it after detection");
        assertFalse(m.mayHire(Market.key(1)));
    }

    private void counted(int provider, int task, String output, long fuel) {
        now = now.plusSeconds(2);
        on(new JobEvent.Answered("l" + provider, task, Reason.EXITED, 0, Market.hash(output), 3, Market.usage(1000),
                Optional.of(new Fuel("wasm/1", fuel)), Optional.empty(), ""));
        on(new JobEvent.Delivered("l" + provider, task));
    }

    @Test
    void whoCountsOtherwiseThanTwoThatAgreeIsPaidForItsWorkAndLetGo() {
        job(2, false, 3);
        hire(1, 2, 3);
        counted(1, 0, "a", 100);
        counted(2, 0, "a", 100);
        assertEquals(TaskState.VERIFIED, m.tasks().getFirst().state());
        counted(3, 0, "a", 99);
        assertEquals(LeaseStage.DRAINING, lease(3).stage());
        assertTrue(lease(3).note().contains("it counted 99 wasm/1 for task-1, others 100 wasm/1"), lease(3).note());
        assertTrue(lease(3).caught().isEmpty() && lease(3).ledger().bill().withheld().zen() == 0, "its bytes were right");
        assertFalse(m.mayHire(Market.key(3)));
        assertTrue(lease(1).live() && lease(2).live());
    }

    @Test
    void oneCountAgainstOneSaysNothingButTheSameProviderAgainstTwoDoes() {
        job(4, false, 2);
        hire(1, 2);
        counted(1, 0, "a", 99);
        counted(2, 0, "a", 100);
        assertEquals(TaskState.VERIFIED, m.tasks().getFirst().state(), "the bytes decide");
        assertTrue(lease(1).live() && lease(2).live());
        assertTrue(m.tasks().getFirst().verification().fuelDisputed());
        hire(3);
        counted(1, 1, "b", 50);
        assertEquals(List.of(2), lease(1).queue(), "the second replica of what 3 does");
        assertEquals(List.of(2), lease(3).queue());
        counted(1, 2, "d", 98);
        counted(3, 2, "d", 100);
        assertEquals(LeaseStage.DRAINING, lease(1).stage(), "2 and 3 contradict it");
        assertTrue(lease(1).note().contains("contradicted by 2 others"), lease(1).note());
        assertFalse(m.mayHire(Market.key(1)));
        assertTrue(lease(2).live() && lease(3).live());
        assertTrue(lease(1).caught().isEmpty());
    }

    @Test
    void aCaughtProvidersOtherResultsAreDiscardedAndItsStatementsUnanswered() {
        job(3, false, 2);
        hire(1, 2);
        answer(1, 0, "bad");
        answer(2, 0, "good");
        answer(1, 1, "bad too");
        hire(3);
        answer(3, 0, "good");
        assertTrue(lease(1).caught().isPresent());
        assertTrue(m.tasks().stream().filter(t -> t.state() != TaskState.VERIFIED).noneMatch(t -> t.verification().has(Market.key(1))));
        on(new BuyerEvent.Claimed("l1", 1, Market.usage(500)));
        assertTrue(effects.isEmpty());
        assertFalse(lease(1).ledger().bill().pending().isZero(), "neither released nor withheld");
    }

    @Test
    void aLateWrongResultIsCaughtToo() {
        job(2, true, 3);
        hire(1, 2, 3);
        answer(1, 0, "a");
        answer(2, 0, "a");
        assertEquals(TaskState.VERIFIED, m.tasks().getFirst().state());
        on(new JobEvent.Answered("l3", 0, Reason.EXITED, 0, Market.hash("z"), 3, Market.usage(5), ""));
        assertTrue(lease(3).caught().isPresent());
    }

    @Test
    void aFailureThatTwoReproduceFailsTheJobWithItsLog() {
        job(2, true, 2);
        hire(1, 2);
        fail(1, 0, Reason.EXITED, 3);
        fail(2, 0, Reason.EXITED, 3);
        assertEquals(JobState.SETTLING, m.phase());
        assertEquals("task-1 failed: exit code 3: out of cheese", m.note());
        assertTrue(lease(1).ledger().bill().withheld().isZero());
        assertEquals(LeaseStage.DRAINING, lease(1).stage());
    }

    @Test
    void aFailureOfOneAgainstTwoIsRefusedButNoLie() {
        job(1, false, 2);
        hire(1, 2, 3);
        fail(1, 0, Reason.TIMEOUT, 0);
        answer(2, 0, "a");
        answer(3, 0, "a");
        assertEquals(TaskState.VERIFIED, m.tasks().getFirst().state());
        assertTrue(lease(1).caught().isEmpty());
        assertFalse(lease(1).ledger().bill().withheld().isZero());
    }

    @Test
    void threeDifferentResultsFailTheJobAndNobodyLosesAnything() {
        job(1, false, 2);
        hire(1, 2, 3);
        answer(1, 0, "a");
        answer(2, 0, "b");
        answer(3, 0, "c");
        assertEquals(JobState.SETTLING, m.phase());
        assertTrue(m.note().contains("not deterministic"), m.note());
        m.leases().values().forEach(l -> {
            assertTrue(l.caught().isEmpty());
            assertTrue(l.ledger().bill().withheld().isZero());
        });
    }

    @Test
    void aContainerThatEndedIsTheProvidersFault() {
        job(1, false, 2);
        hire(1, 2, 3);
        fail(1, 0, Reason.CONTAINER_ENDED, 0);
        assertFalse(lease(1).live());
        answer(2, 0, "a");
        answer(3, 0, "a");
        assertEquals(TaskState.VERIFIED, m.tasks().getFirst().state());
    }

    @Test
    void aProviderThatIsSilentLosesItsTask() {
        job(1, false, 2);
        hire(1, 2, 3);
        now = now.plusSeconds(76);
        on(new BuyerEvent.Tick());
        assertTrue(all(BuyerEffect.Close.class).stream().anyMatch(c -> c.reason().contains("no result of task-1")));
    }

    @Test
    void aResultThatWasNotAskedForEndsTheLease() {
        job(3, false, 2);
        hire(1, 2);
        on(new JobEvent.Answered("l1", 2, Reason.EXITED, 0, Market.hash("a"), 1, Market.usage(1), ""));
        assertEquals(LeaseStage.CLOSING, lease(1).stage());
        assertFalse(m.mayHire(Market.key(1)));
    }

    @Test
    void aResultWithAnAbsurdUsageEndsTheLease() {
        job(1, false, 2);
        hire(1, 2);
        on(new JobEvent.Answered("l1", 0, Reason.EXITED, 0, Market.hash("a"), 1, Market.usage(1_000_000), ""));
        assertEquals(LeaseStage.CLOSING, lease(1).stage());
    }

    @Test
    void nothingBeyondTheBudgetIsAgreed() {
        JobPlan p = Market.plan(10, false, 2, 3, 8);
        m = JobMachine.start(new JobPlan(p.tasks(), 0, false, 2, 3, 8, Market.TERMS.capacity().times(2), p.capacity(), 1000, 1000, p.deadline(), p.waits()));
        on(new BuyerEvent.Announced());
        assertTrue(m.wants(1));
        assertFalse(m.wants(2), "two negotiations under way bind the whole budget");
        hire(1, 2);
        assertFalse(m.wants(0));
        on(new BuyerEvent.Agreed("l3", Market.key(3), Market.RATES, Market.TERMS, Market.SIZE));
        assertEquals("the budget is bound", all(BuyerEffect.Close.class).getFirst().reason());
        assertEquals(2, m.leases().size());
    }

    @Test
    void aSecondLeaseOfTheSameProviderIsRefusedWhileOneLives() {
        job(4, false, 2);
        hire(1);
        assertFalse(m.mayHire(Market.key(1)));
        on(new BuyerEvent.Agreed("other", Market.key(1), Market.RATES, Market.TERMS, Market.SIZE));
        assertEquals(1, all(BuyerEffect.Close.class).size());
    }

    @Test
    void theLastStatementIsPaidToTheZen() {
        job(1, false, 1);
        hire(1);
        answer(1, 0, "a");
        assertEquals(LeaseStage.DRAINING, lease(1).stage());
        now = now.plusSeconds(10);
        on(new BuyerEvent.Claimed("l1", 1, Market.usage(9001)));
        BuyerEffect.Answer a = all(BuyerEffect.Answer.class).getFirst();
        assertTrue(a.exact() && a.countersign());
        assertEquals(Market.RATES.cost(Market.usage(9001)), a.due(), "hold-backs are released: all of it");
        assertEquals(1, all(BuyerEffect.Close.class).size());
    }

    @Test
    void withoutALastStatementTheLeaseIsClosedAllTheSame() {
        job(1, false, 1);
        hire(1);
        answer(1, 0, "a");
        now = now.plusSeconds(3);
        on(new BuyerEvent.Tick());
        assertEquals(LeaseStage.CLOSING, lease(1).stage());
        assertTrue(all(BuyerEffect.Close.class).getFirst().pay());
    }

    @Test
    void exposuresThatBlockEachOtherAreUnlocked() {
        job(4, false, 2);
        hire(1);
        for (int task = 0; task < 2; task++) {
            on(new BuyerEvent.Paid("l1", new Amount(1_000_000)));
            now = now.plusSeconds(251);
            on(new JobEvent.Answered("l1", task, Reason.EXITED, 0, Market.hash("a"), 3, Market.usage(250_000), ""));
            on(new JobEvent.Delivered("l1", task));
        }
        assertEquals(1, m.tasks().stream().filter(t -> !t.running().isEmpty()).count(), "it goes on, one task at a time");
        assertFalse(lease(1).ledger().mayDispatch());
    }

    @Test
    void theReduceStepRunsOnTwoProvidersAfterItsInputIsMade() {
        job(1, true, 2);
        hire(1, 2);
        answer(1, 0, "a");
        answer(2, 0, "a");
        assertEquals(1, all(JobEffect.PrepareReduce.class).size());
        assertEquals(JobState.REDUCING, m.phase());
        on(new JobEvent.ReduceReady());
        assertEquals(List.of(new JobEffect.Dispatch("l1", 1), new JobEffect.Dispatch("l2", 1)), all(JobEffect.Dispatch.class));
        answer(1, 1, "r");
        answer(2, 1, "r");
        assertEquals(1, all(JobEffect.Finish.class).size());
        assertEquals(2, m.verified());
    }

    @Test
    void theJobWaitsForSettlementsAndThenNoLonger() {
        job(1, false, 1);
        hire(1);
        on(new BuyerEvent.Paid("l1", new Amount(5000)));
        answer(1, 0, "a");
        on(new BuyerEvent.Claimed("l1", 1, Market.usage(900)));
        on(new JobEvent.Finished());
        assertEquals(JobState.SETTLING, m.phase());
        now = now.plusSeconds(31);
        on(new BuyerEvent.Tick());
        assertEquals(JobState.DONE, m.phase());
        on(new JobEvent.Cancelled());
        assertTrue(effects.isEmpty(), "over is over");
    }

    @Test
    void resultsThatCanNotBeWrittenFailTheJob() {
        job(1, false, 1);
        hire(1);
        answer(1, 0, "a");
        on(new BuyerEvent.Broken("the disk is full"));
        on(new JobEvent.Finished());
        now = now.plusSeconds(60);
        on(new BuyerEvent.Tick());
        now = now.plusSeconds(60);
        on(new BuyerEvent.Tick());
        assertEquals(JobState.FAILED, m.phase());
        assertEquals("the disk is full", m.note());
    }

    @Test
    void aUsedUpChannelEndsItsLease() {
        job(5, false, 2);
        hire(1);
        now = now.plusSeconds(20_000);
        on(new BuyerEvent.Claimed("l1", 1, Market.usage(0)));
        assertEquals(JobState.SETTLING, m.phase(), "the deadline passed");
        Hash any = Market.hash("x");
        on(new JobEvent.Answered("l1", 0, Reason.EXITED, 0, any, 1, Market.usage(1), ""));
        assertTrue(effects.isEmpty());
    }
}
