package org.zennet.benchmark.internal.container;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Rejected;
import org.zennet.services.market.CalibrationService;
import org.zennet.services.market.ContainerMeasurements.Calibrated;
import org.zennet.services.market.ContainerMeasurements.Measured;

/**
 * The runs of a calibration in one container, their prices, and the fit. What a phase is to cost: while a kernel works, the part of the
 * day's target that the container's cores are of all cores; while the container is idle, the part that its memory is of all memory. So a
 * machine full of workers earns the target, and one full of holders too.
 */
final class CalibrationRuns {
    private static final int DAY_SECONDS = 86_400;
    private static final int DRAWS = 200;
    private static final long SEED = 1;
    /** Below this the machine was busy with other things, in thousandths. */
    private static final int BUSY = 900;
    private static final int KERNEL_RUNS = 3;
    private static final int OVERHEAD_RUNS = 9;
    private static final int OVERHEAD_WARM_UP = 3;
    /** The share of each mix that is idle, in hundredths. */
    private static final int[] IDLE_SHARES = {90, 97, 99};

    /** A container as far as a calibration needs it; or a model of one in tests. */
    interface Site {
        /** Runs a kernel once. */
        Workload.Done run(String kernel, long rounds, long bytes) throws Rejected, InterruptedException;

        /** What the container has used since it was ready. */
        UsageVector usage() throws Rejected;

        /** Lets time pass with the container idle. */
        void idle(long millis) throws InterruptedException, Rejected;
    }

    private final Site site;
    private final Resources container;
    private final Resources machine;
    private final Amount target;
    private final CalibrationService service;
    private final Consumer<Measured> each;
    private final List<Measured> runs = new ArrayList<>();
    /** What an idle container uses in a second, but for memory and time. */
    private double[] baseline = new double[Counter.values().length];
    /** What a task without work takes of the clock, in milliseconds: the way through the keeper, on which no processor is kept from others. */
    private long overheadMillis;
    private long busyMicros;
    private long busyMillis;

    CalibrationRuns(Site site, Resources container, Resources machine, Amount target, CalibrationService service, Consumer<Measured> each) {
        this.site = site;
        this.container = container;
        this.machine = machine;
        this.target = target;
        this.service = service;
        this.each = each;
    }

    Calibrated measure(long budgetMillis) throws Rejected, InterruptedException {
        List<KernelScores.Kernel> kernels = KernelScores.ALL;
        long share = budgetMillis / (6 + (long) KERNEL_RUNS * kernels.size() + 2L * IDLE_SHARES.length * 3);
        measureBaseline(2 * share);
        measureOverhead(kernels.getFirst());
        for (int i = 0; i < 4; i++) {
            run("idle", false, Optional.empty(), 0, share);
        }
        long[] rounds = new long[kernels.size()];
        for (int k = 0; k < kernels.size(); k++) {
            rounds[k] = rounds(kernels.get(k), share);
            for (int i = 0; i < KERNEL_RUNS; i++) {
                run(kernels.get(k).id(), false, Optional.of(kernels.get(k)), rounds[k], 0);
            }
        }
        for (int i = 0; i < IDLE_SHARES.length * 3; i++) {
            // every third mix is kept out of the fit
            int k = i % kernels.size();
            long idle = 2 * share * IDLE_SHARES[i % IDLE_SHARES.length] / 100;
            long work = Math.max(1, rounds[k] * (2 * share - idle) / Math.max(1, share));
            run(kernels.get(k).id() + " and idle", i / IDLE_SHARES.length == 2, Optional.of(kernels.get(k)), work, idle);
        }
        return fit();
    }

    private void measureBaseline(long millis) throws Rejected, InterruptedException {
        UsageVector before = site.usage();
        site.idle(millis);
        UsageVector used = site.usage().since(before);
        double seconds = Math.max(0.001, used.get(Counter.WALL) / 1000.0);
        for (Counter c : Counter.values()) {
            baseline[c.ordinal()] = c == Counter.MEMORY || c == Counter.WALL ? 0 : used.get(c) / seconds;
        }
    }

    private void measureOverhead(KernelScores.Kernel kernel) throws Rejected, InterruptedException {
        long[] wall = new long[OVERHEAD_RUNS];
        for (int i = -OVERHEAD_WARM_UP; i < wall.length; i++) {
            UsageVector before = site.usage();
            site.run(kernel.name(), 1, kernel.bytes());
            UsageVector used = site.usage().since(before);
            if (i >= 0) {
                wall[i] = Math.max(0, used.get(Counter.WALL) - used.get(Counter.CPU) / 1000);
            }
        }
        Arrays.sort(wall);
        overheadMillis = wall[wall.length / 2];
    }

    /** How many rounds of a kernel take about so long; what it compiles first is over then. */
    private long rounds(KernelScores.Kernel kernel, long millis) throws Rejected, InterruptedException {
        long rounds = 1;
        for (int i = 0; i < 12; i++) {
            long micros = Math.max(1, site.run(kernel.name(), rounds, kernel.bytes()).usage().get(Counter.CPU));
            if (micros >= millis * 500) {
                return Math.max(1, rounds * millis * 1000 / micros);
            }
            rounds = Math.max(rounds + 1, Math.min(rounds * 20, rounds * millis * 1000 / micros));
        }
        return rounds;
    }

    private void run(String name, boolean heldOut, Optional<KernelScores.Kernel> kernel, long rounds, long idleMillis) throws Rejected, InterruptedException {
        UsageVector before = site.usage();
        UsageVector middle = before;
        if (kernel.isPresent()) {
            site.run(kernel.get().name(), rounds, kernel.get().bytes());
            middle = site.usage();
        }
        if (idleMillis > 0) {
            site.idle(idleMillis);
        }
        UsageVector all = site.usage().since(before);
        long worked = kernel.isEmpty() ? 0 : Math.max(0, middle.since(before).get(Counter.WALL) - overheadMillis);
        long idle = all.get(Counter.WALL) - worked;
        if (kernel.isPresent() && idleMillis == 0) {
            busyMicros += all.get(Counter.CPU);
            busyMillis += worked;
        }
        Measured m = new Measured(name, heldOut, net(all), all.get(Counter.WALL), price(worked, idle));
        runs.add(m);
        each.accept(m);
    }

    private UsageVector net(UsageVector used) {
        double seconds = used.get(Counter.WALL) / 1000.0;
        return UsageVector.of(c -> Math.max(0, used.get(c) - Math.round(baseline[c.ordinal()] * seconds)));
    }

    /** The target times the part of the day times the part of the machine. */
    private Amount price(long workedMillis, long idleMillis) {
        BigInteger zen = BigInteger.valueOf(target.zen());
        BigInteger day = BigInteger.valueOf(DAY_SECONDS * 1000L);
        BigInteger working = zen.multiply(BigInteger.valueOf(workedMillis)).multiply(BigInteger.valueOf(container.cores()))
                .divide(day.multiply(BigInteger.valueOf(machine.cores())));
        BigInteger holding = zen.multiply(BigInteger.valueOf(idleMillis)).multiply(BigInteger.valueOf(container.memory()))
                .divide(day.multiply(BigInteger.valueOf(machine.memory())));
        return new Amount(working.add(holding).max(BigInteger.ONE).longValueExact());
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
        CalibrationService.Request request = new CalibrationService.Request(fitted, priced, Optional.of(prior()), DRAWS, SEED);
        CalibrationService.Report report = service.fit(request);
        List<String> warnings = new ArrayList<>();
        int busy = (int) Math.min(1000, busyMillis == 0 ? 0 : busyMicros / busyMillis);
        if (busy < BUSY) {
            warnings.add("busy containers got " + busy / 10 + " % of their core: other work ran here, and the rates are too high by as much; calibrate on a quiet machine");
        }
        int heldOut = 0;
        if (report.rates().isPresent()) {
            BigInteger due = BigInteger.ZERO;
            BigInteger meant = BigInteger.ZERO;
            for (Measured m : runs) {
                if (m.heldOut()) {
                    due = due.add(BigInteger.valueOf(report.rates().get().cost(m.usage()).zen()));
                    meant = meant.add(BigInteger.valueOf(m.price().zen()));
                    CalibrationService.Span span = service.span(request, report.rates().get(), m.usage());
                    if (!span.inside()) {
                        warnings.add(m.name() + ": " + span.warning());
                    }
                }
            }
            heldOut = due.subtract(meant).multiply(BigInteger.valueOf(1000)).divide(meant.max(BigInteger.ONE)).intValue();
        }
        return new Calibrated(report, runs, heldOut, busy, warnings);
    }

    /** What a full machine would have to charge if its meters were perfect; disk and network in seconds of a core, as elsewhere. */
    private RateVector prior() {
        BigInteger pico = BigInteger.valueOf(target.zen()).multiply(BigInteger.TEN.pow(RateVector.SCALE));
        BigInteger cpu = pico.divide(BigInteger.valueOf(machine.cores()).multiply(BigInteger.valueOf(DAY_SECONDS * 1000L)));
        BigInteger memory = pico.divide(BigInteger.valueOf(machine.memory()).multiply(BigInteger.valueOf(DAY_SECONDS)));
        return RateVector.of(c -> switch (c) {
            case CPU -> rate(cpu);
            case MEMORY -> rate(memory);
            case DISK_READ -> perGib(cpu, 2);
            case DISK_WRITTEN -> perGib(cpu, 4);
            case NETWORK_IN -> perGib(cpu, 30);
            case NETWORK_OUT -> perGib(cpu, 60);
            case WALL -> 0;
        });
    }

    private static long perGib(BigInteger cpu, int seconds) {
        return rate(cpu.multiply(BigInteger.valueOf(seconds * 1_000_000L)).shiftRight(30));
    }

    private static long rate(BigInteger v) {
        return v.max(BigInteger.ONE).min(BigInteger.valueOf(RateVector.MAX_RATE)).longValueExact();
    }
}
