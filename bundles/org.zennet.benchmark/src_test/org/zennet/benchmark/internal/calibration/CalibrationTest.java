package org.zennet.benchmark.internal.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.services.market.CalibrationService;
import org.zennet.services.market.CalibrationService.Report;
import org.zennet.services.market.CalibrationService.Request;
import org.zennet.services.market.CalibrationService.Run;
import org.zennet.services.market.CalibrationService.Span;

class CalibrationTest {
    private static final CalibrationService CALIBRATION = new Calibration();

    private static RateVector fit(List<Run> runs, Optional<RateVector> prior) {
        Report report = CALIBRATION.fit(Lab.request(runs, prior));
        return report.rates().orElseThrow(() -> new AssertionError(report.refusal()));
    }

    /** Plain least squares by the pseudo-inverse, as the note of 2014 had it: zen per unit. */
    private static double[] plain(List<Run> runs) {
        double[][] a = new double[runs.size()][Lab.PRICED];
        double[] b = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < Lab.PRICED; j++) {
                a[i][j] = runs.get(i).usage().get(Counter.values()[j]);
            }
            b[i] = runs.get(i).price().zen();
        }
        return new SingularValueDecomposition(new Array2DRowRealMatrix(a)).getSolver().solve(new ArrayRealVector(b)).toArray();
    }

    private static double plainCost(double[] rates, UsageVector usage) {
        double sum = 0;
        for (int j = 0; j < rates.length; j++) {
            sum += rates[j] * usage.get(Counter.values()[j]);
        }
        return sum;
    }

    /** Programs that are alike but for their size: all counters grow together, within 2 %. */
    private static List<Run> alike(Lab lab) {
        List<Run> runs = new ArrayList<>();
        double[] share = {0.3, 0.2, 0.15, 0.15, 0.1, 0.1};
        for (int i = 0; i < 24; i++) {
            double size = Lab.MINUTE * (0.2 + 2 * lab.dice.nextDouble());
            double[] varied = share.clone();
            for (int j = 0; j < varied.length; j++) {
                varied[j] *= 1 + 0.02 * lab.gauss();
            }
            UsageVector usage = Lab.usage(varied, size);
            runs.add(new Run(usage, new Amount(Math.round(Lab.zen(Lab.TRUE, usage) * lab.error()))));
        }
        return runs;
    }

    @Test
    void plainLeastSquaresFailsOnAlikeProgramsAndOursStaysBounded() {
        int negative = 0;
        int absurd = 0;
        int oursWorse = 0;
        List<Double> ours = new ArrayList<>();
        for (int seed = 0; seed < 100; seed++) {
            Lab lab = new Lab(seed, 0.03, 0.1);
            List<Run> runs = alike(lab);
            double[] plain = plain(runs);
            // a job of another mix: a minute of the machine spent on one counter
            UsageVector off = Lab.usage(lab.mainly(2 + seed % 4), Lab.MINUTE);
            double plainPrice = plainCost(plain, off) / Lab.MINUTE;
            negative += java.util.Arrays.stream(plain).anyMatch(r -> r < 0) ? 1 : 0;
            absurd += plainPrice < 0 || plainPrice > 5 ? 1 : 0;

            RateVector prior = lab.prior();
            Report refused = CALIBRATION.fit(Lab.request(runs, Optional.of(prior)));
            assertTrue(refused.condition() > CalibrationService.MAX_CONDITION, () -> "" + refused);
            assertTrue(refused.rates().isEmpty() && refused.refusal().contains("condition"), refused.refusal());
            // what the fit would have said, had the condition not refused it
            Design design = new Design(Lab.request(runs, Optional.of(prior)));
            double[] x = Robust.fit(design.a, design.b, design.prior(prior, design.level(prior))).x();
            double price = 0;
            for (int j = 0; j < x.length; j++) {
                assertTrue(x[j] >= 0);
                price += design.rate(j, x[j]) * off.get(design.seen.get(j)) / 1e12 / Lab.MINUTE;
            }
            ours.add(price);
            oursWorse += Math.abs(price - 1) > Math.abs(plainPrice - 1) ? 1 : 0;
        }
        String seen = negative + " negative, " + absurd + " absurd of 100; ours from " + Lab.percentile(ours, 0) + " to " + Lab.percentile(ours, 100)
                + ", worse in " + oursWorse;
        assertTrue(negative >= 95 && absurd >= 50, seen);
        assertTrue(Lab.percentile(ours, 0) > 0.05 && Lab.percentile(ours, 100) < 5, seen);
        assertTrue(oursWorse <= 10, seen);
    }

    @Test
    void aFreshMixedJobIsWithinFivePercentInNineteenOfTwentyCases() {
        List<BiFunction<Lab, double[], Run>> kinds = List.of(Lab::run, Lab::misread);
        for (BiFunction<Lab, double[], Run> kind : kinds) {
            List<Double> errors = new ArrayList<>();
            for (int seed = 0; seed < 200; seed++) {
                Lab lab = new Lab(seed, 0.03, 0.1);
                List<Run> runs = new ArrayList<>();
                for (int i = 0; i < 24; i++) {
                    runs.add(kind.apply(lab, lab.mainly(i % Lab.PRICED)));
                    runs.add(kind.apply(lab, lab.mix()));
                }
                errors.add(Math.abs(Lab.error(fit(runs, Optional.of(lab.prior())), Lab.usage(lab.mix(), Lab.MINUTE))));
            }
            assertTrue(Lab.percentile(errors, 95) <= 0.05, "p95 " + Lab.percentile(errors, 95) + ", worst " + Lab.percentile(errors, 100));
        }
    }

    @Test
    void aFullMachineEarnsTheTargetOnMixesThatWereNotAmongTheRuns() {
        List<Double> single = new ArrayList<>();
        for (int seed = 0; seed < 100; seed++) {
            Lab lab = new Lab(1000 + seed, 0.03, 0.1);
            RateVector rates = fit(lab.design(), Optional.of(lab.prior()));
            double revenue = 0;
            for (int mix = 0; mix < 20; mix++) {
                UsageVector minute = Lab.usage(lab.mix(), Lab.MINUTE);
                revenue += Lab.zen(rates, minute);
                single.add(Math.abs(Lab.error(rates, minute)));
            }
            assertEquals(1, revenue / (20 * Lab.MINUTE), 0.03, "seed " + seed);
        }
        assertTrue(Lab.percentile(single, 95) <= 0.03, "p95 of a single mix " + Lab.percentile(single, 95));
    }

    @Test
    void withoutErrorsTheTrueRatesComeBack() {
        Lab lab = new Lab(5, 0, 0);
        Report report = CALIBRATION.fit(Lab.request(lab.design(), Optional.empty()));
        for (Counter c : Counter.values()) {
            assertEquals(Lab.TRUE.get(c), report.rates().get().get(c), 1e-4 * Lab.TRUE.get(c), c.id());
        }
        assertEquals(0, report.residualPerMille());
        assertEquals(0, report.outliers());
        assertTrue(report.condition() < 5, () -> "" + report.condition());
        assertEquals(List.of(), report.warnings());
    }

    @Test
    void theUnitOfACounterChangesNoPrice() {
        Lab lab = new Lab(6, 0.03, 0.1);
        List<Run> bytes = lab.design();
        RateVector prior = lab.prior();
        List<Run> kibibytes = bytes.stream().map(r -> new Run(scaled(r.usage()), r.price())).toList();
        RateVector scaledPrior = RateVector.of((Counter c) -> c == Counter.MEMORY ? prior.get(c) * 1000 : c == Counter.NETWORK_OUT ? prior.get(c) / 50 : prior.get(c));
        RateVector one = fit(bytes, Optional.of(prior));
        RateVector other = fit(kibibytes, Optional.of(scaledPrior));
        for (int i = 0; i < 50; i++) {
            UsageVector job = Lab.usage(lab.mix(), Lab.MINUTE);
            assertEquals(1, Lab.zen(other, scaled(job)) / Lab.zen(one, job), 1e-5);
        }
        assertEquals(one.get(Counter.MEMORY) * 1000.0, other.get(Counter.MEMORY), one.get(Counter.MEMORY));
        assertEquals(CALIBRATION.fit(Lab.request(bytes, Optional.empty())).condition(), CALIBRATION.fit(Lab.request(kibibytes, Optional.empty())).condition(), 1e-3);
    }

    private static UsageVector scaled(UsageVector u) {
        return u.with(Counter.MEMORY, u.get(Counter.MEMORY) / 1000).with(Counter.NETWORK_OUT, u.get(Counter.NETWORK_OUT) * 50);
    }

    @Test
    void twiceThePricesAreTwiceTheRatesWhateverTheLevelOfThePrior() {
        Lab lab = new Lab(7, 0.03, 0);
        List<Run> runs = lab.design();
        RateVector prior = lab.prior();
        List<Run> dear = runs.stream().map(r -> new Run(r.usage(), r.price().times(2))).toList();
        for (Counter c : EnumSet.complementOf(EnumSet.of(Counter.WALL))) {
            assertEquals(2.0, fit(dear, Optional.of(prior)).get(c) / (double) fit(runs, Optional.of(prior)).get(c), 1e-4, c.id());
        }
    }

    @Test
    void fewerRunsThanCountersAreRefusedWithAReasonAndWhatToDo() {
        Report report = CALIBRATION.fit(Lab.request(new Lab(1, 0, 0).design().subList(0, 5), Optional.of(Lab.TRUE)));
        assertTrue(report.rates().isEmpty());
        assertTrue(report.refusal().startsWith("5 runs can't price 6 counters: add"), report.refusal());
        assertEquals(Double.POSITIVE_INFINITY, report.condition());
    }

    @Test
    void aCounterThatIsAlwaysAMultipleOfAnotherIsRefused() {
        Lab lab = new Lab(2, 0.03, 0);
        List<Run> runs = lab.design().stream()
                .map(r -> new Run(r.usage().with(Counter.DISK_READ, r.usage().get(Counter.DISK_WRITTEN) * 3), r.price())).toList();
        Report report = CALIBRATION.fit(Lab.request(runs, Optional.empty()));
        assertTrue(report.rates().isEmpty() && report.condition() > 1e6, () -> "" + report);
    }

    @Test
    void theWallClockIsNotPricedBecauseItWouldExplainEverything() {
        List<Run> runs = new ArrayList<>();
        Lab lab = new Lab(3, 0.03, 0);
        for (int i = 0; i < 24; i++) {
            runs.add(lab.misread(lab.mainly(i % Lab.PRICED)));
        }
        assertEquals(0, fit(runs, Optional.empty()).get(Counter.WALL));
        Request withWall = new Request(runs, EnumSet.allOf(Counter.class), Optional.empty(), 0, 1);
        RateVector degenerate = CALIBRATION.fit(withWall).rates().orElse(RateVector.ZERO);
        assertTrue(CALIBRATION.fit(withWall).rates().isEmpty()
                || degenerate.get(Counter.WALL) * 60_000.0 > 0.5 * Lab.MINUTE * 1e12, degenerate::toString);
    }

    @Test
    void aCounterThatNoRunUsedKeepsThePriorAtTheLevelOfTheRunsAndSaysSo() {
        Lab lab = new Lab(4, 0, 0);
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            double[] share = {0.2 + 0.05 * i, 0.8 - 0.05 * i, 0, 0, 0, 0};
            runs.add(lab.run(share));
        }
        RateVector thrice = RateVector.of((Counter c) -> Lab.TRUE.get(c) * 3);
        Request request = Lab.request(runs, Optional.of(thrice));
        Report report = CALIBRATION.fit(request);
        RateVector rates = report.rates().get();
        assertEquals(Set.of(Counter.DISK_READ, Counter.DISK_WRITTEN, Counter.NETWORK_IN, Counter.NETWORK_OUT), report.unseen());
        assertEquals(1.0, rates.get(Counter.DISK_READ) / (double) Lab.TRUE.get(Counter.DISK_READ), 1e-3);
        assertTrue(report.warnings().contains("no run used disk-read: its rate is the prior's"), () -> "" + report.warnings());
        assertEquals(0, fit(runs, Optional.empty()).get(Counter.DISK_READ));

        UsageVector disk = Lab.usage(new double[] {0.5, 0.2, 0.3, 0, 0, 0}, Lab.MINUTE);
        Span span = CALIBRATION.span(request, rates, disk);
        assertFalse(span.inside());
        assertTrue(span.warning().startsWith("no run used disk-read, which is 300/1000 of the price")
                || span.warning().startsWith("no run used disk-read, which is 299/1000 of the price"), span.warning());
        assertTrue(CALIBRATION.span(request, rates, Lab.usage(new double[] {0.6, 0.4, 0, 0, 0, 0}, 7 * Lab.MINUTE)).inside());
    }

    @Test
    void aJobUnlikeTheRunsIsCalledOutOfSpanAndOneLikeThemIsNot() {
        Lab lab = new Lab(8, 0.03, 0);
        List<Run> mixes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            double[] share = lab.mix();
            for (int j = 0; j < share.length; j++) {
                share[j] = 0.5 / share.length + 0.5 * share[j];    // never far from the middle
            }
            mixes.add(lab.run(share));
        }
        Request request = Lab.request(mixes, Optional.empty());
        Report report = CALIBRATION.fit(request);
        RateVector rates = report.rates().orElseThrow(() -> new AssertionError(report.refusal()));
        Span outside = CALIBRATION.span(request, rates, Lab.usage(new double[] {0, 0, 1, 0, 0, 0}, Lab.MINUTE));
        assertFalse(outside.inside(), outside::toString);
        assertTrue(outside.leverage() > 2 && outside.warning().contains("extrapolated"), outside::toString);
        Span inside = CALIBRATION.span(request, rates, Lab.usage(new double[] {0.2, 0.2, 0.15, 0.15, 0.15, 0.15}, 50 * Lab.MINUTE));
        assertTrue(inside.inside() && inside.leverage() < 0.5, inside::toString);
        assertTrue(CALIBRATION.span(request, rates, UsageVector.ZERO).inside());
        // with runs of one counter each, the same job is inside
        Request full = Lab.request(lab.design(), Optional.empty());
        assertTrue(CALIBRATION.span(full, CALIBRATION.fit(full).rates().get(), Lab.usage(lab.mainly(2), Lab.MINUTE)).inside());
    }

    @Test
    void nineOfTenIntervalsHoldTheTrueRateAndTheSeedDecidesThem() {
        int held = 0;
        int all = 0;
        for (int seed = 0; seed < 30; seed++) {
            Lab lab = new Lab(300 + seed, 0.03, 0);
            Report report = CALIBRATION.fit(new Request(lab.design(), Request.of(lab.design(), Optional.empty(), 0).priced(), Optional.empty(), 60, seed));
            for (var e : report.intervals().entrySet()) {
                all++;
                held += e.getValue().low() <= Lab.TRUE.get(e.getKey()) && Lab.TRUE.get(e.getKey()) <= e.getValue().high() ? 1 : 0;
            }
        }
        assertEquals(180, all);
        assertTrue(held >= 0.8 * all && held <= 0.98 * all, held + " of " + all);
        Lab lab = new Lab(9, 0.03, 0.1);
        Request request = Request.of(lab.design(), Optional.empty(), 3);
        Report report = CALIBRATION.fit(request);
        assertEquals(report, CALIBRATION.fit(request));
        Request other = new Request(request.runs(), request.priced(), request.prior(), request.draws(), 4);
        assertFalse(CALIBRATION.fit(other).intervals().equals(report.intervals()));
        assertEquals(CALIBRATION.fit(other).rates(), report.rates());
    }

    @Test
    void theWrongRunsAreCounted() {
        Lab lab = new Lab(10, 0.01, 0);
        List<Run> runs = new ArrayList<>(lab.design());
        for (int i = 0; i < 4; i++) {
            Run r = runs.get(5 * i);
            runs.set(5 * i, new Run(r.usage(), new Amount(r.price().zen() * 16 / 10)));
        }
        Report report = CALIBRATION.fit(Lab.request(runs, Optional.empty()));
        assertTrue(report.outliers() >= 4 && report.outliers() <= 6, () -> "" + report);
        assertEquals(375, report.worstPerMille(), 30);
        assertTrue(report.residualPerMille() <= 15, () -> "" + report);
    }

    @Test
    void roundingKeepsTheRevenueOfAllRunsEvenWhereRatesAreAFewPicozen() {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            // a machine with a terabyte at a tenth of a zen a minute: memory at less than a picozen
            runs.add(new Run(UsageVector.of(240_000_000, (1L << 40) * (i % 4 + 1) * 15, 0, 0, 0, 0, 60_000), new Amount(20 + i)));
        }
        double[] wanted = {50_000.4, 0.4, 0, 0, 0, 0, 0};
        RateVector rates = Calibration.rounded(wanted, runs);
        double meant = 0;
        double is = 0;
        for (Run r : runs) {
            meant += r.usage().get(Counter.CPU) * wanted[0] + r.usage().get(Counter.MEMORY) * wanted[1];
            is += (double) r.usage().get(Counter.CPU) * rates.get(Counter.CPU) + (double) r.usage().get(Counter.MEMORY) * rates.get(Counter.MEMORY);
        }
        assertEquals(1, is / meant, 1e-4);
    }

    @Test
    void theRangesOfARequestAreKept() {
        Run run = new Run(UsageVector.ZERO.with(Counter.CPU, 1), new Amount(1));
        assertThrows(IllegalArgumentException.class, () -> new Run(UsageVector.ZERO, new Amount(1)));
        assertThrows(IllegalArgumentException.class, () -> new Run(run.usage(), Amount.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new Request(List.of(), Set.of(Counter.CPU), Optional.empty(), 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Request(List.of(run), Set.of(), Optional.empty(), 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Request(List.of(run), Set.of(Counter.CPU), Optional.empty(), 1001, 1));
        assertThrows(IllegalArgumentException.class,
                () -> new Request(java.util.Collections.nCopies(1001, run), Set.of(Counter.CPU), Optional.empty(), 0, 1));
        assertEquals("no run used a counter that is to be priced",
                CALIBRATION.fit(new Request(List.of(run), Set.of(Counter.MEMORY), Optional.empty(), 0, 1)).refusal());
    }

    @Test
    void theLargestNumbersOverflowNothing() {
        Run dear = new Run(UsageVector.ZERO.with(Counter.CPU, 1), new Amount(Long.MAX_VALUE));
        Report report = CALIBRATION.fit(new Request(List.of(dear), Set.of(Counter.CPU), Optional.empty(), 0, 1));
        assertTrue(report.rates().isEmpty() && report.refusal().startsWith("the rate of cpu would exceed"), report.refusal());
        Run big = new Run(UsageVector.of(c -> Long.MAX_VALUE), new Amount(Long.MAX_VALUE));
        assertEquals(1.0, CALIBRATION.fit(new Request(List.of(big, big), Set.of(Counter.CPU), Optional.empty(), 10, 1)).rates().get()
                .get(Counter.CPU) / 1e12, 1e-9);
    }
}
