package org.zennet.api.pricing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;

/**
 * All that a selling strategy sees.
 *
 * @param now         the time of the request
 * @param resources   what is asked for
 * @param machine     what the whole machine has
 * @param benchmarks  what it measured
 * @param targetPerDay what the owner wants to earn with the whole machine at full load in 24 hours
 * @param utilisationPerMille how much of the machine is sold now, in thousandths
 * @param round       0 for the first offer, then 1, 2, ...
 * @param previous    the own quote of the round before
 * @param counter     what the buyer would pay
 * @param outcomes    the newest own negotiations, newest first, at most 100
 * @param settings    the owner's settings for this strategy
 * @param state       what the strategy stored with its last quote, at most 64 KiB; empty at first
 */
public record QuoteRequest(Instant now, Resources resources, Resources machine, List<BenchmarkResult> benchmarks,
        Amount targetPerDay, int utilisationPerMille, int round, Optional<RateVector> previous,
        Optional<RateVector> counter, List<Outcome> outcomes, Map<String, String> settings, byte[] state) {
    /** Copies the collections. */
    public QuoteRequest {
        benchmarks = List.copyOf(benchmarks);
        outcomes = List.copyOf(outcomes);
        settings = Map.copyOf(settings);
    }

    /**
     * How one negotiation ended.
     *
     * @param at     when
     * @param agreed the rates of the contract, or empty when there was none
     * @param asked  the own last quote
     */
    public record Outcome(Instant at, Optional<RateVector> agreed, RateVector asked) { }
}
