package org.zennet.market.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;

class BillTest {
    private static Terms terms(int holdBack, long prepaid, long capacity) {
        return new Terms(1000, 2000, new Amount(prepaid), new Amount(1), new Amount(capacity), 100, 1, holdBack, new Amount(1000), new Amount(1000),
                60_000, "none");
    }

    private static UsageVector cpu(long count) {
        return UsageVector.ZERO.with(Counter.CPU, count);
    }

    private static final RateVector ONE = RateVector.ZERO.with(Counter.CPU, 1_000_000_000_000L);

    @Test
    void thePrepaidSumIsDueFirstAndCoversTheFirstWork() {
        Bill b = Bill.start(ONE, terms(200, 100, 10_000));
        assertEquals(new Amount(100), b.due());
        assertEquals(new Amount(100), b.used(cpu(125)).due());
        assertEquals(new Amount(160), b.used(cpu(200)).due());
    }

    @Test
    void aHoldBackFallsDueWhenTheResultPasses() {
        Bill b = Bill.start(ONE, terms(200, 0, 10_000)).used(cpu(1000)).delivered(cpu(400));
        assertEquals(new Amount(800), b.due());
        assertEquals(new Amount(80), b.pending());
        assertEquals(new Amount(880), b.passed(cpu(400)).due());
        assertEquals(new Amount(800), b.refused(cpu(400)).due());
    }

    @Test
    void theEndReleasesAllThatIsNotInQuestion() {
        Bill b = Bill.start(ONE, terms(200, 0, 10_000)).used(cpu(1000)).delivered(cpu(400)).delivered(cpu(300)).refused(cpu(300));
        assertEquals(new Amount(1000 - 80 - 60), b.close().due());
        assertEquals(new Amount(1000 - 60), b.passed(cpu(400)).close().due());
    }

    @Test
    void moreThanTheChannelHoldsIsWorkForNothing() {
        Bill b = Bill.start(ONE, terms(200, 0, 1000)).used(cpu(1000));
        assertFalse(b.exhausted());
        assertTrue(b.used(cpu(1001)).exhausted());
        assertEquals(new Amount(1000), b.used(cpu(9000)).due());
    }

    @Test
    void countersNeverGoBack() {
        Bill b = Bill.start(ONE, terms(0, 0, 10_000)).used(cpu(500)).used(cpu(300).with(Counter.WALL, 7));
        assertEquals(500, b.usage().get(Counter.CPU));
        assertEquals(7, b.usage().get(Counter.WALL));
    }

    @Test
    void whatIsDueIsRoundedOnceHoweverTheLeaseIsCut() {
        Random random = new Random(3);
        RateVector rates = RateVector.of(c -> random.nextLong(1_000_000_000_000L));
        Bill whole = Bill.start(rates, terms(0, 0, Long.MAX_VALUE)).used(UsageVector.of(999, 999, 999, 999, 999, 999, 999));
        Bill cut = Bill.start(rates, terms(0, 0, Long.MAX_VALUE));
        for (int i = 1; i <= 999; i++) {
            cut = cut.used(UsageVector.of(i, i, i, i, i, i, i));
        }
        assertEquals(whole.due(), cut.due());
    }

    @Test
    void whatIsDueIsMonotoneAndBounded() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Terms terms = terms(random.nextInt(901), random.nextInt(2000), 2000 + random.nextInt(200_000));
            RateVector rates = RateVector.of(c -> random.nextLong(1_000_000_000_000L));
            Bill bill = Bill.start(rates, terms);
            UsageVector usage = UsageVector.ZERO;
            UsageVector spare = UsageVector.ZERO;
            List<UsageVector> waiting = new ArrayList<>();
            Amount before = bill.due();
            for (int i = 0; i < 200; i++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        UsageVector more = UsageVector.of(c -> random.nextInt(500));
                        usage = usage.plus(more);
                        spare = spare.plus(more);
                        bill = bill.used(usage);
                    }
                    case 2 -> {
                        bill = bill.delivered(spare);
                        waiting.add(spare);
                        spare = UsageVector.ZERO;
                    }
                    default -> {
                        if (!waiting.isEmpty()) {
                            UsageVector task = waiting.removeFirst();
                            bill = random.nextInt(3) == 0 ? bill.refused(task) : bill.passed(task);
                        }
                    }
                }
                check(bill, before, terms, "seed " + seed);
                before = bill.due();
            }
            Bill closed = bill.close();
            check(closed, Amount.ZERO, terms, "closed, seed " + seed);
            if (bill.withheld().isZero() && bill.pending().isZero()) {
                assertFalse(bill.due().isMoreThan(closed.due()), "closing takes nothing back");
            }
        }
    }

    private static void check(Bill bill, Amount before, Terms terms, String who) {
        Amount due = bill.due();
        assertFalse(before.isMoreThan(due), who + ": it fell from " + before + " to " + due);
        assertFalse(due.isMoreThan(terms.capacity()), who);
        assertFalse(due.isMoreThan(Amount.max(bill.metered(), terms.prepaid())), who);
        assertFalse(Amount.min(terms.prepaid(), terms.capacity()).isMoreThan(due), who);
    }

    @Test
    void sumsBeyondTheLargestAmountAreAnErrorAndNeverWrap() {
        Bill b = Bill.start(RateVector.of(c -> RateVector.MAX_RATE), terms(200, 0, 1000));
        Bill huge = b.used(UsageVector.of(c -> Long.MAX_VALUE));
        assertThrows(ArithmeticException.class, huge::due);
        assertThrows(ArithmeticException.class, () -> b.delivered(UsageVector.of(c -> Long.MAX_VALUE)));
        assertTrue(b.due().isZero());
    }
}
