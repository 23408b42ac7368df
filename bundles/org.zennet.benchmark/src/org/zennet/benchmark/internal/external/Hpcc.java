package org.zennet.benchmark.internal.external;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.benchmark.Benchmark;

/**
 * {@code hpcc/1}: the HPC Challenge as one process with a matrix of 1,500 rows: HPL, DGEMM, STREAM's triad, random access and FFT. Made for
 * clusters; so small it says how fast one core is with the BLAS that Debian links, and its triad stays in the cache.
 */
@Component(service = Benchmark.class, property = Benchmark.ID + "=hpcc/1")
public final class Hpcc extends External {
    /** The lines that differ from HPL's plain form: one process, a matrix of 1,500, blocks of 128. */
    private static final String INPUT = """
            HPLinpack benchmark input file
            Zennet
            HPL.out
            8
            1
            1500
            1
            128
            0
            1
            1
            1
            16.0
            1
            2
            1
            4
            1
            2
            1
            1
            1
            1
            1
            0
            2
            64
            0
            0
            1
            8
            -
            0
            1200
            0
            40
            """;

    /** Of this machine. */
    @Activate
    public Hpcc() {
        this(Program.of("hpcc"), Path.of(System.getProperty("java.io.tmpdir")));
    }

    Hpcc(Program program, Path temporary) {
        super(program, "hpcc", temporary);
    }

    @Override
    public long leastMillis() {
        return 24_000;
    }

    @Override
    List<Part> parts() {
        return List.of(new Challenge());
    }

    private static final class Challenge implements Part {
        @Override
        public List<String> arguments(Path directory, int seconds) throws IOException {
            Files.deleteIfExists(directory.resolve("hpccoutf.txt"));    // it would append to it
            Files.writeString(directory.resolve("hpccinf.txt"), INPUT);
            return List.of();
        }

        @Override
        public List<Score> read(String output, Path directory) throws IOException {
            return summary(output(directory));
        }

        private static String output(Path directory) throws IOException {
            Path file = directory.resolve("hpccoutf.txt");
            if (!Files.isRegularFile(file)) {
                throw new IOException("hpcc wrote no hpccoutf.txt");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return new String(in.readNBytes(Program.MAX_OUTPUT), StandardCharsets.UTF_8);
            }
        }
    }

    /** The scores of a result file. A run that found its own results wrong has none. */
    static List<External.Score> summary(String text) throws IOException {
        if (field(text, "Success") != 1) {
            throw new IOException("hpcc did not succeed");
        }
        return List.of(new External.Score("hpcc-hpl/1", "Gflop/s", 1000 * field(text, "HPL_Tflops")),
                new External.Score("hpcc-dgemm/1", "Gflop/s", field(text, "SingleDGEMM_Gflops")),
                new External.Score("hpcc-triad/1", "GB/s", field(text, "SingleSTREAM_Triad")),
                new External.Score("hpcc-random/1", "Mup/s", 1000 * field(text, "SingleRandomAccess_GUPs")),
                new External.Score("hpcc-fft/1", "Gflop/s", field(text, "SingleFFT_Gflops")));
    }

    private static double field(String text, String name) throws IOException {
        return External.number(Pattern.compile("(?m)^" + name + "=(\\S+)$"), text, name);
    }
}
