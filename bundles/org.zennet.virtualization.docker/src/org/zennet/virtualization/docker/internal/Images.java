package org.zennet.virtualization.docker.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.ContainerException;
import org.zennet.api.value.Hash;
import org.zennet.virtualization.Texts;
import org.zennet.virtualization.image.ImageArchive;
import org.zennet.virtualization.image.InvalidImageException;

/** The images that the engine holds for this node: by the hash of their archive, the least used go first. */
final class Images {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(Images.class);
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Path directory;
    private volatile ImageArchive.Limits limits;
    private volatile int most;

    Images(Path directory, ImageArchive.Limits limits, int most) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.limits = limits;
        this.most = most;
    }

    /** Other limits hold from now on; what the engine has stays until there is too much of it. */
    void limit(ImageArchive.Limits by, int images) {
        limits = by;
        most = images;
    }

    private static String tag(Hash hash) {
        return "zennet/image:" + hash;
    }

    private Path note(Hash hash) {
        return directory.resolve(hash + ".json");
    }

    /** What the image runs; loads it into the engine where it is not there. One at a time. */
    synchronized ImageArchive.Program load(Engine engine, Path file, Hash hash, String architecture)
            throws ContainerException, InvalidImageException {
        try {
            Optional<ImageArchive.Program> known = read(note(hash));
            if (known.isPresent() && engine.has(known.get().id())) {
                Files.setLastModifiedTime(note(hash), FileTime.from(Instant.now()));
                return known.get();
            }
            ImageArchive archive = ImageArchive.read(file, hash, architecture, limits);
            engine.load(told(archive.forEngine(tag(hash)), hash, Files.size(file)));
            if (!engine.has(archive.program().id())) {
                throw new ContainerException("the engine did not take the image");
            }
            write(note(hash), archive.program());
            shrink(engine, hash);
            return archive.program();
        } catch (IOException e) {
            throw new ContainerException("the image can't be loaded: " + Texts.reason(e), e);
        }
    }

    /** Tells the log every few seconds how far a large image has got into the engine. */
    private static InputStream told(InputStream archive, Hash hash, long size) {
        return new FilterInputStream(archive) {
            private long next = System.nanoTime() + TELL_NANOS;
            private long bytes;

            @Override
            public int read() throws IOException {
                int b = super.read();
                count(b < 0 ? 0 : 1);
                return b;
            }

            @Override
            public int read(byte[] to, int at, int length) throws IOException {
                int n = super.read(to, at, length);
                count(Math.max(0, n));
                return n;
            }

            private void count(int n) {
                bytes += n;
                if (n > 0 && System.nanoTime() - next > 0) {
                    next = System.nanoTime() + TELL_NANOS;
                    LOG.info("image {}: {} of {} MiB are in the engine", hash, bytes >> 20, size >> 20);
                }
            }
        };
    }

    /** What an image runs that was loaded before. */
    Optional<ImageArchive.Program> known(Hash hash) {
        return read(note(hash));
    }

    private void shrink(Engine engine, Hash newest) throws IOException, ContainerException {
        List<Path> notes;
        try (Stream<Path> list = Files.list(directory)) {
            notes = new ArrayList<>(list.filter(f -> f.toString().endsWith(".json")).toList());
        }
        notes.sort((a, b) -> modified(a).compareTo(modified(b)));
        for (Path n : notes.subList(0, Math.max(0, notes.size() - most))) {
            String hash = n.getFileName().toString().replace(".json", "");
            if (!hash.equals(newest.toString())) {
                engine.removeImage("zennet/image:" + hash);
                Files.deleteIfExists(n);
            }
        }
    }

    private static FileTime modified(Path p) {
        try {
            return Files.getLastModifiedTime(p);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static void write(Path note, ImageArchive.Program p) throws IOException {
        ObjectNode o = JSON.createObjectNode().put("id", p.id());
        p.entrypoint().forEach(o.putArray("entrypoint")::add);
        p.command().forEach(o.putArray("command")::add);
        p.environment().forEach(o.putArray("environment")::add);
        Path temporary = note.resolveSibling(note.getFileName() + ".tmp");
        Files.writeString(temporary, o.toString());
        Files.move(temporary, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Optional<ImageArchive.Program> read(Path note) {
        try {
            JsonNode n = JSON.readTree(note.toFile());
            return Optional.of(new ImageArchive.Program(n.path("id").asText(), words(n.path("entrypoint")), words(n.path("command")),
                    words(n.path("environment"))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<String> words(JsonNode n) {
        List<String> all = new ArrayList<>();
        n.forEach(w -> all.add(w.asText()));
        return List.copyOf(all);
    }
}
