package org.zennet.virtualization.wasm.internal.wire;

import java.util.List;
import java.util.Optional;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.api.value.Hash;
import org.zennet.virtualization.keeper.Codec;
import org.zennet.virtualization.keeper.Wire;

/** The messages between a keeper and a child JVM. Both are always of one installation. */
public final class ChildWire {
    private static final int VERSION = 1;
    /** The most bytes of a module. */
    public static final int MAX_MODULE = 8 << 20;
    /** The most bytes of one piece of a module, of files, of input or of output. */
    public static final int PIECE = Wire.PIECE;
    /** The most bytes of a message to a child: the module is the largest. */
    public static final int LARGEST = MAX_MODULE + PIECE;

    private static final Codec CODEC = new Codec(VERSION, List.of(Init.class, Ready.class, Refused.class, FilePiece.class,
            Task.class, Counting.class, Interrupt.class, Out.class, Err.class, FileOut.class, Ended.class,
            Compiled.class, Made.class, Read.class, In.class));

    /** The module and its limits; the first message to a child. */
    public record Init(@Limit(MAX_MODULE) byte[] module, int maxPages, int stackBytes, boolean metered) { }

    /** A piece of what an earlier child made of the module; before {@link Init}. */
    public record Compiled(@Limit(PIECE) byte[] bytes) { }

    /** A piece of what this child made of the module; before {@link Ready}, and only where nothing came. */
    public record Made(@Limit(PIECE) byte[] bytes) { }

    /** The module is compiled. */
    public record Ready() { }

    /** The module can't be used; one line for people. */
    public record Refused(@Limit(1024) String why) { }

    /** A piece of the archive of files that the next task finds; the child takes {@link TaskSpec#MAX_FILES} of them. */
    public record FilePiece(@Limit(PIECE) byte[] bytes) { }

    /**
     * A task for the child, with the files that came before it.
     *
     * @param stdin       the first piece of what it reads
     * @param stdinLength how many bytes it reads in all; what lies beyond the first piece is asked for by {@link Read}
     * @param stdinHash   the SHA-256 of all of it
     * @param fuel        the most that it may use; of no account where it is not counted
     */
    public record Task(long number, @Limit(value = 1024, each = 1 << 16) List<String> args,
            @Limit(1024) List<Wire.Variable> environment, @Limit(PIECE) byte[] stdin, long stdinLength, Hash stdinHash,
            int maxOutput, long fuel, @Limit(value = TaskSpec.MAX_OUTPUTS, each = 1024) List<String> outputs) { }

    /** The task of that number trapped; its fuel is counted by a second run, which is no longer under its time limit. */
    public record Counting(long number, @Limit(1024) String detail) { }

    /** Asks for a piece of what the task of that number reads, from a place on. One at a time. */
    public record Read(long number, long from) { }

    /** That piece: {@link #PIECE} bytes, or all that are left. */
    public record In(long number, long from, @Limit(PIECE) byte[] bytes) { }

    /** Ends the running task of that number. */
    public record Interrupt(long number) { }

    /** A piece of stdout. */
    public record Out(long number, @Limit(PIECE) byte[] bytes) { }

    /** A piece of stderr. */
    public record Err(long number, @Limit(PIECE) byte[] bytes) { }

    /** A piece of the archive of what the task leaves. */
    public record FileOut(long number, @Limit(PIECE) byte[] bytes) { }

    /** The task of that number ended. */
    public record Ended(long number, Outcome.Reason reason, int exitCode, @Limit(1024) String detail,
            Optional<Fuel> fuel) { }

    private ChildWire() { }

    /** The whole message. */
    public static byte[] encode(Record message) {
        return CODEC.encode(message);
    }

    /** Reads a whole message; refuses everything that is not canonical. */
    public static Record decode(byte[] bytes) throws EncodingException {
        return CODEC.decode(bytes);
    }
}
