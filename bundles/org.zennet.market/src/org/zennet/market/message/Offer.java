package org.zennet.market.message;

import java.util.List;
import java.util.Optional;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.container.Isolation;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;

/**
 * A provider's offer, one per round.
 *
 * @param round      0, 1, ...
 * @param rates      asked
 * @param last       whether it goes no lower
 * @param terms      as proposed, or tighter: see {@link org.zennet.market.machine.TermsRule}
 * @param resources  that it gives
 * @param isolation  that it enforces
 * @param strategy   the strategy's id, for the record
 * @param strategyVersion its bundle's version
 * @param benchmarks what the machine measured, at most 32
 * @param payeeKey   the fresh money key to be paid at
 * @param hostKey    the SSH host key of the lease, where shells are asked for, as {@link Access#hostKey} has it
 * @param cached     bytes of the wanted module or image that the provider holds already and that need not travel: 0 or all
 */
@Message(Tag.OFFER)
public record Offer(int round, RateVector rates, boolean last, Terms terms, Resources resources, Isolation isolation,
        @Limit(64) String strategy, @Limit(64) String strategyVersion, @Limit(32) List<BenchmarkResult> benchmarks,
        PublicKey payeeKey, @Limit(Access.MAX_KEY) Optional<String> hostKey, long cached) {
    /** Refuses sizes that nothing has. */
    public Offer {
        if (cached < 0) {
            throw new IllegalArgumentException("no number of bytes: " + cached);
        }
    }

    /** Of a provider that holds nothing yet. */
    public Offer(int round, RateVector rates, boolean last, Terms terms, Resources resources, Isolation isolation,
            String strategy, String strategyVersion, List<BenchmarkResult> benchmarks, PublicKey payeeKey, Optional<String> hostKey) {
        this(round, rates, last, terms, resources, isolation, strategy, strategyVersion, benchmarks, payeeKey, hostKey, 0);
    }

    /** For tasks. */
    public Offer(int round, RateVector rates, boolean last, Terms terms, Resources resources, Isolation isolation,
            String strategy, String strategyVersion, List<BenchmarkResult> benchmarks, PublicKey payeeKey) {
        this(round, rates, last, terms, resources, isolation, strategy, strategyVersion, benchmarks, payeeKey, Optional.empty());
    }
}
