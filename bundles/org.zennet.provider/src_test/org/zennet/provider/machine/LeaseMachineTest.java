package org.zennet.provider.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Isolation;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.Signature;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Contract;
import org.zennet.market.message.ResultStatement;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Task;
import org.zennet.market.message.Terms;
import org.zennet.market.message.UsageStatement;
import org.zennet.market.message.Verdict;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.Endpoint;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.wallet.ChannelService;

class LeaseMachineTest {
    static final Signature SIGNATURE = Signature.of(new byte[64]);
    static final OutPoint CHANNEL = new OutPoint(hash("channel"), 0);
    static final Endpoint ENDPOINT = new Endpoint("127.0.0.1", 7000);
    static final Instant T0 = Instant.ofEpochMilli(1_000_000);

    static Hash hash(String s) {
        return Tag.TEST.hash(s.getBytes(StandardCharsets.UTF_8));
    }

    static PublicKey key(String s) {
        return PublicKey.of(hash(s).toBytes());
    }

    /** One zen per millisecond of processor time. */
    static Contract contract(long exposure) {
        return contract(exposure, 1_000_000_000L);
    }

    private static Contract contract(long exposure, long rate) {
        return contract(exposure, rate, 0);
    }

    static Contract yielding(long exposure) {
        Contract c = patient(exposure);
        return new Contract(c.network(), c.nonce(), c.publisher(), c.provider(), c.payee(), c.descriptor(), c.backend(), c.image(), c.isolation(),
                c.resources(), RateVector.ZERO.with(Counter.CPU, 1_000_000_000L).with(Counter.WALL, 1_000_000_000L),
                c.terms().withFreeze(30_000), c.strategy());
    }

    static Contract patient(long exposure) {
        return contract(exposure, 1_000_000_000L, 20_000);
    }

    private static Contract contract(long exposure, long rate, int patience) {
        Terms t = new Terms(1000, 2000, new Amount(1000), new Amount(10), new Amount(1_000_000), 1000, 1, 200, new Amount(exposure),
                new Amount(100_000), 600_000, "none").withPatience(patience);
        return new Contract(hash("genesis"), hash("nonce"), key("publisher"), key("provider"), key("payee"), hash("descriptor"), "wasm",
                hash("module"), Isolation.WASM, new Resources(1000, 1 << 26, 0), RateVector.ZERO.with(Counter.CPU, rate), t, "fixed 1");
    }

    static UsageVector cpu(long millis) {
        return UsageVector.ZERO.with(Counter.CPU, millis * 1000);
    }

    static ChannelService.Funding funding() {
        return new ChannelService.Funding(CHANNEL.txid(), 0, key("payer"), key("payee"), new Amount(1_000_000), 900, new Amount(10), new byte[] {1});
    }

    static Task task(String id) {
        return new Task(hash("job"), id, List.of(), hash(""), 0, 1000, 1000);
    }

    /** A lease under test: its state, the time and the newest effects. */
    static final class Run {
        LeaseMachine m;
        long now = T0.toEpochMilli();
        List<LeaseEffect> effects = new ArrayList<>();

        Run(long exposure) {
            this(contract(exposure));
        }

        Run(Contract contract) {
            LeaseMachine.Step s = LeaseMachine.start(contract, SIGNATURE, SIGNATURE, "label", ENDPOINT, T0);
            m = s.state();
            effects = s.effects();
        }

        Run on(LeaseEvent... events) {
            for (LeaseEvent e : events) {
                LeaseMachine.Step s = m.on(e, Instant.ofEpochMilli(now));
                m = s.state();
                effects = s.effects();
            }
            return this;
        }

        Run after(long millis) {
            now += millis;
            return on(new LeaseEvent.Tick());
        }

        boolean did(Class<? extends LeaseEffect> type) {
            return effects.stream().anyMatch(type::isInstance);
        }

        Run running() {
            return on(new LeaseEvent.FundingArrived(funding()), new LeaseEvent.Accepted(CHANNEL), new LeaseEvent.Up(0, 5), new LeaseEvent.Deep(900),
                    new LeaseEvent.UsageRead(cpu(7)), new LeaseEvent.Paid(new Amount(1000)));
        }

        Run interval(long meterMillis, long pays) {
            after(1000);
            assertTrue(did(LeaseEffect.ReadUsage.class), m.toString());
            on(new LeaseEvent.UsageRead(cpu(7 + meterMillis)));
            if (pays > 0) {
                on(new LeaseEvent.Paid(new Amount(pays)));
            }
            return this;
        }
    }

    private static List<LeaseEvent> allEvents() {
        Verdict good = new Verdict(contract(3000).hash(), "a", true, Amount.ZERO, List.of());
        return List.of(new LeaseEvent.FundingArrived(funding()), new LeaseEvent.Accepted(CHANNEL), new LeaseEvent.NotFunded("no"),
                new LeaseEvent.Deep(900), new LeaseEvent.Up(0, 3), new LeaseEvent.Broken("broke"), new LeaseEvent.UsageRead(cpu(10)),
                new LeaseEvent.UsageRead(UsageVector.of(c -> Long.MAX_VALUE)), new LeaseEvent.Paid(new Amount(500)),
                new LeaseEvent.TaskArrived(task("a"), hash("a")), new LeaseEvent.TaskDone("a", Outcome.Reason.EXITED, 0, hash("out"), 3, cpu(5), Optional.empty()),
                new LeaseEvent.TaskDone("a", Outcome.Reason.EXITED, -1, hash("out"), 3, UsageVector.of(c -> Long.MAX_VALUE), Optional.empty()),
                new LeaseEvent.Judged(good, true), new LeaseEvent.Judged(new Verdict(good.contract(), "a", false, Amount.ZERO, List.of()), true),
                new LeaseEvent.Closed("done"), new LeaseEvent.Lost("gone"), new LeaseEvent.Violated("bad"), new LeaseEvent.Stopped("off"),
                new LeaseEvent.LastUsage(cpu(9)), new LeaseEvent.Settling(hash("tx")), new LeaseEvent.NotSettled("full", true),
                new LeaseEvent.NotSettled("nothing", false), new LeaseEvent.ChannelSeen(ChannelService.State.SETTLED, 5),
                new LeaseEvent.ChannelSeen(ChannelService.State.OPEN, 0), new LeaseEvent.ChannelSeen(ChannelService.State.REFUNDED, 6),
                new LeaseEvent.Restarted(new Amount(500)), new LeaseEvent.Adopted(cpu(9)), new LeaseEvent.NotAdopted("busy"),
                new LeaseEvent.NotReached("refused"), new LeaseEvent.Resumed(1, List.of("a")), new LeaseEvent.Resumed(1, List.of()),
                new LeaseEvent.NotResumed("unknown"), new LeaseEvent.TaskWaits("a"), new LeaseEvent.Yield(true, "input"), new LeaseEvent.Yield(false, ""),
                new LeaseEvent.Tick());
    }

    @Test
    void everyEventInEveryReachableStateKeepsTheRules() {
        List<Run> frontier = List.of(new Run(3000));
        int seen = 0;
        for (int depth = 0; depth < 4; depth++) {
            List<Run> next = new ArrayList<>();
            for (Run from : depth == 0 ? List.of(new Run(3000), new Run(3000).running(), new Run(patient(3000)).running(),
                    new Run(3000).running().on(new LeaseEvent.TaskArrived(task("a"), hash("a"))),
                    new Run(patient(3000)).running().on(new LeaseEvent.TaskArrived(task("a"), hash("a")), new LeaseEvent.Lost("gone")),
                    new Run(patient(3000)).running().on(new LeaseEvent.TaskArrived(task("a"), hash("a")), new LeaseEvent.Restarted(new Amount(1000))))
                    : frontier) {
                for (LeaseEvent e : allEvents()) {
                    for (long wait : new long[] {0, 70_000}) {
                        Run r = new Run(3000);
                        r.m = from.m;
                        r.now = from.now + wait;
                        r.on(e);
                        check(from.m, r, e);
                        seen++;
                        if (!r.m.equals(from.m) && next.size() < 4_000) {
                            next.add(r);
                        }
                    }
                }
            }
            frontier = next;
        }
        assertTrue(seen > 50_000, "steps tried: " + seen);
    }

    private static void check(LeaseMachine before, Run r, LeaseEvent e) {
        String where = before.state() + " + " + e + " -> " + r.m.state();
        long ends = r.effects.stream().filter(LeaseEffect.EndContainer.class::isInstance).count();
        boolean restart = e instanceof LeaseEvent.Restarted;
        assertEquals(before.live() && !r.m.live() && !restart ? 1 : 0, ends, where);
        assertFalse(!before.live() && r.m.live(), where);
        assertFalse(before.state() == LeaseState.UNPAID && r.m.state() != before.state(), where);
        assertFalse(before.state() == LeaseState.FAILED && r.m.state() != before.state(), where);
        assertFalse(before.account().paid().isMoreThan(r.m.account().paid()), where);
        assertTrue(r.effects.stream().filter(LeaseEffect.Settle.class::isInstance).count() <= 1, where);
        if (r.did(LeaseEffect.RunTask.class)) {
            assertTrue(r.m.state() == LeaseState.RUNNING && r.m.account().prepaid() && !before.work().busy(), where);
            assertTrue(r.m.connected() && r.m.absence().isEmpty() && r.m.pause().isEmpty(), where);
        }
        assertTrue(r.m.absence().isEmpty() || r.m.resumable() && !r.m.connected(), where);
        assertTrue(r.m.account().sequence() >= before.account().sequence(), where);
        assertTrue(r.m.account().bill().usage().isAtLeast(before.account().bill().usage()), where);
        assertTrue(r.m.absence().isEmpty() || !r.did(LeaseEffect.SendStatement.class), where);
        if (r.m.state() == LeaseState.SETTLING) {
            assertTrue(r.m.channel().isPresent() && !r.m.account().paid().isZero(), where);
        }
    }

    @Test
    void theStateSurvivesItsEncoding() throws Exception {
        Run r = new Run(3000).running().on(new LeaseEvent.TaskArrived(task("a"), hash("a")),
                new LeaseEvent.TaskDone("a", Outcome.Reason.EXITED, 0, hash("out"), 3, cpu(5), Optional.empty()), new LeaseEvent.TaskArrived(task("b"), hash("b")));
        r.interval(900, 0);
        byte[] bytes = Records.encode(r.m);
        LeaseMachine back = Records.decode(LeaseMachine.class, bytes);
        assertEquals(r.m.account(), back.account());
        assertEquals(Tag.TEST.hash(bytes), Tag.TEST.hash(Records.encode(back)));
    }

    @Test
    void nothingIsWorkedBeforeTheFirstPayment() {
        Run r = new Run(3000).on(new LeaseEvent.FundingArrived(funding()), new LeaseEvent.Accepted(CHANNEL), new LeaseEvent.Deep(900),
                new LeaseEvent.Up(0, 5), new LeaseEvent.UsageRead(cpu(7)));
        assertEquals(LeaseState.RUNNING, r.m.state());
        assertTrue(r.did(LeaseEffect.SendStarted.class));
        r.on(new LeaseEvent.TaskArrived(task("a"), hash("a")));
        assertFalse(r.did(LeaseEffect.RunTask.class));
        r.on(new LeaseEvent.Paid(new Amount(990)));
        assertFalse(r.did(LeaseEffect.RunTask.class), "a whole tick is missing");
        r.on(new LeaseEvent.Paid(new Amount(991)));
        assertTrue(r.did(LeaseEffect.RunTask.class), "less than a tick may be missing");
    }

    @Test
    void theFirstPaymentHasToComeWithinTheGrace() {
        Run r = new Run(3000).on(new LeaseEvent.FundingArrived(funding()), new LeaseEvent.Accepted(CHANNEL), new LeaseEvent.Up(0, 5),
                new LeaseEvent.Deep(900), new LeaseEvent.UsageRead(cpu(7)));
        r.after(2000);
        assertTrue(r.m.live());
        r.after(1);
        assertEquals(LeaseState.ENDING, r.m.state());
        r.on(new LeaseEvent.LastUsage(cpu(7)));
        assertTrue(r.did(LeaseEffect.SendClose.class));
        r.after(LeaseMachine.ENDING_MILLIS);
        assertEquals(LeaseState.UNPAID, r.m.state());
        assertTrue(r.did(LeaseEffect.SendReceipt.class));
    }

    @Test
    void statementsCountFromTheStartAndRoundOnce() {
        Run r = new Run(3000).running().interval(500, 0);
        assertEquals(cpu(500), r.m.account().bill().usage());
        assertEquals(2, r.m.account().sequence());
        assertEquals(new Amount(1000), r.m.account().bill().due(), "the prepaid sum covers it");
        r.interval(2000, 0);
        assertEquals(new Amount(1600), r.m.account().bill().due(), "four fifths of 2000: the rest is held back");
        assertEquals(new Amount(600), r.m.exposure());
    }

    @Test
    void workBeyondTheExposureFreezesAtOnceAndAPaymentThaws() {
        Run r = new Run(300).running().interval(2000, 0);
        assertEquals(LeaseState.FROZEN, r.m.state());
        assertEquals(new LeaseEffect.Freeze(true), r.effects.getLast());
        r.on(new LeaseEvent.Paid(new Amount(1300)));
        assertEquals(LeaseState.RUNNING, r.m.state());
        assertTrue(r.effects.contains(new LeaseEffect.Freeze(false)));
    }

    @Test
    void whatTheChannelCantPayIsNotWorked() {
        Run r = new Run(100_000).running().interval(1_000_000, 1_000_000);
        assertEquals(LeaseState.RUNNING, r.m.state());
        r.interval(1_000_001, 0);
        assertEquals(LeaseState.ENDING, r.m.state(), "all that there is was paid, and the publisher goes on");
        assertTrue(r.did(LeaseEffect.EndContainer.class));
        r.on(new LeaseEvent.LastUsage(cpu(1_000_010)));
        assertTrue(r.did(LeaseEffect.SendStatement.class) && r.did(LeaseEffect.SendClose.class));
    }

    @Test
    void whatIsOverdueFreezesAfterTheGraceAndEndsAfterTwice() {
        Run r = new Run(100_000).running().interval(2000, 0);
        r.after(2000);
        assertEquals(LeaseState.RUNNING, r.m.state());
        r.after(1);
        assertEquals(LeaseState.FROZEN, r.m.state());
        r.after(1999);
        assertEquals(LeaseState.FROZEN, r.m.state());
        r.after(1);
        assertEquals(LeaseState.ENDING, r.m.state());
        assertTrue(r.did(LeaseEffect.EndContainer.class));
    }

    @Test
    void aTricklePaysForNoTime() {
        Run r = new Run(100_000).running().interval(5000, 0);
        for (int i = 1; i < 60 && r.m.live(); i++) {
            r.on(new LeaseEvent.Paid(new Amount(1000 + i)));
            r.after(100);
        }
        assertEquals(LeaseState.ENDING, r.m.state());
    }

    @Test
    void theClosedBillReleasesWhatIsNotInQuestion() {
        Run r = new Run(3000).running().interval(2000, 1600);
        r.on(new LeaseEvent.Paid(new Amount(2000)), new LeaseEvent.Closed("done"));
        assertEquals(new Amount(2000), r.m.account().bill().due());
        assertEquals(LeaseState.ENDING, r.m.state());
        r.on(new LeaseEvent.LastUsage(cpu(5000)), new LeaseEvent.Paid(new Amount(2002)));
        assertEquals(new Amount(2000), r.m.account().bill().due(), "nothing is claimed after the close");
        r.after(LeaseMachine.CLOSED_MILLIS);
        assertEquals(new Amount(2002), r.m.account().paid(), "a payment that was on its way counts");
        assertEquals(LeaseState.SETTLING, r.m.state());
        assertEquals(new LeaseEffect.Settle(CHANNEL), r.effects.getLast());
        r.on(new LeaseEvent.Settling(hash("tx")));
        assertEquals(hash("tx"), ((LeaseEffect.SendReceipt) r.effects.getFirst()).receipt().settlement());
        r.on(new LeaseEvent.ChannelSeen(ChannelService.State.SETTLED, 9));
        assertEquals(LeaseState.SETTLED, r.m.state());
        r.on(new LeaseEvent.ChannelSeen(ChannelService.State.SETTLING, 0));
        assertEquals(LeaseState.SETTLING, r.m.state(), "its block left the chain");
        r.on(new LeaseEvent.ChannelSeen(ChannelService.State.SETTLED, 10));
        assertEquals(10, r.m.settlementHeight());
    }

    @Test
    void aNinthTaskEndsTheLeaseAndARepeatedOneDoesNot() {
        Run r = new Run(3000).running();
        for (int i = 0; i < LeaseWork.MAX_QUEUE; i++) {
            r.on(new LeaseEvent.TaskArrived(task("t" + i), hash("t" + i)), new LeaseEvent.TaskArrived(task("t" + i), hash("t" + i)));
        }
        assertTrue(r.m.live());
        r.on(new LeaseEvent.TaskArrived(task("more"), hash("more")));
        assertEquals(LeaseState.ENDING, r.m.state());
    }

    private static Verdict.SignedResult other(String who, Hash task, String out) {
        return new Verdict.SignedResult(key(who), new ResultStatement(hash("c" + who), task, Outcome.Reason.EXITED, 0, hash(out), 3, cpu(4), Optional.empty()), SIGNATURE);
    }

    private Run judged(boolean valid, Verdict.SignedResult... evidence) {
        Run r = new Run(3000).running().on(new LeaseEvent.TaskArrived(task("a"), hash("a")),
                new LeaseEvent.TaskDone("a", Outcome.Reason.EXITED, 0, hash("mine"), 3, cpu(100), Optional.empty()));
        return r.on(new LeaseEvent.Judged(new Verdict(r.m.contract().hash(), "a", false, new Amount(20), List.of(evidence)), valid));
    }

    @Test
    void evidenceHasToProveTheAccusation() {
        Run proven = judged(true, other("c", hash("a"), "other"), other("d", hash("a"), "other"));
        assertEquals(LeaseState.RUNNING, proven.m.state());
        assertEquals(new Amount(20), proven.m.account().bill().withheld());
        assertEquals(1, proven.m.work().withheld().size());
        for (Run lie : List.of(judged(false, other("c", hash("a"), "other"), other("d", hash("a"), "other")), judged(true),
                judged(true, other("c", hash("a"), "other")), judged(true, other("c", hash("a"), "other"), other("c", hash("a"), "other")),
                judged(true, other("c", hash("a"), "other"), other("d", hash("b"), "other")),
                judged(true, other("c", hash("a"), "other"), other("d", hash("a"), "third")),
                judged(true, other("c", hash("a"), "mine"), other("d", hash("a"), "mine")),
                judged(true, other("c", hash("a"), "other"), other("provider", hash("a"), "other")))) {
            assertEquals(LeaseState.ENDING, lie.m.state());
            assertTrue(lie.m.note().contains("false accusation"));
            assertTrue(lie.m.account().bill().withheld().isZero());
        }
    }

    private Run compared(Verdict.SignedResult... evidence) {
        Contract c = contract(3000);
        Run r = new Run(new Contract(c.network(), c.nonce(), c.publisher(), c.provider(), c.payee(), c.descriptor(), c.backend(), c.image(), c.isolation(),
                c.resources(), c.rates(), c.terms().withComparer("numeric relative=1e-9"), c.strategy())).running()
                .on(new LeaseEvent.TaskArrived(task("a"), hash("a")),
                        new LeaseEvent.TaskDone("a", Outcome.Reason.EXITED, 0, hash("mine"), 3, cpu(100), Optional.empty()));
        return r.on(new LeaseEvent.Judged(new Verdict(r.m.contract().hash(), "a", false, new Amount(20), List.of(evidence)), true));
    }

    @Test
    void whereTheContractNamesAComparerTheEvidenceMayDifferWithinItselfButNotHoldTheOwnResult() {
        Run proven = compared(other("c", hash("a"), "other"), other("d", hash("a"), "another"));
        assertEquals(LeaseState.RUNNING, proven.m.state());
        assertEquals(new Amount(20), proven.m.account().bill().withheld());
        for (Run lie : List.of(compared(other("c", hash("a"), "other"), other("d", hash("a"), "mine")), compared(other("c", hash("a"), "other")),
                compared(other("c", hash("a"), "other"), other("c", hash("a"), "another")))) {
            assertEquals(LeaseState.ENDING, lie.m.state());
            assertTrue(lie.m.account().bill().withheld().isZero());
        }
    }

    @Test
    void absurdMetersEndTheLeaseInsteadOfOverflowing() {
        Run r = new Run(contract(3000, RateVector.MAX_RATE)).running().after(1000).on(new LeaseEvent.UsageRead(UsageVector.of(c -> Long.MAX_VALUE)));
        assertEquals(LeaseState.ENDING, r.m.state());
        assertEquals(UsageVector.ZERO, r.m.account().bill().usage());
        r.on(new LeaseEvent.LastUsage(UsageVector.of(c -> Long.MAX_VALUE)));
        assertEquals(Optional.empty(), r.m.settlement());
    }

    @Test
    void aNewLifeSettlesWhatTheOldOneHeld() {
        Run r = new Run(3000).running().on(new LeaseEvent.Restarted(new Amount(1500)));
        assertEquals(LeaseState.SETTLING, r.m.state());
        assertEquals(new Amount(1500), r.m.account().paid());
        assertEquals(List.of(new LeaseEffect.Settle(CHANNEL)), r.effects);
        assertEquals(LeaseState.FAILED, new Run(3000).on(new LeaseEvent.Restarted(Amount.ZERO)).m.state());
        Run submitted = new Run(3000).running().on(new LeaseEvent.Closed("x")).after(LeaseMachine.CLOSED_MILLIS).on(new LeaseEvent.Settling(hash("tx")),
                new LeaseEvent.Restarted(new Amount(1000)));
        assertEquals(List.of(new LeaseEffect.Settle(CHANNEL)), submitted.effects, "asked for again: the wallet answers with the same");
    }

    @Test
    void aLostFundingOrAnExpiringChannelEndsTheLease() {
        assertEquals(LeaseState.ENDING, new Run(3000).running().on(new LeaseEvent.NotFunded("double-spent")).m.state());
        Run r = new Run(3000).running().on(new LeaseEvent.ChannelSeen(ChannelService.State.SETTLING, 0));
        assertEquals(LeaseState.ENDING, r.m.state());
    }

    // ---- a connection that is lost and comes back

    private Run working() {
        return new Run(patient(3000)).running().on(new LeaseEvent.TaskArrived(task("a"), hash("a")), new LeaseEvent.TaskArrived(task("b"), hash("b")));
    }

    private static Resume asked(Run r) {
        return r.effects.stream().filter(LeaseEffect.Redial.class::isInstance).map(e -> ((LeaseEffect.Redial) e).resume()).findFirst().orElseThrow();
    }

    @Test
    void aLostConnectionIsDialledAgainAndTheLeaseGoesOnWhereItWas() {
        Run r = working().interval(900, 0).on(new LeaseEvent.Lost("cut"));
        assertEquals(LeaseState.RUNNING, r.m.state());
        assertFalse(r.did(LeaseEffect.EndContainer.class));
        Resume first = asked(r);
        assertEquals(2, first.sequence());
        assertEquals(cpu(900), first.usage());
        assertEquals(List.of(new Resume.Progress("a", hash("a"), Resume.Stage.RUNNING), new Resume.Progress("b", hash("b"), Resume.Stage.WAITING)),
                first.tasks());
        r.on(new LeaseEvent.Lost("the payment stream too"));
        assertTrue(r.effects.isEmpty());
        r.on(new LeaseEvent.NotReached("refused")).after(500);
        assertFalse(r.did(LeaseEffect.Redial.class), "not at once again");
        r.after(500);
        assertTrue(r.did(LeaseEffect.Redial.class));
        r.on(new LeaseEvent.TaskDone("a", Outcome.Reason.EXITED, 0, hash("out"), 3, cpu(800), Optional.empty()));
        assertFalse(r.did(LeaseEffect.RunTask.class), "nothing new is begun for a publisher that is not there");
        r.on(new LeaseEvent.Resumed(2, List.of("a", "b")));
        assertEquals(LeaseEffect.OpenPayments.class, r.effects.getFirst().getClass());
        assertEquals("a", r.effects.stream().filter(LeaseEffect.SendResult.class::isInstance).map(e -> ((LeaseEffect.SendResult) e).taskId())
                .findFirst().orElseThrow(), "its result is told, since it is still waited for");
        assertTrue(r.did(LeaseEffect.ReadUsage.class) && r.did(LeaseEffect.RunTask.class));
        r.on(new LeaseEvent.UsageRead(cpu(7 + 1900)));
        UsageStatement s = r.effects.stream().filter(LeaseEffect.SendStatement.class::isInstance).map(e -> ((LeaseEffect.SendStatement) e).statement())
                .findFirst().orElseThrow();
        assertEquals(3, s.sequence());
        assertEquals(cpu(1900), s.usage(), "the time in between counts");
    }

    @Test
    void aNewLifeFindsTheContainerAndBillsEverythingOnce() {
        Run r = working().interval(900, 0);
        r.now += 7000;
        r.on(new LeaseEvent.Restarted(new Amount(1000)));
        assertEquals(List.of(new LeaseEffect.Adopt()), r.effects);
        assertTrue(r.m.live());
        r.on(new LeaseEvent.NotAdopted("the backend is not there")).after(900);
        assertTrue(r.effects.isEmpty());
        r.after(100);
        assertEquals(List.of(new LeaseEffect.Adopt()), r.effects);
        r.on(new LeaseEvent.Adopted(cpu(7 + 3000)));
        assertEquals(cpu(3000), asked(r).usage(), "what was used while nobody looked");
        assertEquals(Resume.Stage.WAITING, asked(r).tasks().getFirst().stage());
        r.on(new LeaseEvent.Resumed(2, List.of("a", "b")));
        assertTrue(r.effects.contains(new LeaseEffect.RunTask(task("a"), hash("a"))), "the same task by the same id: the container knows it");
        r.on(new LeaseEvent.UsageRead(cpu(7 + 3100)), new LeaseEvent.Paid(new Amount(2480)), new LeaseEvent.Closed("done"));
        assertEquals(new Amount(3100), r.m.account().bill().due());
    }

    @Test
    void whatIsLongOverdueIsFrozenUntilThePublisherIsBackAndThenHasTheWholeGraceAgain() {
        Run r = working().interval(2000, 0);
        r.now += 3000;
        r.on(new LeaseEvent.Restarted(new Amount(1000)), new LeaseEvent.Adopted(cpu(7 + 3000)));
        assertEquals(LeaseState.FROZEN, r.m.state());
        assertEquals(new LeaseEffect.Freeze(false), r.effects.getFirst(), "first as it was");
        assertTrue(r.effects.contains(new LeaseEffect.Freeze(true)));
        assertTrue(asked(r).frozen());
        r.after(5000);
        assertTrue(r.m.live(), "twice the grace ends nothing while nobody can pay");
        r.on(new LeaseEvent.Resumed(2, List.of("a", "b")));
        assertEquals(LeaseState.RUNNING, r.m.state());
        r.after(1).on(new LeaseEvent.UsageRead(cpu(7 + 3000))).after(1999);
        assertEquals(LeaseState.RUNNING, r.m.state());
        r.after(1);
        assertEquals(LeaseState.FROZEN, r.m.state());
    }

    @Test
    void whoDoesNotComeBackInTimeIsSettledWith() {
        Run r = working().on(new LeaseEvent.Lost("cut")).after(19_999);
        assertTrue(r.m.live());
        r.after(1);
        assertEquals(LeaseState.SETTLING, r.m.state());
        assertTrue(r.did(LeaseEffect.EndContainer.class) && r.did(LeaseEffect.Settle.class));
        assertTrue(r.m.note().contains("did not come back within 20 s"), r.m.note());
        for (LeaseEvent no : List.of(new LeaseEvent.NotResumed("never heard of it"), new LeaseEvent.Broken("its container did not outlive the provider"))) {
            Run refused = working().on(new LeaseEvent.Restarted(new Amount(1000)), no).after(LeaseMachine.ENDING_MILLIS);
            assertEquals(LeaseState.SETTLING, refused.m.state());
            assertTrue(refused.m.absence().isEmpty());
        }
    }

    @Test
    void aCloseInAnswerIsACloseInGoodOrder() {
        Run r = working().interval(2000, 0).on(new LeaseEvent.Restarted(new Amount(1000)), new LeaseEvent.Adopted(cpu(7 + 2500)));
        r.on(new LeaseEvent.Paid(new Amount(2000)), new LeaseEvent.Closed("the job is done"));
        assertEquals(LeaseState.ENDING, r.m.state());
        r.after(LeaseMachine.CLOSED_MILLIS);
        assertEquals(LeaseState.SETTLING, r.m.state());
        assertEquals(new Amount(2000), r.m.account().paid());
    }

    @Test
    void aTaskThatThePublisherDoesNotKnowEndsTheLease() {
        Run r = working().on(new LeaseEvent.Lost("cut"), new LeaseEvent.Resumed(1, List.of("a")));
        assertEquals(LeaseState.ENDING, r.m.state());
        assertTrue(r.m.note().contains("task b"), r.m.note());
    }

    @Test
    void withoutPatienceALostConnectionEndsTheLeaseAtOnce() {
        assertEquals(LeaseState.SETTLING, new Run(3000).running().on(new LeaseEvent.Lost("cut")).m.state());
        assertEquals(LeaseState.FAILED, new Run(patient(3000)).on(new LeaseEvent.Lost("before it began")).m.state());
    }

    // ---- the owner wants the machine

    private static UsageVector used(long cpuMillis, long wallMillis) {
        return cpu(cpuMillis).with(Counter.WALL, wallMillis);
    }

    private Run held() {
        Run r = new Run(yielding(100_000)).running().on(new LeaseEvent.TaskArrived(task("a"), hash("a")), new LeaseEvent.TaskArrived(task("b"), hash("b")));
        r.now += 500;
        return r.on(new LeaseEvent.Yield(true, "a key was pressed"));
    }

    private static UsageStatement stated(Run r) {
        return r.effects.stream().filter(LeaseEffect.SendStatement.class::isInstance).map(e -> ((LeaseEffect.SendStatement) e).statement())
                .findFirst().orElseThrow();
    }

    @Test
    void theContainerIsFrozenBeforeAnythingElseWhenTheOwnerComes() {
        Run r = held();
        assertEquals(List.of(new LeaseEffect.Freeze(true), new LeaseEffect.ReadUsage(), new LeaseEffect.SendPause(true, "a key was pressed")),
                r.effects);
        r.on(new LeaseEvent.UsageRead(used(407, 500)));
        assertEquals(used(400, 500), stated(r).usage(), "what was worked until then is claimed");
        r.after(5000);
        assertFalse(r.did(LeaseEffect.ReadUsage.class), "nothing is counted");
        assertTrue(r.did(LeaseEffect.KeepAlive.class));
        r.on(new LeaseEvent.Paid(new Amount(5000)));
        assertFalse(r.did(LeaseEffect.Freeze.class), "a payment does not send the owner away");
    }

    @Test
    void whatPassesWhileTheOwnerHasTheMachineIsNotPaidNotEvenTheTime() {
        Run r = held().on(new LeaseEvent.UsageRead(used(407, 500)), new LeaseEvent.Paid(new Amount(5000)));
        r.after(20_000).on(new LeaseEvent.Yield(false, ""));
        assertEquals(List.of(new LeaseEffect.ReadUsage()), r.effects, "read before it goes on");
        r.on(new LeaseEvent.UsageRead(used(408, 20_500)));
        assertTrue(r.m.pause().isEmpty());
        assertTrue(r.effects.indexOf(new LeaseEffect.SendPause(false, "")) >= 0);
        assertTrue(r.effects.contains(new LeaseEffect.Freeze(false)));
        assertEquals(used(400, 500), stated(r).usage());
        r.after(1000).on(new LeaseEvent.UsageRead(used(1308, 21_500)));
        assertEquals(used(1300, 1500), stated(r).usage(), "from there on it counts again");
    }

    @Test
    void anOwnerThatStaysEndsTheLeaseAfterTheTimeOfTheContractAndOwesNothing() {
        Run r = held().on(new LeaseEvent.UsageRead(used(407, 500)), new LeaseEvent.Paid(new Amount(5000))).after(29_999);
        assertTrue(r.m.live());
        r.after(1);
        assertEquals(LeaseState.ENDING, r.m.state());
        assertTrue(r.m.note().contains("the owner keeps the machine"), r.m.note());
        r.on(new LeaseEvent.LastUsage(used(409, 30_500)));
        assertEquals(used(400, 500), stated(r).usage());
    }

    @Test
    void anOwnerThatComesBackAtOnceKeepsItFrozen() {
        Run r = held().on(new LeaseEvent.Yield(false, ""), new LeaseEvent.Yield(true, "again"));
        assertTrue(r.effects.isEmpty());
        r.on(new LeaseEvent.UsageRead(used(407, 500))).after(1000);
        assertTrue(r.m.pause().isPresent());
        assertFalse(r.did(LeaseEffect.Freeze.class));
    }

    @Test
    void aTaskWhoseTimeRanOutUnderTheOwnerIsNotSigned() {
        Run r = held().on(new LeaseEvent.UsageRead(used(407, 500)), new LeaseEvent.Paid(new Amount(5000)), new LeaseEvent.Yield(false, ""));
        r.on(new LeaseEvent.UsageRead(used(407, 1500)));
        assertTrue(r.m.pause().isEmpty());
        r.on(new LeaseEvent.TaskDone("a", Outcome.Reason.TIMEOUT, 0, hash(""), 0, cpu(400), Optional.empty()));
        assertFalse(r.did(LeaseEffect.SendResult.class));
        assertEquals(LeaseState.ENDING, r.m.state());
    }

    @Test
    void noneOfTheTimeUnderTheOwnerIsTheTasks() {
        Run r = held().on(new LeaseEvent.UsageRead(used(407, 500)), new LeaseEvent.Paid(new Amount(5000)));
        r.after(20_000).on(new LeaseEvent.Yield(false, ""), new LeaseEvent.UsageRead(used(408, 20_500)));
        r.after(1000).on(new LeaseEvent.Yield(true, "again"), new LeaseEvent.UsageRead(used(500, 21_500)));
        r.after(5_000).on(new LeaseEvent.Yield(false, ""), new LeaseEvent.UsageRead(used(500, 26_500)));
        r.on(new LeaseEvent.TaskDone("a", Outcome.Reason.EXITED, 0, hash("x"), 1, used(493, 26_400), Optional.empty()));
        assertEquals(used(492, 1400), result(r).usage(), "what others pay for the same task has no owner in it");
        r.on(new LeaseEvent.TaskDone("b", Outcome.Reason.EXITED, 0, hash("x"), 1, used(10, 20), Optional.empty()));
        assertEquals(used(10, 20), result(r).usage(), "the next one was never frozen");
    }

    @Test
    void aRestartUnderTheOwnerMakesNoneOfItsTimeTheTasks() {
        Run r = held().on(new LeaseEvent.UsageRead(used(407, 500)), new LeaseEvent.Paid(new Amount(5000)));
        r.after(10_000).on(new LeaseEvent.Restarted(new Amount(5000)), new LeaseEvent.Adopted(used(408, 10_500)), new LeaseEvent.Resumed(2, List.of("a", "b")),
                new LeaseEvent.UsageRead(used(408, 10_500)));
        r.after(10_000).on(new LeaseEvent.Yield(false, ""), new LeaseEvent.UsageRead(used(408, 20_500)));
        assertTrue(r.effects.stream().anyMatch(LeaseEffect.RunTask.class::isInstance), "it is taken up again");
        LeaseMachine before = r.m;
        r.on(new LeaseEvent.TaskDone("a", Outcome.Reason.EXITED, 0, hash("x"), 1, used(493, 21_000), Optional.empty()));
        assertEquals(used(492, 1000), result(r).usage());
        r.m = before;
        r.on(new LeaseEvent.TaskDone("a", Outcome.Reason.TIMEOUT, 0, hash("x"), 1, used(493, 21_000), Optional.empty()));
        assertEquals(LeaseState.ENDING, r.m.state(), "a time that ran out under the owner is no result");
    }

    @Test
    void anOwnerWhoComesRightAfterARestartMakesNoneOfItsTimeTheTasks() {
        Run r = new Run(yielding(100_000)).running().on(new LeaseEvent.TaskArrived(task("a"), hash("a")), new LeaseEvent.Restarted(new Amount(1000)),
                new LeaseEvent.Adopted(used(107, 500)), new LeaseEvent.Yield(true, "a key was pressed"), new LeaseEvent.UsageRead(used(107, 500)));
        r.after(10_000).on(new LeaseEvent.Resumed(1, List.of("a")), new LeaseEvent.UsageRead(used(107, 10_500)), new LeaseEvent.Yield(false, ""),
                new LeaseEvent.UsageRead(used(107, 10_500)), new LeaseEvent.Paid(new Amount(5000)));
        r.on(new LeaseEvent.TaskDone("a", Outcome.Reason.EXITED, 0, hash("x"), 1, used(150, 11_000), Optional.empty()));
        assertEquals(used(150, 1000), result(r).usage());
    }

    private static ResultStatement result(Run r) {
        return r.effects.stream().filter(LeaseEffect.SendResult.class::isInstance).map(e -> ((LeaseEffect.SendResult) e).statement())
                .findFirst().orElseThrow();
    }

    @Test
    void aNodeThatDiesBetweenTheFreezeAndItsReadingCountsNoTimeOfTheOwner() {
        Run r = held().on(new LeaseEvent.Restarted(new Amount(1000))).after(8_000);
        r.on(new LeaseEvent.Adopted(used(407, 8_500)));
        assertEquals(used(400, 500), asked(r).usage());
    }

    @Test
    void theOwnerGoesOnWhileThePublisherIsAwayAndItIsToldAfterwards() {
        Run r = held().on(new LeaseEvent.UsageRead(used(407, 500)), new LeaseEvent.Lost("cut"), new LeaseEvent.Yield(false, "")).after(1000);
        assertTrue(r.m.pause().isPresent(), "nobody would know that it counts again");
        r.on(new LeaseEvent.Resumed(2, List.of("a", "b")));
        assertTrue(r.effects.contains(new LeaseEffect.SendPause(true, "")));
        r.on(new LeaseEvent.UsageRead(used(407, 9_500)));
        assertTrue(r.effects.contains(new LeaseEffect.SendPause(false, "")));
        assertEquals(used(400, 500), stated(r).usage());
        Run again = held().on(new LeaseEvent.UsageRead(used(407, 500)), new LeaseEvent.Restarted(new Amount(1000)), new LeaseEvent.Adopted(used(407, 8_500)));
        assertEquals(used(400, 500), asked(again).usage(), "a restart under the owner counts nothing either");
        assertTrue(again.effects.contains(new LeaseEffect.Freeze(true)));
    }
}
