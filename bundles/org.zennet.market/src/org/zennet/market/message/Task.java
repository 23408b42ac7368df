package org.zennet.market.message;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;

/**
 * A task for a lease. The same task goes to several providers under the same digest.
 *
 * @param job       the job's id
 * @param taskId    within the job: 1 to 80 of {@code a-z0-9-}
 * @param command   what runs instead of the image's entry point; empty for the image's own
 * @param args      of the program
 * @param environment of the program, by name, each once
 * @param stdin     SHA-256 of what it reads
 * @param stdinBytes its size; zero means nothing is read
 * @param files     SHA-256 of the archive that is unpacked into its working directory, see
 *                  {@link org.zennet.api.container.FileArchive}
 * @param filesBytes its size; zero means that there are none
 * @param outputs   relative names of files and directories that belong to the result, see {@link TaskOutput}; empty
 *                  where its output alone is the result
 * @param timeoutMillis its wall-clock limit
 * @param maxOutput the most bytes of output, and of files
 */
@Message(Tag.TASK)
public record Task(Hash job, @Limit(80) String taskId, @Limit(value = 256, each = 4096) List<String> command,
        @Limit(value = 256, each = 4096) List<String> args, @Limit(100) List<Variable> environment, Hash stdin,
        long stdinBytes, Hash files, long filesBytes, @Limit(value = 256, each = 1020) List<String> outputs,
        long timeoutMillis, int maxOutput) {
    /** SHA-256 of nothing. */
    private static final Hash NOTHING = Hash.ofHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    /** A task without command, environment and files. */
    public Task(Hash job, String taskId, List<String> args, Hash stdin, long stdinBytes, long timeoutMillis, int maxOutput) {
        this(job, taskId, List.of(), args, List.of(), stdin, stdinBytes, NOTHING, 0, List.of(), timeoutMillis, maxOutput);
    }

    /** For a container, with what its hashes name. */
    public TaskSpec spec(byte[] input, byte[] archive) {
        Map<String, String> variables = new LinkedHashMap<>();
        environment.forEach(v -> variables.put(v.name(), v.value()));
        return new TaskSpec(taskId, args, variables, input, timeoutMillis, maxOutput, archive, outputs, command);
    }

    /** A variable of the environment. */
    public record Variable(@Limit(100) String name, @Limit(4096) String value) { }
}
