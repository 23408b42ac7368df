package org.zennet.blockchain.internal.node;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Amount;
import org.zennet.blockchain.Address;
import org.zennet.blockchain.Block;
import org.zennet.blockchain.BlockHeader;
import org.zennet.blockchain.Predicate;
import org.zennet.blockchain.machine.BlockRules.Spent;
import org.zennet.blockchain.machine.Emission;
import org.zennet.blockchain.machine.HeaderTree.Node;
import org.zennet.blockchain.machine.Verdict;
import org.zennet.blockchain.machine.Work;
import org.zennet.services.Registration;
import org.zennet.services.chain.MinerService;

/**
 * Makes blocks on the tip, empty ones too, no sooner than the spacing after the tip's time. It is asked again and again
 * by a timer. What it counts are the blocks of the best chain that pay its predicate.
 */
public final class Miner implements MinerService, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Miner.class);
    private final ChainEngine engine;
    private final Predicate.Key payout;
    private final InstantSource clock;
    private final Registration registration;
    private boolean started;
    private int blocks;
    private Amount subsidies = Amount.ZERO;
    private Amount fees = Amount.ZERO;
    private Optional<String> problem = Optional.of("waiting for a peer to load the chain from");

    /** Pays to a key. */
    public Miner(ChainEngine engine, Predicate.Key payout, InstantSource clock) {
        this.engine = engine;
        this.payout = payout;
        this.clock = clock;
        this.registration = engine.listen(new ChainListener() {
            @Override
            public void connected(Block block, List<Spent> spent) {
                count(block, 1);
            }

            @Override
            public void disconnected(Block block, List<Spent> spent) {
                count(block, -1);
            }
        });
        for (int height = 1; height <= engine.tip().height(); height++) {
            engine.active(height).flatMap(n -> engine.block(n.hash())).ifPresent(b -> count(b, 1));
        }
    }

    /** The chain is level with its peers: mining may begin. */
    public synchronized void start() {
        started = true;
        problem = Optional.empty();
    }

    /** Makes a block if it is time for one. */
    public Optional<Block> tick() {
        synchronized (this) {
            if (!started || clock.instant().getEpochSecond() < engine.tip().header().time() + engine.network().spacingSeconds()) {
                return Optional.empty();
            }
        }
        Block block = solve(engine.template(payout));
        Verdict<Node> verdict = engine.addBlock(block);
        synchronized (this) {
            problem = verdict instanceof Verdict.Rejected<Node> r ? Optional.of("the last block was refused: " + r) : Optional.empty();
        }
        problem.ifPresent(LOG::warn);
        return verdict instanceof Verdict.Accepted<Node> ? Optional.of(block) : Optional.empty();
    }

    /** Finds a nonce. */
    public static Block solve(Block template) {
        BlockHeader header = template.header();
        for (long nonce = 0; !Work.meets(header.hash(), header.bits()); nonce++) {
            header = header.withNonce(nonce);
        }
        return new Block(header, template.transactions());
    }

    private synchronized void count(Block block, int sign) {
        if (block.transactions().getFirst().outputs().getFirst().predicate().equals(payout)) {
            Amount subsidy = Emission.subsidy(block.height());
            Amount paid = block.transactions().getFirst().outputs().stream().map(o -> o.amount()).reduce(Amount.ZERO, Amount::plus);
            blocks += sign;
            subsidies = sign > 0 ? subsidies.plus(subsidy) : subsidies.minusOrZero(subsidy);
            fees = sign > 0 ? fees.plus(paid.minus(subsidy)) : fees.minusOrZero(paid.minus(subsidy));
        }
    }

    @Override
    public synchronized Status status() {
        return new Status(started, blocks, subsidies, fees, Address.encode(engine.network().addressPrefix(), payout), problem);
    }

    @Override
    public synchronized void close() {
        started = false;
        registration.close();
    }
}
