package org.zennet.blockchain.internal.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.BlockHeader;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Samples;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.internal.node.ChainEngine;
import org.zennet.blockchain.internal.node.Miner;
import org.zennet.blockchain.machine.Kit;
import org.zennet.blockchain.machine.Verdict;
import org.zennet.services.network.JoinLine;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** Several nodes in one virtual network: sync, relay, partitions, liars. */
class ChainPeersTest {
    @TempDir
    Path directory;
    private final Kit kit = new Kit(1);
    private final FakeNet net = new FakeNet(1, kit.network.genesis().header().time() + 10_000);
    private final List<Party> parties = new ArrayList<>();

    /** A node with a chain. */
    private final class Party {
        final FakeNet.Node node = net.node();
        final ChainEngine engine;
        final ChainPeers peers;
        final Miner miner;

        Party(boolean seed, Kit on) {
            engine = new ChainEngine(directory.resolve("n" + node.number), on.network, Kit.SCHEME, net, r -> net.at(0, r));
            peers = new ChainPeers(engine, node, r -> net.at(0, r), net, seed);
            peers.start();
            miner = new Miner(engine, Kit.to(20 + node.number), net);
            miner.start();
            parties.add(this);
            tick();
        }

        private void tick() {
            peers.tick();
            net.at(100, this::tick);
        }

        void mine(int count) {
            for (int i = 0; i < count; i++) {
                Block template = engine.template(Kit.to(20 + node.number));
                BlockHeader h = template.header();
                Block block = Miner.solve(new Block(new BlockHeader(1, h.previous(), h.txRoot(), h.auxRoot(), h.height(),
                        engine.tip().header().time() + 1, h.bits(), 0), template.transactions()));
                assertInstanceOf(Verdict.Accepted.class, engine.addBlock(block));
            }
        }

        int height() {
            return engine.tip().height();
        }
    }

    private Party party() {
        return new Party(false, kit);
    }

    @AfterEach
    void close() {
        parties.forEach(p -> p.engine.close());
    }

    private void level(Party... all) {
        for (Party p : all) {
            assertEquals(all[0].engine.tip().hash(), p.engine.tip().hash(), "node " + p.node.number + " at " + p.height());
            assertEquals(List.of(), p.node.violations);
        }
    }

    @Test
    void aNewcomerLoadsALongChainHeadersFirst() {
        Party a = party();
        a.mine(2_500);
        Party b = party();
        CompletableFuture<?> synced = b.peers.synced();
        b.node.dial(a.node);
        net.run(20);
        assertFalse(synced.isDone());
        net.run(60_000);
        level(a, b);
        assertTrue(synced.isDone());
    }

    @Test
    void blocksAndTransactionsSpreadWithinMilliseconds() {
        Party a = party();
        Party b = party();
        Party c = party();
        a.node.dial(b.node);
        b.node.dial(c.node);
        net.run(100);
        Transaction pay = kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1)));
        assertInstanceOf(Verdict.Accepted.class, a.engine.addTransaction(pay));
        net.run(60);
        assertTrue(c.engine.waiting(pay.txid()).isPresent());
        c.mine(1);
        net.run(60);
        level(a, b, c);
        assertEquals(1, a.height());
        assertTrue(a.engine.waiting(pay.txid()).isEmpty());
    }

    @Test
    void aNewcomerIsToldWhatWaits() {
        Party a = party();
        Transaction parent = kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1)));
        a.engine.addTransaction(parent);
        Party b = party();
        b.node.dial(a.node);
        net.run(100);
        assertTrue(b.engine.waiting(parent.txid()).isPresent());
    }

    @Test
    void twoHalvesThatWereCutOffAgreeOnTheOneWithMoreWork() {
        List<Party> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(party());
        }
        for (int i = 1; i < 6; i++) {
            all.get(i).node.dial(all.get(i / 2).node);
        }
        all.get(0).mine(3);
        net.run(500);
        level(all.toArray(Party[]::new));
        List<FakeNet.Node> nodes = all.stream().map(p -> p.node).toList();
        nodes.forEach(FakeNet.Node::closeAll);
        net.run(10);
        nodes.get(1).dial(nodes.get(0));
        nodes.get(2).dial(nodes.get(0));
        nodes.get(4).dial(nodes.get(3));
        nodes.get(5).dial(nodes.get(3));
        net.run(100);
        Transaction lost = kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1)));
        all.get(1).engine.addTransaction(lost);
        all.get(0).mine(4);
        all.get(5).mine(6);
        net.run(1_000);
        level(all.get(0), all.get(1), all.get(2));
        level(all.get(3), all.get(4), all.get(5));
        assertEquals(7, all.get(0).height());
        nodes.get(2).dial(nodes.get(4));
        net.run(2_000);
        level(all.toArray(Party[]::new));
        assertEquals(9, all.get(0).height());
        assertTrue(all.get(0).engine.waiting(lost.txid()).isPresent(), "what the losing branch held waits again");
        all.get(3).mine(1);
        net.run(1_000);
        level(all.toArray(Party[]::new));
    }

    @Test
    void aNodeWithNobodyIsNotSyncedUnlessItIsTheFirst() {
        Party alone = party();
        Party seed = new Party(true, kit);
        CompletableFuture<?> never = alone.peers.synced();
        CompletableFuture<?> now = seed.peers.synced();
        net.run(5_000);
        assertFalse(never.isDone());
        assertTrue(now.isDone());
        alone.node.dial(seed.node);
        net.run(500);
        assertTrue(never.isDone());
    }

    @Test
    void theSeedIsDialledUntilItIsThereAndAgainWhenItComesBack() {
        Party seed = new Party(true, kit);
        Party b = party();
        SeedDialer dialer = new SeedDialer(b.node, new JoinLine("dev", Kit.hash("salt", 1), seed.node.listening(), seed.node.identity()), net);
        Runnable[] again = new Runnable[1];
        again[0] = () -> {
            dialer.tick();
            net.at(100, again[0]);
        };
        seed.node.down = true;
        again[0].run();
        net.run(10_000);
        assertEquals(0, b.node.ends.size());
        seed.node.down = false;
        seed.mine(2);
        net.run(12_000);
        level(seed, b);
        assertEquals(1, b.node.ends.size());
        b.node.closeAll();
        seed.mine(1);
        net.run(2_000);
        level(seed, b);
    }

    @Test
    void aPeerThatSpeaksLaterIsAskedAgain() {
        Party a = party();
        a.mine(2);
        FakeNet.Node late = net.node();
        FakeNet.End end = a.node.dial(late);
        net.run(2_000);
        Script script = new Script(late);
        net.run(2_000);
        assertTrue(script.heard.stream().anyMatch(m -> m instanceof ChainMessage.Hello));
        assertTrue(end.isOpen());
    }

    /** A peer whose every word a test chooses. */
    private final class Script {
        final FakeNet.Node node;
        final List<ChainMessage> heard = new ArrayList<>();
        Consumer<ChainMessage> answer = m -> { };
        MessageStream stream;

        Script(FakeNet.Node node) {
            this.node = node;
            node.accept(ChainPeers.PROTOCOL, (PeerConnection from, MessageStream opened) -> {
                stream = opened;
                return receiver();
            });
        }

        Script(Party victim) {
            this.node = net.node();
            FakeNet.End end = node.dial(victim.node);
            stream = end.open(ChainPeers.PROTOCOL, MessageStream.Priority.BULK, receiver());
            net.run(5);
        }

        private MessageStream.Receiver receiver() {
            return new MessageStream.Receiver() {
                @Override
                public void message(byte[] message) {
                    try {
                        heard.add(ChainMessage.parse(message));
                        answer.accept(heard.getLast());
                    } catch (EncodingException e) {
                        throw new AssertionError(e);
                    }
                }

                @Override
                public void closed(String reason) { }
            };
        }

        Script say(ChainMessage message) {
            stream.send(message.toBytes());
            net.run(30);
            return this;
        }

        Script hello(int height, long work) {
            return say(new ChainMessage.Hello(kit.genesis(), height, ChainPeers.bytes(java.math.BigInteger.valueOf(work))));
        }
    }

    private void cutOff(Party victim, String reason) {
        net.run(100);
        assertEquals(1, victim.node.violations.size(), "violations");
        assertTrue(victim.node.violations.getFirst().contains(reason), victim.node.violations.getFirst());
        assertEquals(0, victim.node.ends.size());
    }

    @Test
    void garbageEndsThePeer() {
        Party a = party();
        Random random = new Random(5);
        for (int i = 0; i < 50; i++) {
            a.node.violations.clear();
            Script script = new Script(a).hello(0, 1);
            script.stream.send(Samples.bytes(random, random.nextInt(200)));
            cutOff(a, "garbage");
        }
        a.node.violations.clear();
        Script cut = new Script(a).hello(0, 1);
        byte[] whole = new ChainMessage.Headers(false, List.of(kit.mine().header().toBytes())).toBytes();
        cut.stream.send(java.util.Arrays.copyOf(whole, whole.length - 1));
        cutOff(a, "cut short");
    }

    @Test
    void theHelloComesFirstAndOnceAndNamesThisChain() {
        Party a = party();
        new Script(a).say(new ChainMessage.Inventory(List.of()));
        cutOff(a, "hello first");
        a.node.violations.clear();
        new Script(a).hello(0, 1).hello(0, 1);
        cutOff(a, "hello twice");
        a.node.violations.clear();
        new Script(a).say(new ChainMessage.Hello(Kit.hash("other", 1), 0, ChainPeers.bytes(java.math.BigInteger.ONE)));
        cutOff(a, "another chain");
    }

    @Test
    void whoClaimsMoreThanItShowsIsCutOff() {
        Party a = party();
        Script liar = new Script(a).hello(9, 1_000_000);
        assertTrue(liar.heard.stream().anyMatch(m -> m instanceof ChainMessage.GetHeaders));
        CompletableFuture<?> synced = a.peers.synced();
        net.run(500);
        assertFalse(synced.isDone());
        liar.say(new ChainMessage.Headers(true, List.of(kit.mine().header().toBytes())));
        cutOff(a, "claims a better chain than it shows");
        a.node.violations.clear();
        Script silent = new Script(net.node());
        a.node.dial(silent.node);
        for (int i = 0; i < 3; i++) {
            net.run(700);
            assertEquals(List.of(), a.node.violations, "it may be slow");
            silent.hello(9, 1_000_000);
            net.run(10_500);
        }
        cutOff(a, "doesn't show it");
    }

    @Test
    void badHeadersEndThePeer() {
        Party a = party();
        BlockHeader good = kit.mine().header();
        BlockHeader bad = new BlockHeader(1, good.previous(), good.txRoot(), good.auxRoot(), 1, good.time(), 0x207FFFFF, 0);
        new Script(a).hello(0, 1).say(new ChainMessage.Headers(false, List.of(bad.toBytes())));
        cutOff(a, "HEADER_BITS");
        a.node.violations.clear();
        new Script(a).hello(0, 1).say(new ChainMessage.Headers(true, List.of(good.toBytes())));
        cutOff(a, "not asked");
    }

    @Test
    void aBadBlockEndsThePeerAndIsNotKept() {
        Party a = party();
        Block bad = kit.block(3, h -> h, new Amount(7));
        Script script = new Script(a).hello(0, 1).say(new ChainMessage.Headers(false, List.of(bad.header().toBytes())));
        assertTrue(script.heard.contains(new ChainMessage.GetBlocks(List.of(bad.hash()))));
        script.say(new ChainMessage.BlockData(bad.toBytes()));
        cutOff(a, "BLOCK_COINBASE_AMOUNT");
        assertEquals(0, a.height());
        assertEquals(0, a.engine.bestHeader().height());
    }

    @Test
    void aWrongBodyEndsThePeerAndTheBlockComesFromAnother() {
        Party a = party();
        Party honest = party();
        Block good = kit.mine();
        Script script = new Script(a).hello(0, 1).say(new ChainMessage.Headers(false, List.of(good.header().toBytes())));
        script.say(new ChainMessage.BlockData(new Block(good.header(), Collections.nCopies(2, good.transactions().getFirst())).toBytes()));
        cutOff(a, "BLOCK_TX_ROOT");
        honest.engine.addBlock(good);
        a.node.dial(honest.node);
        net.run(200);
        assertEquals(1, a.height());
    }

    @Test
    void whoWithholdsABlockIsPassedOver() {
        Party a = party();
        Party honest = party();
        Block good = kit.mine();
        new Script(a).hello(0, 1).say(new ChainMessage.Headers(false, List.of(good.header().toBytes())));
        honest.engine.addBlock(good);
        honest.node.dial(a.node);
        net.run(1_000);
        assertEquals(0, a.height(), "it was asked of the first");
        net.run(8_000);
        assertEquals(1, a.height());
    }

    @Test
    void whoDeniesABlockThatItShowedIsPassedOver() {
        Party a = party();
        Party honest = party();
        Block first = kit.mine();
        Block second = kit.mine();
        Script liar = new Script(a).hello(0, 1);
        liar.answer = m -> {
            if (m instanceof ChainMessage.GetBlocks(var hashes)) {
                hashes.forEach(h -> liar.stream.send((h.equals(first.hash()) ? new ChainMessage.NoBlock(h)
                        : new ChainMessage.BlockData(second.toBytes())).toBytes()));
            }
        };
        honest.engine.addBlock(first);
        honest.engine.addBlock(second);
        honest.node.dial(a.node);
        liar.say(new ChainMessage.Headers(false, List.of(first.header().toBytes(), second.header().toBytes())));
        net.run(3_000);
        assertEquals(2, a.height());
        long asked = liar.heard.stream().filter(m -> m instanceof ChainMessage.GetBlocks(var h) && h.contains(first.hash())).count();
        assertTrue(asked < 3, "asked " + asked + " times for what it denied to have");
    }

    @Test
    void aForgedTransactionEndsThePeerAndAnOrphanWaitsForItsParent() {
        Party a = party();
        Transaction parent = kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1)));
        kit.mine(parent);
        Transaction child = kit.pay(parent.outPoint(0), 1, new Amount(1_000), new Output(Amount.ofXen(1), Kit.to(2)));
        Script script = new Script(a).hello(0, 1).say(new ChainMessage.TransactionData(child.toBytes()));
        assertTrue(script.heard.contains(new ChainMessage.GetTransactions(List.of(parent.txid()))));
        script.say(new ChainMessage.TransactionData(parent.toBytes()));
        assertTrue(a.engine.waiting(child.txid()).isPresent());
        Transaction other = new Kit(2).pay(3, new Output(Amount.ofXen(5), Kit.to(1)));
        script.say(new ChainMessage.TransactionData(other.toBytes()));
        cutOff(a, "WITNESS_SIGNATURE");
    }

    @Test
    void whoWithholdsATransactionIsPassedOver() {
        Party a = party();
        Party honest = party();
        Transaction pay = kit.pay(0, new Output(Amount.ofXen(5), Kit.to(1)));
        honest.engine.addTransaction(pay);
        Script liar = new Script(a).hello(0, 1).say(new ChainMessage.Inventory(List.of(pay.txid())));
        assertTrue(liar.heard.contains(new ChainMessage.GetTransactions(List.of(pay.txid()))));
        honest.node.dial(a.node);
        net.run(1_000);
        assertTrue(a.engine.waiting(pay.txid()).isEmpty(), "it was asked of the first");
        net.run(3_000);
        assertTrue(a.engine.waiting(pay.txid()).isPresent());
    }

    @Test
    void orphansAreFew() {
        Party a = party();
        Random random = new Random(3);
        List<Script> scripts = new ArrayList<>();
        for (int s = 0; s < 15; s++) {
            scripts.add(new Script(a).hello(0, 1));
        }
        for (Script script : scripts) {
            for (int i = 0; i < 20; i++) {
                Transaction t = Transaction.of(List.of(new org.zennet.blockchain.Input(new org.zennet.services.chain.ChainService.OutPoint(
                        Hash.of(Samples.bytes(random, 32)), 0), new org.zennet.blockchain.Witness.KeyWitness(
                        org.zennet.api.value.Signature.of(new byte[64])))), List.of(new Output(Amount.ofXen(1), Kit.to(1))));
                script.stream.send(new ChainMessage.TransactionData(t.toBytes()).toBytes());
            }
        }
        net.run(100);
        assertEquals(List.of(), a.node.violations);
        assertEquals(0, a.engine.waiting(10).size());
        assertEquals(100, a.peers.orphans());
    }

    @Test
    void aFloodEndsThePeer() {
        Party a = party();
        Script script = new Script(a).hello(0, 1);
        for (int i = 0; i < 25_000; i++) {
            script.stream.send(new ChainMessage.Inventory(List.of()).toBytes());
            if (i % 1_000 == 0) {
                net.run(10);
            }
        }
        cutOff(a, "too many messages");
    }

    @Test
    void minersInOneNetworkAgree() {
        Party a = new Party(true, kit);
        Party b = party();
        Party c = party();
        b.node.dial(a.node);
        c.node.dial(a.node);
        for (int i = 0; i < 300; i++) {
            net.run(100);
            parties.get(i % 3).miner.tick();
        }
        net.run(500);
        level(a, b, c);
        assertTrue(a.height() >= 29 && a.height() <= 31, "height " + a.height());
    }

    @Test
    void messagesAreReadAgainAndTheirLimitsHold() throws Exception {
        Random random = new Random(1);
        Hash hash = Kit.hash("h", 1);
        List<ChainMessage> all = List.of(new ChainMessage.Hello(hash, 5, hash), new ChainMessage.GetHeaders(List.of(hash, hash)),
                new ChainMessage.Headers(true, List.of(new byte[124])), new ChainMessage.GetBlocks(List.of(hash)),
                new ChainMessage.BlockData(new byte[] {1}), new ChainMessage.NoBlock(hash), new ChainMessage.Inventory(List.of(hash)),
                new ChainMessage.GetTransactions(List.of()), new ChainMessage.TransactionData(new byte[] {2, 3}));
        for (int i = 0; i < all.size(); i++) {
            byte[] bytes = all.get(i).toBytes();
            assertEquals(i, bytes[2]);
            org.junit.jupiter.api.Assertions.assertArrayEquals(bytes, ChainMessage.parse(bytes).toBytes());
            for (int f = 0; f < 200; f++) {
                byte[] bad = bytes.clone();
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                try {
                    org.junit.jupiter.api.Assertions.assertArrayEquals(bad, ChainMessage.parse(bad).toBytes());
                } catch (EncodingException e) {
                    // refused is fine
                }
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new ChainMessage.GetBlocks(Collections.nCopies(9, hash)).toBytes());
        byte[] nine = new ChainMessage.GetTransactions(Collections.nCopies(9, hash)).toBytes();
        nine[2] = 3;
        assertThrows(EncodingException.class, () -> ChainMessage.parse(nine));
    }
}
