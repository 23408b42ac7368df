package org.zennet.api.container;

import java.util.Optional;
import org.zennet.api.value.UsageVector;

/**
 * How a task ended.
 *
 * @param reason   why
 * @param exitCode the program's exit code; meaningful with {@link Reason#EXITED} only
 * @param stdout   its output, at most the task's limit
 * @param stderr   the first 64 KiB of its messages
 * @param usage    what this task alone used
 * @param detail   one line for people; may be empty
 * @param files    what {@link TaskSpec#outputs} names, as a ustar archive with entries in the order of their names, mode
 *                 0644 or 0755, owner, group and time 0, so that the same files give the same bytes; empty for none
 * @param fuel     what it did, counted exactly; empty where the backend does not count, or where it ended by something
 *                 that is not the same on every host, such as its time
 */
public record Outcome(Reason reason, int exitCode, byte[] stdout, byte[] stderr, UsageVector usage, String detail,
        byte[] files, Optional<Fuel> fuel) {
    /** Not counted. */
    public Outcome(Reason reason, int exitCode, byte[] stdout, byte[] stderr, UsageVector usage, String detail,
            byte[] files) {
        this(reason, exitCode, stdout, stderr, usage, detail, files, Optional.empty());
    }

    /** Without files. */
    public Outcome(Reason reason, int exitCode, byte[] stdout, byte[] stderr, UsageVector usage, String detail) {
        this(reason, exitCode, stdout, stderr, usage, detail, new byte[0]);
    }

    /** Why a task ended. The order is part of the canonical encoding. */
    public enum Reason {
        /** The program ended by itself. */
        EXITED,
        /** It trapped: a wild access, an exhausted stack, an unreachable instruction. */
        TRAPPED,
        /** Its wall-clock limit. */
        TIMEOUT,
        /** Its memory limit. */
        OUT_OF_MEMORY,
        /** Its output limit. */
        OUTPUT_LIMIT,
        /** Somebody cancelled it. */
        CANCELLED,
        /** The module or image is not valid or asks for what is not offered. */
        INVALID_IMAGE,
        /** The container ended under it. */
        CONTAINER_ENDED
    }

    /** Whether the program ended by itself with exit code 0. */
    public boolean succeeded() {
        return reason == Reason.EXITED && exitCode == 0;
    }
}
