package org.zennet.api.pricing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;

/**
 * All that a buying strategy sees.
 *
 * @param offer      the seller's rates now
 * @param lastOffer  whether the seller goes no lower
 * @param previous   the own counter-offer of the round before
 * @param expectedTaskUsage what one task is expected to use on an average machine
 * @param ceilingPerTask the most that one task may cost
 * @param benchmarks the seller's claims
 * @param otherOffers the newest offers of other sellers for the same job
 * @param round      0 for the answer to the first offer, then 1, 2, ...
 * @param settings   the owner's settings for this strategy
 */
public record BidRequest(RateVector offer, boolean lastOffer, Optional<RateVector> previous,
        UsageVector expectedTaskUsage, Amount ceilingPerTask, List<BenchmarkResult> benchmarks,
        List<RateVector> otherOffers, int round, Map<String, String> settings) {
    /** Copies the collections. */
    public BidRequest {
        benchmarks = List.copyOf(benchmarks);
        otherOffers = List.copyOf(otherOffers);
        settings = Map.copyOf(settings);
    }
}
