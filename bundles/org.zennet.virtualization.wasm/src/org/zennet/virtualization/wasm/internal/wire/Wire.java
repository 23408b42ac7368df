package org.zennet.virtualization.wasm.internal.wire;

import java.util.List;
import java.util.Optional;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.virtualization.keeper.Codec;

/** The messages between keeper and child. A kind's number is its place in the list: new ones are added at the end. */
public final class Wire {
    /** The most bytes of a module. */
    public static final int MAX_MODULE = 8 << 20;
    /** The most bytes that a task reads. */
    public static final int MAX_STDIN = org.zennet.virtualization.keeper.Wire.MAX_STDIN;
    /** How much of stderr is kept. */
    public static final int MAX_STDERR = org.zennet.virtualization.keeper.Wire.MAX_STDERR;
    /** The most bytes of one piece of output. */
    public static final int PIECE = org.zennet.virtualization.keeper.Wire.PIECE;

    private static final Codec CODEC = new Codec(1, List.of(Init.class, Ready.class, Refused.class, FilePiece.class, Task.class,
            Counting.class, Interrupt.class, Out.class, Err.class, FileOut.class, Ended.class));

    /** A name and its value. */
    public record Variable(@Limit(1 << 16) String name, @Limit(1 << 16) String value) { }

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
        return org.zennet.virtualization.keeper.Wire.line(text);
    }
}
