package org.zennet.benchmark.internal.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.benchmark.internal.calibration.Calibration;
import org.zennet.services.market.ContainerMeasurements.Calibrated;
import org.zennet.services.market.ContainerMeasurements.Measured;

/** The runs over a model of a container in virtual time. */
class CalibrationRunsTest {
    private static final Resources CONTAINER = new Resources(1000, 64 << 20, 0);
    private static final Resources MACHINE = new Resources(2000, 8L << 30, 0);
    private static final Amount TARGET = Amount.ofXen(20);

    /** A container whose kernels take a millisecond a round, with an idle use, noise on its meter, and neighbours. */
    private static final class Model implements CalibrationRuns.Site {
        private final SplittableRandom random;
        private final double noise;
        private final double got;
        /** What a task takes besides its work, with the processor idle. */
        private double overhead;
        private double cpu;
        private double memory;
        private double wall;

        Model(long seed, double noise, double got) {
            this.random = new SplittableRandom(seed);
            this.noise = noise;
            this.got = got;
        }

        private void pass(double millis, double busy) {
            double error = 1 + noise * (random.nextDouble() * 2 - 1) * 1.7;
            cpu += millis * (1000 * busy + 3) * error;
            memory += millis / 1000 * (64 << 20);
            wall += millis;
        }

        @Override
        public Workload.Done run(String kernel, long rounds, long bytes) {
            double before = cpu;
            pass(overhead, 0);
            pass(rounds / got, got);
            return new Workload.Done(rounds, UsageVector.ZERO.with(Counter.CPU, Math.round(cpu - before)));
        }

        @Override
        public UsageVector usage() {
            return UsageVector.ZERO.with(Counter.CPU, Math.round(cpu)).with(Counter.MEMORY, Math.round(memory)).with(Counter.WALL, Math.round(wall));
        }

        @Override
        public void idle(long millis) {
            pass(millis, 0);
        }
    }

    private static Calibrated calibrate(Model model) throws Exception {
        return new CalibrationRuns(model, CONTAINER, MACHINE, TARGET, new Calibration(), m -> { }).measure(60_000);
    }

    @Test
    void aMachineFullOfWorkersEarnsTheTargetAndOneFullOfHoldersToo() throws Exception {
        RateVector rates = calibrate(new Model(1, 0, 1)).report().rates().orElseThrow();
        // a day of two cores, in containers of one core and 64 MiB
        UsageVector workers = UsageVector.ZERO.with(Counter.CPU, 2 * 86_400_000_000L).with(Counter.MEMORY, 2 * 86_400L * (64 << 20));
        assertEquals(1.0, rates.cost(workers).zen() / (double) TARGET.zen(), 0.03);
        UsageVector holders = UsageVector.ZERO.with(Counter.MEMORY, 86_400L * (8L << 30));
        assertEquals(1.0, rates.cost(holders).zen() / (double) TARGET.zen(), 0.03);
    }

    @Test
    void withThreePercentOfNoiseTheFullMachineEarnsItWithinThreePercentAndHeldOutMixesShowIt() throws Exception {
        UsageVector full = UsageVector.ZERO.with(Counter.CPU, 2 * 86_400_000_000L).with(Counter.MEMORY, 2 * 86_400L * (64 << 20));
        double off = 0;
        for (int seed = 0; seed < 50; seed++) {
            Calibrated c = calibrate(new Model(seed, 0.03, 1));
            RateVector rates = c.report().rates().orElseThrow(() -> new AssertionError(c.report().refusal()));
            assertEquals(1.0, rates.cost(full).zen() / (double) TARGET.zen(), 0.03, "seed " + seed);
            assertTrue(c.report().condition() < 10, "condition " + c.report().condition());
            assertEquals(3, c.runs().stream().filter(Measured::heldOut).count());
            off += Math.abs(c.heldOutPerMille());
        }
        // each of the few held-out mixes carries the noise of its own reading
        assertTrue(off / 50 <= 30, "held-out mixes are " + off / 50 + " thousandths off on the mean");
    }

    @Test
    void theWayOfATaskToItsContainerIsHoldingAndNoWork() throws Exception {
        Model slow = new Model(1, 0, 1);
        slow.overhead = 40;
        Calibrated c = calibrate(slow);
        assertEquals(0, c.heldOutPerMille(), 15);
        assertTrue(c.report().worstPerMille() <= 30, "the worst run is " + c.report().worstPerMille() + " thousandths off");
    }

    @Test
    void whatAnIdleContainerUsesIsNoPartOfARun() throws Exception {
        Measured idle = calibrate(new Model(1, 0, 1)).runs().stream().filter(m -> m.name().equals("idle")).findFirst().orElseThrow();
        assertTrue(idle.usage().get(Counter.CPU) <= 2, idle.usage().toString());
        assertTrue(idle.usage().get(Counter.MEMORY) > 0, "held memory is what is sold");
    }

    @Test
    void aMachineThatIsBusyWithOtherWorkIsCalledOut() throws Exception {
        assertEquals(List.of(), calibrate(new Model(1, 0, 1)).warnings());
        Calibrated busy = calibrate(new Model(1, 0, 0.5));
        assertEquals(500, busy.busyPerMille(), 10);
        assertTrue(busy.warnings().getFirst().contains("quiet machine"), busy.warnings().toString());
    }

    @Test
    void countersThatNoRunUsedKeepTheProportionsOfThePriorAndSayIt() throws Exception {
        Calibrated c = calibrate(new Model(1, 0, 1));
        assertTrue(c.report().unseen().contains(Counter.NETWORK_OUT), c.report().unseen().toString());
        RateVector rates = c.report().rates().orElseThrow();
        assertTrue(rates.get(Counter.NETWORK_OUT) > rates.get(Counter.DISK_READ) && rates.get(Counter.DISK_READ) > 0, rates.toString());
        assertEquals(0, rates.get(Counter.WALL));
    }

    @Test
    void everyRunIsTold() throws Exception {
        List<Measured> told = new ArrayList<>();
        Calibrated c = new CalibrationRuns(new Model(1, 0, 1), CONTAINER, MACHINE, TARGET, new Calibration(), told::add).measure(60_000);
        assertEquals(c.runs(), told);
        assertFalse(told.stream().anyMatch(m -> m.price().isZero()));
    }
}
