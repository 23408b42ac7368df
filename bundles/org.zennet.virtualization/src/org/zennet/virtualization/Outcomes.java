package org.zennet.virtualization;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.cgroup.Meter;
import org.zennet.virtualization.keeper.Disk;

/**
 * What a container keeps on disk so that another life of the node knows it: the outcome of each task, synced before it
 * is told, and where the meter stands. The oldest outputs go when all together grow above a budget; that a task was done
 * is never forgotten. Thread-safe.
 */
public final class Outcomes {
    /** The most bytes of output that are kept. */
    public static final long BUDGET = 64L << 20;
    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private record Entry(Hash fingerprint, long number, long bytes, boolean kept) { }

    private record Stored(Entry entry, Outcome outcome) { }

    private final Path directory;
    private final Map<String, Entry> entries = new HashMap<>();
    private long kept;
    private long last;

    /**
     * Reads what is there; what can't be read is left out with a line in the log.
     *
     * @param directory the store's alone; made where it is not there
     */
    public Outcomes(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        List<Path> files;
        try (Stream<Path> list = Files.list(directory)) {
            files = list.filter(f -> f.toString().endsWith(".outcome")).toList();
        }
        for (Path f : files) {
            String name = f.getFileName().toString();
            try {
                remember(name.substring(0, name.length() - ".outcome".length()), read(f).entry());
            } catch (IOException | RuntimeException e) {
                LOG.warn("an outcome can't be read and is left out: {}: {}", f, Texts.reason(e));
            }
        }
    }

    private void remember(String taskId, Entry e) {
        Entry before = entries.put(taskId, e);
        kept += e.bytes() - (before == null ? 0 : before.bytes());
        last = Math.max(last, e.number());
    }

    /** Tells one task from another under the same id. */
    public static Hash fingerprint(TaskSpec task) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(task.args().size());
            for (String a : task.args()) {
                word(out, a);
            }
            out.writeInt(task.command().size());
            for (String c : task.command()) {
                word(out, c);
            }
            for (String k : task.environment().keySet().stream().sorted().toList()) {
                word(out, k);
                word(out, task.environment().get(k));
            }
            out.writeLong(task.timeoutMillis());
            out.writeInt(task.maxOutput());
            out.writeInt(task.stdin().length);
            out.write(task.stdin());
            out.writeInt(task.files().length);
            out.write(task.files());
            for (String o : task.outputs()) {
                word(out, o);
            }
            return Hash.of(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException | java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void word(DataOutputStream out, String s) throws IOException {
        byte[] b = s.getBytes(StandardCharsets.UTF_8);
        out.writeInt(b.length);
        out.write(b);
    }

    /** The fingerprint of a task that was done. */
    public synchronized Optional<Hash> fingerprint(String taskId) {
        return Optional.ofNullable(entries.get(taskId)).map(Entry::fingerprint);
    }

    /** A kept outcome; empty when its bytes were given up. */
    public synchronized Optional<Outcome> get(String taskId) throws IOException {
        Stored s = read(file(taskId));
        return s.entry().kept() ? Optional.of(s.outcome()) : Optional.empty();
    }

    /** Keeps an outcome. */
    public synchronized void keep(String taskId, Hash fingerprint, Outcome o) throws IOException {
        Entry e = new Entry(fingerprint, last + 1, (long) o.stdout().length + o.files().length, true);
        write(taskId, e, o);
        remember(taskId, e);
        List<String> oldest = new ArrayList<>(entries.keySet());
        oldest.sort(Comparator.comparingLong(id -> entries.get(id).number()));
        for (String id : oldest) {
            Entry x = entries.get(id);
            if (kept > BUDGET && !id.equals(taskId) && x.bytes() > 0) {
                Entry given = new Entry(x.fingerprint(), x.number(), 0, false);
                Outcome was = read(file(id)).outcome();
                write(id, given, new Outcome(was.reason(), was.exitCode(), new byte[0], new byte[0], was.usage(), ""));
                remember(id, given);
            }
        }
    }

    /** Where the meter last stood, if that was kept. */
    public Optional<Meter.Stand> stand() {
        try {
            String[] n = Files.readString(directory.resolve("meter")).strip().split(" ");
            long[] counts = new long[Counter.values().length];
            // an earlier version did not say whether it was frozen
            boolean earlier = n.length == counts.length + 7;
            if (!earlier && n.length != counts.length + 8) {
                return Optional.empty();
            }
            for (int i = 0; i < counts.length; i++) {
                counts[i] = Long.parseLong(n[i]);
            }
            int k = counts.length;
            return Optional.of(new Meter.Stand(UsageVector.of(counts), Long.parseLong(n[k]), Long.parseLong(n[k + 1]),
                    Long.parseLong(n[k + 2]), Long.parseLong(n[k + 3]), Long.parseLong(n[k + 4]),
                    Long.parseLong(n[k + 5]), Long.parseLong(n[k + 6]), !earlier && n[k + 7].equals("1")));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Keeps where the meter stands; not synced, since a host that goes down takes its containers with it. */
    public void stand(Meter.Stand s) throws IOException {
        StringBuilder text = new StringBuilder();
        s.usage().toList().forEach(n -> text.append(n).append(' '));
        text.append(s.cpuNanos()).append(' ').append(s.diskRead()).append(' ').append(s.diskWritten()).append(' ')
                .append(s.memory()).append(' ').append(s.epochMillis()).append(' ').append(s.networkIn()).append(' ').append(s.networkOut())
                .append(' ').append(s.frozen() ? '1' : '0');
        Disk.replace(directory.resolve("meter"), text.toString().getBytes(StandardCharsets.US_ASCII), false);
    }

    private Path file(String taskId) {
        return directory.resolve(taskId + ".outcome");
    }

    private void write(String taskId, Entry e, Outcome o) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(o.stdout().length + o.stderr().length + o.files().length + 1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(e.fingerprint().toBytes());
            out.writeLong(e.number());
            out.writeBoolean(e.kept());
            out.writeUTF(o.reason().name());
            out.writeInt(o.exitCode());
            out.writeUTF(o.detail());
            for (long n : o.usage().toList()) {
                out.writeLong(n);
            }
            out.writeInt(o.stdout().length);
            out.write(o.stdout());
            out.writeInt(o.stderr().length);
            out.write(o.stderr());
            out.writeInt(o.files().length);
            out.write(o.files());
        }
        Disk.replace(file(taskId), bytes.toByteArray(), true);
    }

    private static Stored read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            Hash fingerprint = Hash.of(in.readNBytes(Hash.LENGTH));
            long number = in.readLong();
            boolean kept = in.readBoolean();
            Outcome.Reason reason = Outcome.Reason.valueOf(in.readUTF());
            int code = in.readInt();
            String detail = in.readUTF();
            long[] counts = new long[Counter.values().length];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = in.readLong();
            }
            byte[] stdout = bytes(in);
            byte[] stderr = bytes(in);
            byte[] files = bytes(in);
            return new Stored(new Entry(fingerprint, number, (long) stdout.length + files.length, kept),
                    new Outcome(reason, code, stdout, stderr, UsageVector.of(counts), detail, files));
        }
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int n = in.readInt();
        if (n < 0 || n > in.available()) {
            throw new IOException("a cut outcome");
        }
        return in.readNBytes(n);
    }
}
