package org.zennet.blockchain.internal.node;

import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.blockchain.Address;
import org.zennet.blockchain.Predicate;
import org.zennet.services.chain.MinerService;

/** Mines in this process. Needs a configuration of pid {@code org.zennet.blockchain.miner} with an address. */
@Component(service = MinerService.class, name = MinerComponent.PID, configurationPid = MinerComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
public final class MinerComponent implements MinerService {
    /** The pid of its configuration. */
    public static final String PID = "org.zennet.blockchain.miner";
    private static final Logger LOG = LoggerFactory.getLogger(MinerComponent.class);
    private static final int TICKS_PER_SPACING = 10;
    private final Miner miner;
    private final ScheduledThreadPoolExecutor timer = BlockchainComponent.thread("zennet-miner");

    /** What can be configured. */
    public @interface Config {
        /** Where rewards go: a bech32m address of the network. */
        String address();
    }

    /** Begins to mine as soon as the chain is level with its peers. */
    @Activate
    public MinerComponent(@Reference BlockchainComponent chain, Config config) {
        String prefix = chain.parameters().addressPrefix();
        if (config.address() == null || config.address().isBlank()) {
            throw new IllegalArgumentException("the miner needs the property 'address' of " + PID);
        }
        Predicate.Key payout = Address.decode(prefix, config.address());
        miner = new Miner(chain.engine(), payout, InstantSource.system());
        chain.synced().thenRun(miner::start);
        long millis = Math.max(10, 1000L * chain.parameters().spacingSeconds() / TICKS_PER_SPACING);
        timer.scheduleWithFixedDelay(this::tick, millis, millis, TimeUnit.MILLISECONDS);
        LOG.info("mining for {}", miner.status().address());
    }

    private void tick() {
        try {
            miner.tick();
        } catch (RuntimeException e) {
            LOG.error("mining failed", e);
        }
    }

    @Override
    public Status status() {
        return miner.status();
    }

    @Deactivate
    void stop() {
        timer.shutdown();
        try {
            timer.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        miner.close();
    }
}
