package org.zennet.blockchain.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.BlockHeader;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Input;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.Witness;
import org.zennet.services.chain.ChainService.OutPoint;

/** Blocks and transactions that break one rule each; each is refused by that rule. */
class BlockRulesTest {
    private final Kit kit = new Kit(1);
    private final byte[] payload = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

    @BeforeEach
    void someBlocks() {
        for (int i = 0; i < 5; i++) {
            kit.mine();
        }
    }

    private void refused(Rule rule, Block block) {
        Verdict<BlockRules.Connected> verdict = kit.check(block);
        assertInstanceOf(Verdict.Rejected.class, verdict);
        assertEquals(rule, ((Verdict.Rejected<?>) verdict).rule(), verdict.toString());
    }

    private void header(Rule rule, UnaryOperator<BlockHeader> spoil) {
        refused(rule, kit.block(9, spoil, Amount.ZERO));
    }

    /** A block that holds a transaction is refused, though its reward claims no fee of it. */
    private void transaction(Rule rule, Transaction... transactions) {
        refused(rule, kit.block(9, transactions));
    }

    private void accepted(Block block) {
        Verdict<BlockRules.Connected> verdict = kit.check(block);
        assertInstanceOf(Verdict.Accepted.class, verdict, verdict.toString());
    }

    @Test
    void anEmptyAndAFullBlockAreAccepted() {
        accepted(kit.block(9));
        accepted(kit.block(9, kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1))), kit.pay(1, new Output(Amount.ofXen(7), Kit.to(2)))));
    }

    @Test
    void headersThatBreakARule() {
        header(Rule.HEADER_VERSION, h -> new BlockHeader(2, h.previous(), h.txRoot(), h.auxRoot(), h.height(), h.time(), h.bits(), 0));
        header(Rule.HEADER_PARENT, h -> new BlockHeader(1, Kit.hash("x", 1), h.txRoot(), h.auxRoot(), h.height(), h.time(), h.bits(), 0));
        header(Rule.HEADER_HEIGHT, h -> new BlockHeader(1, h.previous(), h.txRoot(), h.auxRoot(), h.height() + 1, h.time(), h.bits(), 0));
        header(Rule.HEADER_HEIGHT, h -> new BlockHeader(1, h.previous(), h.txRoot(), h.auxRoot(), h.height() - 1, h.time(), h.bits(), 0));
        header(Rule.HEADER_AUX_ROOT, h -> new BlockHeader(1, h.previous(), h.txRoot(), h.txRoot(), h.height(), h.time(), h.bits(), 0));
        header(Rule.HEADER_BITS, h -> new BlockHeader(1, h.previous(), h.txRoot(), h.auxRoot(), h.height(), h.time(), 0x207FFFFF, 0));
        header(Rule.HEADER_BITS, h -> new BlockHeader(1, h.previous(), h.txRoot(), h.auxRoot(), h.height(), h.time(), 0x1F00FFFF, 0));
        header(Rule.HEADER_BITS, h -> new BlockHeader(1, h.previous(), h.txRoot(), h.auxRoot(), h.height(), h.time(), -1, 0));
        header(Rule.HEADER_TIME_FUTURE, h -> new BlockHeader(1, h.previous(), h.txRoot(), h.auxRoot(), h.height(), h.time() + 301, h.bits(), 0));
        long median = kit.blocks.get(2).header().time();
        header(Rule.HEADER_TIME_OLD, h -> new BlockHeader(1, h.previous(), h.txRoot(), h.auxRoot(), h.height(), median, h.bits(), 0));
        accepted(kit.block(9, h -> new BlockHeader(1, h.previous(), h.txRoot(), h.auxRoot(), h.height(), median + 1, h.bits(), 0), Amount.ZERO));
        accepted(kit.block(9, h -> new BlockHeader(1, h.previous(), h.txRoot(), h.auxRoot(), h.height(), h.time() + 300, h.bits(), 0), Amount.ZERO));
    }

    @Test
    void aHashAboveTheTargetIsRefused() {
        Block good = kit.block(9);
        BlockHeader h = good.header();
        while (Work.meets(h.hash(), h.bits())) {
            h = h.withNonce(h.nonce() + 1);
        }
        refused(Rule.HEADER_WORK, new Block(h, good.transactions()));
    }

    @Test
    void aChildOfABlockThatBrokeARuleIsRefused() {
        HeaderTree tree = new HeaderTree(kit.network);
        List<HeaderTree.Node> nodes = new ArrayList<>();
        for (Block block : kit.blocks.subList(1, kit.blocks.size())) {
            nodes.add(((Verdict.Accepted<HeaderTree.Node>) tree.add(block.header(), kit.now())).value());
        }
        tree.invalidate(nodes.get(2));
        Verdict<HeaderTree.Node> verdict = tree.add(kit.block(9).header(), kit.now());
        assertEquals(Rule.HEADER_INVALID_PARENT, ((Verdict.Rejected<?>) verdict).rule());
        assertEquals(2, tree.bestHeader().height());
        assertEquals(Rule.HEADER_INVALID_PARENT, ((Verdict.Rejected<?>) tree.add(nodes.get(2).header(), kit.now())).rule());
    }

    @Test
    void aBlockNeedsOneRewardAndItComesFirst() {
        Transaction pay = kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1)));
        Transaction reward = kit.block(9, pay).transactions().getFirst();
        Transaction second = Transaction.coinbase(kit.height() + 1, List.of(new Output(Amount.ofXen(1), Kit.to(4))));
        refused(Rule.BLOCK_COINBASE_FIRST, kit.solve(List.of(), h -> h));
        refused(Rule.BLOCK_COINBASE_FIRST, kit.solve(List.of(pay), h -> h));
        refused(Rule.BLOCK_COINBASE_FIRST, kit.solve(List.of(pay, reward), h -> h));
        refused(Rule.BLOCK_COINBASE_FIRST, kit.solve(List.of(reward, second), h -> h));
    }

    @Test
    void theRewardIsExact() {
        Transaction pay = kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1)));
        refused(Rule.BLOCK_COINBASE_AMOUNT, kit.block(9, h -> h, new Amount(1), pay));
        Transaction less = Transaction.coinbase(kit.height() + 1, List.of(new Output(kit.reward(pay).minus(new Amount(1)), Kit.to(9))));
        refused(Rule.BLOCK_COINBASE_AMOUNT, kit.solve(List.of(less, pay), h -> h));
        Transaction split = Transaction.coinbase(kit.height() + 1, List.of(new Output(Amount.ofXen(1), Kit.to(3)),
                new Output(kit.reward(pay).minus(Amount.ofXen(1)), Kit.to(9))));
        accepted(kit.solve(List.of(split, pay), h -> h));
    }

    @Test
    void theRewardNamesItsHeightAndPaysKeys() {
        Amount due = kit.reward();
        refused(Rule.BLOCK_COINBASE_HEIGHT, kit.solve(List.of(Transaction.coinbase(kit.height(), List.of(new Output(due, Kit.to(9))))), h -> h));
        refused(Rule.BLOCK_COINBASE_OUTPUTS, kit.solve(List.of(Transaction.coinbase(kit.height() + 1, List.of())), h -> h));
        refused(Rule.BLOCK_COINBASE_OUTPUTS, kit.solve(List.of(Transaction.coinbase(kit.height() + 1,
                List.of(new Output(due, new Predicate.Channel(Kit.key(1), Kit.key(2), 5))))), h -> h));
        refused(Rule.BLOCK_COINBASE_OUTPUTS, kit.solve(List.of(Transaction.coinbase(kit.height() + 1,
                Collections.nCopies(17, new Output(Amount.ofXen(1), Kit.to(9))))), h -> h));
        refused(Rule.TX_DUST, kit.solve(List.of(Transaction.coinbase(kit.height() + 1,
                List.of(new Output(due.minus(new Amount(1)), Kit.to(9)), new Output(new Amount(1), Kit.to(9))))), h -> h));
    }

    @Test
    void theRootBindsEveryTransactionAndWitness() {
        Transaction pay = kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1)));
        Block good = kit.block(9, pay);
        refused(Rule.BLOCK_TX_ROOT, new Block(good.header(), good.transactions().subList(0, 1)));
        List<Transaction> swapped = new ArrayList<>(good.transactions());
        Collections.reverse(swapped);
        refused(Rule.BLOCK_TX_ROOT, new Block(good.header(), swapped));
        Transaction resigned = Transaction.of(List.of(new Input(pay.inputs().getFirst().outPoint(), new Witness.KeyWitness(
                org.zennet.api.value.Signature.of(new byte[64])))), pay.outputs());
        assertEquals(pay.txid(), resigned.txid());
        refused(Rule.BLOCK_TX_ROOT, new Block(good.header(), List.of(good.transactions().getFirst(), resigned)));
        refused(Rule.BLOCK_TX_ROOT, new Block(good.header(), List.of(good.transactions().getFirst(), pay, pay)));
    }

    @Test
    void aTransactionOccursOnce() {
        Transaction pay = kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1)));
        transaction(Rule.BLOCK_DUPLICATE, pay, pay);
    }

    @Test
    void blocksHaveALimit() {
        List<Transaction> many = new ArrayList<>();
        Output[] outputs = Collections.nCopies(900, new Output(new Amount(1_000), Kit.to(1))).toArray(Output[]::new);
        for (int i = 0; i < 28; i++) {
            many.add(kit.pay(kit.coin(i), 0, new Amount(50_000), outputs));
        }
        transaction(Rule.BLOCK_SIZE, many.toArray(Transaction[]::new));
        accepted(kit.block(9, many.subList(0, 25).toArray(Transaction[]::new)));
    }

    @Test
    void payloadsHaveALimitOfTheirOwn() {
        byte[] large = new byte[256];
        List<Transaction> many = new ArrayList<>();
        for (int i = 0; i < 63; i++) {
            many.add(announce(i, 20, large, new Amount(100_000)));
        }
        accepted(kit.block(9, many.toArray(Transaction[]::new)));
        Output two = new Output(Costs.ANNOUNCEMENT_BOND, Predicate.Announce.of(Kit.key(1), kit.height() + 21, large));
        many.set(0, kit.pay(kit.view, kit.coin(0), 0, new Amount(100_000), List.of(large, large, large), two, two, two));
        transaction(Rule.BLOCK_PAYLOADS, many.toArray(Transaction[]::new));
    }

    @Test
    void transfersThatBreakARule() {
        Output five = new Output(Amount.ofXen(5), Kit.to(1));
        Output rest = new Output(Amount.ofXen(994), Kit.to(0));
        OutPoint coin = kit.coin(0);
        transaction(Rule.TX_NO_OUTPUTS, kit.sign(List.of(coin), List.of(), List.of(), Kit.by(0)));
        transaction(Rule.TX_DUPLICATE_INPUT, kit.sign(List.of(coin, coin), List.of(five), List.of(), Kit.by(0), Kit.by(0)));
        transaction(Rule.TX_OVERSPENT, kit.sign(List.of(coin), List.of(five, rest, five), List.of(), Kit.by(0)));
        transaction(Rule.TX_OVERFLOW, kit.sign(List.of(coin), List.of(new Output(new Amount(Long.MAX_VALUE), Kit.to(1)), five), List.of(), Kit.by(0)));
        transaction(Rule.TX_DUST, kit.pay(0, new Output(new Amount(299), Kit.to(1))));
        transaction(Rule.TX_DUST, kit.pay(0, new Output(Amount.ZERO, Kit.to(1))));
        assertEquals(300, Costs.dust(Kit.to(1)).zen());
        accepted(kit.block(9, kit.pay(0, new Output(new Amount(300), Kit.to(1)))));
        transaction(Rule.WITNESS_SIGNATURE, kit.sign(List.of(coin), List.of(five), List.of(), Kit.by(1)));
        Transaction honest = kit.pay(0, five);
        transaction(Rule.WITNESS_SIGNATURE, Transaction.of(honest.inputs(), List.of(new Output(Amount.ofXen(5), Kit.to(2)))));
        Transaction elsewhere = new Kit(2).pay(0, five);
        transaction(Rule.WITNESS_SIGNATURE, elsewhere); // genesis coins have the same outpoints on every dev network
    }

    @Test
    void aSignatureOfAnotherNetworkIsRefusedEvenForTheSameCoin() {
        Output five = new Output(Amount.ofXen(5), Kit.to(1));
        OutPoint coin = kit.coin(0);
        Hash other = new Kit(2).genesis();
        List<Output> outputs = List.of(five);
        Hash digest = new org.zennet.blockchain.Sighash(other, List.of(coin), List.of(kit.coins.get(coin).output()), outputs).digest(0);
        assertNotEquals(other, kit.genesis());
        transaction(Rule.WITNESS_SIGNATURE, Transaction.of(List.of(new Input(coin,
                new Witness.KeyWitness(Kit.SCHEME.sign(Kit.secret(0), digest)))), outputs));
    }

    @Test
    void aSignatureOfAnotherInputIsRefused() {
        List<Output> outputs = List.of(new Output(Amount.ofXen(5), Kit.to(1)));
        Witness[] first = new Witness[1];
        Transaction t = kit.sign(List.of(kit.coin(0), kit.coin(1)), outputs, List.of(), d -> first[0] = Kit.by(0).sign(d), d -> first[0]);
        transaction(Rule.WITNESS_SIGNATURE, t);
    }

    @Test
    void aCoinIsSpentOnce() {
        Output five = new Output(Amount.ofXen(5), Kit.to(1));
        Transaction a = kit.pay(0, five);
        Transaction b = kit.pay(0, new Output(Amount.ofXen(6), Kit.to(1)));
        transaction(Rule.TX_MISSING_COIN, a, b);
        kit.mine(a);
        transaction(Rule.TX_MISSING_COIN, b);
        transaction(Rule.TX_MISSING_COIN, a);
        OutPoint never = new OutPoint(a.txid(), 2);
        transaction(Rule.TX_MISSING_COIN, Transaction.of(List.of(new Input(never, a.inputs().getFirst().witness())), List.of(five)));
    }

    @Test
    void aChildFollowsItsParentInABlock() {
        Transaction parent = kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1)));
        CoinView.Overlay overlay = new CoinView.Overlay(kit.view);
        TransactionRules.apply(parent, List.of(kit.coins.get(kit.coin(0))), kit.height() + 1, overlay);
        Transaction child = kit.pay(overlay, parent.outPoint(0), 1, new Amount(500), List.of());
        accepted(kit.block(9, parent, child));
        transaction(Rule.TX_MISSING_COIN, child, parent);
    }

    @Test
    void aRewardMaturesAfterTwoBlocks() {
        Block mined = kit.mine();
        OutPoint reward = mined.transactions().getFirst().outPoint(0);
        transaction(Rule.TX_IMMATURE, kit.pay(reward, 9, new Amount(1_000)));
        kit.mine();
        accepted(kit.block(9, kit.pay(reward, 9, new Amount(1_000))));
    }

    @Test
    void aRewardIsNoTransfer() {
        Transaction reward = Transaction.coinbase(3, List.of(new Output(Amount.ofXen(1), Kit.to(1))));
        Verdict<?> verdict = TransactionRules.check(reward, kit.view, 6, kit.network, Kit.SCHEME);
        assertEquals(Rule.TX_COINBASE, ((Verdict.Rejected<?>) verdict).rule());
    }

    private Transaction announce(int coin, int blocks, byte[] bytes, Amount fee) {
        return kit.pay(kit.view, kit.coin(coin), 0, fee, List.of(bytes),
                new Output(Costs.ANNOUNCEMENT_BOND, Predicate.Announce.of(Kit.key(1), kit.height() + 1 + blocks, bytes)));
    }

    @Test
    void announcementsPayBondAndRentAndHalfOfItIsBurnt() {
        Block block = kit.block(9, announce(0, 20, payload, new Amount(1_001)));
        BlockRules.Connected effect = kit.connect(block);
        assertEquals(100, effect.burnt().zen());
        assertEquals(901, effect.fees().zen());
        assertEquals(payload.length, kit.coins.get(block.transactions().get(1).outPoint(0)).announced().orElseThrow().payload().length);
    }

    @Test
    void announcementsThatBreakARule() {
        transaction(Rule.ANNOUNCE_LIFETIME, announce(0, 9, payload, Amount.ofXen(1)));
        transaction(Rule.ANNOUNCE_LIFETIME, announce(0, 43_201, payload, Amount.ofXen(1)));
        transaction(Rule.ANNOUNCE_LIFETIME, announce(0, -3, payload, Amount.ofXen(1)));
        accepted(kit.block(9, announce(0, 10, payload, Amount.ofXen(1))));
        accepted(kit.block(9, announce(0, 43_200, payload, Amount.ofXen(1))));
        transaction(Rule.ANNOUNCE_RENT, announce(0, 20, payload, new Amount(199)));
        accepted(kit.block(9, announce(0, 20, payload, new Amount(200))));
        transaction(Rule.ANNOUNCE_BOND, kit.pay(kit.view, kit.coin(0), 0, Amount.ofXen(1), List.of(payload),
                new Output(new Amount(999_999), Predicate.Announce.of(Kit.key(1), kit.height() + 21, payload))));
    }

    @Test
    void aPayloadThatWasSwappedSpoilsTheBodyButNotTheHeader() {
        Transaction good = announce(0, 20, payload, new Amount(1_000));
        byte[] other = payload.clone();
        other[0]++;
        Transaction swapped = Transaction.of(good.inputs(), good.outputs(), List.of(other));
        refused(Rule.ANNOUNCE_PAYLOAD, kit.block(9, swapped));
        Block block = kit.block(9, good);
        refused(Rule.ANNOUNCE_PAYLOAD, new Block(block.header(), List.of(block.transactions().getFirst(), swapped)));
        assertTrue(!BlockRules.means(Rule.ANNOUNCE_PAYLOAD) && !BlockRules.means(Rule.BLOCK_TX_ROOT) && BlockRules.means(Rule.TX_DUST));
    }

    @Test
    void theOwnerRenewsWithTheSameIdOrRevokes() {
        Transaction first = announce(0, 20, payload, new Amount(1_000));
        kit.mine(first);
        OutPoint id = first.outPoint(0);
        Kit.Signer owner = d -> new Witness.AnnounceOwner(Kit.SCHEME.sign(Kit.secret(1), d));
        Kit.Signer thief = d -> new Witness.AnnounceOwner(Kit.SCHEME.sign(Kit.secret(2), d));
        Output renewed = new Output(Costs.ANNOUNCEMENT_BOND, Predicate.Announce.of(Kit.key(1), kit.height() + 31, payload));
        Transaction renewal = kit.sign(List.of(id, kit.coin(1)), List.of(renewed), List.of(payload), owner, Kit.by(0));
        transaction(Rule.WITNESS_SIGNATURE, kit.sign(List.of(id), List.of(new Output(new Amount(900_000), Kit.to(2))), List.of(), thief));
        kit.mine(renewal);
        assertEquals(id, kit.coins.get(renewal.outPoint(0)).announced().orElseThrow().id());
        Output given = new Output(Costs.ANNOUNCEMENT_BOND, Predicate.Announce.of(Kit.key(2), kit.height() + 31, payload));
        Transaction handed = kit.sign(List.of(renewal.outPoint(0), kit.coin(2)), List.of(given), List.of(payload), owner, Kit.by(0));
        kit.mine(handed);
        assertEquals(handed.outPoint(0), kit.coins.get(handed.outPoint(0)).announced().orElseThrow().id());
        kit.mine(kit.sign(List.of(handed.outPoint(0)), List.of(new Output(new Amount(900_000), Kit.to(2))), List.of(), thief));
        assertTrue(kit.view.coin(handed.outPoint(0)).isEmpty());
    }
}
