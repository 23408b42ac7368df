package org.zennet.publisher.internal.buyer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.zennet.services.chain.ChainService;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.market.ComparerRegistry;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.network.NetworkService;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.WalletService;

/**
 * All that a job touches outside of itself.
 *
 * @param nanos   a clock that only goes forward, like {@link System#nanoTime}
 * @param workers runs what may block, on any thread
 * @param timer   calls back after a time
 */
public record Ports(NetworkService network, WalletService wallet, ChannelService channels, ChainService chain,
        IdentityService identity, SignatureScheme signatures, MarketJournal journal, StrategyRegistry strategies,
        BackendRegistry backends, ComparerRegistry comparers, InstantSource clock, LongSupplier nanos, RandomGenerator random, Executor workers,
        Timer timer) {
    /** Calls back after a time, on any thread. */
    public interface Timer {
        /** Once. */
        void after(Duration time, Runnable action);
    }
}
