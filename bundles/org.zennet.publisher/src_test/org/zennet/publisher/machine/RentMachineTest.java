package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;
import org.zennet.services.publisher.RentService.RentState;
import org.zennet.services.publisher.RentService.WitnessPolicy;

/** Machines that are rented, in virtual time. */
class RentMachineTest {
    private static final Instant START = Instant.ofEpochMilli(1_800_000_000_000L);
    private static final Resources SIZE = new Resources(1000, 64 << 20, 0);
    private static final Amount CAPACITY = new Amount(1_000_000);
    private static final RateVector RATES = RateVector.ZERO.with(Counter.CPU, 10_000_000_000L).with(Counter.NETWORK_IN, 1_000_000_000_000L);
    private static final Terms TERMS = new Terms(2000, 10_000, new Amount(5000), new Amount(10), CAPACITY, 600, 1, 0, new Amount(50_000),
            new Amount(50_000), 3_600_000, "none").withPatience(60_000);
    private Instant now = START;
    private RentMachine machine = RentMachine.start(new RentPlan(3, new Amount(3_000_000), CAPACITY, START.plusSeconds(3600),
            new JobPlan.Waits(60_000, 15_000, 30_000, 2000)));
    private final List<RentEffect> effects = new ArrayList<>();

    private static PublicKey provider(int n) {
        byte[] b = new byte[32];
        Arrays.fill(b, (byte) n);
        return PublicKey.of(b);
    }

    private void on(RentEvent event) {
        RentMachine.Step s = machine.on(event, now);
        machine = s.state();
        effects.addAll(s.effects());
    }

    private void after(long millis, RentEvent event) {
        now = now.plusMillis(millis);
        on(event);
    }

    private <E extends RentEffect> Optional<E> last(Class<E> type) {
        return effects.reversed().stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    private void agree(String lease, int provider) {
        on(new BuyerEvent.Agreed(lease, provider(provider), RATES, TERMS, SIZE));
    }

    private void up(String lease, int provider) {
        agree(lease, provider);
        on(new BuyerEvent.Ready(lease));
        on(new BuyerEvent.Started(lease));
        on(new BuyerEvent.Paid(lease, new Amount(5000)));
    }

    private LeaseStage stage(String lease) {
        return machine.leases().get(lease).stage();
    }

    private static UsageVector cpu(long millis) {
        return UsageVector.ZERO.with(Counter.CPU, millis * 1000);
    }

    @Test
    void oneProviderMayGiveAllMachinesAndNoMoreAreTakenThanWanted() {
        assertFalse(machine.wants(0), "nothing is announced yet");
        on(new BuyerEvent.Announced());
        up("a", 1);
        up("b", 1);
        assertTrue(machine.mayHire(provider(1)) && machine.wants(0));
        assertFalse(machine.wants(1), "one more is under way");
        up("c", 1);
        assertFalse(machine.wants(0));
        assertEquals(3, machine.running());
        agree("d", 2);
        assertEquals("not needed any more", last(BuyerEffect.Close.class).orElseThrow().reason().replace("the budget is bound", "not needed any more"));
        assertFalse(machine.leases().containsKey("d"));
        assertEquals(3, effects.stream().filter(BuyerEffect.Fund.class::isInstance).count());
        assertEquals(new Amount(5000), last(RentEffect.Begin.class).orElseThrow().prepaid());
    }

    @Test
    void whatEndsIsReplacedWhileTheBudgetLasts() {
        on(new BuyerEvent.Announced());
        up("a", 1);
        up("b", 2);
        up("c", 3);
        after(2000, new BuyerEvent.Claimed("a", 1, cpu(1000), UsageVector.ZERO));
        on(new BuyerEvent.Paid("a", new Amount(10_000)));
        after(100, new BuyerEvent.Ended("a", "the container ended"));
        assertEquals(LeaseStage.CLOSING, stage("a"));
        assertTrue(last(RentEffect.Shut.class).isPresent());
        assertTrue(last(BuyerEffect.Close.class).orElseThrow().pay());
        assertFalse(machine.wants(0), "what was paid for it is gone from the budget of three channels of a third each");
        assertTrue(machine.text().contains("2 of 3 machines are ready") && machine.text().contains("the container ended"), machine.text());
    }

    @Test
    void aMachineThatCostNothingLeavesRoomForAnother() {
        on(new BuyerEvent.Announced());
        up("a", 1);
        up("b", 2);
        agree("c", 3);
        on(new BuyerEvent.Ended("c", "not enough is free"));
        assertTrue(machine.wants(0));
        up("d", 1);
        assertEquals(3, machine.running());
    }

    @Test
    void usageIsPaidAndLoginsCountByTheOwnCount() {
        on(new BuyerEvent.Announced());
        up("a", 1);
        UsageVector moved = UsageVector.ZERO.with(Counter.NETWORK_IN, 100);
        after(2000, new BuyerEvent.Claimed("a", 1, cpu(2000).plus(moved), moved));
        BuyerEffect.Answer honest = last(BuyerEffect.Answer.class).orElseThrow();
        assertTrue(honest.countersign());
        assertEquals(RATES.cost(cpu(2000).plus(moved)), honest.due());
        after(2000, new BuyerEvent.Claimed("a", 2, cpu(4000).plus(UsageVector.ZERO.with(Counter.NETWORK_IN, 900)), moved));
        BuyerEffect.Answer clipped = last(BuyerEffect.Answer.class).orElseThrow();
        assertFalse(clipped.countersign(), "more bytes than this side moved");
        assertEquals(RATES.cost(cpu(4000).plus(moved)), clipped.due());
    }

    @Test
    void closingWaitsForTheLastStatementPaysItExactlyAndThenForTheSettlement() {
        on(new BuyerEvent.Announced());
        up("a", 1);
        agree("b", 2);
        after(1000, new RentEvent.Closed("closed by its owner"));
        assertEquals(RentState.CLOSING, machine.phase());
        assertEquals(LeaseStage.DRAINING, stage("a"));
        assertEquals(LeaseStage.CLOSING, stage("b"), "nothing was used of it");
        assertTrue(last(BuyerEffect.StopHiring.class).isPresent());
        after(1000, new BuyerEvent.Claimed("a", 1, cpu(1500), UsageVector.ZERO));
        BuyerEffect.Answer answer = last(BuyerEffect.Answer.class).orElseThrow();
        assertTrue(answer.exact());
        assertEquals(Amount.max(new Amount(5000), RATES.cost(cpu(1500))), Amount.max(new Amount(5000), answer.due()));
        on(new BuyerEvent.Paid("a", new Amount(15_000)));
        on(new BuyerEvent.Receipted("a", false));
        assertEquals(RentState.CLOSING, machine.phase(), "its settlement is not in a block yet");
        after(1000, new BuyerEvent.Settled("a"));
        assertEquals(RentState.DONE, machine.phase());
        assertTrue(last(RentEffect.Over.class).isPresent());
    }

    @Test
    void itClosesByItselfWhenItsTimeIsOver() {
        on(new BuyerEvent.Announced());
        up("a", 1);
        now = START.plusSeconds(3600);
        on(new BuyerEvent.Tick());
        assertEquals(RentState.CLOSING, machine.phase());
        assertTrue(machine.text().startsWith("its time is over"), machine.text());
    }

    @Test
    void aUsedUpChannelEndsItsMachine() {
        on(new BuyerEvent.Announced());
        up("a", 1);
        after(100_000, new BuyerEvent.Claimed("a", 1, cpu(100_000), UsageVector.ZERO));
        assertEquals(LeaseStage.CLOSING, stage("a"));
        assertEquals(CAPACITY, last(BuyerEffect.Close.class).orElseThrow().due());
    }

    @Test
    void aLostConnectionIsWaitedForAndTheMachineGoesOn() {
        on(new BuyerEvent.Announced());
        up("a", 1);
        after(2000, new BuyerEvent.Claimed("a", 1, cpu(1000), UsageVector.ZERO));
        after(10, new BuyerEvent.Lost("a", "reset"));
        assertEquals(LeaseStage.ABSENT, stage("a"));
        assertTrue(effects.stream().noneMatch(RentEffect.Shut.class::isInstance), "who is logged in stays so");
        after(20_000, new RentEvent.Returned("a", 1, cpu(1000)));
        assertEquals(LeaseStage.RUNNING, stage("a"));
        assertEquals(1, last(RentEffect.Resume.class).orElseThrow().sequence());
    }

    @Test
    void whoDoesNotComeBackInTimeIsGoneAndToldSo() {
        on(new BuyerEvent.Announced());
        up("a", 1);
        after(10, new BuyerEvent.Lost("a", "reset"));
        after(60_000, new BuyerEvent.Tick());
        assertEquals(LeaseStage.LOST, stage("a"));
        assertTrue(last(RentEffect.Shut.class).isPresent());
        after(10, new RentEvent.Returned("a", 0, UsageVector.ZERO));
        assertTrue(last(RentEffect.Decline.class).isPresent());
    }

    @Test
    void whoComesBackWithLessThanItClaimedIsBarred() {
        on(new BuyerEvent.Announced());
        up("a", 1);
        after(2000, new BuyerEvent.Claimed("a", 1, cpu(1000), UsageVector.ZERO));
        after(10, new BuyerEvent.Lost("a", "reset"));
        after(1000, new RentEvent.Returned("a", 1, cpu(500)));
        assertTrue(last(RentEffect.Decline.class).isPresent());
        assertFalse(machine.mayHire(provider(1)));
    }

    @Test
    void manyMachinesThatNeverStartEndARent() {
        on(new BuyerEvent.Announced());
        for (int i = 0; i < 100 && machine.phase() == RentState.OPEN; i++) {
            agree("m" + i, 1 + i % 5);
            on(new BuyerEvent.Ready("m" + i));
            on(new BuyerEvent.Ended("m" + i, "the image is not valid"));
        }
        assertEquals(RentState.FAILED, machine.phase());
        assertTrue(machine.text().contains("the image is not valid"), machine.text());
    }

    @Test
    void theBudgetIsNeverExceededWhateverHappens() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            now = START;
            machine = RentMachine.start(machine.plan());
            effects.clear();
            on(new BuyerEvent.Announced());
            List<String> ids = new ArrayList<>();
            int[] sequence = new int[200];
            for (int i = 0; i < 200; i++) {
                if (random.nextInt(3) == 0) {
                    ids.add("l" + ids.size());
                    agree(ids.getLast(), random.nextInt(4));
                }
                if (ids.isEmpty()) {
                    continue;
                }
                int n = random.nextInt(ids.size());
                String l = ids.get(n);
                after(random.nextInt(3000), switch (random.nextInt(12)) {
                    case 0, 1 -> new BuyerEvent.Ready(l);
                    case 2, 3 -> new BuyerEvent.Started(l);
                    case 4, 5, 6 -> new BuyerEvent.Claimed(l, ++sequence[n], cpu(now.toEpochMilli() - START.toEpochMilli()), UsageVector.ZERO);
                    case 7 -> new BuyerEvent.Lost(l, "x");
                    case 8 -> new RentEvent.Returned(l, sequence[n], cpu(now.toEpochMilli() - START.toEpochMilli()));
                    case 9 -> random.nextInt(5) == 0 ? new BuyerEvent.Ended(l, "x") : new BuyerEvent.Tick();
                    case 10 -> random.nextInt(9) == 0 ? new BuyerEvent.Violated(l, "x") : new BuyerEvent.Tick();
                    default -> random.nextInt(60) == 0 ? new RentEvent.Closed("x") : new BuyerEvent.Tick();
                });
                // what may be promised is what channels were opened for
                RentedMachine m = machine.leases().get(l);
                if (m != null && m.ledger().started().isPresent()) {
                    on(new BuyerEvent.Paid(l, Amount.min(CAPACITY, m.ledger().bill().due())));
                }
                assertFalse(machine.bound().isMoreThan(machine.plan().budget()), "seed " + seed + ": " + machine.bound());
                assertTrue(machine.live() <= 3, "seed " + seed);
            }
        }
    }

    /** A lease "a" of provider 1 at full load of a core, its claims in thousandths of what the witness sees; statements every two seconds. */
    private void watched(WitnessPolicy policy, int statements, long perMille) {
        now = START;
        machine = RentMachine.start(new RentPlan(3, new Amount(3_000_000), CAPACITY, START.plusSeconds(3600), new JobPlan.Waits(60_000, 15_000, 30_000, 2000), policy));
        on(new BuyerEvent.Announced());
        up("a", 1);
        for (int s = 1; s <= 2 * statements && stage("a") == LeaseStage.RUNNING; s++) {
            now = START.plusSeconds(s);
            if (s % 2 == 0) {
                on(new BuyerEvent.Claimed("a", s / 2, cpu(s * perMille * 6 / 10)));
            }
            now = now.plusMillis(100);
            on(new RentEvent.Observed("a", new WitnessReading(s * 1000L, Set.of(Counter.CPU), cpu(s * 600L), 0), now));
        }
    }

    @Test
    void aMachineThatBillsHalfAsMuchAgainAsTheWitnessSeesIsGivenBackAndReplacedWherePolicySaysSo() {
        watched(WitnessPolicy.END, 20, 1500);
        assertEquals(LeaseStage.CLOSING, stage("a"), machine.leases().get("a").observed().toString());
        assertTrue(machine.leases().get("a").note().contains("where the witness in the guest saw"), machine.leases().get("a").note());
        assertFalse(machine.mayHire(provider(1)));
        assertTrue(machine.mayHire(provider(2)));
        BuyerEffect.Close close = last(BuyerEffect.Close.class).orElseThrow();
        assertTrue(close.pay(), "what it billed within the clock's bounds is paid");
        assertEquals(machine.leases().get("a").ledger().bill().due(), close.due());
    }

    @Test
    void itIsOnlyShownWherePolicySaysSo() {
        watched(WitnessPolicy.SHOW, 20, 1500);
        assertEquals(LeaseStage.RUNNING, stage("a"));
        assertTrue(machine.leases().get("a").observed().farInAll() > 3, machine.leases().get("a").observed().toString());
    }

    @Test
    void theWitnessOfAnHonestMachineChangesNothing() {
        watched(WitnessPolicy.END, 60, 1000);
        assertEquals(LeaseStage.RUNNING, stage("a"));
        assertEquals(0, machine.leases().get("a").observed().farInAll());
        RentedMachine with = machine.leases().get("a");
        watched(WitnessPolicy.OFF, 60, 1000);
        assertEquals(with.ledger(), machine.leases().get("a").ledger(), "nor its bill");
    }

    @Test
    void aWitnessThatFallsSilentIsSaidAndNothingFollows() {
        watched(WitnessPolicy.END, 4, 1500);
        on(new RentEvent.Unobserved("a", "the witness ended"));
        assertEquals("the witness ended", machine.leases().get("a").observed().problem());
        for (int i = 5; i < 40; i++) {
            after(2000, new BuyerEvent.Claimed("a", i, cpu(i * 1800L)));
        }
        assertEquals(LeaseStage.RUNNING, stage("a"));
        assertTrue(machine.leases().get("a").observed().unjudged() > 30);
    }
}
