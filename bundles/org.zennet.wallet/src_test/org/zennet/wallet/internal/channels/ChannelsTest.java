package org.zennet.wallet.internal.channels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Transaction;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.wallet.ChannelService.ChannelInfo;
import org.zennet.services.wallet.ChannelService.Funding;
import org.zennet.services.wallet.ChannelService.Payment;
import org.zennet.services.wallet.ChannelService.State;
import org.zennet.services.wallet.WalletService;
import org.zennet.wallet.testing.FakeChain;
import org.zennet.wallet.testing.Party;
import org.zennet.wallet.testing.TestSchnorr;

/** Both ends over a chain that checks the real rules, with crashes and reorganisations. */
class ChannelsTest {
    private static final String LEASE = "lease:77";
    private static final Amount C = Amount.ofXen(10);
    private static final Amount V = new Amount(100_000);
    private final TestSchnorr scheme = new TestSchnorr();
    private final FakeChain chain = new FakeChain(scheme);
    @TempDir
    Path directory;
    private Party payer;
    private Party payee;
    private Funding funding;
    private OutPoint id;

    @BeforeEach
    void openChannel() throws Exception {
        payer = new Party(chain, scheme, directory.resolve("a.mv"), 1).rich(chain);
        payee = new Party(chain, scheme, directory.resolve("b.mv"), 2);
        funding = payer.channels.open(payee.channels.payeeKey(LEASE), C, V, 40, LEASE);
        id = funding.outPoint();
    }

    private void mine(int blocks) {
        for (int i = 0; i < blocks; i++) {
            chain.mine();
            payer.look();
            payee.look();
        }
    }

    private void accepted() throws Rejected {
        payee.channels.accept(funding, LEASE, C, 20);
        mine(1);
    }

    private Amount pay(long zen, boolean exact) throws Rejected {
        Optional<Payment> payment = exact ? payer.channels.payExactly(id, new Amount(zen)) : payer.channels.pay(id, new Amount(zen));
        return payment.isPresent() ? payee.channels.receive(payment.get()) : info(payee).paid();
    }

    private ChannelInfo info(Party party) {
        return party.channels.channel(id).orElseThrow();
    }

    private static void consistent(Party party) {
        WalletService.Balance now = party.wallet.balance();
        assertEquals(party.historySum(), now.available().plus(now.pending()).zen());
    }

    @Test
    void aWholeLifeFromFundingToSettlement() throws Exception {
        List<State> seen = new ArrayList<>();
        payee.channels.watch(i -> seen.add(i.state()));
        payee.channels.accept(funding, LEASE, C, 20);
        CompletableFuture<Integer> confirmed = payee.channels.confirmed(id, 2);
        assertEquals(State.FUNDING, info(payee).state());
        mine(1);
        assertFalse(confirmed.isDone());
        mine(1);
        assertEquals(2, confirmed.get());
        assertEquals(State.OPEN, info(payer).state());
        assertEquals(300_000, pay(399_999, false).zen());
        assertEquals(900_000, pay(999_999, false).zen());
        assertEquals(987_654, pay(987_654, true).zen());
        assertEquals(info(payer).paid(), info(payee).paid());
        assertEquals(C.minus(new Amount(987_654)), payer.wallet.balance().inChannels());
        Amount before = payee.wallet.balance().available();
        Hash txid = payee.channels.settle(id).orElseThrow();
        assertEquals(txid, payee.channels.settle(id).orElseThrow(), "again is the same");
        payer.look();
        assertEquals(State.SETTLING, info(payer).state());
        mine(1);
        assertEquals(State.SETTLED, info(payee).state());
        assertEquals(State.SETTLED, info(payer).state());
        assertEquals(txid, info(payer).settled().orElseThrow());
        assertEquals(4, info(payee).settledHeight());
        int size = Transaction.parse(chain.transaction(txid).orElseThrow().raw()).size();
        assertEquals(987_654 - 2 * size, payee.wallet.balance().available().minus(before).zen(), "less a fee of 2 zen a byte");
        assertEquals(0, payer.wallet.balance().inChannels().zen());
        assertEquals("channel settled", payer.wallet.history(1).getFirst().kind());
        assertEquals(C.zen() - 987_654, payer.wallet.history(1).getFirst().deltaZen());
        consistent(payer);
        consistent(payee);
        assertTrue(seen.containsAll(List.of(State.FUNDING, State.OPEN, State.SETTLING, State.SETTLED)));
        assertThrows(Rejected.class, () -> payer.channels.pay(id, Amount.ofXen(1)));
    }

    @Test
    void theRestBelowDustIsLeftToTheFeeAndThePayeeGetsTheRest() throws Exception {
        accepted();
        pay(C.zen() - 100, true);
        Hash txid = payee.channels.settle(id).orElseThrow();
        Transaction tx = Transaction.parse(chain.transaction(txid).orElseThrow().raw());
        assertEquals(1, tx.outputs().size());
        assertEquals(C.zen() - 2L * tx.size(), tx.outputs().getFirst().amount().zen());
        mine(1);
        assertEquals(State.SETTLED, info(payer).state());
    }

    @Test
    void fundingThatIsNotWhatItSeemsIsRefused() {
        assertRefused("not the key of this lease", funding, "lease:other", C, 20);
        assertRefused("at least 11 XEN", funding, LEASE, Amount.ofXen(11), 20);
        assertRefused("expires in 40 blocks", funding, LEASE, C, 41);
        assertRefused("does not fund", copy(Amount.ofXen(11), funding.expiry(), 0, funding.transaction()), LEASE, C, 20);
        assertRefused("does not fund", copy(C, funding.expiry() + 1000, 0, funding.transaction()), LEASE, C, 20);
        assertRefused("does not fund", copy(C, funding.expiry(), 1, funding.transaction()), LEASE, C, 20);
        assertRefused("is not", copy(C, funding.expiry(), 7, funding.transaction()), LEASE, C, 20);
        assertRefused("malformed", copy(C, funding.expiry(), 0, new byte[] {1}), LEASE, C, 20);
        assertTrue(payee.channels.channels().isEmpty());
    }

    private Funding copy(Amount capacity, int expiry, int index, byte[] tx) {
        return new Funding(funding.txid(), index, funding.payer(), funding.payee(), capacity, expiry, V, tx);
    }

    private void assertRefused(String why, Funding wrong, String label, Amount least, int blocks) {
        Rejected e = assertThrows(Rejected.class, () -> payee.channels.accept(wrong, label, least, blocks));
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }

    @Test
    void aDoubleSpentFundingFailsTheChannelAtBothEnds() throws Exception {
        Party twin = new Party(chain, scheme, directory.resolve("twin.mv"), 1);
        payee.channels.accept(funding, LEASE, C, 20);
        CompletableFuture<Integer> confirmed = payee.channels.confirmed(id, 1);
        chain.clearPool();
        twin.look();
        twin.wallet.send(payee.wallet.newAddress(), Amount.ofXen(990));
        mine(1);
        ExecutionException e = assertThrows(ExecutionException.class, confirmed::get);
        assertTrue(e.getCause() instanceof Rejected && e.getCause().getMessage().contains("spent otherwise"), e.getMessage());
        assertEquals(State.FAILED, info(payee).state());
        assertEquals(State.FAILED, info(payer).state());
        assertEquals(0, payer.wallet.balance().inChannels().zen());
    }

    @Test
    void aReorganisedFundingIsWaitedForAgain() throws Exception {
        accepted();
        pay(500_000, false);
        chain.undo(1, false);
        payee.look();
        assertEquals(State.FUNDING, info(payee).state());
        assertEquals(1, chain.mempool().size(), "the payee submitted it again");
        mine(1);
        assertEquals(State.OPEN, info(payee).state());
        assertEquals(500_000, info(payee).paid().zen());
    }

    @Test
    void aReorganisedSettlementComesBack() throws Exception {
        accepted();
        pay(500_000, false);
        Hash txid = payee.channels.settle(id).orElseThrow();
        mine(2);
        assertEquals(State.SETTLED, info(payee).state());
        chain.undo(2, false);
        payee = payee.crash();
        assertEquals(State.SETTLING, info(payee).state());
        mine(1);
        assertEquals(State.SETTLED, info(payee).state());
        assertEquals(txid, info(payee).settled().orElseThrow());
        consistent(payee);
        consistent(payer);
    }

    @Test
    void thePayeeSettlesBeforeTheExpiryByItself() throws Exception {
        accepted();
        pay(700_000, false);
        mine(26);
        assertEquals(State.OPEN, info(payee).state());
        mine(6);
        assertEquals(State.SETTLED, info(payee).state());
        assertTrue(info(payee).settledHeight() < funding.expiry());
    }

    @Test
    void thePayerTakesItBackAfterTheExpiryAndNotBefore() throws Exception {
        mine(1);
        Rejected early = assertThrows(Rejected.class, () -> payer.channels.refund(id));
        assertTrue(early.getMessage().contains("from height " + funding.expiry()), early.getMessage());
        mine(funding.expiry() - 2 - chain.tip().height());
        assertEquals(State.OPEN, info(payer).state());
        mine(1);
        assertEquals(State.SETTLING, info(payer).state(), "the next block may hold it");
        mine(1);
        assertEquals(State.REFUNDED, info(payer).state());
        assertEquals(funding.expiry(), info(payer).settledHeight());
        consistent(payer);
        assertEquals(0, payer.wallet.balance().inChannels().zen());
    }

    @Test
    void ifThePayeeNeverSettledThePayerStillCannotBeRobbedNorRob() throws Exception {
        accepted();
        pay(700_000, false);
        payee.second();
        while (chain.tip().height() < funding.expiry() - 1) {
            chain.mine();
        }
        payer.look();
        assertEquals(State.SETTLING, info(payer).state());
        payee.look();
        assertEquals(State.SETTLING, info(payee).state(), "the payee sees the refund wait");
        mine(1);
        assertEquals(State.REFUNDED, info(payee).state());
        assertEquals(State.REFUNDED, info(payer).state());
    }

    @Test
    void aCrashOfThePayeeAtAnyPointLosesAtMostTheLastSecondOfTicks() throws Exception {
        payee.channels.accept(funding, LEASE, C, 20);
        payee = payee.crash();
        mine(1);
        assertEquals(State.OPEN, info(payee).state());
        assertEquals(300_000, pay(300_000, false).zen());
        payee = payee.crash();
        assertEquals(300_000, info(payee).paid().zen(), "a voucher is on disk before it counts");
        assertEquals(400_000, pay(400_000, false).zen());
        Party tooEarly = payee.crash();
        assertEquals(300_000, tooEarly.channels.channel(id).orElseThrow().paid().zen(), "within the second that is named");
        tooEarly.store.close();
        payee.second();
        payee = new Party(chain, scheme, copy(directory.resolve("bx.mvx")), 2);
        pay(450_000, true);
        Hash txid = payee.channels.settle(id).orElseThrow();
        chain.clearPool();
        payee = payee.crash();
        assertEquals(Optional.of(txid), info(payee).settled());
        mine(1);
        assertEquals(State.SETTLED, info(payee).state());
        consistent(payee);
    }

    private Path copy(Path unused) throws Exception {
        Path to = directory.resolve("later.mv");
        try (var files = java.nio.file.Files.list(directory)) {
            Path newest = files.filter(f -> f.getFileName().toString().startsWith("b.mvx") && f.getFileName().toString().length() == 7)
                    .findFirst().orElseThrow();
            java.nio.file.Files.copy(newest, to);
        }
        return to;
    }

    @Test
    void aSettlementThatWasBuiltButNeverSubmittedIsSubmittedAfterTheCrash() throws Exception {
        accepted();
        pay(500_000, false);
        chain.down = true;
        Hash txid = payee.channels.settle(id).orElseThrow();
        assertEquals("the node is down", info(payee).problem().orElseThrow());
        payee = payee.crash();
        chain.down = false;
        mine(2);
        assertEquals(State.SETTLED, info(payee).state());
        assertEquals(txid, info(payee).settled().orElseThrow());
        assertTrue(info(payee).problem().isEmpty());
        consistent(payee);
    }

    @Test
    void aCrashOfThePayerIsHarmless() throws Exception {
        payer = payer.crash();
        accepted();
        pay(300_000, false);
        pay(900_000, false);
        payer = payer.crash();
        assertEquals(300_000, info(payer).paid().zen(), "the counter of ticks was lost");
        Rejected lower = assertThrows(Rejected.class, () -> pay(800_000, false));
        assertTrue(lower.getMessage().contains("backwards"), lower.getMessage());
        assertEquals(1_200_000, pay(1_200_000, false).zen());
        assertEquals(1_300_000, pay(1_300_000, false).zen());
        payee.channels.settle(id).orElseThrow();
        mine(1);
        assertEquals(C.zen() - 1_300_000, payer.wallet.history(1).getFirst().deltaZen());
        consistent(payer);
    }

    @Test
    void wordsAloneBringTheRestOfAChannelBack() throws Exception {
        mine(1);
        Party again = payer.restored();
        assertEquals(C.minus(Amount.ZERO), again.wallet.balance().inChannels());
        assertEquals("found on the chain", again.channels.channel(id).orElseThrow().label());
        while (again.channels.channel(id).orElseThrow().state() != State.REFUNDED) {
            chain.mine();
            again.look();
            assertTrue(chain.tip().height() <= funding.expiry());
        }
        consistent(again);
        Party third = new Party(chain, scheme, directory.resolve("third.mv"), 1);
        assertEquals(again.wallet.balance(), third.wallet.balance());
        consistent(third);
    }

    @Test
    void whatCannotPayIsRefused() throws Exception {
        accepted();
        Rejected more = assertThrows(Rejected.class, () -> payer.channels.pay(id, Amount.ofXen(11)));
        assertTrue(more.getMessage().contains("1 XEN are missing"), more.getMessage());
        assertThrows(Rejected.class, () -> payee.channels.pay(id, Amount.ofXen(1)));
        assertThrows(Rejected.class, () -> payer.channels.pay(new OutPoint(id.txid(), 9), Amount.ofXen(1)));
        assertTrue(payee.channels.settle(id).isEmpty(), "nothing was paid");
        pay(300, true);
        Rejected tiny = assertThrows(Rejected.class, () -> payee.channels.settle(id));
        assertTrue(tiny.getMessage().contains("nothing would be left"), tiny.getMessage());
        assertThrows(Rejected.class, () -> payer.channels.open(payee.channels.payeeKey(LEASE), Amount.ofXen(2_000), V, 40, LEASE));
        assertThrows(Rejected.class, () -> payer.channels.open(payee.channels.payeeKey(LEASE), new Amount(10), V, 40, LEASE));
        assertEquals(1, payer.channels.channels().size());
        consistent(payer);
    }

    @Test
    void severalChannelsOpenInOneBlock() throws Exception {
        for (int i = 0; i < 4; i++) {
            Funding f = payer.channels.open(payee.channels.payeeKey("lease:" + i), C, V, 40, "lease:" + i);
            payee.channels.accept(f, "lease:" + i, C, 20);
        }
        mine(1);
        assertEquals(4, payee.channels.channels().stream().filter(c -> c.state() == State.OPEN).count());
        assertEquals("lease:3", payee.channels.channels().getFirst().label(), "newest first");
        assertEquals(Amount.ofXen(50), payer.wallet.balance().inChannels());
        consistent(payer);
    }
}
