package org.zennet.wallet.internal.coins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Isolation;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.blockchain.Address;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.DevNetwork;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Witness;
import org.zennet.services.Rejected;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.Endpoint;
import org.zennet.services.wallet.WalletService;
import org.zennet.wallet.testing.FakeChain;
import org.zennet.wallet.testing.Party;
import org.zennet.wallet.testing.TestSchnorr;

class WalletTest {
    private final TestSchnorr scheme = new TestSchnorr();
    private final FakeChain chain = new FakeChain(scheme);
    @TempDir
    Path directory;
    private Party a;
    private Party b;

    @BeforeEach
    void twoWallets() throws Exception {
        a = new Party(chain, scheme, directory.resolve("a.mv"), 1).rich(chain);
        b = new Party(chain, scheme, directory.resolve("b.mv"), 2);
    }

    private void mine() {
        chain.mine();
        a.look();
        b.look();
    }

    private static void consistent(Party party) {
        WalletService.Balance now = party.wallet.balance();
        assertEquals(party.historySum(), now.available().plus(now.pending()).zen());
    }

    @Test
    void whatIsSentArrivesAndTheHistoryAddsUp() throws Exception {
        Amount before = a.wallet.balance().available();
        assertEquals("999.9999971 XEN", before.toString(), "1,000 XEN less a fee of 2 zen for each of 145 bytes");
        AtomicInteger told = new AtomicInteger();
        b.wallet.watch(told::incrementAndGet);
        WalletService.Preview preview = a.wallet.preview(b.wallet.newAddress(), Amount.ofXen(5));
        Hash txid = a.wallet.send(b.wallet.newAddress(), Amount.ofXen(5));
        assertEquals(before.minus(Amount.ofXen(5)).minus(preview.fee()), a.wallet.balance().available(), "change can be spent at once");
        b.look();
        assertEquals(Amount.ofXen(5), b.wallet.balance().pending());
        mine();
        assertEquals(Amount.ofXen(5), b.wallet.balance().available());
        assertEquals(List.of("sent", "fee", "received"), a.wallet.history(10).stream().map(WalletService.Entry::kind).toList());
        assertEquals(txid, b.wallet.history(1).getFirst().txid());
        assertEquals(2, b.wallet.history(1).getFirst().height());
        assertTrue(told.get() > 0);
        consistent(a);
        consistent(b);
    }

    @Test
    void theFeeIsTheRateTimesTheExactSize() throws Exception {
        chain.feeRate = 7;
        a.look();
        Hash txid = a.wallet.send(b.wallet.newAddress(), Amount.ofXen(1));
        Transaction tx = Transaction.parse(chain.transaction(txid).orElseThrow().raw());
        long fee = -a.wallet.history(5).stream().filter(e -> e.kind().equals("fee")).findFirst().orElseThrow().deltaZen();
        assertEquals(7L * tx.size(), fee);
    }

    @Test
    void severalPaymentsInARowSpendTheirOwnChange() throws Exception {
        Set<Hash> ids = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            ids.add(a.wallet.send(b.wallet.newAddress(), Amount.ofXen(10)));
        }
        assertEquals(6, ids.size());
        mine();
        assertEquals(Amount.ofXen(60), b.wallet.balance().available());
        b.wallet.send(a.wallet.newAddress(), Amount.ofXen(55));
        mine();
        consistent(a);
        consistent(b);
        assertEquals(Amount.ofXen(64_000).minus(chain.unspent()), feesOf(a).plus(feesOf(b)).plus(new Amount(290)));
    }

    private static Amount feesOf(Party p) {
        return new Amount(p.wallet.history(1000).stream().filter(e -> e.kind().equals("fee")).mapToLong(e -> -e.deltaZen()).sum());
    }

    @Test
    void tooLittleIsRefusedWithTheSums() {
        Rejected e = assertThrows(Rejected.class, () -> b.wallet.send(a.wallet.newAddress(), Amount.ofXen(3)));
        assertTrue(e.getMessage().contains("3 XEN") && e.getMessage().contains("0 XEN are available") && !e.getMessage().contains("\n"),
                e.getMessage());
        assertThrows(Rejected.class, () -> a.wallet.send("dxen1nonsense", Amount.ofXen(3)));
        assertThrows(Rejected.class, () -> a.wallet.send(b.wallet.newAddress(), new Amount(5)), "dust");
    }

    @Test
    void aCrashBetweenStoringAndSubmittingLosesNothing() throws Exception {
        chain.down = true;
        Party before = a;
        assertThrows(Rejected.class, () -> before.wallet.send(b.wallet.newAddress(), Amount.ofXen(5)));
        chain.down = false;
        a.look();
        assertEquals("999.9999971 XEN", a.wallet.balance().available().toString(), "refused: the coins are free again");
        a.wallet.send(b.wallet.newAddress(), Amount.ofXen(5));
        chain.clearPool();
        a = a.crash();
        mine();
        assertEquals(Amount.ofXen(5), b.wallet.balance().available(), "submitted again at the start");
        consistent(a);
    }

    @Test
    void aReorganisationIsFollowed() throws Exception {
        a.wallet.send(b.wallet.newAddress(), Amount.ofXen(5));
        mine();
        chain.mineBlocks(3);
        a.look();
        b.look();
        chain.undo(4, false);
        chain.mine();
        b.look();
        assertEquals(0, b.wallet.balance().available().zen());
        a.look();
        mine();
        assertEquals(Amount.ofXen(5), b.wallet.balance().available(), "the sender submitted it again");
        consistent(a);
        consistent(b);
    }

    @Test
    void aBlockThatSpendsOtherwiseDropsTheTransaction() throws Exception {
        Party twin = a.crash();
        a.wallet.send(b.wallet.newAddress(), Amount.ofXen(5));
        chain.clearPool();
        twin.wallet.send(b.wallet.newAddress(), Amount.ofXen(7));
        mine();
        assertEquals(Amount.ofXen(7), b.wallet.balance().available());
        consistent(a);
        assertTrue(a.wallet.history(10).stream().noneMatch(e -> e.deltaZen() == -Amount.ofXen(5).zen()));
    }

    @Test
    void rewardsMatureBeforeTheyAreSpent() throws Exception {
        Predicate.Key miner = Address.decode("dxen", b.wallet.newAddress());
        chain.mine(miner);
        b.look();
        assertEquals(Amount.ofXen(50), b.wallet.balance().pending());
        assertEquals("mined", b.wallet.history(1).getFirst().kind());
        mine();
        assertEquals(Amount.ofXen(50), b.wallet.balance().available());
        b.wallet.send(a.wallet.newAddress(), Amount.ofXen(49));
        mine();
        consistent(b);
        chain.undo(3, false);
        b.look();
        a.look();
        assertEquals(0, b.wallet.balance().available().zen());
    }

    private static Announcement announcement(int expiry) {
        return new Announcement(Isolation.values()[0], "wasm32", 1000, 512, 3, 8, new Endpoint("127.0.0.1", 4242), Hash.of(new byte[32]),
                PublicKey.of(new byte[32]), expiry);
    }

    @Test
    void announcementsArePaidForAsTheRulesAskAndTheBondComesBack() throws Exception {
        OutPoint id = a.wallet.announce(announcement(200));
        mine();
        assertEquals(Costs.ANNOUNCEMENT_BOND, chain.coin(id).orElseThrow().amount());
        consistent(a);
        Amount before = a.wallet.balance().available();
        assertThrows(Rejected.class, () -> b.wallet.revoke(id));
        a.wallet.revoke(id);
        mine();
        assertTrue(chain.coin(id).isEmpty());
        assertTrue(a.wallet.balance().available().isMoreThan(before));
        consistent(a);
        assertThrows(Rejected.class, () -> a.wallet.announce(announcement(2)));
    }

    @Test
    void walletsThatReachForTheSameTestCoinBothEndUpWithOne() throws Exception {
        Party c = new Party(chain, scheme, directory.resolve("c.mv"), 12);
        Hash first = b.wallet.takeTestCoins();
        chain.clearPool();
        Hash second = c.wallet.takeTestCoins();
        assertNotEquals(first, second);
        OutPoint taken = Transaction.parse(b.wallet.raw(first).orElseThrow()).inputs().getFirst().outPoint();
        assertEquals(taken, Transaction.parse(c.wallet.raw(second).orElseThrow()).inputs().getFirst().outPoint(),
                "the same seed chooses the same coin");
        mine();
        mine();
        c.look();
        assertEquals("999.9999971 XEN", b.wallet.balance().available().toString(), "the loser took another one");
    }

    @Test
    void aCoinThatIsGoneInTheMempoolIsNotTriedTwice() throws Exception {
        for (int i = 0; i < DevNetwork.COINS - 1; i++) {
            b.wallet.takeTestCoins();
        }
        Rejected e = assertThrows(Rejected.class, () -> b.wallet.takeTestCoins());
        assertTrue(e.getMessage().startsWith("all test coins"), e.getMessage());
        mine();
        assertEquals(DevNetwork.COINS - 1, b.wallet.balance().available().zen() / Amount.ofXen(999).zen());
        b.wallet.send(a.wallet.newAddress(), Amount.ofXen(20_000));
        mine();
        consistent(b);
    }

    @Test
    void wordsAloneBringCoinsAndHistoryBack() throws Exception {
        for (int i = 0; i < 15; i++) {
            b.wallet.newAddress();
        }
        a.wallet.send(b.wallet.newAddress(), Amount.ofXen(5));
        mine();
        a.wallet.send(b.wallet.newAddress(), Amount.ofXen(6));
        mine();
        b.wallet.send(a.wallet.newAddress(), Amount.ofXen(1));
        mine();
        Party again = b.restored();
        assertEquals(b.wallet.balance(), again.wallet.balance());
        assertEquals(b.historySum(), again.historySum());
        consistent(again);
    }

    @Test
    void anAddressIsNeverHandedOutTwiceEvenAfterACrash() throws Exception {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 5; j++) {
                assertTrue(seen.add(a.wallet.newAddress()));
            }
            a = a.crash();
        }
        assertTrue(seen.stream().allMatch(s -> s.startsWith("dxen1")));
    }

    @Test
    void whatIsNotOursDoesNotConcernUs() throws Exception {
        Predicate.Key test = new Predicate.Key(DevNetwork.TEST_KEY);
        var coin = chain.coinsOf(List.of(test.toBytes())).getFirst();
        Output back = new Output(coin.amount().minus(new Amount(500)), test);
        chain.submit(TxBuilder.sign(chain.parameters().genesis(), List.of(new TxBuilder.Spend(coin.outPoint(),
                new Output(coin.amount(), test), d -> scheme.sign(DevNetwork.testSecret(), d), Witness.KeyWitness::new)),
                List.of(back), List.of()).toBytes());
        mine();
        assertTrue(b.wallet.history(5).isEmpty());
    }
}
