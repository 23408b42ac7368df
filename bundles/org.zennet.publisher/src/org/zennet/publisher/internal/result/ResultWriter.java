package org.zennet.publisher.internal.result;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a job's results into a directory that appears whole or not at all. */
public final class ResultWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ResultWriter.class);
    private static final int SUMMARY_LINES = 40;
    private static final int SUMMARY_CHARS = 4000;
    private static final int SUMMARY_BYTES = 1 << 16;

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

    /** A directory that is being filled; every name is relative and is written once. */
    public static final class Folder {
        private final Path directory;

        private Folder(Path directory) {
            this.directory = directory;
        }

        /** A file. */
        public void file(String name, InputStream content) throws IOException {
            Path p = path(name);
            Files.createDirectories(p.getParent());
            try (OutputStream out = Files.newOutputStream(p, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.transferTo(out);
            }
        }

        /** A file. */
        public void file(String name, byte[] content) throws IOException {
            file(name, new ByteArrayInputStream(content));
        }

        /** A directory. */
        public void directory(String name) throws IOException {
            Files.createDirectories(path(name));
        }

        private Path path(String name) throws IOException {
            try {
                Path p = directory.resolve(name).normalize();
                if (p.startsWith(directory) && !p.equals(directory)) {
                    return p;
                }
            } catch (InvalidPathException e) {
                throw new IOException("'" + name + "' is no name for a file here", e);
            }
            throw new IOException("'" + name + "' leads out of the results");
        }
    }

    /** Fills a directory. */
    public interface Filling {
        /** All of it. */
        void into(Folder folder) throws IOException;
    }

    /**
     * Fills a directory beside this one and renames.
     *
     * @return where they are: the directory, or one with a number behind its name when that is not empty
     */
    public static Path write(Path directory, String id, Filling files) throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        Files.createDirectories(target.getParent());
        Path part = target.resolveSibling(target.getFileName() + "." + id + ".part");
        delete(part);
        Files.createDirectories(part);
        try {
            files.into(new Folder(part));
        } catch (IOException | RuntimeException e) {
            deleteQuietly(part);
            throw e;
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
    public static String summary(Path results) throws IOException {
        Path file = results.resolve("summary.txt");
        if (!Files.isRegularFile(file)) {
            return "";
        }
        byte[] text;
        try (InputStream in = Files.newInputStream(file)) {
            text = in.readNBytes(SUMMARY_BYTES);
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
