package org.zennet.services.market;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;

/**
 * Fits rates to runs that were measured and for each of which the owner named a price. Pure: the same request gives the
 * same report. Thread-safe; takes some milliseconds, with intervals up to a second, on the caller's thread.
 */
public interface CalibrationService {
    /** The most runs of one request. */
    int MAX_RUNS = 1000;
    /** The most draws of one request. */
    int MAX_DRAWS = 1000;
    /** Above this condition of the scaled runs there are no rates: the runs do not tell the counters apart. */
    double MAX_CONDITION = 30;

    /** Fits. What is wrong with the runs is told by the report; the request's own constructor throws for values out of range. */
    Report fit(Request request);

    /**
     * Whether the runs say anything on what such a usage should cost.
     *
     * @param rates of the report
     * @param usage of the job in question
     */
    Span span(Request request, RateVector rates, UsageVector usage);

    /**
     * One run.
     *
     * @param usage what it used, the idle baseline already subtracted; not all zero
     * @param price what the whole run is to cost; above zero
     */
    record Run(UsageVector usage, Amount price) {
        /** Refuses a run without price or use. */
        public Run {
            if (price.isZero() || usage.equals(UsageVector.ZERO)) {
                throw new IllegalArgumentException("a run needs a price above zero and a usage: " + usage + " for " + price);
            }
        }
    }

    /**
     * What is to be fitted.
     *
     * @param runs   1 to {@value #MAX_RUNS}: runs of one counter each, and mixes
     * @param priced the counters that get a rate. Without the wall clock as a rule: where a full machine costs the same in
     *               every run, the time alone explains all prices
     * @param prior  what the rates are drawn to where the runs say little; only the proportions count, the level is that of the runs
     * @param draws  how many draws the intervals rest on, 0 (no intervals) to {@value #MAX_DRAWS}
     * @param seed   of the draws
     */
    record Request(List<Run> runs, Set<Counter> priced, Optional<RateVector> prior, int draws, long seed) {
        /** Copies the collections and refuses what is out of range. */
        public Request {
            runs = List.copyOf(runs);
            priced = Set.copyOf(priced);
            if (runs.isEmpty() || runs.size() > MAX_RUNS) {
                throw new IllegalArgumentException("a calibration takes 1 to " + MAX_RUNS + " runs, not " + runs.size());
            }
            if (priced.isEmpty()) {
                throw new IllegalArgumentException("a calibration needs a counter to price");
            }
            if (draws < 0 || draws > MAX_DRAWS) {
                throw new IllegalArgumentException("a calibration takes 0 to " + MAX_DRAWS + " draws, not " + draws);
            }
        }

        /** All counters but the wall clock, 200 draws. */
        public static Request of(List<Run> runs, Optional<RateVector> prior, long seed) {
            return new Request(runs, EnumSet.complementOf(EnumSet.of(Counter.WALL)), prior, 200, seed);
        }
    }

    /**
     * Where a rate lies with nine tenths of probability, picozen per unit.
     *
     * @param low  the 5th of a hundred draws
     * @param high the 95th
     */
    record Interval(long low, long high) { }

    /**
     * How well the rates fit; published with them so that the other side can judge.
     *
     * @param rates            none when refused
     * @param refusal          one line on why there are no rates; empty when there are
     * @param condition        of the scaled runs, 1 at best, infinite when counters can't be told apart at all
     * @param residualPerMille the median error of a run, in thousandths of its price
     * @param worstPerMille    the largest
     * @param outliers         how many runs were weighed at less than a tenth: more than four standard deviations off
     * @param unseen           the priced counters that no run used: their rates are the prior's, or zero
     * @param intervals        of each counter that was seen; empty without draws
     * @param warnings         one line each
     */
    record Report(Optional<RateVector> rates, String refusal, double condition, int residualPerMille, int worstPerMille,
            int outliers, Set<Counter> unseen, Map<Counter, Interval> intervals, List<String> warnings) {
        /** Copies the collections. */
        public Report {
            unseen = Set.copyOf(unseen);
            intervals = Map.copyOf(intervals);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Where a usage lies in relation to the runs.
     *
     * @param inside   whether the runs cover it
     * @param leverage its leverage against the largest of a run: above one the price is extrapolated
     * @param warning  one line when it is outside, else empty
     */
    record Span(boolean inside, double leverage, String warning) { }
}
