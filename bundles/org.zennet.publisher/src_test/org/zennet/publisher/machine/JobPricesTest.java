package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.services.publisher.JobService.TaskState;

/** A job some of whose providers are dear. */
class JobPricesTest extends JobSteps {
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
}
