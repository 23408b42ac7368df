package org.zennet.wallet.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.blockchain.Ticks;
import org.zennet.blockchain.Voucher;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.wallet.ChannelService.Payment;
import org.zennet.services.wallet.ChannelService.State;
import org.zennet.wallet.internal.keystore.KeyRef;
import org.zennet.wallet.internal.keystore.WalletKeys;
import org.zennet.wallet.testing.Party;
import org.zennet.wallet.testing.TestSchnorr;

/** Both ends against each other and against a hostile other end; no chain, no disk. */
class MachinesTest {
    private static final KeyRef PAYER = new KeyRef.Numbered(KeyRef.CHANNEL, 0);
    private final TestSchnorr scheme = new TestSchnorr();
    private final WalletKeys keys = new WalletKeys(Party.seed(1), WalletKeys.TEST_COIN, scheme);
    private final PublicKey payee = new WalletKeys(Party.seed(2), WalletKeys.TEST_COIN, scheme).publicKey(new KeyRef.Labelled("lease:1"));
    private final Hash genesis = Tag.TEST.hash(new byte[] {1});
    private final OutPoint id = new OutPoint(Tag.TEST.hash(new byte[] {2}), 3);
    private final ChannelTerms terms = terms(genesis, id, 10_000);
    private final PayerChannel.Keys signer = new PayerChannel.Keys() {
        @Override
        public Signature sign(Hash digest) {
            return keys.sign(PAYER, digest);
        }

        @Override
        public boolean isOwn(Hash digest, Signature signature) {
            return scheme.verify(keys.publicKey(PAYER), digest, signature);
        }

        @Override
        public Hash tickSecret(OutPoint channel, long epoch, Amount cumulative, Amount tickValue, int ticks) {
            return keys.tickSecret(channel, epoch, cumulative, tickValue, ticks);
        }
    };
    private PayerChannel payer = PayerChannel.open(terms);
    private PayeeChannel payee1 = PayeeChannel.accept(terms, new byte[] {1}, 10);

    private ChannelTerms terms(Hash network, OutPoint channel, long capacity) {
        return new ChannelTerms(network, channel, keys.publicKey(PAYER), payee, new Amount(capacity), 100, new Amount(7), "lease:1");
    }

    private Optional<Payment> owe(long total, boolean exact) {
        Step<PayerChannel> step = payer.on(new Event.Owed(new Amount(total), exact), signer);
        payer = step.state();
        assertTrue(step.effects().size() <= 1);
        return step.effects().stream().map(e -> ((Effect.Send) e).payment()).findFirst();
    }

    private Step<PayeeChannel> take(Payment payment) {
        Step<PayeeChannel> step = payee1.on(new Event.Received(payment), scheme::verify);
        payee1 = step.state();
        return step;
    }

    private String refused(Payment payment) {
        Amount before = payee1.paid();
        Step<PayeeChannel> step = take(payment);
        assertEquals(before, payee1.paid());
        assertEquals(Step.Durability.UNCHANGED, step.durability());
        return ((Effect.Refuse) step.effects().getFirst()).reason();
    }

    @Test
    void aVoucherThenTicksThenAnExactEnd() {
        Payment first = owe(30, false).orElseThrow();
        assertEquals(0, first.step());
        assertEquals(Step.Durability.NOW, take(first).durability());
        assertEquals(28, payee1.paid().zen());
        assertTrue(owe(34, false).isEmpty(), "less than a tick");
        Payment tick = owe(50, false).orElseThrow();
        assertEquals(HexFormat.of().formatHex(first.voucher()), HexFormat.of().formatHex(tick.voucher()), "it goes along");
        assertEquals(3, tick.step());
        assertEquals(Step.Durability.SOON, take(tick).durability());
        assertEquals(49, payee1.paid().zen());
        Payment later = owe(700, false).orElseThrow();
        take(later);
        assertEquals(700, payee1.paid().zen(), "lost ticks in between are proven by a later one");
        Payment last = owe(702, true).orElseThrow();
        assertEquals(Step.Durability.NOW, take(last).durability());
        assertEquals(702, payee1.paid().zen());
        assertEquals(payer.paid(), payee1.paid());
        assertTrue(owe(701, true).isEmpty());
        assertTrue(owe(500, false).isEmpty(), "never goes down");
    }

    private Step<PayerChannel> shown(Payment newest) {
        Step<PayerChannel> step = payer.on(new Event.Synced(newest), signer);
        payer = step.state();
        return step;
    }

    @Test
    void whatThePayeeHoldsProvesWhatThePayerPromised() {
        assertTrue(payee1.newest().isEmpty());
        take(owe(30, false).orElseThrow());
        PayerChannel backup = payer;
        assertEquals(Step.Durability.UNCHANGED, shown(payee1.newest().orElseThrow()).durability(), "nothing new");
        take(owe(50, false).orElseThrow());
        take(owe(77, true).orElseThrow());
        take(owe(98, false).orElseThrow());
        assertEquals(98, payee1.paid().zen());
        payer = backup.resumed();
        assertEquals(28, payer.paid().zen());
        assertEquals(Step.Durability.NOW, shown(payee1.newest().orElseThrow()).durability(), "before anything else is signed");
        assertEquals(98, payer.paid().zen(), "the newest states were lost; the payee had them");
        take(owe(120, false).orElseThrow());
        assertEquals(119, payee1.paid().zen());
        assertEquals(payer.paid(), payee1.paid());
    }

    @Test
    void whatAnotherSignedProvesNothing() {
        Ticks ticks = new Ticks(genesis, id);
        Hash end = Tag.TEST.hash(new byte[] {9});
        SignedVoucher own = voucher(terms, 70, ticks.anchor(10, end), 7, 10);
        ChannelTerms elsewhere = terms(genesis, new OutPoint(id.txid(), 4), 10_000);
        SignedVoucher forged = new SignedVoucher(own.cumulative(), own.anchor(), own.tickValue(), own.maxTicks(), keys.sign(
                new KeyRef.Numbered(KeyRef.CHANNEL, 1), own.on(terms).digest()));
        List<Payment> bad = List.of(payment(null, 0, new byte[0]), payment(voucher(elsewhere, 70, ticks.anchor(10, end), 7, 10), 0, new byte[0]),
                payment(forged, 0, new byte[0]), payment(own, 3, end.toBytes()), payment(own, 11, end.toBytes()),
                payment(own, 2, new byte[5]), payment(own, 0, new byte[0], elsewhere.id()));
        for (Payment p : bad) {
            Step<PayerChannel> step = shown(p);
            assertTrue(step.effects().getFirst() instanceof Effect.Refuse r && r.reason().contains("no payment of this wallet's"), p.toString());
            assertEquals(0, payer.paid().zen());
        }
        assertTrue(shown(payment(own, 3, ticks.back(10, end, 3).toBytes())).effects().isEmpty());
        assertEquals(91, payer.paid().zen());
    }

    @Test
    void aNewVoucherComesWhenTheChainRunsOut() {
        payer = PayerChannel.open(terms(genesis, id, 1_000_000));
        payee1 = PayeeChannel.accept(payer.terms(), new byte[0], 10);
        int vouchers = 0;
        for (long owed = 0; owed <= 30_000; owed += 70) {
            Optional<Payment> payment = owe(owed, false);
            if (payment.isPresent()) {
                vouchers += payment.get().step() == 0 ? 1 : 0;
                take(payment.get());
            }
            assertEquals(owed / 7 * 7, payee1.paid().zen());
        }
        assertEquals(5, vouchers);
    }

    @Test
    void theCapacityIsNeverExceeded() {
        take(owe(9_998, false).orElseThrow());
        assertEquals(9_996, payee1.paid().zen());
        assertEquals(0, payer.length(), "there is no room for a tick");
        take(owe(10_000, true).orElseThrow());
        Step<PayerChannel> more = payer.on(new Event.Owed(new Amount(10_001), false), signer);
        assertTrue(((Effect.Refuse) more.effects().getFirst()).reason().contains("0.00000001 XEN are missing"));
        assertEquals(payer, more.state());
    }

    private SignedVoucher voucher(ChannelTerms on, long cumulative, Hash anchor, long v, int n) {
        Voucher unsigned = new Voucher(on.genesis(), on.id(), new Amount(cumulative), anchor, new Amount(v), n);
        return new SignedVoucher(unsigned.cumulative(), anchor, unsigned.tickValue(), n, keys.sign(PAYER, unsigned.digest()));
    }

    private static Payment payment(SignedVoucher voucher, int k, byte[] preimage, OutPoint on) {
        return new Payment(on.txid(), on.index(), Records.encode(voucher), k, preimage);
    }

    private Payment payment(SignedVoucher voucher, int k, byte[] preimage) {
        return new Payment(id.txid(), id.index(), voucher == null ? new byte[0] : Records.encode(voucher), k, preimage);
    }

    @Test
    void everythingThatConsensusWouldRefuseIsRefusedAtOnce() {
        Ticks ticks = new Ticks(genesis, id);
        Hash end = Tag.TEST.hash(new byte[] {9});
        Hash anchor = ticks.anchor(50, end);
        Hash[] w = ticks.chain(end, 50);
        assertTrue(refused(payment(null, 1, end.toBytes())).contains("before any voucher"));
        assertTrue(refused(payment(voucher(terms(Tag.TEST.hash(new byte[] {5}), id, 10_000), 10, anchor, 7, 50), 0, new byte[0]))
                .contains("network"), "another network");
        assertTrue(refused(payment(voucher(terms(genesis, new OutPoint(id.txid(), 4), 10_000), 10, anchor, 7, 50), 0, new byte[0]))
                .contains("signature"), "another outpoint");
        assertTrue(refused(payment(voucher(terms, 10_001, anchor, 7, 50), 0, new byte[0])).contains("above the capacity"));
        assertTrue(refused(payment(voucher(terms, 10, anchor, 7, 4097), 0, new byte[0])).contains("4097"));
        assertTrue(refused(payment(voucher(terms, 10, anchor, 0, 50), 0, new byte[0])).contains("worth nothing"));
        assertTrue(refused(payment(voucher(terms, 10, anchor, 7, 50), 51, end.toBytes())).contains("outside"));
        assertTrue(refused(payment(voucher(terms, 10, anchor, 7, 50), 49, end.toBytes())).contains("does not lead"));
        assertTrue(refused(payment(voucher(terms, 10, Tag.TEST.hash(new byte[] {8}), 7, 50), 50, end.toBytes())).contains("does not lead"));
        assertTrue(refused(payment(voucher(terms, 10, anchor, Long.MAX_VALUE, 50), 50, end.toBytes())).contains("more than the capacity"));
        assertTrue(refused(payment(voucher(terms, 9_999, anchor, 7, 50), 1, w[1].toBytes())).contains("more than the capacity"));
        SignedVoucher forged = new SignedVoucher(new Amount(500), anchor, new Amount(7), 50, Signature.of(new byte[64]));
        assertTrue(refused(payment(forged, 0, new byte[0])).contains("signature"));
        assertTrue(refused(new Payment(id.txid(), id.index(), new byte[] {1, 2, 3}, 0, new byte[0])).contains("malformed"));
        assertTrue(refused(new Payment(id.txid(), 9, new byte[0], 1, end.toBytes())).contains("for channel"));

        take(payment(voucher(terms, 100, anchor, 7, 50), 20, w[20].toBytes()));
        assertEquals(240, payee1.paid().zen());
        assertTrue(refused(payment(null, 19, w[19].toBytes())).contains("backwards"));
        assertTrue(refused(payment(null, 21, w[20].toBytes())).contains("does not lead"));
        assertTrue(refused(payment(null, 21, new byte[3])).contains("no preimage"));
        assertTrue(refused(payment(null, 0, new byte[0])).contains("empty"));
        assertTrue(refused(payment(voucher(terms, 239, anchor, 7, 50), 0, new byte[0])).contains("backwards"), "a stale voucher");
        assertEquals(Step.Durability.UNCHANGED, take(payment(null, 20, w[20].toBytes())).durability(), "twice the same");
        assertTrue(take(payment(null, 50, w[50].toBytes())).effects().isEmpty());
        assertEquals(450, payee1.paid().zen());
    }

    @Test
    void whateverIsLostTheSettlementIsAtMostWhatWasRevealedAndThatAtMostWhatWasOwed() {
        Random random = new Random(11);
        for (int round = 0; round < 25; round++) {
            payer = PayerChannel.open(terms(genesis, id, 200_000));
            payee1 = PayeeChannel.accept(payer.terms(), new byte[0], 10);
            PayerChannel payerDisk = payer;
            PayeeChannel payeeDisk = payee1;
            List<Payment> onTheWay = new ArrayList<>();
            long owed = 0;
            long mostOwed = 0;
            for (int i = 0; i < 120; i++) {
                switch (random.nextInt(12)) {
                    case 0 -> payer = payerDisk.resumed();
                    case 1 -> payee1 = payeeDisk;
                    case 2 -> onTheWay.clear();
                    case 3 -> owed = Math.max(0, owed - random.nextInt(2_000));
                    default -> {
                        owed = Math.min(200_000, owed + random.nextInt(5_000));
                        Step<PayerChannel> step = payer.on(new Event.Owed(new Amount(owed), random.nextInt(5) == 0), signer);
                        mostOwed = Math.max(mostOwed, owed);
                        payer = step.state();
                        payerDisk = step.durability() == Step.Durability.NOW || random.nextBoolean() ? payer : payerDisk;
                        step.effects().forEach(e -> onTheWay.add(((Effect.Send) e).payment()));
                    }
                }
                while (!onTheWay.isEmpty() && random.nextInt(3) > 0) {
                    Payment next = onTheWay.remove(random.nextInt(onTheWay.size()));
                    Amount before = payee1.paid();
                    Step<PayeeChannel> step = take(next);
                    assertFalse(before.isMoreThan(payee1.paid()));
                    payeeDisk = step.durability() == Step.Durability.NOW || random.nextBoolean() ? payee1 : payeeDisk;
                }
                assertTrue(payee1.paid().zen() <= mostOwed, "revealed " + payee1.paid() + " of " + mostOwed);
                assertTrue(payer.paid().zen() <= mostOwed);
            }
            payer.on(new Event.Owed(new Amount(mostOwed), true), signer).effects()
                    .forEach(e -> take(((Effect.Send) e).payment()));
            assertEquals(mostOwed, payee1.paid().zen(), "told again exactly, the payee has all");
        }
    }

    @Test
    void anOldBackupThatPaysOtherSumsRevealsNothingOfTheFirstChain() {
        PayerChannel backup = payer;
        take(owe(1_400, false).orElseThrow());
        payer = backup;
        Payment again = owe(700, false).orElseThrow();
        assertTrue(refused(again).contains("backwards"));
        Payment tick = owe(1_407, false).orElseThrow();
        assertEquals(101, tick.step());
        assertTrue(refused(payment(null, 101, tick.preimage())).contains("does not lead"), "the chain of the repeated epoch is another one");
        payer = backup;
        owe(1_400, false).orElseThrow();
        take(owe(4_200, false).orElseThrow());
        assertEquals(4_200, payee1.paid().zen(), "the same numbers are the same chain, so ticks go on");
    }

    @Test
    void aLostVoucherHealsWithTheNextTick() {
        owe(700, false).orElseThrow();
        Payment tick = owe(1_400, false).orElseThrow();
        assertEquals(Step.Durability.NOW, take(tick).durability());
        assertEquals(1_400, payee1.paid().zen());
        assertTrue(refused(owe(2_100, false).map(p -> new Payment(p.txid(), p.index(), p.voucher(), 0, new byte[0])).orElseThrow())
                .contains("backwards"));
    }

    @Test
    void afterARestartAVoucherComesFirst() {
        owe(700, false).orElseThrow();
        payer = payer.resumed();
        assertTrue(owe(700, false).isEmpty());
        take(owe(1_400, false).orElseThrow());
        assertEquals(1_400, payee1.paid().zen(), "though the first voucher was lost");
        assertTrue(owe(1_400, true).orElseThrow().voucher().length > 0, "paid exactly again, for a payee that missed it");
    }

    @Test
    void chainEvents() {
        Event.Sighted waits = new Event.Sighted(11, 0, false, Optional.empty());
        Event.Sighted deep = new Event.Sighted(12, 1, false, Optional.empty());
        assertEquals(State.FUNDING, payer.on(waits, signer).state().chain().state());
        payer = payer.on(deep, signer).state();
        assertEquals(State.OPEN, payer.chain().state());
        assertTrue(((Effect.Refuse) payer.on(new Event.RefundWanted(50), signer).effects().getFirst()).reason().contains("from height 100"));
        assertTrue(payer.on(new Event.Sighted(98, 80, false, Optional.empty()), signer).effects().isEmpty(), "E - 1 is too early");
        assertEquals(new Effect.BuildRefund(), payer.on(new Event.Sighted(99, 80, false, Optional.empty()), signer).effects().getFirst());
        Hash txid = Tag.TEST.hash(new byte[] {77});
        Event.Spend byPayee = new Event.Spend(txid, 0, false);
        PayerChannel settling = payer.on(new Event.Sighted(99, 80, false, Optional.of(byPayee)), signer).state();
        assertEquals(State.SETTLING, settling.chain().state());
        assertTrue(payer.on(new Event.Sighted(99, 80, false, Optional.of(byPayee)), signer).effects().isEmpty(), "no race once it is seen");
        assertEquals(State.SETTLED, settling.on(new Event.Sighted(99, 80, false, Optional.of(new Event.Spend(txid, 99, false))), signer)
                .state().chain().state());
        assertEquals(State.REFUNDED, settling.on(new Event.Sighted(101, 80, false, Optional.of(new Event.Spend(txid, 101, true))), signer)
                .state().chain().state());
        assertEquals(State.OPEN, settling.on(deep, signer).state().chain().state(), "a settlement that was reorganised away");
        assertEquals(State.FAILED, payee1.on(new Event.Sighted(20, -1, true, Optional.empty()), scheme::verify).state().chain().state());
        assertEquals(State.FAILED, payee1.on(new Event.Sighted(100, -1, false, Optional.empty()), scheme::verify).state().chain().state());
        assertTrue(payee1.on(new Event.Sighted(20, -1, false, Optional.empty()), scheme::verify).effects().getFirst() instanceof Effect.Submit);
    }

    @Test
    void thePayeeSettlesInTimeAndAgainUntilItIsInABlock() {
        take(owe(500, false).orElseThrow());
        Event.Sighted early = new Event.Sighted(77, 60, false, Optional.empty());
        Event.Sighted due = new Event.Sighted(78, 60, false, Optional.empty());
        assertEquals(78, payee1.settleAt(), "100 less a quarter of 90");
        assertTrue(payee1.on(early, scheme::verify).effects().isEmpty());
        Effect.BuildSettlement build = (Effect.BuildSettlement) payee1.on(due, scheme::verify).effects().getFirst();
        assertEquals(497, build.total().zen());
        Payment late = owe(600, false).orElseThrow();
        take(late);
        Event.Built old = new Event.Built(Tag.TEST.hash(new byte[] {1}), new byte[] {1}, build.total());
        Effect.BuildSettlement better = (Effect.BuildSettlement) payee1.on(old, scheme::verify).effects().getFirst();
        assertEquals(595, better.total().zen(), "what came meanwhile is not left behind");
        Event.Built built = new Event.Built(Tag.TEST.hash(new byte[] {2}), new byte[] {2}, better.total());
        Step<PayeeChannel> settling = payee1.on(built, scheme::verify);
        assertEquals(Step.Durability.NOW, settling.durability());
        assertEquals(1, settling.effects().size());
        payee1 = settling.state();
        assertTrue(refused(owe(700, false).orElseThrow()).contains("closed"));
        assertEquals(built.txid(), submitted(payee1.on(early, scheme::verify)));
        assertEquals(built.txid(), submitted(payee1.on(new Event.SettleWanted(), scheme::verify)));
        Event.Spend seen = new Event.Spend(built.txid(), 80, false);
        Step<PayeeChannel> settled = payee1.on(new Event.Sighted(80, 62, false, Optional.of(seen)), scheme::verify);
        assertTrue(settled.effects().isEmpty());
        assertEquals(State.SETTLED, settled.state().chain().state());
        assertEquals(built.txid(), submitted(settled.state().on(due, scheme::verify)), "a reorganisation took it out again");
    }

    private static Hash submitted(Step<PayeeChannel> step) {
        return ((Effect.Submit) step.effects().getFirst()).txid();
    }

    @Test
    void nothingPaidIsNothingToSettle() {
        assertTrue(payee1.on(new Event.SettleWanted(), scheme::verify).effects().isEmpty());
        assertTrue(payee1.on(new Event.Sighted(99, 60, false, Optional.empty()), scheme::verify).effects().isEmpty());
    }

    @Test
    void statesComeBackFromTheirBytes() throws Exception {
        take(owe(500, false).orElseThrow());
        take(owe(600, false).orElseThrow());
        PayerChannel p = Records.decode(PayerChannel.class, Records.encode(payer));
        assertEquals(HexFormat.of().formatHex(Records.encode(payer)), HexFormat.of().formatHex(Records.encode(p)));
        PayeeChannel q = Records.decode(PayeeChannel.class, Records.encode(payee1));
        assertEquals(payee1.paid(), q.paid());
        byte[] bad = Records.encode(payer);
        bad[5] = 9;
        assertThrows(org.zennet.api.encoding.EncodingException.class, () -> Records.decode(PayerChannel.class, bad));
    }

    @Test
    void theBytesOfVouchersAndTicksNeverChange() {
        Payment voucher = owe(30, false).orElseThrow();
        Payment tick = owe(50, false).orElseThrow();
        assertEquals(GOLDEN_VOUCHER, HexFormat.of().formatHex(voucher.voucher()));
        assertEquals(GOLDEN_TICK, HexFormat.of().formatHex(Records.encode(tick)));
        assertEquals(GOLDEN_PAYMENT, HexFormat.of().formatHex(Records.encode(voucher)));
    }

    private static final String GOLDEN_VOUCHER = "0201000000000000001cdd26f8fad6158f8358e70b9a48c41bc025c253051082afb7c3b5fa61d63e0ea60000000000000007"
            + "000003e88336e29f1f992b7184d81836b1b23aca3da45d0baadd4963844f04e62f80de35aa2b6ec7ab644af0d9d6826ef141"
            + "cf937714252a9c25a1e54e1ea791e6621997";
    private static final String GOLDEN_TICK = "0508cbc6b3df273c3a4b99d98e4a862be72360f6e24f51a5ec2fb1c288d66762a64e00000003"
            + "76" + GOLDEN_VOUCHER + "0000000320b5c17c3bae1695ca4037c619298d2d5302636f63c9726f16af6b775aa1f14167";
    private static final String GOLDEN_PAYMENT = "0508cbc6b3df273c3a4b99d98e4a862be72360f6e24f51a5ec2fb1c288d66762a64e0000000376"
            + GOLDEN_VOUCHER + "0000000000";
}
