package org.zennet.blockchain.internal.node;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.blockchain.internal.peer.ChainPeers;
import org.zennet.blockchain.internal.peer.SeedDialer;
import org.zennet.blockchain.machine.ConsensusParameters;
import org.zennet.services.chain.ChainService;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.services.network.NetworkService;
import org.zennet.services.node.NodeContext;

/**
 * The chain of this process, in the directory {@code chain} of its data. Needs a configuration of pid
 * {@code org.zennet.blockchain}; it may be empty.
 */
@Component(service = {ChainService.class, BlockchainComponent.class}, name = BlockchainComponent.PID, configurationPid = BlockchainComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
public final class BlockchainComponent extends LocalChain {
    /** The pid of its configuration. */
    public static final String PID = "org.zennet.blockchain";
    private static final Logger LOG = LoggerFactory.getLogger(BlockchainComponent.class);
    private static final long TICK_MILLIS = 100;
    private final Parts parts;

    private record Parts(ChainEngine engine, ChainPeers peers, ScheduledThreadPoolExecutor mailbox, ScheduledThreadPoolExecutor watchers) {
        static Parts start(NodeContext node, NetworkService network, SignatureScheme scheme) {
            InstantSource clock = InstantSource.system();
            ScheduledThreadPoolExecutor mailbox = thread("zennet-chain");
            ScheduledThreadPoolExecutor watchers = thread("zennet-chain-watchers");
            try {
                ChainEngine engine = new ChainEngine(node.directory("chain"), ConsensusParameters.dev(node.network().salt()), scheme,
                        clock, mailbox);
                InstantSource steady = steady();
                ChainPeers peers = new ChainPeers(engine, network, mailbox, steady, node.isSeed());
                peers.start();
                mailbox.scheduleWithFixedDelay(peers::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (!node.isSeed()) {
                    SeedDialer dialer = new SeedDialer(network, node.network(), steady);
                    mailbox.scheduleWithFixedDelay(dialer::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
                }
                return new Parts(engine, peers, mailbox, watchers);
            } catch (RuntimeException e) {
                mailbox.shutdownNow();
                watchers.shutdownNow();
                throw e;
            }
        }
    }

    /** For pauses and time-outs: never set back or forward, whatever happens to the clock of the machine. */
    private static InstantSource steady() {
        Instant base = Instant.now();
        long origin = System.nanoTime();
        return () -> base.plusNanos(System.nanoTime() - origin);
    }

    /** Opens the chain and begins to speak with peers. */
    @Activate
    public BlockchainComponent(@Reference NodeContext node, @Reference NetworkService network, @Reference SignatureScheme scheme) {
        this(Parts.start(node, network, scheme));
    }

    private BlockchainComponent(Parts parts) {
        super(parts.engine, parts.watchers, parts.peers::synced);
        this.parts = parts;
    }

    /** For the miner of this process. */
    ChainEngine engine() {
        return parts.engine;
    }

    @Deactivate
    void stop() {
        parts.peers.close();
        try {
            parts.mailbox.submit(() -> { }).get(5, TimeUnit.SECONDS); // what peers.close() posted ran before this
            parts.mailbox.shutdown(); // no interrupts: the thread may be writing
            parts.mailbox.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the chain protocol did not end in time");
        }
        parts.watchers.shutdown();
        parts.engine.close();
    }

    static ScheduledThreadPoolExecutor thread(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(name).daemon().factory());
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // late calls of connections that close
        return executor;
    }
}
