package org.zennet.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Runs the real {@code zennet} command as people do. */
final class Zennet {
    static final ObjectMapper JSON = new ObjectMapper();
    static final Path ROOT = Path.of(System.getProperty("zennet.root"));

    private Zennet() { }

    /** What a command printed and how it ended. */
    record Result(int code, String out, String err) {
        JsonNode json() throws IOException {
            return JSON.readTree(out);
        }
    }

    /** Runs a command to its end. */
    static Result run(Duration limit, String... words) throws Exception {
        return run(limit, List.of(), words);
    }

    /** Runs a command to its end, by way of another program such as {@code ip netns exec}. */
    static Result run(Duration limit, List<String> prefix, String... words) throws Exception {
        return execute(limit, command(prefix, words));
    }

    /** Runs any program to its end. */
    static Result execute(Duration limit, List<String> words) throws Exception {
        Path out = Files.createTempFile("zennet-out", null);
        Path err = Files.createTempFile("zennet-err", null);
        try {
            Process p = new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile())
                    .redirectInput(new java.io.File("/dev/null")).start();
            if (!p.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                p.destroy();
                if (!p.waitFor(15, TimeUnit.SECONDS)) {
                    p.destroyForcibly().waitFor();
                }
                throw new AssertionError(String.join(" ", words) + " did not end within " + limit + ": " + Files.readString(err));
            }
            return new Result(p.exitValue(), Files.readString(out), Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Starts a command that goes on; its output goes to a file. */
    static Process start(Path log, List<String> prefix, String... words) throws IOException {
        return start(log, java.util.Map.of(), prefix, words);
    }

    /** Starts a command with some environment. */
    static Process start(Path log, java.util.Map<String, String> environment, List<String> prefix, String... words) throws IOException {
        ProcessBuilder b = new ProcessBuilder(command(prefix, words)).redirectOutput(log.toFile()).redirectErrorStream(true)
                .redirectInput(new java.io.File("/dev/null"));
        b.environment().putAll(environment);
        return b.start();
    }

    private static List<String> command(List<String> prefix, String... words) {
        List<String> all = new ArrayList<>(prefix);
        all.add(ROOT.resolve("zennet").toString());
        all.addAll(List.of(words));
        return all;
    }

    /** Waits until something holds. */
    static void await(String what, Duration limit, BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("after " + limit + " still not: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** No stack trace, no more than a few lines: what a person should see of a mistake. */
    static void assertOneLine(Result r) {
        if (r.err().contains("\tat ") || r.err().contains("Exception") || r.err().strip().lines().count() != 1) {
            throw new AssertionError("not one line for people: " + r.err());
        }
    }
}
