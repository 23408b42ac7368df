package org.zennet.publisher.internal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Files that lie beside a job file or below its directory, and lead nowhere else. */
final class Beside {
    private final Path directory;

    Beside(Path jobFile) {
        this.directory = jobFile.toAbsolutePath().normalize().getParent();
    }

    /** A file of at most so many bytes; else notes the problem. */
    Optional<Path> file(Section s, String key, String text, long most, boolean mayBeEmpty) {
        try {
            Path path = inside(text);
            if (!Files.isRegularFile(path)) {
                s.problem(key, "there is no file '" + Section.shorten(text) + "' beside the job file");
                return Optional.empty();
            }
            checked(path, text);
            if (Files.size(path) > most) {
                s.problem(key, "'" + Section.shorten(text) + "' has " + Files.size(path) + " bytes; at most "
                        + Section.bytes(most) + " are allowed");
            } else if (Files.size(path) == 0 && !mayBeEmpty) {
                s.problem(key, "'" + Section.shorten(text) + "' is empty");
            } else {
                return Optional.of(path);
            }
        } catch (Outside e) {
            s.problem(key, e.getMessage());
        } catch (IOException e) {
            s.problem(key, "'" + Section.shorten(text) + "' can't be read: " + Section.shorten(String.valueOf(e.getMessage())));
        }
        return Optional.empty();
    }

    /** A name leads out of the directory, or can't be read. */
    static final class Outside extends IOException {
        private static final long serialVersionUID = 1L;

        Outside(String message) {
            super(message);
        }
    }

    /** The path of a name, which may not be there. */
    Path inside(String text) throws Outside {
        try {
            Path given = Path.of(text);
            Path path = directory.resolve(given).normalize();
            if (given.isAbsolute() || !path.startsWith(directory)) {
                throw new Outside("'" + Section.shorten(text) + "' leads out of the job file's directory");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new Outside("'" + Section.shorten(text) + "' can't be read: " + Section.shorten(String.valueOf(e.getMessage())));
        }
    }

    /** Refuses what is there but leads out through a link, or can't be read. */
    void checked(Path path, String text) throws IOException {
        if (!path.toRealPath().startsWith(directory.toRealPath())) {
            throw new Outside("'" + Section.shorten(text) + "' leads out of the job file's directory through a link");
        }
        if (!Files.isReadable(path)) {
            throw new Outside("'" + Section.shorten(text) + "' can't be read");
        }
    }
}
