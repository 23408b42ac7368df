package org.zennet.benchmark.internal.external;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.benchmark.Benchmark;

/** {@code sysbench/1}: primes below 10,000 on one thread and on all, and writing to memory in blocks of a MiB. */
@Component(service = Benchmark.class, property = Benchmark.ID + "=sysbench/1")
public final class Sysbench extends External {
    private static final Pattern EVENTS = Pattern.compile("events per second:\\s*([0-9.]+)");
    private static final Pattern BANDWIDTH = Pattern.compile("transferred \\(([0-9.]+) MiB/sec\\)");

    private final int threads;

    /** Of this machine. */
    @Activate
    public Sysbench() {
        this(Program.of("sysbench"), Path.of(System.getProperty("java.io.tmpdir")), Runtime.getRuntime().availableProcessors());
    }

    Sysbench(Program program, Path temporary, int threads) {
        super(program, "sysbench", temporary);
        this.threads = threads;
    }

    @Override
    List<Part> parts() {
        return List.of(new Primes("sysbench-cpu/1", 1), new Primes("sysbench-cpu-all/1", threads), new Memory());
    }

    private record Primes(String id, int threads) implements Part {
        @Override
        public List<String> arguments(Path directory, int seconds) {
            return List.of("cpu", "--threads=" + threads, "--time=" + seconds, "--cpu-max-prime=10000", "run");
        }

        @Override
        public List<Score> read(String output, Path directory) throws IOException {
            return List.of(new Score(id, "events/s", number(EVENTS, output, "events per second")));
        }
    }

    private static final class Memory implements Part {
        @Override
        public List<String> arguments(Path directory, int seconds) {
            return List.of("memory", "--threads=1", "--time=" + seconds, "--memory-block-size=1M", "--memory-total-size=100T", "--memory-oper=write", "run");
        }

        @Override
        public List<Score> read(String output, Path directory) throws IOException {
            return List.of(new Score("sysbench-memory/1", "MiB/s", number(BANDWIDTH, output, "bandwidth")));
        }
    }
}
