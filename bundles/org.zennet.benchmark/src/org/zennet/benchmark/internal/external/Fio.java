package org.zennet.benchmark.internal.external;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.benchmark.Benchmark;

/**
 * {@code fio/1}: a file of 128 MiB in the directory for temporary files, past the cache (direct=1), one request at a time: 1 MiB after the
 * other read and written, 4 KiB anywhere read and written. Where the system can't go past its cache there are no scores.
 */
@Component(service = Benchmark.class, property = Benchmark.ID + "=fio/1")
public final class Fio extends External {
    /** Of this machine. */
    @Activate
    public Fio() {
        this(Program.of("fio"), Path.of(System.getProperty("java.io.tmpdir")));
    }

    Fio(Program program, Path temporary) {
        super(program, "fio", temporary);
    }

    /** An access of fio. */
    enum Access implements Part {
        READ("read", "1M"), WRITE("write", "1M"), RANDREAD("randread", "4k"), RANDWRITE("randwrite", "4k");

        private final String mode;
        private final String block;

        Access(String mode, String block) {
            this.mode = mode;
            this.block = block;
        }

        @Override
        public List<String> arguments(Path directory, int seconds) {
            return List.of("--name=zennet", "--filename=" + directory.resolve("fio.dat"), "--size=128M", "--direct=1", "--ioengine=psync", "--rw=" + mode,
                    "--bs=" + block, "--time_based", "--runtime=" + seconds, "--output-format=json");
        }

        @Override
        public List<Score> read(String output, Path directory) throws IOException {
            // fio writes what each direction did in an object of its own, named after it
            String direction = mode.endsWith("write") ? "write" : "read";
            int from = output.indexOf("\"" + direction + "\" : {");
            if (from < 0) {
                throw new IOException("the output of fio has no part '" + direction + "'");
            }
            String part = output.substring(from, Math.min(output.length(), from + 2000));
            return List.of(block.equals("1M")
                    ? new Score("fio-" + mode + "/1", "MB/s", number(field("bw_bytes"), part, "bw_bytes") / 1e6)
                    : new Score("fio-" + mode + "/1", "kop/s", number(field("iops"), part, "iops") / 1e3));
        }

        private static Pattern field(String name) {
            return Pattern.compile("\"" + name + "\" : ([0-9.]+)");
        }
    }

    @Override
    List<Part> parts() {
        return Stream.<Part>of(Access.values()).toList();
    }
}
