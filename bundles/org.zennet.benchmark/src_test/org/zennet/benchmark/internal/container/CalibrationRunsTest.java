package org.zennet.benchmark.internal.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.benchmark.internal.calibration.Calibration;
import org.zennet.services.Rejected;
import org.zennet.services.market.ContainerMeasurements.Calibrated;
import org.zennet.services.market.ContainerMeasurements.Load;
import org.zennet.services.market.ContainerMeasurements.Measured;

/** The runs over a model of a machine in virtual time, whose meters are known. */
class CalibrationRunsTest {
    private static final Resources WORKER = new Resources(1000, 64 << 20, 0);
    private static final Resources HOLDER = new Resources(1000, 1008 << 20, 0);
    private static final int HOLDERS = 8;
    private static final Resources MACHINE = new Resources(2000, HOLDERS * HOLDER.memory() + 2 * WORKER.memory(), 0);
    private static final Amount TARGET = Amount.ofXen(20);
    private static final double DAY = 86_400;
    /** Three quarters for the processors, a quarter for memory. */
    private static final RateVector LIST = RateVector.of(c -> switch (c) {
        case CPU -> Math.round(TARGET.zen() * 1e12 * 0.75 / (2 * DAY * 1e6));
        case MEMORY -> Math.round(TARGET.zen() * 1e12 * 0.25 / (MACHINE.memory() * DAY));
        case WALL -> 0;
        default -> 1000 + c.ordinal();
    });

    /** Two cores; a round of each kernel takes a millisecond of a core that it has to itself. */
    private static class Model implements CalibrationSite {
        private final SplittableRandom random;
        /** The standard deviation of a reading, about. */
        private double noise;
        /** How much of its core a busy container gets. */
        private double got = 1;
        /** What its meter shows of the memory of a holder. */
        private double heldShown = 1;
        /** What it shows of the memory of a worker: what the kernel needs, or all. */
        private double workerShown = 1;
        /** Processor time of an idle container, of a core. */
        private double drift = 0.0003;
        /** What a task takes besides its work, in milliseconds. */
        private double overhead;
        /** How much slower kernels are when all cores work. */
        private double contention = 1.2;
        private int early;
        private final List<Map<String, Long>> windows = new ArrayList<>();

        Model(long seed) {
            random = new SplittableRandom(seed);
        }

        private double error() {
            return 1 + noise * (random.nextDouble() * 2 - 1) * 1.7;
        }

        private static double millis(Mix mix) {
            return mix.times() * mix.parts().stream().mapToDouble(Mix.Part::rounds).sum();
        }

        private UsageVector used(Resources of, double busy, double millis, double shown) {
            double cpu = (busy * got + (millis - busy) * drift) * 1000 * error();
            return UsageVector.ZERO.with(Counter.CPU, Math.round(cpu)).with(Counter.MEMORY, Math.round(of.memory() * shown * millis / 1000)).with(Counter.WALL, Math.round(millis));
        }

        @Override
        public int workers() {
            return 2;
        }

        @Override
        public Resources worker() {
            return WORKER;
        }

        @Override
        public int holders() {
            return HOLDERS;
        }

        @Override
        public Resources holder() {
            return HOLDER;
        }

        @Override
        public Workload.Done run(int worker, Mix mix) {
            return new Workload.Done(1, UsageVector.ZERO.with(Counter.CPU, Math.max(1, Math.round(millis(mix) * 1000))));
        }

        @Override
        public Window window(List<Optional<Mix>> mixes, long millis) {
            windows.add(mixes.stream().flatMap(Optional::stream).flatMap(m -> m.parts().stream()).collect(Collectors.toMap(Mix.Part::kernel, Mix.Part::rounds, Long::sum)));
            boolean ended = mixes.stream().flatMap(Optional::stream).anyMatch(m -> millis(m) * contention / got < millis);
            early += ended ? 1 : 0;
            List<Part> parts = mixes.stream().map(m -> new Part(used(WORKER, m.isPresent() ? millis : 0, millis, m.isPresent() || workerShown == 1 ? workerShown : 0),
                    m.isPresent() ? millis : 0)).toList();
            return new Window(parts, holders(millis), ended);
        }

        @Override
        public Window spell(List<Mix> mixes, long idleMillis) {
            double worked = millis(mixes.getFirst()) * contention / got;
            double all = overhead + worked + idleMillis;
            List<Part> parts = mixes.stream().map(m -> new Part(used(WORKER, worked, all, workerShown), Math.round(worked + overhead))).toList();
            return new Window(parts, holders(all), false);
        }

        private List<UsageVector> holders(double millis) {
            List<UsageVector> all = new ArrayList<>();
            for (int i = 0; i < HOLDERS; i++) {
                all.add(used(HOLDER, 0, millis, heldShown * error()));
            }
            return all;
        }
    }

    private static Calibrated calibrate(Model model) throws Exception {
        return new CalibrationRuns(model, MACHINE, LIST, new Calibration(), m -> { }).measure(60_000);
    }

    private static double full(Calibrated c) {
        return c.heldOutPerMille(Load.FULL).orElseThrow();
    }

    /** A day of all cores and of all memory as the meters of the model show them, against the target. */
    private static double day(RateVector rates, double cpu, double memory) {
        return rates.cost(UsageVector.ZERO.with(Counter.CPU, Math.round(2 * DAY * 1e6 * cpu)).with(Counter.MEMORY, Math.round(MACHINE.memory() * DAY * memory))).zen() / (double) TARGET.zen();
    }

    @Test
    void atFullLoadTheMachineEarnsTheTargetAndByPartsWhatTheListSays() throws Exception {
        Calibrated c = calibrate(new Model(1));
        RateVector rates = c.report().rates().orElseThrow();
        assertEquals(1.0, day(rates, 1, 1), 0.005);
        assertEquals(0.75, day(rates, 1, 0), 0.005);
        assertEquals(0.25, day(rates, 0, 1), 0.005);
        assertEquals(0, full(c), 5);
        assertEquals(0, c.heldOutPerMille(Load.PART).orElseThrow(), 5);
    }

    @Test
    void ratesMakeUpForMetersThatShowLessThanTheClock() throws Exception {
        Model model = new Model(1);
        model.got = 0.97;
        model.heldShown = 0.95;
        model.workerShown = 0.001;
        Calibrated c = calibrate(model);
        assertEquals(1.0, day(c.report().rates().orElseThrow(), 0.97, 0.95), 0.01);
        assertEquals(0, full(c), 10);
        assertEquals(0, c.worstHeldOutPerMille(Load.FULL).orElseThrow(), 10);
        assertEquals(970, c.busyPerMille(), 2);
    }

    @Test
    void withThreePercentOfNoiseHeldOutMixesEarnTheTargetWithinThreePercentAndAreNotAllOnOneSide() throws Exception {
        int above = 0;
        double sum = 0;
        for (int seed = 0; seed < 50; seed++) {
            Model model = new Model(seed);
            model.noise = 0.03;
            Calibrated c = calibrate(model);
            RateVector rates = c.report().rates().orElseThrow(() -> new AssertionError(c.report().refusal()));
            assertEquals(1.0, day(rates, 1, 1), 0.03, "seed " + seed);
            assertEquals(0, full(c), 30, "seed " + seed);
            assertTrue(c.report().condition() < 10, "condition " + c.report().condition());
            above += full(c) > 0 ? 1 : 0;
            sum += full(c);
        }
        assertTrue(above >= 13 && above <= 37, above + " of 50 above the target");
        assertEquals(0, sum / 50, 5, "thousandths that held-out mixes are off on the mean");
    }

    @Test
    void heldOutMixesAreOthersThanThoseOfTheFitAndLoadEachCore() throws Exception {
        Model model = new Model(1);
        Calibrated c = calibrate(model);
        List<Measured> full = c.runs().stream().filter(m -> m.heldOut() && m.load() == Load.FULL).toList();
        assertEquals(4, full.size());
        for (Measured m : full) {
            assertTrue(m.usage().get(Counter.CPU) >= 0.99 * 2000 * m.wallMillis(), m.toString());
            assertTrue(m.usage().get(Counter.MEMORY) >= 0.99 * MACHINE.memory() / 1000 * m.wallMillis(), m.toString());
        }
        List<Map<String, Long>> mixes = model.windows.stream().filter(w -> !w.isEmpty()).toList();
        long fitted = c.runs().stream().filter(m -> !m.heldOut() && m.load() != Load.HOLDING).count();
        List<Map<String, Long>> seen = mixes.subList(0, (int) fitted);
        assertFalse(mixes.subList((int) fitted, mixes.size()).stream().anyMatch(seen::contains));
    }

    @Test
    void aHeldOutMixOnASlowerMeterShowsInTheFigure() throws Exception {
        // the meter loses a tenth of whatever runs after the fit's windows: nothing the fit could have seen
        Model model = new Model(1) {
            @Override
            public Window window(List<Optional<Mix>> mixes, long millis) {
                Window w = super.window(mixes, millis);
                boolean all = mixes.stream().flatMap(Optional::stream).anyMatch(m -> m.parts().size() > 2);
                return !all ? w : new Window(w.workers().stream().map(p -> new Part(p.used().with(Counter.CPU, p.used().get(Counter.CPU) * 9 / 10), p.busyMillis())).toList(), w.holders(), w.early());
            }
        };
        double worst = calibrate(model).worstHeldOutPerMille(Load.FULL).orElseThrow();
        assertEquals(-75, worst, 5, "a tenth of three quarters");
    }

    @Test
    void theWayOfATaskToItsContainerKeepsItsCoreFromOthersAndShowsOnlyAtPartLoad() throws Exception {
        Model slow = new Model(1);
        slow.overhead = 40;
        Calibrated c = calibrate(slow);
        assertEquals(0, full(c), 5);
        double part = c.heldOutPerMille(Load.PART).orElseThrow();
        assertTrue(part < -2 && part > -60, "part load: " + part);
    }

    @Test
    void whatAnIdleContainerUsesIsNoPartOfAFittedRun() throws Exception {
        Model model = new Model(1);
        model.drift = 0.02;
        List<Measured> runs = calibrate(model).runs();
        Measured fitted = runs.stream().filter(m -> m.load() == Load.WORKING).findFirst().orElseThrow();
        assertEquals(0.98 * 2000 * fitted.wallMillis(), fitted.usage().get(Counter.CPU), 10.0);
        Measured billed = runs.stream().filter(m -> m.heldOut() && m.load() == Load.FULL).findFirst().orElseThrow();
        assertTrue(billed.usage().get(Counter.CPU) >= 2000 * billed.wallMillis(), "held-out runs are as they are billed");
    }

    @Test
    void aMachineThatIsBusyWithOtherWorkIsCalledOut() throws Exception {
        assertEquals(List.of(), calibrate(new Model(1)).warnings());
        Model model = new Model(1);
        model.got = 0.5;
        Calibrated busy = calibrate(model);
        assertEquals(500, busy.busyPerMille(), 10);
        assertTrue(busy.warnings().getFirst().contains("quiet machine"), busy.warnings().toString());
    }

    @Test
    void aTaskThatEndsWithinItsWindowIsDoneAgainForLonger() throws Exception {
        Model model = new Model(1);
        model.contention = 0.5;
        Calibrated c = calibrate(model);
        assertTrue(model.early > 0);
        assertEquals(0, full(c), 5);
        model.contention = 0.001;
        assertTrue(assertThrows(Rejected.class, () -> calibrate(model)).getMessage().contains("end before"));
    }

    @Test
    void memoryThatCouldNotBeHeldIsTold() throws Exception {
        Resources larger = new Resources(2000, 2 * MACHINE.memory(), 0);
        Calibrated c = new CalibrationRuns(new Model(1), larger, LIST, new Calibration(), m -> { }).measure(60_000);
        assertTrue(c.warnings().stream().anyMatch(w -> w.startsWith("only 8192 of the 16384 MiB for rent were held")), c.warnings().toString());
        assertEquals(MACHINE.memory(), c.heldMemory());
    }

    @Test
    void aTargetTooSmallToBeMeasuredIsRefused() {
        RateVector small = RateVector.of(c -> LIST.get(c) / 10_000);
        Rejected e = assertThrows(Rejected.class, () -> new CalibrationRuns(new Model(1), MACHINE, small, new Calibration(), m -> { }).measure(60_000));
        assertTrue(e.getMessage().contains("too little to be measured"), e.getMessage());
    }

    @Test
    void countersThatNoRunUsedKeepTheProportionsOfTheListAndSayIt() throws Exception {
        Calibrated c = calibrate(new Model(1));
        assertTrue(c.report().unseen().contains(Counter.NETWORK_OUT), c.report().unseen().toString());
        RateVector rates = c.report().rates().orElseThrow();
        assertEquals(LIST.get(Counter.DISK_READ), rates.get(Counter.DISK_READ), 20.0);
        assertEquals(0, rates.get(Counter.WALL));
    }

    @Test
    void everyRunIsTold() throws Exception {
        List<Measured> told = new ArrayList<>();
        Calibrated c = new CalibrationRuns(new Model(1), MACHINE, LIST, new Calibration(), told::add).measure(60_000);
        assertEquals(c.runs(), told);
        assertFalse(told.stream().anyMatch(m -> m.price().isZero()));
    }

    @Test
    void asManyContainersHoldMemoryAsIsForRentAndFree() {
        long gib = 1L << 30;
        assertEquals(12, FullMachine.holders(12 * gib - 1, gib, 100 * gib));
        assertEquals(13, FullMachine.holders(12 * gib + 1, gib, 100 * gib));
        assertEquals(64, FullMachine.holders(1000 * gib, gib, 2000 * gib));
        assertTrue(FullMachine.holders(12 * gib, gib, 6 * gib) < 6);
        assertEquals(1, FullMachine.holders(0, gib, -gib));
    }
}
