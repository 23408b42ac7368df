package org.zennet.provider.internal.lease;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.Task;
import org.zennet.market.message.TaskOutput;

/** Which tasks of publishers can be run, and what a container's outcome is for a publisher. Pure. */
final class TaskSpecs {
    /** The most bytes of input that are held in memory for a task. */
    static final long MAX_INPUT = 64L << 20;
    private static final int MOST_OUTPUT = 64 << 20;

    private TaskSpecs() { }

    /** Why a task can't be run by any backend, or empty. */
    static Optional<String> objection(Task t) {
        if (!t.taskId().matches("[a-z0-9-]{1,80}")) {
            return Optional.of("it has no proper name");
        }
        if (t.timeoutMillis() < 1) {
            return Optional.of("its limit is " + t.timeoutMillis() + " ms");
        }
        if (t.maxOutput() < 0 || t.maxOutput() > MOST_OUTPUT) {
            return Optional.of("it may write " + t.maxOutput() + " bytes, at most " + MOST_OUTPUT + " are kept");
        }
        if (t.stdinBytes() > MAX_INPUT || t.filesBytes() > TaskSpec.MAX_FILES) {
            return Optional.of("it reads " + t.stdinBytes() + " bytes and has " + t.filesBytes() + " bytes of files, at most " + MAX_INPUT
                    + " and " + TaskSpec.MAX_FILES + " are taken");
        }
        for (String o : t.outputs()) {
            if (!TaskSpec.relative(o) || o.equals(TaskOutput.STDOUT) || o.startsWith(TaskOutput.STDOUT + "/")) {
                return Optional.of("an output has a name that is not allowed");
            }
        }
        Set<String> names = new HashSet<>();
        for (Task.Variable v : t.environment()) {
            if (!v.name().matches("[A-Za-z_][A-Za-z0-9_]*") || v.value().indexOf(0) >= 0 || !names.add(v.name())) {
                return Optional.of("its environment is not well formed");
            }
        }
        return zero(t.command()) || zero(t.args()) ? Optional.of("an argument holds a zero character") : Optional.empty();
    }

    private static boolean zero(List<String> words) {
        return words.stream().anyMatch(w -> w.indexOf(0) >= 0);
    }

    /** How it ended, for the publisher: one whose files are more than it may leave has gone over its limit, whatever the backend says. */
    static Outcome judged(Task t, Outcome o) {
        boolean more = o.stdout().length > t.maxOutput() || !t.outputs().isEmpty() && o.stdout().length + (long) o.files().length > TaskOutput.most(t);
        return !more ? o : new Outcome(Outcome.Reason.OUTPUT_LIMIT, o.exitCode(), new byte[0], o.stderr(), o.usage(), "more than its limit", new byte[0]);
    }
}
