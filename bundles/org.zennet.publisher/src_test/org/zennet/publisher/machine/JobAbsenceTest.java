package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.TaskState;

/** A job whose providers get lost, come back, or give way to their owners. */
class JobAbsenceTest extends JobSteps {
    @Test
    void workOfALostProviderGoesElsewhereAtOnce() {
        job(1, false, 2);
        hire(1, 2);
        hire(3);
        assertTrue(effects.stream().noneMatch(JobEffect.Dispatch.class::isInstance));
        on(new BuyerEvent.Lost("l1", "killed"));
        assertEquals(List.of(new JobEffect.Dispatch("l3", 0)), all(JobEffect.Dispatch.class));
        assertEquals(LeaseStage.LOST, lease(1).stage());
        assertTrue(m.mayHire(Market.key(1)), "it may come back");
    }

    private void patient(int tasks) {
        terms = Market.TERMS.withPatience(20_000);
        job(tasks, false, 2);
        hire(1, 2);
        hire(3);
    }

    private void returned(int n, int sequence, long millis, Set<Integer> begun, Set<Integer> done) {
        on(new JobEvent.Returned("l" + n, sequence, Market.usage(millis), begun, done));
    }

    @Test
    void workOfAProviderThatMayComeBackIsNotGivenToAnother() {
        patient(1);
        on(new BuyerEvent.Lost("l1", "killed"));
        assertTrue(all(JobEffect.Dispatch.class).isEmpty());
        assertEquals(LeaseStage.ABSENT, lease(1).stage());
        assertFalse(m.mayHire(Market.key(1)), "its lease is still there");
        assertTrue(m.text().contains("waiting for 1 whose connection was lost"), m.text());
        on(new BuyerEvent.Lost("l1", "once more"));
        now = now.plusSeconds(19);
        on(new BuyerEvent.Tick());
        assertTrue(all(JobEffect.Dispatch.class).isEmpty());
        returned(1, 0, 0, Set.of(0), Set.of());
        assertEquals(List.of(new JobEffect.Resume("l1", 0, List.of(0)), new JobEffect.Repay("l1", new Amount(5000))), effects);
        answer(1, 0, "a");
        answer(2, 0, "a");
        assertEquals(TaskState.VERIFIED, m.tasks().getFirst().state());
        assertEquals(1, lease(1).results());
    }

    @Test
    void afterThePatienceItsWorkMovesAndItIsPaidWhatIsDueWhenItComesTooLate() {
        patient(1);
        on(new BuyerEvent.Claimed("l1", 1, Market.usage(900)));
        on(new BuyerEvent.Lost("l1", "killed"));
        now = now.plusSeconds(21);
        on(new BuyerEvent.Tick());
        assertEquals(List.of(new JobEffect.Dispatch("l3", 0)), all(JobEffect.Dispatch.class));
        assertEquals(LeaseStage.LOST, lease(1).stage());
        returned(1, 1, 900, Set.of(0), Set.of());
        JobEffect.Decline d = all(JobEffect.Decline.class).getFirst();
        assertTrue(d.pay());
        assertEquals(lease(1).ledger().bill().due(), d.due());
        assertTrue(all(JobEffect.Resume.class).isEmpty());
    }

    @Test
    void whatGotLostWithTheConnectionIsSentAgain() {
        terms = Market.TERMS.withPatience(20_000);
        job(9, false, 2);
        hire(1, 2);
        now = now.plusSeconds(2);
        on(new JobEvent.Answered("l1", 0, Reason.EXITED, 0, Market.hash("a"), 3, Market.usage(1000), ""));
        answer(2, 0, "a");
        on(new BuyerEvent.Lost("l1", "cut"));
        on(new JobEvent.Undelivered("l1", 0, "the stream closed"));
        assertEquals(LeaseStage.ABSENT, lease(1).stage(), "an output that breaks off with the connection is no fault");
        List<Integer> queue = lease(1).queue();
        assertEquals(2, queue.size());
        returned(1, 0, 0, Set.of(queue.getFirst()), Set.of(0));
        assertEquals(List.of(new JobEffect.Dispatch("l1", queue.getLast())), all(JobEffect.Dispatch.class), "the task that never arrived");
        assertEquals(List.of(new JobEffect.Fetch("l1", 0, Market.hash("a"), 3)), all(JobEffect.Fetch.class));
        on(new JobEvent.Delivered("l1", 0));
        assertEquals(2, all(JobEffect.Judge.class).size());
        on(new BuyerEvent.Lost("l1", "cut under the verdict"));
        returned(1, 0, 0, Set.copyOf(queue), Set.of(0));
        JobEffect.Judge again = all(JobEffect.Judge.class).getFirst();
        assertTrue(again.passed() && again.task() == 0 && again.lease().equals("l1"));
        assertEquals(lease(1).ledger().bill().released(), again.holdBack(), "released once, told twice");
    }

    @Test
    void aProviderThatComesBackWithAnOlderStateIsNotDealtWith() {
        patient(1);
        on(new BuyerEvent.Claimed("l1", 1, Market.usage(900)));
        on(new BuyerEvent.Claimed("l2", 1, Market.usage(900)));
        on(new BuyerEvent.Lost("l1", "killed"));
        on(new BuyerEvent.Lost("l2", "killed"));
        returned(1, 0, 900, Set.of(0), Set.of());
        assertEquals("it is back at statement 0 after statement 1", all(JobEffect.Decline.class).getFirst().reason());
        returned(2, 1, 899, Set.of(0), Set.of());
        assertTrue(all(JobEffect.Decline.class).getFirst().reason().startsWith("usage went back"));
        assertFalse(m.mayHire(Market.key(1)) || m.mayHire(Market.key(2)));
    }

    @Test
    void aJobThatEndsInTheMeantimeOwesTheAbsentWhatIsDueAndNoMore() {
        patient(1);
        on(new BuyerEvent.Lost("l1", "killed"));
        on(new JobEvent.Cancelled());
        assertEquals(LeaseStage.LOST, lease(1).stage());
        returned(1, 0, 0, Set.of(0), Set.of());
        assertTrue(all(JobEffect.Decline.class).getFirst().pay());
        assertEquals(JobState.SETTLING, m.phase());
    }

    @Test
    void whileItsOwnerHoldsItFrozenAProviderGetsNothingAndIsOwedNothing() {
        terms = Market.TERMS.withFreeze(60_000);
        job(3, false, 2);
        hire(1, 2);
        on(new BuyerEvent.Paused("l1", true, "a key was pressed"));
        assertTrue(lease(1).held());
        assertTrue(m.text().contains("1 frozen for their owners"), m.text());
        answer(2, 0, "a");
        assertTrue(all(JobEffect.Dispatch.class).stream().noneMatch(d -> d.lease().equals("l1")));
        now = now.plusSeconds(50);
        on(new BuyerEvent.Claimed("l1", 1, Market.usage(52_000)));
        assertFalse(all(BuyerEffect.Answer.class).getFirst().countersign(), "the time under the owner allows no claim");
        assertTrue(lease(1).ledger().bill().usage().get(Counter.WALL) < 4_000, lease(1).ledger().bill().usage().toString());
        on(new BuyerEvent.Paused("l1", false, ""));
        assertFalse(lease(1).held());
        now = now.plusSeconds(70);
        on(new BuyerEvent.Tick());
        assertTrue(lease(1).live(), "its task has its whole time again");
    }

    @Test
    void anOwnerThatKeepsTheMachineEndsTheLeaseInGoodOrder() {
        terms = Market.TERMS.withFreeze(60_000);
        job(1, false, 2);
        hire(1, 2);
        on(new BuyerEvent.Paused("l1", true, "a key was pressed"));
        now = now.plusSeconds(74);
        on(new BuyerEvent.Tick());
        assertTrue(lease(1).live());
        now = now.plusSeconds(2);
        on(new BuyerEvent.Tick());
        BuyerEffect.Close c = all(BuyerEffect.Close.class).stream().filter(x -> x.lease().equals("l1")).findFirst().orElseThrow();
        assertTrue(c.pay() && c.reason().contains("its owner held it frozen"), c.toString());
        assertTrue(m.mayHire(Market.key(1)), "no blame");
    }
}
