package org.zennet.workbench.internal.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.osgi.util.NLS;

/** The files of a job's result, which strangers wrote: bounded in number and size, links are not followed, text is shown without control characters. */
public final class ResultFiles {
    /** The most files that are listed. */
    static final int MOST = 10_000;
    /** The most bytes of a file that are shown. */
    static final int SHOWN = 64 << 10;
    private static final int DEPTH = 8;

    private ResultFiles() { }

    /** A file: its name below the result's directory, and its size. */
    public record Found(String name, long bytes) { }

    /** Those of a directory, by name; none where it can't be read. */
    public static List<Found> list(Path directory) {
        try (Stream<Path> all = Files.walk(directory, DEPTH)) {
            return all.filter(p -> Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS)).limit(MOST)
                    .map(p -> new Found(directory.relativize(p).toString(), size(p))).sorted((a, b) -> NaturalOrder.INSTANCE.compare(a.name(), b.name())).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            return List.of();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** A file of the result, where the name leads to one in it. */
    public static Optional<Path> file(Path directory, String name) {
        Path file = directory.resolve(name).normalize();
        return file.startsWith(directory.normalize()) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Optional.of(file) : Optional.empty();
    }

    /** The beginning of a file as text; a few words where it is none. */
    public static String text(Path file) {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(SHOWN);
            String text = new String(bytes, StandardCharsets.UTF_8);
            long strange = text.chars().filter(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0xfffd).count();
            if (strange > text.length() / 20 + 1) {
                return Messages.noText;
            }
            return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "") + (bytes.length == SHOWN ? "\n…" : "");
        } catch (IOException e) {
            return NLS.bind(Messages.cannotRead, e.getMessage());
        }
    }

    /** What a task wrote to its standard output, where the result keeps it. */
    public static String output(Path directory, String task) {
        return file(directory, task + ".out").or(() -> file(directory, task + "/stdout")).map(ResultFiles::text).orElse("");
    }
}
