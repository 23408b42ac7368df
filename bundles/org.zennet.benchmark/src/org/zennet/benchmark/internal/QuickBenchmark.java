package org.zennet.benchmark.internal;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.benchmark.Benchmark;
import org.zennet.api.benchmark.BenchmarkResult;

/**
 * {@code quick/1}: about a second of integers, floating point, memory and SHA-256 on one core, to compare machines roughly. Made to
 * start a provider fast, not to be believed: see docs/pricing.md.
 */
@Component(property = Benchmark.ID + "=quick/1")
public final class QuickBenchmark implements Benchmark {
    /** More time than this brings nothing, in milliseconds. */
    private static final long MOST_MILLIS = 6_000;
    /** Each of three. */
    private static final long ARRAY = 16 << 20;

    private static final String LEVEL = "-XX:TieredStopAtLevel=";

    private final LongSupplier nanos;
    private final String suffix;

    /** With the platform's clock. */
    @Activate
    public QuickBenchmark() {
        this(System::nanoTime, suffix(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    }

    QuickBenchmark(LongSupplier nanos, String suffix) {
        this.nanos = nanos;
        this.suffix = suffix;
    }

    @Override
    public List<BenchmarkResult> run(long budgetMillis) throws InterruptedException {
        // the triad has arrays to fill and takes the compiler longest
        List<Sampler.Part> parts = List.of(new Sampler.Part(Kernels.Integers::new, 1), new Sampler.Part(() -> new Kernels.Memory(ARRAY), 3),
                new Sampler.Part(Kernels.Sha256::new, 1), new Sampler.Part(Kernels.Linpack::new, 1),
                new Sampler.Part(() -> new Kernels.Latency("16m", 16 << 20, 20_000), 1));
        return Sampler.all(parts, Math.min(Math.max(budgetMillis, 0), MOST_MILLIS), nanos).stream()
                .map(r -> new BenchmarkResult(r.id() + suffix, r.unit(), r.milli(), r.spreadPerMille())).toList();
    }

    /**
     * What is added to the ids of results, so that nobody compares them with others: {@code -c1} where this process was
     * started without the optimising compiler ({@code -XX:TieredStopAtLevel}), {@code -int} where without any. The triad
     * is fifteen times slower then.
     */
    static String suffix(List<String> vmArguments) {
        String suffix = "";
        for (String argument : vmArguments) {
            if (argument.equals("-Xint")) {
                return "-int";
            } else if (argument.startsWith(LEVEL)) {
                suffix = argument.equals(LEVEL + "4") ? "" : argument.equals(LEVEL + "0") ? "-int" : "-c1";
            }
        }
        return suffix;
    }
}
