package org.zennet.benchmark.internal.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.services.market.CalibrationService.Request;
import org.zennet.services.market.CalibrationService.Run;

/**
 * A machine whose true rates are known. A full machine earns 5 XEN a day; a run is a minute of it, spent on a mix of the counters.
 * Runs come out 3 % off, and where wanted every tenth 1.6 times what it should.
 */
final class Lab {
    /** 1 XEN for a core-day, a GiB moved for so many core-seconds as {@code calibrated} takes. */
    static final RateVector TRUE = RateVector.of(1_157_407_407L, 160_000, 2_155_000, 4_311_000, 32_340_000, 64_680_000, 0);
    static final double MINUTE = 5e8 / 1440;
    static final int PRICED = 6;
    private static final double PICO = 1e12;

    final SplittableRandom dice;
    final double noise;
    final double outliers;

    Lab(long seed, double noise, double outliers) {
        this.dice = new SplittableRandom(seed);
        this.noise = noise;
        this.outliers = outliers;
    }

    /** 24 runs of mainly one counter each, four of each, and 24 mixes: as docs/pricing.md says. */
    List<Run> design() {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            runs.add(run(mainly(i % PRICED)));
            runs.add(run(mix()));
        }
        return runs;
    }

    /** The shares of a program that spends nearly all on one counter: none can do without the processor. */
    double[] mainly(int counter) {
        double[] share = new double[PRICED];
        share[0] = 0.05 + 0.1 * dice.nextDouble();
        share[1] = 0.02 + 0.03 * dice.nextDouble();
        share[counter] = 0;
        share[counter] = 1 - share[0] - share[1];
        return share;
    }

    double[] mix() {
        double[] share = new double[PRICED];
        double sum = 0;
        for (int j = 0; j < PRICED; j++) {
            share[j] = -Math.log(1 - dice.nextDouble());
            sum += share[j];
        }
        for (int j = 0; j < PRICED; j++) {
            share[j] /= sum;
        }
        return share;
    }

    /** The usage that costs {@code zen} by the true rates. */
    static UsageVector usage(double[] share, double zen) {
        return UsageVector.of((Counter c) -> c == Counter.WALL ? 60_000 : Math.round(share[c.ordinal()] * zen * PICO / TRUE.get(c)));
    }

    /** A minute of the full machine, measured with errors. */
    Run run(double[] share) {
        double size = MINUTE * (0.5 + dice.nextDouble());
        return new Run(usage(share, size), new Amount(Math.round(size * error())));
    }

    /** The same, but it is the counters that are off, each for itself, and a disturbed run shows 1.6 times on all. */
    Run misread(double[] share) {
        UsageVector exact = usage(share, MINUTE);
        double all = dice.nextDouble() < outliers ? 1.6 : 1;
        return new Run(UsageVector.of((Counter c) -> Math.max(0, Math.round(exact.get(c) * all * (1 + noise * gauss())))), new Amount(Math.round(MINUTE)));
    }

    double error() {
        return (dice.nextDouble() < outliers ? 1.6 : 1) * (1 + noise * gauss());
    }

    double gauss() {
        return Math.sqrt(-2 * Math.log(1 - dice.nextDouble())) * Math.cos(2 * Math.PI * dice.nextDouble());
    }

    /** Rates each half to twice the true one, at another level. */
    RateVector prior() {
        return RateVector.of((Counter c) -> Math.round(TRUE.get(c) * 3 * Math.pow(4, dice.nextDouble() - 0.5)));
    }

    static Request request(List<Run> runs, Optional<RateVector> prior) {
        Request all = Request.of(runs, prior, 1);
        return new Request(runs, all.priced(), prior, 0, 1);
    }

    /** What a usage costs against what it should, less one. */
    static double error(RateVector rates, UsageVector usage) {
        return zen(rates, usage) / zen(TRUE, usage) - 1;
    }

    static double zen(RateVector rates, UsageVector usage) {
        double sum = 0;
        for (Counter c : Counter.values()) {
            sum += (double) usage.get(c) * rates.get(c);
        }
        return sum / PICO;
    }

    /** The n-th of a hundred. */
    static double percentile(List<Double> values, int percent) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }
}
