package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.TaskState;

/** One job step by step. */
class JobMachineTest {
    private JobMachine m;
    private final List<JobEffect> effects = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    private void job(int tasks, boolean reduce, int replicas) {
        m = JobMachine.start(Market.plan(tasks, reduce, replicas, 3, 8));
        on(new BuyerEvent.Announced());
    }

    private void on(JobEvent e) {
        effects.clear();
        now = now.plusMillis(10);
        JobMachine.Step s = m.on(e, now);
        m = s.state();
        effects.addAll(s.effects());
    }

    private Terms terms = Market.TERMS;

    private void hire(int... numbers) {
        for (int n : numbers) {
            agree(n, "l" + n);
        }
    }

    private void agree(int provider, String lease) {
        on(new BuyerEvent.Agreed(lease, Market.key(provider), Market.RATES, terms, Market.SIZE));
        on(new BuyerEvent.Ready(lease));
        on(new BuyerEvent.Started(lease));
    }

    private void answer(int provider, int task, String output) {
        answer("l" + provider, task, output);
    }

    private void answer(String lease, int task, String output) {
        now = now.plusSeconds(2);
        on(new JobEvent.Answered(lease, task, Reason.EXITED, 0, Market.hash(output), 3, Market.usage(1000), ""));
        on(new JobEvent.Delivered(lease, task));
    }

    private void fail(int provider, int task, Reason reason, int code) {
        now = now.plusSeconds(2);
        on(new JobEvent.Answered("l" + provider, task, reason, code, Market.hash(""), 0, Market.usage(1000), "out of cheese"));
    }

    private LeaseRun lease(int n) {
        return m.leases().get("l" + n);
    }

    private <T extends JobEffect> List<T> all(Class<T> type) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }

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

    /** All work that is out is answered rightly. */
    private void allAnswer() {
        for (LeaseRun l : List.copyOf(m.leases().values())) {
            if (!l.queue().isEmpty()) {
                answer(Integer.parseInt(l.id().substring(1)), l.queue().getFirst(), "a" + l.queue().getFirst());
            }
        }
    }

    @Test
    void whoseWorkCostsMuchMoreThanThatOfOthersIsLeftInGoodOrder() {
        job(60, false, 2);
        hire(1, 2, 3, 4);
        for (int i = 0; i < 5; i++) {
            allAnswer();
        }
        now = now.plusSeconds(60);
        for (int n = 2; n <= 4; n++) {
            on(new BuyerEvent.Claimed("l" + n, 10, Market.usage(10_000L + n)));
        }
        on(new BuyerEvent.Claimed("l1", 10, Market.usage(14_000)));
        assertTrue(m.leases().values().stream().allMatch(l -> l.stage() == LeaseStage.RUNNING), "somewhat dearer is no reason: " + m.text());
        on(new BuyerEvent.Claimed("l1", 11, Market.usage(30_000)));
        assertEquals(LeaseStage.DRAINING, lease(1).stage(), m.text());
        assertTrue(lease(1).note().startsWith("its results cost"), lease(1).note());
        assertFalse(m.mayHire(Market.key(1)));
        on(new BuyerEvent.Claimed("l1", 12, Market.usage(31_000)));
        assertTrue(all(BuyerEffect.Close.class).getFirst().pay(), "what is due is paid");
    }

    /** Most work that is out is answered rightly, in any order; the first provider signs so many thousandths of what the others do. */
    private void mostAnswer(long perMille, Random order) {
        List<String> ids = new ArrayList<>(m.leases().keySet());
        Collections.shuffle(ids, order);
        for (String id : ids.subList(0, ids.size() - 1)) {
            LeaseRun l = m.leases().get(id);
            if (l.stage() == LeaseStage.RUNNING && !l.queue().isEmpty()) {
                int task = l.queue().getFirst();
                long millis = 500 + 37L * task; // tasks differ
                on(new JobEvent.Answered(l.id(), task, Reason.EXITED, 0, Market.hash("a" + task), 3,
                        Market.usage(l.id().equals("l1") ? millis * perMille / 1000 : millis), ""));
                on(new JobEvent.Delivered(l.id(), task));
            }
        }
    }

    @Test
    void whoSignsMoreForTheSameTasksThanTwoOthersIsLeftBeforeAnyStatement() {
        job(60, false, 2);
        hire(1, 2, 3, 4);
        Random order = new Random(1);
        while (lease(1).stage() == LeaseStage.RUNNING && lease(1).results() < 20) {
            now = now.plusSeconds(5);
            mostAnswer(3000, order);
        }
        assertEquals(LeaseStage.DRAINING, lease(1).stage(), m.text());
        assertTrue(lease(1).note().startsWith("the same tasks cost 300 % of what they cost with"), lease(1).note());
        assertTrue(lease(1).results() <= 10, lease(1).results() + " results");
        assertEquals(0, lease(1).ledger().sequence(), "no statement was needed");
        assertFalse(m.mayHire(Market.key(1)));
        assertTrue(lease(2).live() && lease(3).live() && lease(4).live(), m.text());
    }

    @Test
    void whoIsSomewhatSlowerStays() {
        job(60, false, 2);
        hire(1, 2, 3, 4);
        Random order = new Random(1);
        while (lease(1).live() && lease(1).results() < 20) {
            now = now.plusSeconds(5);
            mostAnswer(1400, order);
        }
        assertTrue(lease(1).live(), lease(1).note());
    }

    @Test
    void whoIsDearIsAskedOnlyForWhatNobodyElseCanDoWhereTooFewOthersAreThere() {
        job(60, false, 2);
        hire(1, 2, 3);
        for (int i = 0; i < 5; i++) {
            allAnswer();
        }
        now = now.plusSeconds(60);
        on(new BuyerEvent.Claimed("l2", 10, Market.usage(10_000)));
        on(new BuyerEvent.Claimed("l3", 10, Market.usage(11_000)));
        on(new BuyerEvent.Claimed("l1", 10, Market.usage(30_000)));
        assertEquals(LeaseStage.DRAINING, lease(1).stage(), m.text());
        assertTrue(lease(1).note().startsWith("its results cost"), lease(1).note());
        on(new BuyerEvent.Claimed("l1", 11, Market.usage(31_000)));
        assertTrue(all(BuyerEffect.Close.class).getFirst().pay(), "what is due is paid");
        assertFalse(m.mayHire(Market.key(1)), "two others go on without it");
        while (!m.tasks().get(lease(2).queue().getFirst()).verification().entries().isEmpty()) {
            answer(2, lease(2).queue().getFirst(), "a" + lease(2).queue().getFirst());
        }
        int tied = lease(2).queue().getFirst();
        answer(2, tied, "b");
        while (m.tasks().get(tied).verification().entries().size() < 2) {
            int next = lease(3).queue().getFirst();
            if (next == tied) {
                fail(3, next, Reason.TRAPPED, 0);
            } else {
                answer(3, next, "a" + next);
            }
        }
        assertTrue(m.mayHire(Market.key(1)), "a third breaks the tie: " + m.text());
        agree(1, "l1b");
        assertEquals(List.of(tied), m.leases().get("l1b").queue(), "and does nothing else");
        answer("l1b", tied, "b");
        assertEquals(TaskState.VERIFIED, m.tasks().get(tied).state());
        assertEquals(LeaseStage.DRAINING, m.leases().get("l1b").stage());
        assertTrue(lease(3).live(), "the others do the rest");
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
