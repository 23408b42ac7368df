package org.zennet.pricing.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.BuyingStrategy;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/** The strategies with their default settings, requests, and a table at which two of them bargain. */
final class Strategies {
    static final FixedPricing FIXED = new FixedPricing(Map.of("cpuCoreHour", "0.04 XEN", "memoryGibHour", "0.005 XEN", "diskReadGib",
            "0.0001 XEN", "diskWrittenGib", "0.0002 XEN", "networkInGib", "0.001 XEN", "networkOutGib", "0.002 XEN", "wallHour", "0 XEN"));
    static final CalibratedPricing CALIBRATED = new CalibratedPricing(
            Map.of("floorPerMille", "800", "rounds", "4", "premiumPerMille", "100", "coreDay", "1 XEN"));
    static final CostPlusPricing COST_PLUS = new CostPlusPricing(Map.of("electricityKwh", "0.3 XEN", "idleWatts", "40", "fullWatts", "150",
            "hardware", "1500 XEN", "lifetimeDays", "1460", "otherPerDay", "0 XEN", "expectedPerMille", "500", "marginPerMille", "200",
            "leastMarginPerMille", "50", "rounds", "4"));
    static final DemandPricing DEMAND = new DemandPricing(Map.of("lowestPerMille", "300", "highestPerMille", "3000", "stepPerMille", "20",
            "pauseSeconds", "60", "idleMinutes", "60", "floorPerMille", "900", "rounds", "4", "coreDay", "1 XEN"));
    static final CeilingBuying CEILING = new CeilingBuying(Map.of("openingPerMille", "800", "rounds", "6"));
    static final ConcessionBuying CONCESSION = new ConcessionBuying(Map.of("openingPerMille", "600", "rounds", "5"));

    static final Resources MACHINE = new Resources(4000, 16L << 30, 0);
    static final Resources SMALL = new Resources(1000, 512L << 20, 0);
    /** A task of 20 core-seconds with 64 MiB for 25 s. */
    static final UsageVector TASK = UsageVector.of(20_000_000, (64L << 20) * 25, 0, 0, 0, 0, 25_000);

    private Strategies() { }

    /** All cores busy and all memory held for 24 hours. */
    static UsageVector fullDay(Resources machine) {
        return UsageVector.ZERO.with(Counter.CPU, machine.cores() * 86_400_000L).with(Counter.MEMORY, machine.memory() * 86_400L);
    }

    /** What a usage costs, in zen, without a limit. */
    static double zen(RateVector rates, UsageVector usage) {
        return Rates.cost(rates, usage).doubleValue() / 1e12;
    }

    static QuoteRequest ask(Resources machine, Amount target, int utilisation, int round, Optional<RateVector> previous,
            Optional<RateVector> counter, List<BenchmarkResult> benchmarks, Map<String, String> settings) {
        return new QuoteRequest(Instant.EPOCH, SMALL, machine, benchmarks, target, utilisation, round, previous, counter, List.of(),
                settings, new byte[0]);
    }

    static QuoteRequest first(Amount target) {
        return ask(MACHINE, target, 0, 0, Optional.empty(), Optional.empty(), List.of(), Map.of());
    }

    static BidRequest bid(RateVector offer, boolean last, Optional<RateVector> previous, UsageVector usage, Amount ceiling, int round) {
        return new BidRequest(offer, last, previous, usage, ceiling, List.of(), List.of(), round, Map.of());
    }

    /**
     * How a negotiation went.
     *
     * @param agreed   the price, or empty after a refusal
     * @param counters how many counter-offers the buyer made
     * @param firstAsk the seller's first rates
     */
    record End(Optional<RateVector> agreed, int counters, RateVector firstAsk) { }

    /** Lets two strategies bargain as the market does, at most 20 rounds. */
    static End negotiate(PricingStrategy seller, BuyingStrategy buyer, Amount target, UsageVector usage, Amount ceiling, int utilisation) {
        Optional<RateVector> asked = Optional.empty();
        Optional<RateVector> counter = Optional.empty();
        RateVector firstAsk = null;
        for (int round = 0; round < 20; round++) {
            Quote quote = seller.quote(ask(MACHINE, target, utilisation, round, asked, counter, List.of(), Map.of()));
            if (asked.isPresent() && !quote.rates().isAtMost(asked.get())) {
                throw new AssertionError("round " + round + ": the seller went up from " + asked.get() + " to " + quote.rates());
            }
            firstAsk = firstAsk == null ? quote.rates() : firstAsk;
            asked = Optional.of(quote.rates());
            Bid bid = buyer.bid(bid(quote.rates(), quote.last(), counter, usage, ceiling, round));
            if (bid.kind() == Bid.Kind.ACCEPT) {
                return new End(asked, round, firstAsk);
            }
            if (bid.kind() == Bid.Kind.REFUSE) {
                return new End(Optional.empty(), round, firstAsk);
            }
            if (quote.last()) {
                throw new AssertionError("round " + round + ": a counter-offer to a last offer");
            }
            if (counter.isPresent() && Rates.cost(bid.counter().get(), usage).compareTo(Rates.cost(counter.get(), usage)) < 0) {
                throw new AssertionError("round " + round + ": the buyer went down from " + counter.get() + " to " + bid.counter().get());
            }
            if (bid.counter().get().cost(usage).isMoreThan(ceiling)) {
                throw new AssertionError("round " + round + ": a bid of " + bid.counter().get().cost(usage) + " above the ceiling " + ceiling);
            }
            counter = bid.counter();
        }
        throw new AssertionError("no end within 20 rounds");
    }
}
