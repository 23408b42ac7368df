package org.zennet.benchmark.internal.external;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program of the host: where it is, and a run of it within bounds. */
final class Program {
    /** The most bytes of output that are read. */
    static final int MAX_OUTPUT = 1 << 20;
    /** How long it may take to end after it was told to, in milliseconds. */
    private static final long END_MILLIS = 2_000;

    private final String name;
    private final String path;

    /**
     * @param name of the program
     * @param path directories to look in, with colons
     */
    Program(String name, String path) {
        this.name = name;
        this.path = path;
    }

    /** Along the path of this process. */
    static Program of(String name) {
        return new Program(name, Optional.ofNullable(System.getenv("PATH")).orElse("/usr/local/bin:/usr/bin:/bin"));
    }

    /** Its file, where there is one. */
    Optional<Path> file() {
        for (String directory : path.split(File.pathSeparator)) {
            if (directory.startsWith("/")) {
                Path file = Path.of(directory, name);
                if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Runs it with an environment of nothing but PATH, HOME and the C locale, and with no input.
     *
     * @param directory   that it works in
     * @param limitMillis after which it is killed with what it started
     * @return what it wrote, errors included, at most {@value #MAX_OUTPUT} bytes
     * @throws IOException when it can't be started, ends with another code than 0, takes longer or writes more
     */
    String run(List<String> arguments, Path directory, long limitMillis) throws IOException, InterruptedException {
        Path file = file().orElseThrow(() -> new IOException(name + " is not installed"));
        Path output = Files.createTempFile(directory, "output", null);
        ProcessBuilder builder = new ProcessBuilder(file.toString()).directory(directory.toFile()).redirectErrorStream(true)
                .redirectInput(new File("/dev/null")).redirectOutput(output.toFile());
        builder.command().addAll(arguments);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", path, "HOME", directory.toString(), "LC_ALL", "C"));
        Process process = builder.start();
        try {
            long end = System.nanoTime() + limitMillis * 1_000_000;
            while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() > end) {
                    throw new IOException(name + " took longer than " + limitMillis + " ms");
                }
                if (Files.size(output) > MAX_OUTPUT) {
                    throw new IOException(name + " wrote more than " + MAX_OUTPUT + " bytes");
                }
            }
            String text = text(output);
            if (process.exitValue() != 0) {
                throw new IOException(name + " ended with code " + process.exitValue() + ": "
                        + text.strip().lines().reduce((a, b) -> b).orElse("it said nothing"));
            }
            return text;
        } finally {
            kill(process);
            Files.deleteIfExists(output);
        }
    }

    private static String text(Path output) throws IOException {
        try (InputStream in = Files.newInputStream(output)) {
            return new String(in.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
        }
    }

    private static void kill(Process process) throws InterruptedException {
        if (process.isAlive()) {
            List<ProcessHandle> all = process.descendants().toList();
            process.destroyForcibly();
            all.forEach(ProcessHandle::destroyForcibly);
            process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
