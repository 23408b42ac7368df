package org.zennet.provider.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Task;

class TaskSpecsTest {
    private static final Hash ANY = Hash.of(new byte[32]);

    private static Task task(String id, List<String> command, List<Task.Variable> environment, long stdin, long files, List<String> outputs,
            long timeout, int most) {
        return new Task(ANY, id, command, List.of("a"), environment, ANY, stdin, ANY, files, outputs, timeout, most);
    }

    private static Task outputs(String... names) {
        return task("task-1", List.of(), List.of(), 0, 0, List.of(names), 1000, 1000);
    }

    private static Task variables(Task.Variable... v) {
        return task("task-1", List.of(), List.of(v), 0, 0, List.of(), 1000, 1000);
    }

    @Test
    void aTaskIsTakenAsItIs() {
        Task t = task("task-1", List.of("/bin/p"), List.of(new Task.Variable("A", "b=c")), 1, 2, List.of("out/x"), 1000, 1000);
        assertEquals(Optional.empty(), TaskSpecs.objection(t));
        TaskSpec s = t.spec(new byte[] {1}, new byte[] {2, 3});
        assertEquals(List.of("/bin/p"), s.command());
        assertEquals(List.of("a"), s.args());
        assertEquals(Map.of("A", "b=c"), s.environment());
        assertEquals(List.of("out/x"), s.outputs());
        assertEquals(2, s.files().length);
    }

    @Test
    void whatNoBackendCouldRunIsRefused() {
        List<Task> bad = List.of(
                task("../1", List.of(), List.of(), 0, 0, List.of(), 1000, 1000),
                task("task-1", List.of(), List.of(), 0, 0, List.of(), 0, 1000),
                task("task-1", List.of(), List.of(), 0, 0, List.of(), 1000, (64 << 20) + 1),
                task("task-1", List.of(), List.of(), (64L << 20) + 1, 0, List.of(), 1000, 1000),
                task("task-1", List.of(), List.of(), 0, (64L << 20) + 1, List.of(), 1000, 1000),
                task("task-1", List.of("a\0b"), List.of(), 0, 0, List.of(), 1000, 1000),
                outputs("../x"), outputs("/etc/passwd"), outputs("a//b"), outputs("stdout"), outputs("stdout/x"), outputs(""),
                variables(new Task.Variable("", "x")), variables(new Task.Variable("A=B", "x")), variables(new Task.Variable("1A", "x")),
                variables(new Task.Variable("A", "x\0")), variables(new Task.Variable("A", "x"), new Task.Variable("A", "y")));
        for (Task t : bad) {
            assertTrue(TaskSpecs.objection(t).isPresent(), () -> "" + t);
        }
    }

    @Test
    void moreFilesThanATaskMayLeaveAreOverItsLimit() {
        Outcome fine = outcome(1000, 512);
        assertSame(fine, TaskSpecs.judged(outputs("x"), fine));
        assertEquals(Outcome.Reason.OUTPUT_LIMIT, TaskSpecs.judged(outputs("x"), outcome(0, 110 << 20)).reason());
        assertEquals(Outcome.Reason.OUTPUT_LIMIT, TaskSpecs.judged(outputs(), outcome(1001, 0)).reason());
        assertEquals(0, TaskSpecs.judged(outputs(), outcome(1001, 0)).stdout().length);
    }

    private static Outcome outcome(int stdout, int files) {
        return new Outcome(Outcome.Reason.EXITED, 0, new byte[stdout], new byte[0], UsageVector.ZERO, "", new byte[files]);
    }
}
