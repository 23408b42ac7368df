package org.zennet.virtualization.wasm.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/**
 * The messages between node and keeper and between keeper and child: the keeper's tag, the version, the kind, the
 * components. A kind's number is its place in {@link #KINDS}: new ones are added at the end.
 */
public final class Wire {
    /** What both sides must speak; a node that meets a keeper of another version waits until that one has ended. */
    public static final int VERSION = 2;
    /** The most bytes of a module. */
    public static final int MAX_MODULE = 8 << 20;
    /** The most bytes that a task reads. */
    public static final int MAX_STDIN = 16 << 20;
    /** The most bytes that a task writes to stdout, whatever it asks for. */
    public static final int MAX_STDOUT = 256 << 20;
    /** How much of stderr is kept. */
    public static final int MAX_STDERR = 64 << 10;
    /** The most bytes of one piece of output. */
    public static final int PIECE = 64 << 10;

    private static final List<Class<? extends Record>> KINDS = List.of(
            Done.class, Failed.class, Start.class, Run.class, Cancel.class, Ask.class, State.class, Freeze.class,
            Stop.class, ListAll.class, States.class, Waiting.class, Result.class, Piece.class, Probe.class,
            Probed.class, Leave.class,
            Init.class, Ready.class, Refused.class, Task.class, Interrupt.class, Out.class, Err.class, Ended.class,
            Stored.class, Metered.class, Counting.class, FilePiece.class, FileOut.class);

    // node and keeper

    /** It was done. */
    public record Done() { }

    /** It could not be done; one line for people. */
    public record Failed(@Limit(1024) String why) { }

    /** How the keeper may use this host. */
    public record Host(long memory, int cores, boolean ownUsers, int firstUser, int users) { }

    /** Starts a container. The nonce makes a repeated request recognisable. */
    public record Start(@Limit(64) String leaseId, Hash nonce, @Limit(4096) byte[] image, Hash imageHash,
            Resources resources, @Limit(4096) byte[] directory, long maxWallMillis, long idleMillis, Host host) {
        /** From what the SPI gives. */
        public static Start of(ContainerSpec spec, Hash nonce, Host host) {
            return new Start(spec.leaseId(), nonce, utf8(spec.image().toAbsolutePath().toString()), spec.imageHash(),
                    spec.resources(), utf8(spec.directory().toAbsolutePath().toString()),
                    Math.max(0, spec.maxWallMillis()), Math.max(0, spec.idleMillis()), host);
        }
    }

    /** {@link Start}s a container whose tasks count their fuel. {@code limit} is a task's; 0 follows its time limit. */
    public record Metered(Start start, long limit) { }

    /** A name and its value. */
    public record Variable(@Limit(1 << 16) String name, @Limit(1 << 16) String value) { }

    /** Runs a task, or waits for the run that there was. Answered by {@link Waiting} each second, then a result. */
    public record Run(@Limit(64) String leaseId, @Limit(80) String taskId,
            @Limit(value = 1024, each = 1 << 16) List<String> args, @Limit(1024) List<Variable> environment,
            @Limit(MAX_STDIN) byte[] stdin, long timeoutMillis, int maxOutput) {
        /** From what the SPI gives. */
        public static Run of(String leaseId, TaskSpec task) {
            List<Variable> variables = new ArrayList<>();
            task.environment().entrySet().stream().sorted(Map.Entry.comparingByKey())
                    .forEach(e -> variables.add(new Variable(e.getKey(), e.getValue())));
            return new Run(leaseId, task.taskId(), task.args(), variables, task.stdin(),
                    Math.max(0, task.timeoutMillis()), Math.clamp(task.maxOutput(), 0, MAX_STDOUT));
        }

        /** What makes this task this task: a second run of its id must have the same. */
        public Hash fingerprint() {
            return Tag.KEEPER.hash(encode(this));
        }
    }

    /** Cancels the running task. */
    public record Cancel(@Limit(64) String leaseId) { }

    /** Asks how a container is. */
    public record Ask(@Limit(64) String leaseId, boolean touch) { }

    /** How a container is. {@code ended} is empty while it runs. */
    public record State(@Limit(64) String leaseId, boolean running, @Limit(1024) String ended, UsageVector usage,
            int pid) { }

    /** Freezes or thaws. */
    public record Freeze(@Limit(64) String leaseId, boolean frozen) { }

    /** Ends a container and forgets it. */
    public record Stop(@Limit(64) String leaseId) { }

    /** Asks for all containers. */
    public record ListAll() { }

    /** All containers. */
    public record States(@Limit(4096) List<State> states) { }

    /** The task still runs. */
    public record Waiting() { }

    /** How a task ended; {@code stdout} bytes follow as {@link Piece}s. */
    public record Result(Outcome.Reason reason, int exitCode, int stdout, @Limit(MAX_STDERR) byte[] stderr,
            UsageVector usage, @Limit(1024) String detail, Optional<Fuel> fuel) { }

    /** A piece of a task's output. */
    public record Piece(@Limit(PIECE) byte[] bytes) { }

    /** Asks what can be enforced here. */
    public record Probe(Host host) { }

    /** What can be enforced here. */
    public record Probed(boolean ownUser, boolean ownNetwork, boolean rlimits, int startMillis,
            @Limit(1024) String notes) { }

    /** Asks the keeper to end now if it has nothing to keep and no other client. */
    public record Leave() { }

    // keeper and child

    /** The module and its limits; the first message to a child. */
    public record Init(@Limit(MAX_MODULE) byte[] module, int maxPages, int stackBytes, boolean metered) { }

    /** The module is compiled. */
    public record Ready() { }

    /** The module can't be used; one line for people. */
    public record Refused(@Limit(1024) String why) { }

    /** A piece of the archive of files that the next task finds; the child keeps at most its files' limit of them. */
    public record FilePiece(@Limit(PIECE) byte[] bytes) { }

    /**
     * A task for the child, with the files that came before it. {@code fuel} is the most that it may use; of no account
     * where it is not counted.
     */
    public record Task(long number, @Limit(value = 1024, each = 1 << 16) List<String> args,
            @Limit(1024) List<Variable> environment, @Limit(MAX_STDIN) byte[] stdin, int maxOutput, long fuel,
            @Limit(value = TaskSpec.MAX_OUTPUTS, each = 1024) List<String> outputs) { }

    /** The task of that number trapped; its fuel is counted by a second run, which is no longer under its time limit. */
    public record Counting(long number, @Limit(1024) String detail) { }

    /** Ends the running task of that number. */
    public record Interrupt(long number) { }

    /** A piece of stdout. */
    public record Out(@Limit(PIECE) byte[] bytes) { }

    /** A piece of stderr. */
    public record Err(@Limit(PIECE) byte[] bytes) { }

    /** A piece of the archive of what the task leaves. */
    public record FileOut(@Limit(PIECE) byte[] bytes) { }

    /** The task of that number ended. */
    public record Ended(long number, Outcome.Reason reason, int exitCode, @Limit(1024) String detail,
            Optional<Fuel> fuel) { }

    // on the keeper's disk

    /** A kept outcome. {@code total} is the container's usage when the task ended. */
    public record Stored(Hash fingerprint, long number, Result result, UsageVector total, boolean inline,
            @Limit(1 << 19) byte[] stdout) { }

    private Wire() { }

    /** The whole message. */
    public static byte[] encode(Record message) {
        int kind = KINDS.indexOf(message.getClass());
        if (kind < 0) {
            throw new IllegalArgumentException("no message of the keeper: " + message.getClass());
        }
        Encoder out = new Encoder().u16(Tag.KEEPER.code()).u8(VERSION).u8(kind);
        Records.write(out, message);
        return out.toBytes();
    }

    /** Reads a whole message of any kind; refuses everything that is not canonical. */
    public static Record decode(byte[] bytes) throws EncodingException {
        Decoder in = new Decoder(bytes);
        if (in.u16() != Tag.KEEPER.code()) {
            throw in.fail("no message of a keeper");
        }
        int version = in.u8();
        if (version != VERSION) {
            throw in.fail("version " + version + " stands where " + VERSION + " belongs");
        }
        int kind = in.u8();
        if (kind >= KINDS.size()) {
            throw in.fail("unknown kind " + kind);
        }
        Record message = Records.read(in, KINDS.get(kind));
        in.end();
        return message;
    }

    /** One line of at most 300 characters, without control characters. */
    public static String line(String text) {
        String s = text == null ? "" : text.replaceAll("\\p{Cntrl}+", " ").strip();
        StringBuilder clean = new StringBuilder();
        s.codePoints().filter(c -> c < 0xD800 || c > 0xDFFF).limit(300).forEach(clean::appendCodePoint);
        return clean.toString();
    }

    /** The bytes of a path; not normalised, since a path is what it is. */
    public static byte[] utf8(String path) {
        return path.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
