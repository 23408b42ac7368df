package org.zennet.blockchain.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Voucher;
import org.zennet.blockchain.Witness;
import org.zennet.services.chain.ChainService.OutPoint;

/** The attack list of channels (XENCOIN 3.6): each is refused by the rule that is meant to. */
class SettleRulesTest {
    private static final Amount CAPACITY = Amount.ofXen(10);
    private static final int EXPIRY = 8;
    private final Kit kit = new Kit(1);
    private OutPoint channel;
    private OutPoint other;

    @BeforeEach
    void openTwoChannelsOfPayer1AndPayee2() {
        Predicate predicate = new Predicate.Channel(Kit.key(1), Kit.key(2), EXPIRY);
        Transaction funding = kit.pay(0, new Output(CAPACITY, predicate), new Output(CAPACITY, predicate));
        kit.mine(funding);
        channel = funding.outPoint(0);
        other = funding.outPoint(1);
    }

    private Transaction settle(Consumer<Kit.Settle> spoil) {
        return settle(new Amount(660_000_000), spoil);
    }

    /** One settlement whose output 0 gives the payer some rest; 3.4 XEN are earned, 6.6 are left. */
    private Transaction settle(Amount rest, Consumer<Kit.Settle> spoil) {
        Kit.Settle settle = kit.new Settle(channel);
        spoil.accept(settle);
        return kit.sign(List.of(channel), List.of(new Output(rest, Kit.to(1)), new Output(CAPACITY.minus(rest).minus(new Amount(500)), Kit.to(2))),
                List.of(), settle.signer(channel));
    }

    private void refused(Rule rule, Transaction transaction) {
        Verdict<TransactionRules.Effect> verdict = TransactionRules.check(transaction, kit.view, kit.height() + 1, kit.network, Kit.SCHEME);
        assertInstanceOf(Verdict.Rejected.class, verdict);
        assertEquals(rule, ((Verdict.Rejected<?>) verdict).rule(), verdict.toString());
    }

    private void accepted(Transaction transaction) {
        Verdict<TransactionRules.Effect> verdict = TransactionRules.check(transaction, kit.view, kit.height() + 1, kit.network, Kit.SCHEME);
        assertInstanceOf(Verdict.Accepted.class, verdict, verdict.toString());
    }

    @Test
    void aVoucherWithATickSettles() {
        accepted(settle(s -> { }));
        accepted(settle(s -> s.k = 40));
        kit.mine(settle(s -> { }));
        assertTrue(kit.view.coin(channel).isEmpty());
    }

    @Test
    void aVoucherAloneSettles() {
        accepted(settle(Amount.ofXen(7), s -> s.k = -1));
        accepted(settle(Amount.ofXen(7), s -> {
            s.k = -1;
            s.n = 0;
            s.tick = Amount.ZERO;
            s.anchor = Voucher.NO_ANCHOR;
        }));
    }

    @Test
    void settlingAfterTheExpiryIsFine() {
        for (int i = 0; i < 12; i++) {
            kit.mine();
        }
        accepted(settle(s -> { }));
    }

    @Test
    void aVoucherForAnotherOutpointIsRefused() {
        refused(Rule.SETTLE_VOUCHER, settle(s -> s.signedFor = other));
    }

    @Test
    void aVoucherOfAnotherNetworkIsRefused() {
        refused(Rule.SETTLE_VOUCHER, settle(s -> s.genesis = new Kit(2).genesis()));
    }

    @Test
    void aVoucherThatThePayerDidNotSignIsRefused() {
        refused(Rule.SETTLE_VOUCHER, settle(s -> s.payer = 2));
    }

    @Test
    void anInflatedVoucherIsRefused() {
        Transaction honest = settle(s -> { });
        Witness.ChannelSettle w = (Witness.ChannelSettle) honest.inputs().getFirst().witness();
        refused(Rule.SETTLE_VOUCHER, kit.sign(List.of(channel), honest.outputs(), List.of(), d -> new Witness.ChannelSettle(
                Kit.SCHEME.sign(Kit.secret(2), d), w.voucherSignature(), w.cumulative().plus(new Amount(1)), w.anchor(), w.tickValue(),
                w.maxTicks(), w.tail(), 0)));
        refused(Rule.SETTLE_VOUCHER, kit.sign(List.of(channel), honest.outputs(), List.of(), d -> new Witness.ChannelSettle(
                Kit.SCHEME.sign(Kit.secret(2), d), w.voucherSignature(), w.cumulative(), w.anchor(), w.tickValue().plus(new Amount(1)),
                w.maxTicks(), w.tail(), 0)));
    }

    @Test
    void theThiefWhoIsNotThePayeeIsRefused() {
        refused(Rule.WITNESS_SIGNATURE, settle(s -> s.payee = 1));
        refused(Rule.WITNESS_SIGNATURE, settle(s -> s.payee = 3));
    }

    @Test
    void aStepAboveTheNumberOfTicksIsRefused() {
        refused(Rule.SETTLE_TICKS, settle(s -> {
            s.n = 39;
            s.k = 40;
        }));
    }

    @Test
    void stepZeroIsNoTick() {
        refused(Rule.SETTLE_TICKS, settle(s -> s.k = 0));
    }

    @Test
    void aChainThatIsTooLongIsRefusedBeforeItIsHashed() {
        refused(Rule.SETTLE_TICKS, settle(s -> s.n = Voucher.MAX_TICKS + 1));
        accepted(settle(s -> s.n = Voucher.MAX_TICKS));
    }

    @Test
    void aTickThatLeadsElsewhereIsRefused() {
        refused(Rule.SETTLE_ANCHOR, settle(s -> s.anchor = Kit.hash("other", 1)));
        refused(Rule.SETTLE_ANCHOR, settle(s -> s.preimage = h -> Kit.hash("other", 2)));
    }

    @Test
    void aTickOfAnotherStepIsRefused() {
        refused(Rule.SETTLE_ANCHOR, settle(s -> s.preimage =
                h -> new org.zennet.blockchain.Ticks(kit.genesis(), channel).back(40, h, 39)));
    }

    @Test
    void takingMoreThanTheChannelHoldsIsRefused() {
        refused(Rule.SETTLE_CAPACITY, settle(s -> s.cumulative = CAPACITY));
        refused(Rule.SETTLE_CAPACITY, settle(s -> {
            s.k = -1;
            s.cumulative = CAPACITY.plus(new Amount(1));
        }));
    }

    @Test
    void takingAllOfItNeedsNoRefund() {
        Kit.Settle all = kit.new Settle(channel);
        all.k = -1;
        all.cumulative = CAPACITY;
        all.refund = Witness.ChannelSettle.NO_REFUND;
        accepted(kit.sign(List.of(channel), List.of(new Output(CAPACITY.minus(new Amount(500)), Kit.to(2))), List.of(), all.signer(channel)));
    }

    @Test
    void productsThatOverflowAreRefused() {
        refused(Rule.TX_OVERFLOW, settle(s -> s.tick = new Amount(Long.MAX_VALUE / 2)));
        refused(Rule.TX_OVERFLOW, settle(s -> s.cumulative = new Amount(Long.MAX_VALUE)));
    }

    @Test
    void aRefundThatIsTooSmallIsRefused() {
        refused(Rule.SETTLE_REFUND, settle(new Amount(659_999_999), s -> { }));
        accepted(settle(new Amount(660_000_001), s -> { }));
    }

    @Test
    void aStaleVoucherOnlyPaysThePayerMore() {
        refused(Rule.SETTLE_REFUND, settle(s -> s.cumulative = Amount.ofXen(1)));
        accepted(settle(Amount.ofXen(8).plus(new Amount(60_000_000)), s -> s.cumulative = Amount.ofXen(1)));
    }

    @Test
    void aMissingRefundIsRefused() {
        refused(Rule.SETTLE_REFUND, settle(s -> s.refund = Witness.ChannelSettle.NO_REFUND));
        refused(Rule.SETTLE_REFUND, settle(s -> s.refund = 2));
        refused(Rule.SETTLE_REFUND, settle(s -> s.refund = 1));
    }

    @Test
    void aRestBelowDustMayBeLeftOut() {
        Amount dust = Costs.dust(Kit.to(1));
        for (long missing : new long[] {1, 0}) {
            Kit.Settle s = kit.new Settle(channel);
            s.k = -1;
            s.cumulative = CAPACITY.minus(dust).plus(new Amount(missing));
            s.refund = Witness.ChannelSettle.NO_REFUND;
            Transaction t = kit.sign(List.of(channel), List.of(new Output(Amount.ofXen(9), Kit.to(2))), List.of(), s.signer(channel));
            if (missing == 1) {
                accepted(t);
            } else {
                refused(Rule.SETTLE_REFUND, t);
            }
        }
    }

    @Test
    void oneOutputIsNotTheRefundOfTwoChannels() {
        Kit.Settle a = kit.new Settle(channel);
        Kit.Settle b = kit.new Settle(other);
        List<Output> outputs = List.of(new Output(new Amount(660_000_000), Kit.to(1)), new Output(Amount.ofXen(13), Kit.to(2)));
        refused(Rule.SETTLE_REFUND_REUSED, kit.sign(List.of(channel, other), outputs, List.of(), a.signer(channel), b.signer(other)));
        b.refund = 1;
        List<Output> two = List.of(outputs.getFirst(), outputs.getFirst(), new Output(Amount.ofXen(6), Kit.to(2)));
        accepted(kit.sign(List.of(channel, other), two, List.of(), a.signer(channel), b.signer(other)));
    }

    @Test
    void aBatchWithOneBadInputIsRefusedWhole() {
        Kit.Settle a = kit.new Settle(channel);
        Kit.Settle b = kit.new Settle(other);
        b.refund = 1;
        b.payer = 3;
        List<Output> two = List.of(new Output(new Amount(660_000_000), Kit.to(1)), new Output(new Amount(660_000_000), Kit.to(1)));
        refused(Rule.SETTLE_VOUCHER, kit.sign(List.of(channel, other), two, List.of(), a.signer(channel), b.signer(other)));
    }

    @Test
    void aHundredChannelsCloseInOneTransactionOfAtMost30KB() {
        Predicate predicate = new Predicate.Channel(Kit.key(1), Kit.key(2), EXPIRY);
        Transaction funding = kit.pay(kit.coin(5), 0, new Amount(20_000),
                IntStream.range(0, 90).mapToObj(i -> new Output(CAPACITY, predicate)).toArray(Output[]::new));
        kit.mine(funding);
        List<OutPoint> channels = IntStream.range(0, 90).mapToObj(funding::outPoint).toList();
        List<Output> outputs = new ArrayList<>();
        Kit.Signer[] signers = new Kit.Signer[90];
        for (int i = 0; i < 90; i++) {
            Kit.Settle s = kit.new Settle(channels.get(i));
            s.refund = i;
            signers[i] = s.signer(channels.get(i));
            outputs.add(new Output(new Amount(660_000_000), Kit.to(1)));
        }
        outputs.add(new Output(Amount.ofXen(305), Kit.to(2)));
        Transaction batch = kit.sign(channels, outputs, List.of(), signers);
        accepted(batch);
        assertTrue(batch.size() < 30_000, batch.size() + " bytes");
    }

    @Test
    void thePayerAloneWaitsForTheExpiry() {
        Kit.Signer refund = d -> new Witness.ChannelRefund(Kit.SCHEME.sign(Kit.secret(1), d));
        List<Output> back = List.of(new Output(CAPACITY.minus(new Amount(500)), Kit.to(1)));
        Transaction early = kit.sign(List.of(channel), back, List.of(), refund);
        while (kit.height() + 1 < EXPIRY) {
            refused(Rule.REFUND_EARLY, early);
            kit.mine();
        }
        accepted(early);
        Kit.Signer thief = d -> new Witness.ChannelRefund(Kit.SCHEME.sign(Kit.secret(2), d));
        refused(Rule.WITNESS_SIGNATURE, kit.sign(List.of(channel), back, List.of(), thief));
    }

    @Test
    void bothTogetherDoAnythingAndNeitherAlone() {
        List<Output> topUp = List.of(new Output(CAPACITY.minus(new Amount(500)), new Predicate.Channel(Kit.key(1), Kit.key(2), 99)));
        accepted(kit.sign(List.of(channel), topUp, List.of(),
                d -> new Witness.ChannelBoth(Kit.SCHEME.sign(Kit.secret(1), d), Kit.SCHEME.sign(Kit.secret(2), d))));
        refused(Rule.WITNESS_SIGNATURE, kit.sign(List.of(channel), topUp, List.of(),
                d -> new Witness.ChannelBoth(Kit.SCHEME.sign(Kit.secret(2), d), Kit.SCHEME.sign(Kit.secret(2), d))));
        refused(Rule.WITNESS_SIGNATURE, kit.sign(List.of(channel), topUp, List.of(),
                d -> new Witness.ChannelBoth(Kit.SCHEME.sign(Kit.secret(1), d), Kit.SCHEME.sign(Kit.secret(1), d))));
    }

    @Test
    void aWitnessOfAnotherKindIsRefused() {
        List<Output> out = List.of(new Output(Amount.ofXen(9), Kit.to(2)));
        refused(Rule.WITNESS_KIND, kit.sign(List.of(channel), out, List.of(), Kit.by(2)));
        refused(Rule.WITNESS_KIND, kit.sign(List.of(kit.coin(3)), out, List.of(), d -> new Witness.ChannelRefund(Kit.SCHEME.sign(Kit.secret(0), d))));
        refused(Rule.WITNESS_KIND, kit.sign(List.of(kit.coin(3)), out, List.of(), d -> new Witness.AnnounceOwner(Kit.SCHEME.sign(Kit.secret(0), d))));
    }

    @Test
    void whenRefundAndSettlementRaceOnlyOneGetsIntoABlock() {
        while (kit.height() + 1 < EXPIRY) {
            kit.mine();
        }
        Transaction settlement = settle(s -> { });
        Transaction refund = kit.sign(List.of(channel), List.of(new Output(Amount.ofXen(9), Kit.to(1))), List.of(),
                d -> new Witness.ChannelRefund(Kit.SCHEME.sign(Kit.secret(1), d)));
        Verdict<?> both = kit.check(kit.block(9, settlement, refund));
        assertEquals(Rule.TX_MISSING_COIN, ((Verdict.Rejected<?>) both).rule());
        kit.mine(refund);
        refusedMissing(settlement);
        kit.disconnect();
        kit.mine(settlement);
        refusedMissing(refund);
    }

    private void refusedMissing(Transaction transaction) {
        refused(Rule.TX_MISSING_COIN, transaction);
    }

    @Test
    void whenTheFundingIsReorganisedAwayTheSettlementHasNothingToSpend() {
        Transaction settlement = settle(s -> { });
        kit.disconnect();
        refusedMissing(settlement);
        kit.mine(kit.pay(kit.coin(0), 0, new Amount(1_000), new Output(Amount.ofXen(20), Kit.to(1))));
        refusedMissing(settlement);
    }
}
