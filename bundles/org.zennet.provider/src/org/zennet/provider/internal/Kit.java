package org.zennet.provider.internal;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
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
 * @param nanos   a clock that only goes forward, like {@link System#nanoTime}
 * @param timers  later
 * @param workers threads that may block
 * @param random  unpredictable: labels of money keys, delays
 */
public record Kit(NetworkService network, ChainService chain, ChannelService channels, IdentityService identity,
        StrategyRegistry strategies, BackendRegistry backends, BenchmarkRunner benchmarks, MarketJournal journal,
        InstantSource clock, LongSupplier nanos, Timers timers, Executor workers, RandomGenerator random) {
    /** How long ago a reading of {@link #nanos} was, in milliseconds. */
    public int millisSince(long from) {
        return (int) Math.clamp((nanos.getAsLong() - from) / 1_000_000, 0, Integer.MAX_VALUE);
    }
}
