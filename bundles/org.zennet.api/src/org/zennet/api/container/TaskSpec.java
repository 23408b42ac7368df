package org.zennet.api.container;

import java.util.List;
import java.util.Map;

/**
 * One task in a container.
 *
 * @param taskId      unique within the lease: 1 to 80 characters of {@code a-z0-9-}
 * @param args        the arguments after the program's name
 * @param environment the environment, all of it
 * @param stdin       what the task reads
 * @param timeoutMillis its wall-clock limit in milliseconds
 * @param maxOutput   the most bytes of stdout, and of the files that it leaves; more ends the task with
 *                    {@link Outcome.Reason#OUTPUT_LIMIT}
 * @param files       what lies in its working directory when it starts: a ustar archive (POSIX.1-1988) of plain files
 *                    and directories with relative names, at most 64 MiB; empty for none
 * @param outputs     what is taken from its working directory when it has ended: relative names of files or
 *                    directories, at most 256; links are not followed, what is not there is left out
 * @param command     what runs instead of the image's entry point, at most 256 words; empty for the image's own. The
 *                    arguments follow it; without arguments the image's default ones do not. For backends with
 *                    {@link Capabilities#PROGRAMS} only
 */
public record TaskSpec(String taskId, List<String> args, Map<String, String> environment, byte[] stdin,
        long timeoutMillis, int maxOutput, byte[] files, List<String> outputs, List<String> command) {
    /** The most bytes of {@link #files}. */
    public static final int MAX_FILES = 64 << 20;
    /** The most names in {@link #outputs}. */
    public static final int MAX_OUTPUTS = 256;
    /** The most words in {@link #command}. */
    public static final int MAX_COMMAND = 256;

    /** Without files. */
    public TaskSpec(String taskId, List<String> args, Map<String, String> environment, byte[] stdin,
            long timeoutMillis, int maxOutput) {
        this(taskId, args, environment, stdin, timeoutMillis, maxOutput, new byte[0], List.of());
    }

    /** With the image's own entry point. */
    public TaskSpec(String taskId, List<String> args, Map<String, String> environment, byte[] stdin,
            long timeoutMillis, int maxOutput, byte[] files, List<String> outputs) {
        this(taskId, args, environment, stdin, timeoutMillis, maxOutput, files, outputs, List.of());
    }

    /** Copies the collections; refuses ids that could escape a path. */
    public TaskSpec {
        args = List.copyOf(args);
        environment = Map.copyOf(environment);
        outputs = List.copyOf(outputs);
        command = List.copyOf(command);
        if (command.size() > MAX_COMMAND) {
            throw new IllegalArgumentException("a command has at most " + MAX_COMMAND + " words, not " + command.size());
        }
        if (files.length > MAX_FILES || outputs.size() > MAX_OUTPUTS) {
            throw new IllegalArgumentException("at most " + MAX_FILES + " bytes of files and " + MAX_OUTPUTS
                    + " outputs, not " + files.length + " and " + outputs.size());
        }
        for (String o : outputs) {
            if (!relative(o)) {
                throw new IllegalArgumentException("an output is a relative name without '..': '" + o + "'");
            }
        }
        if (!taskId.matches("[a-z0-9-]{1,80}")) {
            throw new IllegalArgumentException("a task id is 1 to 80 of a-z, 0-9 and dash: '" + taskId + "'");
        }
    }

    /** Whether a name stays below the directory that it is relative to: 1 to 255 characters, no empty or dot part. */
    public static boolean relative(String name) {
        if (name.isEmpty() || name.length() > 255 || name.startsWith("/") || name.chars().anyMatch(c -> c < ' ' || c == 127)) {
            return false;
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
