package org.zennet.pricing.internal;

import java.math.BigInteger;
import java.util.List;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;

/**
 * From the price of a day of the whole machine to rates: all cores busy and all memory held for 24 hours cost it, rounded
 * up by less than a picozen per unit. {@value #CPU_SHARE} thousandths of it are for the processor, the rest for memory;
 * where the machine's memory is faster in relation to its processor than the reference machine's, memory's part grows in
 * proportion, at most to double (and shrinks at most to half). Disk and network are charged on top: a GiB read or written on
 * disk, received or sent costs as much as {@value #DISK_READ}, {@value #DISK_WRITTEN}, {@value #NETWORK_IN}, {@value #NETWORK_OUT}
 * seconds of one core. Holding a container costs nothing beyond its memory.
 */
final class FullLoad {
    /** The processor's part of the target, in thousandths, on a machine like the reference. */
    static final int CPU_SHARE = 750;
    static final int DISK_READ = 2;
    static final int DISK_WRITTEN = 4;
    static final int NETWORK_IN = 30;
    static final int NETWORK_OUT = 60;
    /** Scores of the reference machine, in thousandths: measured for docs/pricing.md. */
    static final long REFERENCE_INTEGER = 500_000;
    static final long REFERENCE_MEMORY = 25_000_000;

    private static final BigInteger DAY_MICROS_PER_MILLICORE = BigInteger.valueOf(86_400_000L);
    private static final BigInteger DAY_SECONDS = BigInteger.valueOf(86_400L);
    private static final BigInteger THOUSAND = BigInteger.valueOf(1000);

    private FullLoad() { }

    /** The owner's target, or where there is none {@code coreDay} for each core, times its speed against the reference. */
    static Amount target(QuoteRequest request, Settings settings) {
        return request.targetPerDay().isZero() ? derived(request, settings.amount("coreDay")) : request.targetPerDay();
    }

    /** The rates at which a full day costs so many picozen. */
    static RateVector rates(QuoteRequest request, BigInteger picozenPerDay) {
        int share = cpuShare(request.benchmarks());
        return rates(request, picozenPerDay.multiply(BigInteger.valueOf(share)), picozenPerDay.multiply(BigInteger.valueOf(1000 - share)));
    }

    /** The rates at which the cores of a full day cost so much and its memory so much, both in thousandths of a picozen. */
    static RateVector rates(QuoteRequest request, BigInteger cpuMilli, BigInteger memoryMilli) {
        BigInteger cpuDay = BigInteger.valueOf(request.machine().cores()).multiply(DAY_MICROS_PER_MILLICORE);
        BigInteger memoryDay = BigInteger.valueOf(request.machine().memory()).multiply(DAY_SECONDS);
        BigInteger cpu = Rates.ceil(cpuMilli, cpuDay.multiply(THOUSAND));
        BigInteger memory = Rates.ceil(memoryMilli, memoryDay.multiply(THOUSAND));
        return RateVector.of(c -> switch (c) {
            case CPU -> Rates.clamp(cpu);
            case MEMORY -> Rates.clamp(memory);
            case DISK_READ -> perGib(cpu, DISK_READ);
            case DISK_WRITTEN -> perGib(cpu, DISK_WRITTEN);
            case NETWORK_IN -> perGib(cpu, NETWORK_IN);
            case NETWORK_OUT -> perGib(cpu, NETWORK_OUT);
            case WALL -> 0;
        });
    }

    /** The processor's part in thousandths: less where memory is fast for the processor, between 600 and 857. */
    static int cpuShare(List<BenchmarkResult> benchmarks) {
        long integer = score(benchmarks, "integer/1", REFERENCE_INTEGER);
        long memory = score(benchmarks, "memory/1", REFERENCE_MEMORY);
        BigInteger tilt = BigInteger.valueOf(memory).multiply(BigInteger.valueOf(REFERENCE_INTEGER)).multiply(THOUSAND)
                .divide(BigInteger.valueOf(integer).multiply(BigInteger.valueOf(REFERENCE_MEMORY)));
        int bounded = tilt.min(BigInteger.valueOf(2000)).max(BigInteger.valueOf(500)).intValueExact();
        return CPU_SHARE * 1000 / (CPU_SHARE + (1000 - CPU_SHARE) * bounded / 1000);
    }

    /** Cores times the price of a reference core-day times the speed against the reference. */
    private static Amount derived(QuoteRequest request, Amount coreDay) {
        return Rates.amount(Rates.picozen(coreDay).multiply(BigInteger.valueOf(request.machine().cores()))
                .multiply(BigInteger.valueOf(score(request.benchmarks(), "integer/1", REFERENCE_INTEGER)))
                .divide(BigInteger.valueOf(REFERENCE_INTEGER).multiply(THOUSAND)));
    }

    private static long score(List<BenchmarkResult> benchmarks, String id, long otherwise) {
        return benchmarks.stream().filter(b -> b.id().equals(id) && b.milli() > 0).mapToLong(BenchmarkResult::milli).findFirst()
                .orElse(otherwise);
    }

    private static long perGib(BigInteger cpu, int seconds) {
        return Rates.clamp(Rates.ceil(cpu.multiply(BigInteger.valueOf(seconds * 1_000_000L)), Rates.GIB));
    }
}
