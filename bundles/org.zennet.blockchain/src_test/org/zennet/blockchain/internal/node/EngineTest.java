package org.zennet.blockchain.internal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Isolation;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.Costs;
import org.zennet.blockchain.Output;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.Transaction;
import org.zennet.blockchain.machine.HeaderTree.Node;
import org.zennet.blockchain.machine.Kit;
import org.zennet.blockchain.machine.Rule;
import org.zennet.blockchain.machine.Verdict;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.BlockInfo;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.Endpoint;

/** The engine on a disk: reorganisation, crashes, and what the service says of it all. */
class EngineTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L));
    @TempDir
    Path directory;
    private final Kit kit = new Kit(1);
    private ChainEngine engine;
    private LocalChain chain;

    private ChainEngine open(Path path) {
        engine = new ChainEngine(path, kit.network, Kit.SCHEME, CLOCK, Runnable::run);
        chain = new LocalChain(engine, Runnable::run, () -> CompletableFuture.completedFuture(engine.tip()));
        return engine;
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    private void add(Block block) {
        Verdict<Node> verdict = engine.addBlock(block);
        assertInstanceOf(Verdict.Accepted.class, verdict, verdict.toString());
    }

    private Block mine(Transaction... transactions) {
        Block block = kit.mine(transactions);
        add(block);
        return block;
    }

    private void matchesKit() {
        assertEquals(kit.blocks.getLast().hash(), engine.tip().hash());
        engine.read(s -> {
            int[] count = new int[1];
            s.forEachCoin((o, c) -> {
                count[0]++;
                assertEquals(kit.coins.get(o), c);
            });
            assertEquals(kit.coins.size(), count[0]);
            return null;
        });
        assertTrue(chain.scanConservation().holds());
        assertEquals(kit.unspent(), chain.scanConservation().unspent());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : walk.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private Transaction pay(int coin, int to) {
        return kit.pay(coin, new Output(Amount.ofXen(5), Kit.to(to)));
    }

    @Test
    void aRestartKeepsAll() {
        open(directory);
        Transaction pay = pay(0, 1);
        mine(pay);
        for (int i = 0; i < 70; i++) {
            mine();
        }
        matchesKit();
        engine.close();
        open(directory);
        matchesKit();
        assertEquals(1, chain.transaction(pay.txid()).orElseThrow().height());
        assertEquals(71, chain.transaction(pay.txid()).orElseThrow().depth());
        mine(pay(1, 2));
        matchesKit();
    }

    @Test
    void aCrashBetweenTheSegmentsSyncAndTheFlushOfTheCoinsLosesNothing() throws Exception {
        open(directory.resolve("live"));
        for (int i = 0; i < 120; i++) {
            mine(i % 7 == 0 ? new Transaction[] {pay(i / 7, 1)} : new Transaction[0]);
            if (i % 17 == 3) {
                Path crashed = directory.resolve("crashed" + i);
                copy(directory.resolve("live"), crashed);
                ChainEngine live = engine;
                LocalChain liveChain = chain;
                open(crashed);
                matchesKit();
                engine.close();
                engine = live;
                chain = liveChain;
            }
        }
    }

    @Test
    void withoutHeadersOrWithTornOnesTheSegmentsTellAll() throws Exception {
        open(directory.resolve("live"));
        for (int i = 0; i < 60; i++) {
            mine();
        }
        copy(directory.resolve("live"), directory.resolve("a"));
        copy(directory.resolve("live"), directory.resolve("b"));
        copy(directory.resolve("live"), directory.resolve("c"));
        engine.close();
        Files.delete(directory.resolve("a/headers"));
        byte[] torn = Files.readAllBytes(directory.resolve("b/headers"));
        torn[152 * 30 + 5] ^= 1;
        Files.write(directory.resolve("b/headers"), torn);
        Files.delete(directory.resolve("c/coins.mv"));
        for (String name : List.of("a", "b", "c")) {
            open(directory.resolve(name));
            matchesKit();
            engine.close();
        }
    }

    @Test
    void aTornLastBlockIsCutAndLoadedAgain() throws Exception {
        open(directory.resolve("live"));
        for (int i = 0; i < 5; i++) {
            mine();
        }
        copy(directory.resolve("live"), directory.resolve("a"));
        engine.close();
        Path file = directory.resolve("a/blocks/00000.blocks");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 60));
        open(directory.resolve("a"));
        assertEquals(4, engine.tip().height());
        add(kit.blocks.getLast());
        matchesKit();
    }

    @Test
    void theBranchWithMoreWorkWinsAndItsCoinsAreTheOnlyOnes() {
        open(directory);
        Kit other = new Kit(1);
        Transaction pay = pay(0, 1);
        for (int i = 0; i < 5; i++) {
            add(kit.mine(i == 2 ? new Transaction[] {pay} : new Transaction[0]));
        }
        List<String> events = new ArrayList<>();
        Registration watch = chain.watch(new ChainService.ChainWatcher() {
            @Override
            public void connected(BlockInfo block) {
                events.add("+" + block.height());
            }

            @Override
            public void disconnected(BlockInfo block) {
                events.add("-" + block.height());
            }
        });
        for (int i = 0; i < 6; i++) {
            Block block = other.block(7);
            other.connect(block);
            add(block);
            assertEquals(i < 5 ? kit.blocks.getLast().hash() : block.hash(), engine.tip().hash());
        }
        assertEquals(List.of("-5", "-4", "-3", "-2", "-1", "+1", "+2", "+3", "+4", "+5", "+6"), events);
        assertEquals(0, chain.transaction(pay.txid()).orElseThrow().depth(), "it waits again");
        engine.read(s -> {
            int[] count = new int[1];
            s.forEachCoin((o, c) -> {
                count[0]++;
                assertEquals(other.coins.get(o), c);
            });
            assertEquals(other.coins.size(), count[0]);
            return null;
        });
        assertTrue(chain.scanConservation().holds());
        watch.close();
        engine.close();
        open(directory);
        assertEquals(6, engine.tip().height());
        kit.mine();
        kit.mine();
        kit.blocks.subList(1, 8).forEach(this::add); // a restart forgets branches that lost; peers send them again
        matchesKit();
        assertEquals(3, chain.transaction(pay.txid()).orElseThrow().height());
    }

    @Test
    void aCrashAfterAReorganisationIsRepaired() throws Exception {
        open(directory.resolve("live"));
        Kit other = new Kit(1);
        for (int i = 0; i < 4; i++) {
            mine();
        }
        engine.close();
        open(directory.resolve("live"));
        for (int i = 0; i < 6; i++) {
            Block block = other.block(7);
            other.connect(block);
            add(block);
        }
        copy(directory.resolve("live"), directory.resolve("crashed"));
        engine.close();
        open(directory.resolve("crashed"));
        assertEquals(other.blocks.getLast().hash(), engine.tip().hash());
        assertTrue(chain.scanConservation().holds());
    }

    @Test
    void aBetterBranchWithABadBlockIsLeftAgain() {
        open(directory);
        Kit other = new Kit(1);
        for (int i = 0; i < 3; i++) {
            mine();
        }
        Block good = other.block(7);
        other.connect(good);
        add(good);
        Block bad = other.block(7, h -> h, new Amount(5));
        add(bad);
        Kit blind = new Kit(1);
        List<Block> rest = new ArrayList<>();
        blind.connect(good);
        blind.blocks.add(bad);
        blind.undos.add(List.of());
        for (int i = 0; i < 3; i++) {
            Block next = blind.block(7);
            blind.blocks.add(next);
            blind.undos.add(List.of());
            rest.add(next);
        }
        add(rest.get(0));
        Verdict<Node> verdict = engine.addBlock(rest.get(1));
        assertEquals(Rule.BLOCK_COINBASE_AMOUNT, ((Verdict.Rejected<Node>) verdict).rule());
        matchesKit();
        assertEquals(Rule.HEADER_INVALID_PARENT, ((Verdict.Rejected<Node>) engine.addBlock(rest.get(2))).rule());
        mine();
        matchesKit();
    }

    @Test
    void aWrongBodyDoesNotCondemnAGoodHeader() {
        open(directory);
        Block good = kit.block(9, pay(0, 1));
        Verdict<Node> verdict = engine.addBlock(new Block(good.header(), good.transactions().subList(0, 1)));
        assertEquals(Rule.BLOCK_TX_ROOT, ((Verdict.Rejected<Node>) verdict).rule());
        add(good);
        assertEquals(good.hash(), engine.tip().hash());
    }

    @Test
    void blocksThatComeBeforeTheirParentsWait() {
        open(directory);
        Block a = kit.mine();
        Block b = kit.mine();
        assertInstanceOf(Verdict.Rejected.class, engine.addBlock(b));
        assertInstanceOf(Verdict.Accepted.class, engine.addHeader(a.header()));
        add(b);
        assertEquals(0, engine.tip().height());
        add(a);
        assertEquals(2, engine.tip().height());
    }

    @Test
    void theServiceTellsOfCoinsSpendersAndFees() throws Exception {
        open(directory);
        Transaction pay = pay(0, 1);
        List<String> events = new ArrayList<>();
        chain.watch(new ChainService.ChainWatcher() {
            @Override
            public void connected(BlockInfo block) {
                throw new IllegalStateException("a watcher that fails harms nobody");
            }

            @Override
            public void disconnected(BlockInfo block) { }

            @Override
            public void pending(ChainService.TransactionInfo transaction) {
                events.add(transaction.txid().toHex());
            }
        });
        byte[] own = Kit.to(1).toBytes();
        assertEquals(pay.txid(), chain.submit(pay.toBytes()));
        assertEquals(pay.txid(), chain.submit(pay.toBytes()), "submitting again is no error");
        assertEquals(List.of(pay.txid().toHex()), events);
        assertEquals(1_000, chain.transaction(pay.txid()).orElseThrow().fee().zen());
        assertEquals(pay.txid(), chain.spender(kit.coin(0)).orElseThrow().txid());
        assertTrue(chain.coin(kit.coin(0)).isPresent(), "the chain's coin is unspent until a block takes it");
        assertEquals(63, chain.coinsOf(List.of(Kit.to(0).toBytes())).size());
        assertEquals(0, chain.coinsOf(List.of(own)).size());
        assertEquals(1, chain.feeRate());
        Block template = Miner.solve(engine.template(Kit.to(9)));
        add(template);
        assertEquals(1, chain.coinsOf(List.of(own)).size());
        assertTrue(chain.coin(kit.coin(0)).isEmpty());
        BlockInfo info = chain.block(1).orElseThrow();
        assertEquals(1_000, info.fees().zen());
        assertEquals(1_000, info.transactions().get(1).fee().zen());
        assertEquals(Amount.ofXen(50), info.subsidy());
        assertEquals(pay.txid(), chain.spender(kit.coin(0)).orElseThrow().txid());
        assertEquals(pay.txid(), chain.submit(pay.toBytes()), "nor is it later");
        assertEquals(0, chain.mempool().size());
        String reason = assertThrows(Rejected.class, () -> chain.submit(pay(0, 2).toBytes())).getMessage();
        assertTrue(reason.contains("TX_MISSING_COIN"), reason);
        assertThrows(Rejected.class, () -> chain.submit(new byte[10]));
        assertTrue(chain.block(2).isEmpty() && chain.block(-1).isEmpty() && chain.block(0).isPresent());
    }

    @Test
    void announcementsAreListedFromTheMempoolAndTheChainUntilTheyExpire() throws Exception {
        open(directory);
        Announcement said = new Announcement(Isolation.values()[0], "wasm32", 1000, 512, 3, 0, new Endpoint("127.0.0.1", 4000),
                Kit.hash("d", 1), Kit.key(5), 12);
        byte[] payload = Records.encode(said);
        Transaction t = kit.pay(kit.view, kit.coin(0), 0, new Amount(5_000), List.of(payload),
                new Output(Costs.ANNOUNCEMENT_BOND, Predicate.Announce.of(Kit.key(5), 12, payload)));
        chain.submit(t.toBytes());
        assertEquals(List.of(new ChainService.AnnouncementInfo(t.outPoint(0), 0, 12, said)), chain.announcements());
        mine(t);
        assertEquals(List.of(new ChainService.AnnouncementInfo(t.outPoint(0), 1, 12, said)), chain.announcements());
        for (int i = 0; i < 11; i++) {
            mine();
        }
        assertEquals(1, chain.announcements().size());
        mine();
        assertEquals(0, chain.announcements().size());
        assertTrue(chain.scanConservation().holds());
        assertEquals(payload.length * 11L / 2, chain.scanConservation().burnt().zen());
    }

    @Test
    void theTemplateLeavesOutWhatBecameInvalidMeanwhile() {
        open(directory);
        byte[] payload = {1};
        Transaction t = kit.pay(kit.view, kit.coin(0), 0, new Amount(5_000), List.of(payload),
                new Output(Costs.ANNOUNCEMENT_BOND, Predicate.Announce.of(Kit.key(5), 11, payload)));
        assertInstanceOf(Verdict.Accepted.class, engine.addTransaction(t));
        mine();
        assertEquals(1, engine.template(Kit.to(9)).transactions().size());
        assertEquals(0, chain.mempool().size());
    }

    @Test
    void theMinerKeepsThePaceAndCountsItsBlocks() {
        long[] now = {kit.network.genesis().header().time()};
        engine = new ChainEngine(directory, kit.network, Kit.SCHEME, () -> Instant.ofEpochSecond(now[0]), Runnable::run);
        Miner miner = new Miner(engine, Kit.to(9), () -> Instant.ofEpochSecond(now[0]));
        now[0]++;
        assertTrue(miner.tick().isEmpty(), "it waits for the chain to be loaded");
        miner.start();
        engine.addTransaction(pay(0, 1));
        assertEquals(2, miner.tick().orElseThrow().transactions().size());
        assertTrue(miner.tick().isEmpty(), "not before a second is over");
        now[0]++;
        assertTrue(miner.tick().isPresent());
        assertEquals(2, miner.status().blocks());
        assertEquals(1_000, miner.status().fees().zen());
        assertEquals(Amount.ofXen(100), miner.status().subsidies());
        assertTrue(miner.status().address().startsWith("dxen1"));
        Miner again = new Miner(engine, Kit.to(9), () -> Instant.ofEpochSecond(now[0]));
        assertEquals(miner.status().blocks(), again.status().blocks());
        assertFalse(again.status().running());
    }

    @Test
    void outPointsOfNothingAreNothing() {
        open(directory);
        OutPoint nothing = new OutPoint(Kit.hash("n", 1), 0);
        assertTrue(chain.coin(nothing).isEmpty() && chain.spender(nothing).isEmpty() && chain.transaction(nothing.txid()).isEmpty());
    }
}
