package org.zennet.benchmark.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.benchmark.Benchmark;
import org.zennet.api.benchmark.BenchmarkResult;

/**
 * {@code suite/1}: processor and memory on one core and on all, disk and loopback, for a minute. With less than {@value #LEAST_MILLIS} ms
 * it measures nothing and gives no results: who starts a provider does not wait for it. What this machine does not have is left out.
 */
@Component(property = Benchmark.ID + "=suite/1")
public final class SuiteBenchmark implements Benchmark {
    /** The least time it runs in. */
    static final long LEAST_MILLIS = 20_000;
    private static final long MOST_MILLIS = 120_000;
    /** What the arrays of all threads may take together. */
    private static final long ALL_ARRAYS = 768L << 20;
    private static final String PREFIX = "suite-";
    private static final Logger LOG = LoggerFactory.getLogger(SuiteBenchmark.class);

    private final LongSupplier nanos;
    private final String suffix;
    private final Path directory;
    private final int threads;

    /** Of this machine, with files in the directory for temporary ones. */
    @Activate
    public SuiteBenchmark() {
        this(System::nanoTime, QuickBenchmark.suffix(ManagementFactory.getRuntimeMXBean().getInputArguments()),
                Path.of(System.getProperty("java.io.tmpdir")), Runtime.getRuntime().availableProcessors());
    }

    SuiteBenchmark(LongSupplier nanos, String suffix, Path directory, int threads) {
        this.nanos = nanos;
        this.suffix = suffix;
        this.directory = directory;
        this.threads = threads;
    }

    @Override
    public long leastMillis() {
        return LEAST_MILLIS;
    }

    @Override
    public List<BenchmarkResult> run(long budgetMillis) throws InterruptedException {
        return run(budgetMillis, r -> { });
    }

    @Override
    public List<BenchmarkResult> run(long budgetMillis, Consumer<BenchmarkResult> each) throws InterruptedException {
        return budgetMillis < LEAST_MILLIS ? List.of() : measure(Math.min(budgetMillis, MOST_MILLIS), each);
    }

    /** Measures in whatever time. */
    List<BenchmarkResult> measure(long budgetMillis) throws InterruptedException {
        return measure(budgetMillis, r -> { });
    }

    private List<BenchmarkResult> measure(long budgetMillis, Consumer<BenchmarkResult> each) throws InterruptedException {
        long end = nanos.getAsLong() + budgetMillis * 1_000_000;
        List<Callable<Kernel>> kernels = kernels();
        List<BenchmarkResult> results = new ArrayList<>();
        for (int i = 0; i < kernels.size(); i++) {
            long share = Math.max(0, end - nanos.getAsLong()) / (kernels.size() - i) / 1_000_000;
            Callable<Kernel> next = kernels.get(i);
            Supplier<Kernel> kernel = () -> {
                try {
                    return next.call();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
            try {
                for (BenchmarkResult r : Sampler.all(List.of(new Sampler.Part(kernel, 1)), share, nanos)) {
                    results.add(new BenchmarkResult(PREFIX + r.id() + suffix, r.unit(), r.milli(), r.spreadPerMille()));
                    each.accept(results.getLast());
                }
            } catch (UncheckedIOException e) {
                if (interrupted(e)) {
                    Thread.interrupted();
                    throw new InterruptedException();
                }
                LOG.info("a part of suite/1 is left out: {}", e.getCause().toString());
            }
        }
        return List.copyOf(results);
    }

    /** Whether a channel was closed because this thread is to end, not because something is wrong with it. */
    static boolean interrupted(UncheckedIOException e) {
        return e.getCause() instanceof ClosedByInterruptException;
    }

    private List<Callable<Kernel>> kernels() {
        long array = Math.clamp(ALL_ARRAYS / 3 / threads & -4096, 1 << 20, 64 << 20);
        List<Callable<Kernel>> kernels = new ArrayList<>(List.of(
                Kernels.Integers::new,
                Kernels.Sieve::new,
                Kernels.Linpack::new,
                Kernels.Sha256::new,
                () -> new Kernels.Memory(64 << 20),
                () -> new Kernels.Latency("32k", 32 << 10, 1_000_000),
                () -> new Kernels.Latency("1m", 1 << 20, 200_000),
                () -> new Kernels.Latency("16m", 16 << 20, 50_000),
                () -> new Kernels.Latency("128m", 128 << 20, 50_000),
                () -> new AllCores(Kernels.Integers::new, threads, 16),
                () -> new AllCores(Kernels.Linpack::new, threads, 16),
                () -> new AllCores(Kernels.Sha256::new, threads, 32),
                () -> new AllCores(() -> new Kernels.Memory(array), threads, 4)));
        for (Disk.Access access : Disk.Access.values()) {
            kernels.add(() -> Disk.in(directory, access));
        }
        kernels.add(Loopback::new);
        return kernels;
    }
}
