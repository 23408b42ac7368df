package org.zennet.virtualization.keeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;

/**
 * The outcomes of one lease on disk, synced before they are told to anyone. The oldest lose their bytes when all
 * together grow above a budget; that a task was done is never forgotten. Used under the lease's lock.
 */
final class TaskOutcomes {
    /** The most tasks of one lease. */
    static final int MAX_TASKS = 100_000;
    /** Output up to this size is kept in the same file as the outcome. */
    static final int INLINE = 256 << 10;
    /** The most bytes of output that are kept. */
    static final long BUDGET = 64L << 20;

    private record Entry(Hash fingerprint, long number, long bytes, boolean kept) { }

    private final Path directory;
    private final Map<String, Entry> entries = new HashMap<>();
    private long kept;
    private long lastNumber;
    private UsageVector total = UsageVector.ZERO;

    /** Reads what is there. */
    TaskOutcomes(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        List<Path> files;
        try (Stream<Path> list = Files.list(directory)) {
            files = list.toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (!name.endsWith(".outcome")) {
                if (name.endsWith(".tmp")) {
                    Files.deleteIfExists(file);
                }
                continue;
            }
            try {
                Wire.Stored s = read(file);
                remember(name.substring(0, name.length() - ".outcome".length()), s);
            } catch (EncodingException e) {
                System.err.println("an outcome can't be read and is left out: " + file + ": " + e.getMessage());
            }
        }
    }

    private void remember(String taskId, Wire.Stored s) {
        boolean here = (s.inline() || s.result().stdout() == 0 || Files.exists(output(taskId)))
                && (s.result().files() == 0 || Files.exists(files(taskId)));
        long bytes = here ? s.result().stdout() + s.result().files() : 0;
        entries.put(taskId, new Entry(s.fingerprint(), s.number(), bytes, here));
        kept += bytes;
        lastNumber = Math.max(lastNumber, s.number());
        UsageVector before = total;
        total = UsageVector.of(c -> Math.max(before.get(c), s.total().get(c)));
    }

    /** The usage that was told with the newest outcome. */
    UsageVector total() {
        return total;
    }

    /** The highest number of a task. */
    long lastNumber() {
        return lastNumber;
    }

    int size() {
        return entries.size();
    }

    /** Where a task's large output is written while it runs and kept after. */
    Path output(String taskId) {
        return directory.resolve(taskId + ".stdout");
    }

    /** Where the archive of what a task left is kept. */
    Path files(String taskId) {
        return directory.resolve(taskId + ".files");
    }

    /** Keeps an outcome; its large output and its files, if any, were synced to their places before. */
    void keep(String taskId, Wire.Stored outcome) throws IOException {
        Disk.replace(directory.resolve(taskId + ".outcome"), Wire.encode(outcome), true);
        remember(taskId, outcome);
        if (kept > BUDGET) {
            shrink(taskId);
        }
    }

    private void shrink(String newest) throws IOException {
        List<String> oldestFirst = new ArrayList<>(entries.keySet());
        oldestFirst.sort(java.util.Comparator.comparingLong(id -> entries.get(id).number()));
        for (String id : oldestFirst) {
            Entry e = entries.get(id);
            if (kept <= BUDGET || id.equals(newest)) {
                return;
            }
            if (!e.kept() || e.bytes() == 0) {
                continue;
            }
            try {
                Path file = directory.resolve(id + ".outcome");
                Wire.Stored s = read(file);
                if (s.inline()) {
                    Disk.replace(file, Wire.encode(new Wire.Stored(s.fingerprint(), s.number(), s.result(), s.total(),
                            false, new byte[0])), false);
                }
                Files.deleteIfExists(output(id));
                Files.deleteIfExists(files(id));
                kept -= e.bytes();
                entries.put(id, new Entry(e.fingerprint(), e.number(), 0, false));
            } catch (EncodingException x) {
                System.err.println("an outcome can't be read: " + id + ": " + x.getMessage());
            }
        }
    }

    /** The fingerprint of a task that was done. */
    Optional<Hash> fingerprint(String taskId) {
        return Optional.ofNullable(entries.get(taskId)).map(Entry::fingerprint);
    }

    /** A kept outcome; empty when its bytes were given up. */
    Optional<Wire.Stored> get(String taskId) throws IOException {
        Entry e = entries.get(taskId);
        if (e == null || !e.kept()) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(directory.resolve(taskId + ".outcome")));
        } catch (EncodingException x) {
            throw new IOException("the outcome of " + taskId + " can't be read: " + x.getMessage(), x);
        }
    }

    private static Wire.Stored read(Path file) throws IOException, EncodingException {
        if (Wire.decode(Files.readAllBytes(file)) instanceof Wire.Stored s) {
            return s;
        }
        throw new EncodingException("not an outcome");
    }
}
