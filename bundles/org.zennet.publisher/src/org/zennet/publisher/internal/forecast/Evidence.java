package org.zennet.publisher.internal.forecast;

import java.util.List;
import java.util.Optional;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;

/**
 * What a probe showed. Immutable.
 *
 * @param leases      of those that delivered something
 * @param offers      the newest of each provider that made one
 * @param wallMillis  from the submission of the probe to its end
 * @param cost        of the probe
 */
public record Evidence(List<Lease> leases, List<Asked> offers, long wallMillis, Amount cost) {
    /** Copies the lists. */
    public Evidence {
        leases = List.copyOf(leases);
        offers = List.copyOf(offers);
    }

    /**
     * A lease of the probe.
     *
     * @param provider its identity, hex
     * @param rates    agreed
     * @param usage    of the whole lease, as it was billed
     * @param prepaid  of its terms: a lease costs no less
     * @param runs     of array tasks in the order in which they were delivered, what each used
     * @param reduce   what the reduce step used here, where it ran here
     */
    public record Lease(String provider, RateVector rates, UsageVector usage, Amount prepaid, List<UsageVector> runs, Optional<UsageVector> reduce) {
        /** Copies the list. */
        public Lease {
            runs = List.copyOf(runs);
        }
    }

    /**
     * An offer.
     *
     * @param provider its identity, hex
     * @param strategy that made it
     */
    public record Asked(String provider, String strategy, RateVector rates, List<BenchmarkResult> benchmarks) {
        /** Copies the list. */
        public Asked {
            benchmarks = List.copyOf(benchmarks);
        }
    }
}
