package org.zennet.publisher.internal.result;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a job's results into a directory that appears whole or not at all. */
public final class ResultWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ResultWriter.class);
    private static final int SUMMARY_LINES = 40;
    private static final int SUMMARY_CHARS = 4000;

    private ResultWriter() { }

    /** Why results can't go to a directory, or empty. One that is not empty is no reason: see {@link #write}. */
    public static Optional<String> objection(Path directory) {
        Path d = directory.toAbsolutePath().normalize();
        if (d.getFileName() == null) {
            return Optional.of("the results need a directory of their own, not " + d);
        }
        for (Path p = d; p != null; p = p.getParent()) {
            if (Files.exists(p)) {
                return !Files.isDirectory(p) ? Optional.of(p + " is not a directory: name another one for the results")
                        : !p.equals(d) && !Files.isWritable(p) ? Optional.of(p + " can't be written: name another directory for the results")
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static boolean free(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return true;
        }
        try (Stream<Path> entries = Files.isDirectory(directory) ? Files.list(directory) : Stream.of(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    /**
     * Writes files beside the directory and renames.
     *
     * @return where they are: the directory, or one with a number behind its name when that is not empty
     */
    public static Path write(Path directory, String id, Map<String, byte[]> files) throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        Files.createDirectories(target.getParent());
        Path part = target.resolveSibling(target.getFileName() + "." + id + ".part");
        delete(part);
        Files.createDirectories(part);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path p = part.resolve(file.getKey()).normalize();
            if (!p.startsWith(part)) {
                throw new IOException("'" + file.getKey() + "' leads out of the results");
            }
            Files.createDirectories(p.getParent());
            Files.write(p, file.getValue());
        }
        for (int n = 0; n < 1000; n++) {
            Path to = n == 0 ? target : target.resolveSibling(target.getFileName() + "-" + n);
            if (free(to)) {
                try {
                    Files.deleteIfExists(to);
                    return Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
                } catch (DirectoryNotEmptyException e) {
                    // somebody was faster: the next name
                }
            }
        }
        throw new IOException("the results stay in " + part + ": " + target + " is not empty");
    }

    /** What the results say of themselves: the beginning of a file named summary.txt, where there is one. */
    public static String summary(Map<String, byte[]> files) {
        byte[] text = files.get("summary.txt");
        if (text == null) {
            return "";
        }
        String lines = new String(text, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}&&[^\\n]]", "").lines().limit(SUMMARY_LINES)
                .reduce((a, b) -> a + "\n" + b).orElse("");
        return lines.substring(0, Math.min(SUMMARY_CHARS, lines.length()));
    }

    /** Deletes a directory with all in it, as far as that is possible. */
    public static void deleteQuietly(Path directory) {
        try {
            delete(directory);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("{} stays: {}", directory, e.getMessage());
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }
    }
}
