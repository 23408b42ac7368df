package org.zennet.benchmark.internal.external;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.zennet.api.benchmark.Benchmark;
import org.zennet.api.benchmark.BenchmarkResult;

/**
 * A benchmark that is somebody else's program. Each part is run {@value #RUNS} times, or less where its time is over; the score is the
 * median, the spread half of what lies between the least and the greatest. Works in a directory of its own, which is removed.
 */
abstract class External implements Benchmark {
    /** How often each part is run. */
    static final int RUNS = 3;
    /** What a run may take beyond its share, in milliseconds. */
    private static final long SLACK_MILLIS = 20_000;

    private final Program program;
    private final String debian;
    private final Path temporary;

    /**
     * @param program   that is run
     * @param debian    the package of Debian that has it
     * @param temporary where its directory is made
     */
    External(Program program, String debian, Path temporary) {
        this.program = program;
        this.debian = debian;
        this.temporary = temporary;
    }

    /** A score of one run. */
    record Score(String id, String unit, double value) { }

    /** A run of the program, and how its output is read. */
    interface Part {
        /**
         * @param directory that it works in
         * @param seconds   to run for, at least 1
         * @return the arguments
         */
        List<String> arguments(Path directory, int seconds) throws IOException;

        /** The scores that an output tells; an exception where it does not look as it should. */
        List<Score> read(String output, Path directory) throws IOException;
    }

    abstract List<Part> parts();

    @Override
    public Optional<String> missing() {
        return program.file().isPresent() ? Optional.empty() : Optional.of("apt-get install " + debian);
    }

    @Override
    public long leastMillis() {
        return 1000L * RUNS * parts().size();
    }

    @Override
    public List<BenchmarkResult> run(long budgetMillis) throws InterruptedException {
        return run(budgetMillis, r -> { });
    }

    @Override
    public List<BenchmarkResult> run(long budgetMillis, Consumer<BenchmarkResult> each) throws InterruptedException {
        if (budgetMillis < leastMillis() || missing().isPresent()) {
            return List.of();
        }
        List<Part> parts = parts();
        int seconds = (int) Math.min(30, budgetMillis / 1000 / RUNS / parts.size());
        List<BenchmarkResult> results = new ArrayList<>();
        String problem = "";
        for (Part part : parts) {
            try {
                for (BenchmarkResult r : measure(part, seconds)) {
                    results.add(r);
                    each.accept(r);
                }
            } catch (IOException | IllegalArgumentException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        if (results.isEmpty()) {
            throw new IllegalStateException(problem);
        }
        return List.copyOf(results);
    }

    private List<BenchmarkResult> measure(Part part, int seconds) throws IOException, InterruptedException {
        Map<String, List<Score>> scores = new LinkedHashMap<>();
        Path directory = Files.createTempDirectory(temporary, "zennet-benchmark");
        try {
            long end = System.nanoTime() + 1_000_000_000L * seconds * RUNS;
            for (int i = 0; i < RUNS && (i == 0 || System.nanoTime() < end); i++) {
                String output = program.run(part.arguments(directory, seconds), directory, 1000L * seconds + SLACK_MILLIS);
                for (Score s : part.read(output, directory)) {
                    scores.computeIfAbsent(s.id(), k -> new ArrayList<>()).add(s);
                }
            }
        } finally {
            delete(directory);
        }
        return scores.values().stream().map(External::result).toList();
    }

    static BenchmarkResult result(List<Score> scores) {
        double[] sorted = scores.stream().mapToDouble(Score::value).sorted().toArray();
        double median = sorted[sorted.length / 2];
        if (!(median > 0) || median > 1e12) {
            throw new IllegalArgumentException(scores.getFirst().id() + ": " + median + " is no score");
        }
        long spread = Math.round((sorted[sorted.length - 1] - sorted[0]) / 2 / median * 1000);
        return new BenchmarkResult(scores.getFirst().id(), scores.getFirst().unit(), Math.max(1, Math.round(median * 1000)),
                (int) Math.min(spread, Integer.MAX_VALUE));
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
        } catch (IOException | java.io.UncheckedIOException e) {
            directory.toFile().deleteOnExit();
        }
    }

    /** The number that stands in a group of a pattern. */
    static double number(java.util.regex.Pattern pattern, String output, String what) throws IOException {
        java.util.regex.Matcher m = pattern.matcher(output);
        if (!m.find()) {
            throw new IOException("the output names no " + what);
        }
        return number(m.group(1));
    }

    static double number(String text) throws IOException {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IOException("'" + text + "' is no number", e);
        }
    }
}
