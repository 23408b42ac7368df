package org.zennet.benchmark.internal.external;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.benchmark.Benchmark;

/** {@code 7zip/1}: 7-Zip's own benchmark with a dictionary of 4 MiB, on one thread and on all; ratings in its MIPS. */
@Component(service = Benchmark.class, property = Benchmark.ID + "=7zip/1")
public final class SevenZip extends External {
    private static final Pattern AVERAGE = Pattern.compile("(?m)^Avr:((?:\\s+[0-9]+){4})\\s*\\|((?:\\s+[0-9]+){4})\\s*$");

    private final int threads;

    /** Of this machine. */
    @Activate
    public SevenZip() {
        this(Program.of("7z"), Path.of(System.getProperty("java.io.tmpdir")), Runtime.getRuntime().availableProcessors());
    }

    SevenZip(Program program, Path temporary, int threads) {
        super(program, "p7zip-full", temporary);
        this.threads = threads;
    }

    @Override
    public long leastMillis() {
        return 18_000;
    }

    @Override
    List<Part> parts() {
        return List.of(new Rating("", 1), new Rating("-all", threads));
    }

    private record Rating(String suffix, int threads) implements Part {
        @Override
        public List<String> arguments(Path directory, int seconds) {
            return List.of("b", "-mmt" + threads, "-md22", "1");
        }

        @Override
        public List<Score> read(String output, Path directory) throws IOException {
            Matcher m = AVERAGE.matcher(output);
            if (!m.find()) {
                throw new IOException("the output of 7z has no averages");
            }
            return List.of(new Score("7zip-compress" + suffix + "/1", "MIPS", rating(m.group(1))),
                    new Score("7zip-decompress" + suffix + "/1", "MIPS", rating(m.group(2))));
        }

        /** The last of speed, usage, rating over usage, and rating. */
        private static double rating(String columns) throws IOException {
            String[] c = columns.strip().split("\\s+");
            return number(c[c.length - 1]);
        }
    }
}
