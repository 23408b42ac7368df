package org.example.stackmachine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;

@Timeout(60)
class StackBackendTest {
    private static final String ECHO = "in dup 1 + [ out in dup 1 + ] drop";
    private static final String FACTORIAL_OF_20 = "1 20 dup [ swap over * swap 1 - dup ] drop .";
    private static final String FOREVER = "1 [ 1 ]";

    @TempDir
    private Path directory;

    private Container start(String program) throws Exception {
        byte[] bytes = program.getBytes(StandardCharsets.UTF_8);
        Path image = Files.write(directory.resolve("image"), bytes);
        return new StackBackend().start(new ContainerSpec("lease-1", image, Hash.of(MessageDigest.getInstance("SHA-256").digest(bytes)),
                new Resources(1000, 1 << 20, 0), directory, 60_000, 60_000));
    }

    private static TaskSpec task(String id, String stdin, long millis, int most) {
        return new TaskSpec(id, List.of(), Map.of(), stdin.getBytes(StandardCharsets.UTF_8), millis, most);
    }

    private static String text(Outcome o) {
        return o.reason() + " " + o.exitCode() + " " + new String(o.stdout(), StandardCharsets.UTF_8);
    }

    @Test
    void programsReadCalculateAndWrite() throws Exception {
        assertEquals("EXITED 0 hello", text(start(ECHO).run(task("a", "hello", 1000, 100))));
        assertEquals("EXITED 0 2432902008176640000\n", text(start(FACTORIAL_OF_20).run(task("a", "", 1000, 100))));
        assertEquals("EXITED 7 ", text(start("( ends with ) 7 exit").run(task("a", "", 1000, 100))));
    }

    @Test
    void aTaskIsDoneOnceHoweverOftenItIsAskedFor() throws Exception {
        Container c = start(ECHO);
        Outcome first = c.run(task("a", "x", 1000, 100));
        long cpu = c.usage().get(Counter.CPU);
        assertTrue(first == c.run(task("a", "y", 1000, 100)));
        assertEquals(cpu, c.usage().get(Counter.CPU));
    }

    @Test
    void whatAProgramDoesWrongEndsItWithAReason() throws Exception {
        assertEquals("'/' at word 3: / by zero", start("1 0 /").run(task("a", "", 1000, 100)).detail());
        assertEquals("'+' at word 2 wants 2 numbers, there are 1", start("1 +").run(task("a", "", 1000, 100)).detail());
        assertEquals(Reason.TRAPPED, start("1 [ 1 1 ]").run(task("a", "", 60_000, 100)).reason(), "the stack is bounded");
        assertEquals("OUTPUT_LIMIT 0 aaa", text(start("1 [ 97 out 1 ]").run(task("a", "", 1000, 3))));
        assertEquals(Reason.TIMEOUT, start(FOREVER).run(task("a", "", 20, 3)).reason());
    }

    @Test
    void anImageThatIsNoProgramIsToldAsTheTasksOutcome() throws Exception {
        Outcome o = start("1 2 frobnicate").run(task("a", "", 1000, 100));
        assertEquals(Reason.INVALID_IMAGE, o.reason());
        assertEquals("word 3 is unknown: frobnicate", o.detail());
        assertEquals("word 1 opens a bracket that is never closed", start("[ 1").run(task("a", "", 1000, 100)).detail());
    }

    @Test
    void aTaskThatRunsIsCancelledFrozenAndStopped() throws Exception {
        for (String how : List.of("cancel", "stop")) {
            Container c = start(FOREVER);
            CompletableFuture<Outcome> end = new CompletableFuture<>();
            new Thread(() -> {
                try {
                    end.complete(c.run(task("a", "", 60_000, 10)));
                } catch (ContainerException | InterruptedException e) {
                    end.completeExceptionally(e);
                }
            }).start();
            while (c.usage().get(Counter.CPU) == 0) {
                Thread.onSpinWait();
            }
            c.freeze(true);
            if (how.equals("cancel")) {
                c.cancel();
            } else {
                c.stop();
            }
            assertEquals(how.equals("cancel") ? Reason.CANCELLED : Reason.CONTAINER_ENDED, end.get(10, TimeUnit.SECONDS).reason());
        }
    }

    @Test
    void afterItsEndItRunsNothing() throws Exception {
        Container c = start(ECHO);
        c.stop();
        assertEquals("the container of lease-1 has ended: stopped",
                assertThrows(ContainerException.class, () -> c.run(task("a", "", 1000, 10))).getMessage());
    }
}
