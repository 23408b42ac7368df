package org.zennet.benchmark.internal.container;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Rejected;
import org.zennet.services.market.CalibrationService;
import org.zennet.services.market.ContainerMeasurements.Calibrated;
import org.zennet.services.market.ContainerMeasurements.Load;
import org.zennet.services.market.ContainerMeasurements.Measured;

/**
 * The runs of a calibration, their prices, the fit, and what held-out runs would earn. A run costs, at the list rates, what it kept from others
 * by the clock: its cores while a task was at work, its memory from the first reading to the second. So a machine whose cores all work and
 * whose memory is all held is to earn the target, whatever the kernels are.
 *
 * <p>Into the fit go: memory that is held, each kernel on all cores, mixes of two kernels on all cores with all memory held. Kept out of it
 * and used to judge it: other mixes at full load, and mixes that use half of the cores or half of the time.
 */
final class CalibrationRuns {
    private static final int DRAWS = 200;
    private static final long SEED = 1;
    /** Below this the machine was busy with other things, in thousandths. */
    private static final int BUSY = 900;
    /** Below this not all memory for rent was held, in thousandths. */
    private static final int HELD = 980;
    private static final int HOLDING_RUNS = 3;
    private static final int KERNEL_RUNS = 2;
    private static final int HELD_OUT_RUNS = 4;
    /** How much longer than its window a task is meant to work, in thousandths of the window. */
    private static final int LONGER = 1400;
    /** A task does each of its kernels so often in a window. */
    private static final int TURNS = 4;
    private static final int MOST_TRIES = 6;
    private static final long LEAST_PRICE = 500;

    private final CalibrationSite site;
    private final Resources machine;
    private final RateVector list;
    private final CalibrationService service;
    private final Consumer<Measured> each;
    private final List<Measured> runs = new ArrayList<>();
    private final List<KernelScores.Kernel> kernels = KernelScores.ALL;
    /** Of each kernel in a millisecond of processor time. */
    private final double[] roundsPerMilli = new double[kernels.size()];
    private double[] idleWorker;
    private double[] idleHolder;
    private long busyMicros;
    private long idealMicros;

    /**
     * Over a site.
     *
     * @param machine what is for rent in all
     * @param list    the rates at which its full load costs what the owner wants to earn, would meters show what the clock does; of what no run uses too
     */
    CalibrationRuns(CalibrationSite site, Resources machine, RateVector list, CalibrationService service, Consumer<Measured> each) {
        this.site = site;
        this.machine = machine;
        this.list = list;
        this.service = service;
        this.each = each;
    }

    Calibrated measure(long budgetMillis) throws Rejected, InterruptedException {
        int n = kernels.size();
        int windows = 2 + HOLDING_RUNS + n * KERNEL_RUNS + n / 2 + HELD_OUT_RUNS + 2;
        // a window takes about one and a half times its length; finding the rounds, about as long as the kernels' windows
        long window = budgetMillis * 2 / (3L * windows + 2L * n);
        measureBaseline(2 * window);
        for (int k = 0; k < n; k++) {
            roundsPerMilli[k] = roundsPerMilli(kernels.get(k), Math.max(50, window / 3));
        }
        for (int i = 0; i < HOLDING_RUNS; i++) {
            add("memory held", Load.HOLDING, false, idle(), window);
        }
        for (int k = 0; k < n; k++) {
            double[] shares = new double[n];
            shares[k] = 1;
            for (int i = 0; i < KERNEL_RUNS; i++) {
                add(kernels.get(k).id(), Load.WORKING, false, everywhere(mix(shares, window)), window);
            }
        }
        for (int k = 0; k < n / 2; k++) {
            double[] shares = new double[n];
            shares[k] = 0.5;
            shares[n - 1 - k] = 0.5;
            add("full: " + kernels.get(k).id() + ", " + kernels.get(n - 1 - k).id(), Load.FULL, false, everywhere(mix(shares, window)), window);
        }
        heldOut(window);
        return fit();
    }

    /** Mixes that the fit does not see. */
    private void heldOut(long window) throws Rejected, InterruptedException {
        int n = kernels.size();
        double[] equal = new double[n];
        java.util.Arrays.fill(equal, 1.0 / n);
        add("full: all equally", Load.FULL, true, everywhere(mix(equal, window)), window);
        double[] three = new double[n];
        for (int k = 0; k < n; k += 2) {
            three[k] = (k + 1.0) / (n * n / 4.0);
        }
        add("full: three unequally", Load.FULL, true, everywhere(mix(three, window)), window);
        add("full: each core another", Load.FULL, true, mixes(w -> {
            double[] one = new double[n];
            one[(2 * w + 1) % n] = 0.7;
            one[(2 * w + 4) % n] += 0.3;
            return mix(one, window);
        }), window);
        SplittableRandom dice = new SplittableRandom(SEED);
        add("full: by lot", Load.FULL, true, mixes(w -> mix(lot(dice), window)), window);
        if (site.workers() > 1) {
            List<Optional<Mix>> half = new ArrayList<>(idle());
            for (int w = 0; w < site.workers() / 2; w++) {
                half.set(w, Optional.of(mix(equal, window)));
            }
            add("part: half of the cores", Load.PART, true, half, window);
        }
        Mix one = mix(equal, window / 2);
        record("part: half of the time", Load.PART, true, site.spell(Collections.nCopies(site.workers(), one), window / 2));
    }

    private double[] lot(SplittableRandom dice) {
        double[] shares = new double[kernels.size()];
        double sum = 0;
        for (int k = 0; k < shares.length; k++) {
            shares[k] = -Math.log(1 - dice.nextDouble());
            sum += shares[k];
        }
        for (int k = 0; k < shares.length; k++) {
            shares[k] /= sum;
        }
        return shares;
    }

    private List<Optional<Mix>> idle() {
        return Collections.nCopies(site.workers(), Optional.empty());
    }

    private List<Optional<Mix>> everywhere(Mix mix) {
        return mixes(w -> mix);
    }

    private List<Optional<Mix>> mixes(IntFunction<Mix> of) {
        return IntStream.range(0, site.workers()).mapToObj(of).map(Optional::of).toList();
    }

    /** A task that works for somewhat longer than so long, its kernels in these shares of the time. */
    private Mix mix(double[] shares, long millis) {
        List<Mix.Part> parts = new ArrayList<>();
        double turn = 0;
        for (int k = 0; k < shares.length; k++) {
            if (shares[k] > 0) {
                long rounds = Math.max(1, Math.round(roundsPerMilli[k] * shares[k] * millis / TURNS));
                turn += rounds / roundsPerMilli[k];
                parts.add(new Mix.Part(kernels.get(k).name(), rounds, kernels.get(k).bytes()));
            }
        }
        return new Mix(Math.max(1, (long) Math.ceil(millis * LONGER / 1000.0 / turn)), parts);
    }

    private void measureBaseline(long millis) throws Rejected, InterruptedException {
        CalibrationSite.Window w = site.window(idle(), millis);
        idleWorker = perSecond(w.workers().stream().map(CalibrationSite.Part::used).toList());
        idleHolder = perSecond(w.holders());
    }

    /** What one of them uses in a second, but for memory and time. */
    private static double[] perSecond(List<UsageVector> idle) {
        double[] all = new double[Counter.values().length];
        for (UsageVector u : idle) {
            double seconds = Math.max(0.001, u.get(Counter.WALL) / 1000.0) * idle.size();
            for (Counter c : Counter.values()) {
                all[c.ordinal()] += c == Counter.MEMORY || c == Counter.WALL ? 0 : u.get(c) / seconds;
            }
        }
        return all;
    }

    /** How many rounds of a kernel take a millisecond; what a worker compiles first is over then. */
    private double roundsPerMilli(KernelScores.Kernel kernel, long millis) throws Rejected, InterruptedException {
        long rounds = 1;
        for (int i = 0; i < 12; i++) {
            long micros = Math.max(1, site.run(0, new Mix(1, List.of(new Mix.Part(kernel.name(), rounds, kernel.bytes())))).usage().get(Counter.CPU));
            if (micros >= millis * 500 || i == 11) {
                return rounds * 1000.0 / micros;
            }
            rounds = Math.max(rounds + 1, Math.min(rounds * 20, rounds * millis * 1000 / micros));
        }
        throw new IllegalStateException("not reached");
    }

    private void add(String name, Load load, boolean heldOut, List<Optional<Mix>> mixes, long millis) throws Rejected, InterruptedException {
        List<Optional<Mix>> tried = mixes;
        for (int i = 0; i < MOST_TRIES; i++) {
            CalibrationSite.Window window = site.window(tried, millis);
            if (!window.early()) {
                record(name, load, heldOut, window);
                return;
            }
            tried = tried.stream().map(m -> m.map(v -> v.longer(2))).toList();
        }
        throw new Rejected("the kernels of '" + name + "' end before " + millis + " ms are over, however many: the machine is overloaded, or the meter of the container wrong");
    }

    private void record(String name, Load load, boolean heldOut, CalibrationSite.Window window) throws Rejected {
        List<UsageVector> used = new ArrayList<>();
        UsageVector ideal = UsageVector.ZERO;
        if (load != Load.HOLDING) {
            for (CalibrationSite.Part p : window.workers()) {
                used.add(heldOut ? p.used() : net(p.used(), idleWorker));
                UsageVector kept = kept(site.worker(), p.used().get(Counter.WALL), p.busyMillis());
                if (load == Load.WORKING) {
                    busyMicros += p.used().get(Counter.CPU);
                    idealMicros += kept.get(Counter.CPU);
                }
                ideal = ideal.plus(kept);
            }
        }
        if (load != Load.WORKING) {
            for (UsageVector u : window.holders()) {
                used.add(heldOut ? u : net(u, idleHolder));
                ideal = ideal.plus(kept(site.holder(), u.get(Counter.WALL), 0));
            }
        }
        long wall = used.stream().mapToLong(u -> u.get(Counter.WALL)).max().orElse(0);
        UsageVector all = used.stream().reduce(UsageVector.ZERO, UsageVector::plus).with(Counter.WALL, wall);
        Amount price = list.cost(ideal);
        if (price.zen() < LEAST_PRICE) {
            throw new Rejected("at this target " + name + " costs " + price + " in " + wall + " ms, too little to be measured: calibrate with a target of a hundred times as much, rates go with it");
        }
        Measured m = new Measured(name, load, heldOut, all, wall, price);
        runs.add(m);
        each.accept(m);
    }

    /** What is kept from others: the memory all the time, the cores while a task is at work. */
    private static UsageVector kept(Resources of, long wallMillis, long busyMillis) {
        long memory = BigInteger.valueOf(of.memory()).multiply(BigInteger.valueOf(wallMillis)).divide(BigInteger.valueOf(1000)).longValueExact();
        return UsageVector.ZERO.with(Counter.CPU, Math.multiplyExact(busyMillis, of.cores())).with(Counter.MEMORY, memory);
    }

    private static UsageVector net(UsageVector used, double[] baseline) {
        double seconds = used.get(Counter.WALL) / 1000.0;
        return UsageVector.of(c -> Math.max(0, used.get(c) - Math.round(baseline[c.ordinal()] * seconds)));
    }

    private Calibrated fit() throws Rejected {
        List<CalibrationService.Run> fitted = new ArrayList<>();
        for (Measured m : runs) {
            if (!m.heldOut() && !m.usage().equals(UsageVector.ZERO)) {
                fitted.add(new CalibrationService.Run(m.usage(), m.price()));
            }
        }
        if (fitted.isEmpty()) {
            throw new Rejected("the meter of the container counted nothing");
        }
        Set<Counter> priced = EnumSet.complementOf(EnumSet.of(Counter.WALL));
        CalibrationService.Request request = new CalibrationService.Request(fitted, priced, Optional.of(list), DRAWS, SEED);
        CalibrationService.Report report = service.fit(request);
        List<String> warnings = new ArrayList<>();
        int busy = (int) Math.min(1000, idealMicros == 0 ? 0 : busyMicros * 1000 / idealMicros);
        if (busy < BUSY) {
            warnings.add("busy containers got " + busy / 10 + " % of their core: other work ran here, and the rates are too high by as much; calibrate on a quiet machine");
        }
        long held = Math.addExact(site.workers() * site.worker().memory(), site.holders() * site.holder().memory());
        if (held / 1000 < machine.memory() / 1_000_000 * HELD) {
            warnings.add("only " + (held >> 20) + " of the " + (machine.memory() >> 20) + " MiB for rent were held: more was not free, or the containers are too small");
        }
        if (report.rates().isPresent()) {
            for (Measured m : runs) {
                CalibrationService.Span span = service.span(request, report.rates().get(), m.usage());
                if (m.heldOut() && !span.inside()) {
                    warnings.add(m.name() + ": " + span.warning());
                }
            }
        }
        return new Calibrated(report, runs, busy, held, warnings);
    }
}
