package org.zennet.blockchain.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.services.chain.ChainService.OutPoint;

class MempoolTest {
    private final Kit kit = new Kit(1);
    private final Mempool pool = new Mempool(kit.network, Kit.SCHEME, 10_000);

    private Transaction pay(int coin, long fee, int to) {
        return kit.pay(kit.coin(coin), 0, new Amount(fee), new Output(Amount.ofXen(5), Kit.to(to)));
    }

    private Verdict<Mempool.Added> add(Transaction transaction) {
        return pool.add(transaction, kit.view, kit.height() + 1, 0);
    }

    private Mempool.Added accepted(Transaction transaction) {
        Verdict<Mempool.Added> verdict = add(transaction);
        assertInstanceOf(Verdict.Accepted.class, verdict, verdict.toString());
        return ((Verdict.Accepted<Mempool.Added>) verdict).value();
    }

    private void refused(Rule rule, Transaction transaction) {
        Verdict<Mempool.Added> verdict = add(transaction);
        assertInstanceOf(Verdict.Rejected.class, verdict);
        assertEquals(rule, ((Verdict.Rejected<?>) verdict).rule(), verdict.toString());
    }

    private List<Transaction> template() {
        return pool.template(1_000_000, 16_384).stream().map(Mempool.Entry::transaction).toList();
    }

    @Test
    void theBestPayingComesFirst() {
        Transaction low = pay(0, 300, 1);
        Transaction high = pay(1, 3_000, 1);
        Transaction middle = pay(2, 1_000, 1);
        accepted(low);
        accepted(high);
        accepted(middle);
        assertEquals(List.of(high, middle, low), template());
        assertEquals(List.of(high, middle, low), pool.byRate().stream().map(Mempool.Entry::transaction).toList());
        assertEquals(List.of(high), pool.template(low.size() + 10, 0).stream().map(Mempool.Entry::transaction).toList());
        refused(Rule.POOL_KNOWN, low);
    }

    @Test
    void aChildPaysForItsParent() {
        Transaction parent = pay(0, 200, 0);
        accepted(parent);
        Transaction other = pay(1, 1_000, 1);
        accepted(other);
        Transaction child = kit.pay(pool.view(kit.view, 1), parent.outPoint(0), 0, new Amount(9_000), List.of());
        accepted(child);
        assertEquals(List.of(parent, child, other), template());
        assertTrue(pool.view(kit.view, 1).coin(parent.outPoint(0)).isEmpty());
        assertEquals(2, pool.remove(parent.txid()).size());
        assertEquals(List.of(other), template());
    }

    @Test
    void aConflictHasToPayMore() {
        Transaction first = pay(0, 1_000, 1);
        accepted(first);
        refused(Rule.POOL_CONFLICT, pay(0, 1_000, 2));
        refused(Rule.POOL_CONFLICT, pay(0, 1_050, 2));
        Transaction better = pay(0, 1_300, 2);
        assertEquals(List.of(first), accepted(better).replaced().stream().map(Mempool.Entry::transaction).toList());
        assertEquals(List.of(better), template());
    }

    @Test
    void replacingAParentTakesItsChildrenAndPaysForThem() {
        Transaction parent = pay(0, 500, 0);
        accepted(parent);
        Transaction child = kit.pay(pool.view(kit.view, 1), parent.outPoint(0), 0, new Amount(5_000), List.of());
        accepted(child);
        refused(Rule.POOL_CONFLICT, pay(0, 5_000, 2));
        assertEquals(2, accepted(pay(0, 6_000, 2)).replaced().size());
        refused(Rule.TX_MISSING_COIN, child);
    }

    @Test
    void feesBelowTheFloorAreRefusedRentApart() {
        refused(Rule.POOL_FEE, pay(0, 100, 1));
        byte[] payload = new byte[100];
        Output announce = new Output(Costs.ANNOUNCEMENT_BOND, Predicate.Announce.of(Kit.key(1), 21, payload));
        refused(Rule.POOL_FEE, kit.pay(kit.view, kit.coin(0), 0, new Amount(2_100), List.of(payload), announce));
        assertEquals(500, accepted(kit.pay(kit.view, kit.coin(0), 0, new Amount(2_500), List.of(payload), announce)).entry().counted().zen());
    }

    @Test
    void chainsAreShort() {
        Transaction last = pay(0, 1_000, 0);
        accepted(last);
        for (int i = 1; i < Mempool.MAX_CHAIN; i++) {
            last = kit.pay(pool.view(kit.view, 1), last.outPoint(0), 0, new Amount(1_000), List.of());
            accepted(last);
        }
        refused(Rule.POOL_CHAIN, kit.pay(pool.view(kit.view, 1), last.outPoint(0), 0, new Amount(1_000), List.of()));
    }

    @Test
    void whenItIsFullTheWorstGoes() {
        for (int i = 0; i < 53; i++) {
            accepted(pay(i, 1_000 + i, 1));
        }
        assertTrue(pool.bytes() <= 10_000);
        refused(Rule.POOL_FULL, pay(60, 900, 1));
        accepted(pay(61, 2_000, 1));
        assertTrue(pool.bytes() <= 10_000);
        assertTrue(pool.entry(pay(0, 1_000, 1).txid()).isEmpty());
    }

    @Test
    void aBlockTakesOutWhatItHoldsAndWhatItMakesImpossible() {
        Transaction in = pay(0, 1_000, 1);
        Transaction conflicting = pay(1, 1_000, 1);
        Transaction stays = pay(2, 1_000, 1);
        List.of(in, conflicting, stays).forEach(this::accepted);
        kit.mine(in, pay(1, 1_000, 2));
        assertEquals(1, pool.connected(kit.blocks.getLast().transactions()).size());
        assertEquals(List.of(stays), template());
    }

    @Test
    void whatWaitsTooLongGoes() {
        accepted(pay(0, 1_000, 1));
        assertEquals(0, pool.expire(Mempool.EXPIRY_SECONDS).size());
        assertEquals(1, pool.expire(Mempool.EXPIRY_SECONDS + 1).size());
        assertEquals(0, pool.bytes());
    }

    @Test
    void drainingGivesParentsFirst() {
        Transaction parent = pay(0, 200, 0);
        accepted(parent);
        Transaction child = kit.pay(pool.view(kit.view, 1), parent.outPoint(0), 0, new Amount(9_000), List.of());
        accepted(child);
        assertEquals(List.of(parent, child), pool.drain().stream().map(Mempool.Entry::transaction).toList());
        assertEquals(List.of(), template());
    }

    @Test
    void aChainOfAnnouncementsWhoseLinksAreManifoldIsCheckedInNoTime() {
        byte[] payload = {1};
        Output announce = new Output(Costs.ANNOUNCEMENT_BOND, Predicate.Announce.of(Kit.key(1), kit.height() + 21, payload));
        Output one = new Output(Amount.ofXen(1), Kit.to(0));
        Transaction first = kit.pay(kit.view, kit.coin(0), 0, new Amount(5_000), List.of(payload), announce, one, one, one);
        Mempool large = new Mempool(kit.network, Kit.SCHEME, 1_000_000);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            Transaction last = first;
            for (int i = 0; i < Mempool.MAX_CHAIN; i++) {
                assertInstanceOf(Verdict.Accepted.class, large.add(last, kit.view, 1, 0));
                List<OutPoint> coins = List.of(last.outPoint(1), last.outPoint(2), last.outPoint(3), last.outPoint(4));
                Output rest = new Output(last.outputs().get(4).amount().minus(Costs.ANNOUNCEMENT_BOND).minus(new Amount(5_000)), Kit.to(0));
                last = kit.sign(large.view(kit.view, 1), coins, List.of(announce, one, one, one, rest), List.of(payload), Kit.by(0),
                        Kit.by(0), Kit.by(0), Kit.by(0));
            }
            assertEquals(Mempool.MAX_CHAIN, large.entries().size());
        });
    }
}
