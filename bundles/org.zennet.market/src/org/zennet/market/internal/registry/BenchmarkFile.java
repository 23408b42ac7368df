package org.zennet.market.internal.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Records;
import org.zennet.services.market.BenchmarkRunner;

/** Saved results of benchmarks, in {@code market/benchmarks} of a network's data: replaced as a whole, bound to the machine. */
final class BenchmarkFile {
    private static final Logger LOG = LoggerFactory.getLogger(BenchmarkFile.class);
    private static final int VERSION = 1;
    private static final long MAX_SIZE = 64 << 10;

    private record Saved(int version, @Limit(200) String machine, @Limit(BenchmarkRunner.MAX_RESULTS) List<BenchmarkResult> results) { }

    private final Path file;
    private final String machine;

    /**
     * @param directory of a network's data
     * @param machine   what the results are bound to
     */
    BenchmarkFile(Path directory, String machine) {
        this.file = directory.resolve("market").resolve("benchmarks");
        this.machine = machine;
    }

    /** The processor of this machine and how many of it there are. */
    static String thisMachine() {
        String model = System.getProperty("os.arch");
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            model = lines.filter(l -> l.startsWith("model name")).findFirst().map(l -> l.substring(l.indexOf(':') + 1).strip()).orElse(model);
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.debug("the processor has no name here: {}", e.getMessage());
        }
        return Guard.line(Runtime.getRuntime().availableProcessors() + " x " + model, 150);
    }

    /** What is there of this machine; nothing where nothing can be read. */
    List<BenchmarkResult> read() {
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            if (Files.size(file) > MAX_SIZE) {
                throw new EncodingException(Files.size(file) + " bytes");
            }
            Decoder in = new Decoder(Files.readAllBytes(file));
            Saved saved = Records.read(in, Saved.class);
            in.end();
            if (saved.version() != VERSION) {
                throw new EncodingException("version " + saved.version());
            }
            if (!saved.machine().equals(machine)) {
                LOG.info("saved benchmarks are of another machine ({}) and are not used", saved.machine());
                return List.of();
            }
            return Checks.results(saved.results());
        } catch (IOException | EncodingException | IllegalArgumentException e) {
            LOG.warn("{} can't be read and is not used: {}", file, e.getMessage());
            return List.of();
        }
    }

    /** Replaces it; durable when this returns. */
    void write(List<BenchmarkResult> results) throws IOException {
        Files.createDirectories(file.getParent());
        Encoder out = new Encoder();
        Records.write(out, new Saved(VERSION, machine, Checks.results(results)));
        Path next = file.resolveSibling("benchmarks.new");
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(out.toBytes());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
