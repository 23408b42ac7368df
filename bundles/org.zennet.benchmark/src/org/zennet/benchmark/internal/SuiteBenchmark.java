package org.zennet.benchmark.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.benchmark.Benchmark;
import org.zennet.api.benchmark.BenchmarkResult;

/**
 * {@code suite/1}: processor and memory on one core and on all, disk and loopback, for a minute, in rounds: what disturbs
 * the machine for some seconds disturbs a part of each kernel's batches and not all batches of one. With less than {@value #LEAST_MILLIS} ms
 * it measures nothing and gives no results: who starts a provider does not wait for it. What this machine does not have is left out.
 */
@Component(property = Benchmark.ID + "=suite/1")
public final class SuiteBenchmark implements Benchmark {
    /** The least time it runs in. */
    static final long LEAST_MILLIS = 20_000;
    private static final long MOST_MILLIS = 120_000;
    private static final int MOST_ROUNDS = 3;
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
        int rounds = (int) Math.clamp(budgetMillis / LEAST_MILLIS, 1, MOST_ROUNDS);
        int left = rounds * kernels.size();
        Sampler sampler = new Sampler(nanos);
        Map<Callable<Kernel>, long[]> batches = new HashMap<>();
        Map<Callable<Kernel>, BenchmarkResult> results = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Callable<Kernel> next : kernels) {
                long start = nanos.getAsLong();
                long share = Math.max(0, end - start) / left--;
                try (Kernel kernel = next.call()) {
                    long[] some = sampler.times(kernel, Math.max(0, share - (nanos.getAsLong() - start)) / 1_000_000);
                    batches.merge(next, some, (before, more) -> LongStream.concat(LongStream.of(before), LongStream.of(more)).toArray());
                    BenchmarkResult r = Sampler.score(kernel, batches.get(next));
                    results.put(next, new BenchmarkResult(PREFIX + r.id() + suffix, r.unit(), r.milli(), r.spreadPerMille()));
                    each.accept(results.get(next));
                } catch (IOException e) {
                    leftOut(e);
                } catch (UncheckedIOException e) {
                    leftOut(e.getCause());
                } catch (InterruptedException | RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return List.copyOf(results.values());
    }

    private static void leftOut(IOException why) throws InterruptedException {
        if (interrupted(new UncheckedIOException(why))) {
            Thread.interrupted();
            throw new InterruptedException();
        }
        LOG.info("a part of suite/1 is left out: {}", why.toString());
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
