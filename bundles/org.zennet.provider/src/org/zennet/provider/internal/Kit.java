package org.zennet.provider.internal;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.zennet.services.chain.ChainService;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.market.BenchmarkRunner;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.network.NetworkService;
import org.zennet.services.wallet.ChannelService;

/**
 * What the provider stands on.
 *
 * @param clock   the time
 * @param timers  later
 * @param workers threads that may block
 * @param random  unpredictable: labels of money keys, delays
 */
public record Kit(NetworkService network, ChainService chain, ChannelService channels, IdentityService identity,
        StrategyRegistry strategies, BackendRegistry backends, BenchmarkRunner benchmarks, MarketJournal journal,
        InstantSource clock, Timers timers, Executor workers, RandomGenerator random) { }
