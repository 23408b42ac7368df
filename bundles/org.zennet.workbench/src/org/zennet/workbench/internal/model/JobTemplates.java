package org.zennet.workbench.internal.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The job files that come with the program, to start from. */
public final class JobTemplates {
    private static final int MOST = 100;
    private static final long LARGEST = 256 << 10;

    private JobTemplates() { }

    /**
     * A job file to start from.
     *
     * @param name by its directory and file
     * @param what it does, from the comment at its beginning
     */
    public record Template(Path file, String name, String what) { }

    /** Those of a directory of examples; none where there is no such directory. */
    public static List<Template> in(Path examples) {
        if (!Files.isDirectory(examples)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(examples, 2)) {
            return all.filter(p -> p.getFileName().toString().endsWith(".yaml")).filter(JobTemplates::isJob).sorted().limit(MOST)
                    .map(p -> new Template(p, name(examples, p), comment(p))).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            return List.of();
        }
    }

    private static boolean isJob(Path p) {
        try {
            return Files.isRegularFile(p) && Files.size(p) <= LARGEST && Files.readString(p).lines().anyMatch(l -> l.startsWith("zennet:"));
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(Path examples, Path file) {
        return examples.relativize(file).toString().replace(".yaml", "").replace('\\', '/');
    }

    /** The lines of comment at the beginning, as one text. */
    static String comment(Path file) {
        StringBuilder s = new StringBuilder();
        try {
            for (String line : Files.readString(file, StandardCharsets.UTF_8).lines().toList()) {
                if (!line.startsWith("#")) {
                    break;
                }
                s.append(s.isEmpty() ? "" : " ").append(line.substring(1).strip());
            }
        } catch (IOException e) {
            return "";
        }
        return s.toString();
    }
}
