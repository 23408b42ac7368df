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
 * @param maxOutput   the most bytes of stdout; more ends the task with {@link Outcome.Reason#OUTPUT_LIMIT}
 */
public record TaskSpec(String taskId, List<String> args, Map<String, String> environment, byte[] stdin,
        long timeoutMillis, int maxOutput) {
    /** Copies the collections; refuses ids that could escape a path. */
    public TaskSpec {
        args = List.copyOf(args);
        environment = Map.copyOf(environment);
        if (!taskId.matches("[a-z0-9-]{1,80}")) {
            throw new IllegalArgumentException("a task id is 1 to 80 of a-z, 0-9 and dash: '" + taskId + "'");
        }
    }
}
