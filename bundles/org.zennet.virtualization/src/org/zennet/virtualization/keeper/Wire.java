package org.zennet.virtualization.keeper;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/**
 * The messages between node and keeper, and what the keeper stores: the keeper's tag, the version, the kind, the
 * components. A kind's number is its place in {@link #KINDS}: new ones are added at the end.
 */
public final class Wire {
    /** What both sides must speak; a node that meets a keeper of another version waits until that one has ended. */
    public static final int VERSION = 3;
    /** The most bytes that a task reads. */
    public static final int MAX_STDIN = 64 << 20;
    /** Input up to this size comes with the request; what is larger lies in a file, so that no request is large. */
    public static final int INLINE_STDIN = 64 << 10;
    /** The most bytes that a task writes to stdout, and that it leaves in files, whatever it asks for. */
    public static final int MAX_STDOUT = 256 << 20;
    /** How much of stderr is kept. */
    public static final int MAX_STDERR = 64 << 10;
    /** The most bytes of one piece of output. */
    public static final int PIECE = 64 << 10;

    private static final List<Class<? extends Record>> KINDS = List.of(
            Done.class, Failed.class, Start.class, Run.class, Cancel.class, Ask.class, State.class, Freeze.class,
            Stop.class, ListAll.class, States.class, Waiting.class, Result.class, Piece.class, Probe.class,
            Probed.class, Leave.class, Stored.class, Exec.class, Output.class, OutputEnd.class, Taken.class, Input.class,
            InputEnd.class, Signal.class, Resize.class, Exited.class, Look.class);
    private static final Codec CODEC = new Codec(VERSION, KINDS);

    /** It was done. */
    public record Done() { }

    /** It could not be done; one line for people. */
    public record Failed(@Limit(1024) String why) { }

    /** How the keeper may use this host; {@code settings} are for its kind of children. */
    public record Host(long memory, int cores, long disk, boolean ownUsers, int firstUser, int users,
            @Limit(64) List<Variable> settings) {
        /** A setting. */
        public String setting(String name) {
            return settings.stream().filter(v -> v.name().equals(name)).findFirst().map(Variable::value).orElse("");
        }
    }

    /** Starts a container. The nonce makes a repeated request recognisable; {@code plan} is for the kind of child. */
    public record Start(@Limit(64) String leaseId, Hash nonce, @Limit(4096) byte[] image, Hash imageHash,
            Resources resources, @Limit(4096) byte[] directory, long maxWallMillis, long idleMillis, Host host,
            @Limit(1 << 19) byte[] plan) {
        /** From what the SPI gives. */
        public static Start of(ContainerSpec spec, Hash nonce, Host host, byte[] plan) {
            return new Start(spec.leaseId(), nonce, utf8(spec.image().toAbsolutePath().toString()), spec.imageHash(),
                    spec.resources(), utf8(spec.directory().toAbsolutePath().toString()),
                    Math.max(0, spec.maxWallMillis()), Math.max(0, spec.idleMillis()), host, plan);
        }

        /** Where the image is. */
        public Path imagePath() {
            return Path.of(new String(image, StandardCharsets.UTF_8));
        }

        /** The container's own directory. */
        public Path directoryPath() {
            return Path.of(new String(directory, StandardCharsets.UTF_8));
        }
    }

    /** A name and its value. */
    public record Variable(@Limit(1 << 16) String name, @Limit(1 << 16) String value) { }

    /**
     * Runs a task, or waits for the run that there was. Answered by {@link Waiting} each second, then a result.
     *
     * @param files     where the archive of its files lies; empty for none
     * @param filesHash its SHA-256
     * @param input     where what it reads lies; empty where that is {@code stdin}
     * @param inputHash its SHA-256
     */
    public record Run(@Limit(64) String leaseId, @Limit(80) String taskId,
            @Limit(value = TaskSpec.MAX_COMMAND, each = 1 << 16) List<String> command,
            @Limit(value = 1024, each = 1 << 16) List<String> args, @Limit(1024) List<Variable> environment,
            @Limit(INLINE_STDIN) byte[] stdin, long timeoutMillis, int maxOutput, @Limit(4096) byte[] files, Hash filesHash,
            @Limit(value = TaskSpec.MAX_OUTPUTS, each = 1024) List<String> outputs, @Limit(4096) byte[] input, Hash inputHash) {
        /** From what the SPI gives, and where its files and its input were laid. */
        public static Run of(String leaseId, TaskSpec task, Optional<Path> files, Hash filesHash, Optional<Path> input, Hash inputHash) {
            return new Run(leaseId, task.taskId(), task.command(), task.args(), variables(task.environment()),
                    input.isPresent() ? new byte[0] : task.stdin(), Math.max(0, task.timeoutMillis()),
                    Math.clamp(task.maxOutput(), 0, MAX_STDOUT), path(files), filesHash, task.outputs(), path(input), inputHash);
        }

        private static byte[] path(Optional<Path> file) {
            return file.map(p -> utf8(p.toAbsolutePath().toString())).orElse(new byte[0]);
        }

        /** What it reads; the caller closes it. */
        public InputStream stdinStream() throws IOException {
            return input.length == 0 ? new ByteArrayInputStream(stdin)
                    : Files.newInputStream(Path.of(new String(input, StandardCharsets.UTF_8)));
        }

        /** What makes this task this task, wherever its files lie: a second run of its id must have the same. */
        public Hash fingerprint() {
            return Tag.KEEPER.hash(encode(new Run(leaseId, taskId, command, args, environment, stdin, timeoutMillis,
                    maxOutput, new byte[0], filesHash, outputs, new byte[0], inputHash)));
        }
    }

    /** In the order of their names. */
    public static List<Variable> variables(Map<String, String> environment) {
        List<Variable> variables = new ArrayList<>();
        environment.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(e -> variables.add(new Variable(e.getKey(), e.getValue())));
        return variables;
    }

    /** Cancels the running task. */
    public record Cancel(@Limit(64) String leaseId) { }

    /** Asks how a container is. */
    public record Ask(@Limit(64) String leaseId, boolean touch) { }

    /** How a container is. {@code ended} is empty while it runs. */
    public record State(@Limit(64) String leaseId, boolean running, @Limit(1024) String ended, UsageVector usage,
            int pid) { }

    /** Looks at containers, which puts off their idle stops; answered by {@link States} of those that there are. */
    public record Look(@Limit(value = Look.MOST, each = 64) List<String> leaseIds) {
        /** The most at once. */
        public static final int MOST = 1000;
    }

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

    /** How a task ended; {@code stdout} bytes follow as {@link Piece}s, then {@code files} bytes. */
    public record Result(Outcome.Reason reason, int exitCode, int stdout, @Limit(MAX_STDERR) byte[] stderr,
            UsageVector usage, @Limit(1024) String detail, long files, Optional<Fuel> fuel) { }

    /** A piece of a task's output. */
    public record Piece(@Limit(PIECE) byte[] bytes) { }

    /** Asks what can be enforced here. */
    public record Probe(Host host) { }

    /** What can be enforced here; {@code found} is for the kind of child. */
    public record Probed(@Limit(64) List<Variable> found, int startMillis, @Limit(1024) String notes) {
        /** What was found under a name; empty where it was not. */
        public String found(String name) {
            return found.stream().filter(v -> v.name().equals(name)).findFirst().map(Variable::value).orElse("");
        }
    }

    /** Asks the keeper to end now if it has nothing to keep and no other client. */
    public record Leave() { }

    /**
     * Starts a program beside the task. After {@link Done} the connection is that program's: {@link Input},
     * {@link InputEnd}, {@link Taken}, {@link Signal} and {@link Resize} to it; {@link Output}, {@link OutputEnd},
     * {@link Taken} and {@link Exited} from it. Hanging up kills it.
     *
     * @param command  empty for a shell
     * @param terminal the terminal's type; empty for none
     */
    public record Exec(@Limit(64) String leaseId, @Limit(value = 256, each = 1 << 16) List<String> command,
            @Limit(1024) List<Variable> environment, @Limit(64) String terminal, int columns, int rows) { }

    /** A piece of stream 1 or 2. */
    public record Output(int stream, @Limit(PIECE) byte[] bytes) { }

    /** A stream's end. */
    public record OutputEnd(int stream) { }

    /** So many bytes of a stream were taken: 0 is the input. */
    public record Taken(int stream, int bytes) { }

    /** A piece of input. */
    public record Input(@Limit(PIECE) byte[] bytes) { }

    /** The input's end. */
    public record InputEnd() { }

    /** Signals the program. */
    public record Signal(int number) { }

    /** Its terminal has another size. */
    public record Resize(int columns, int rows) { }

    /** The program's end. */
    public record Exited(int code) { }

    // on the keeper's disk

    /** A kept outcome. {@code total} is the container's usage when the task ended. */
    public record Stored(Hash fingerprint, long number, Result result, UsageVector total, boolean inline,
            @Limit(1 << 19) byte[] stdout) { }

    private Wire() { }

    /** The whole message. */
    public static byte[] encode(Record message) {
        return CODEC.encode(message);
    }

    /** Reads a whole message of any kind; refuses everything that is not canonical. */
    public static Record decode(byte[] bytes) throws EncodingException {
        return CODEC.decode(bytes);
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
