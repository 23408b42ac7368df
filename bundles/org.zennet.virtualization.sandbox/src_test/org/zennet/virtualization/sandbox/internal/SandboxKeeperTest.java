package org.zennet.virtualization.sandbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Container;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.UsageVector;

class SandboxKeeperTest {
    @TempDir
    Path directory;

    /** Stands in for a node: starts a container and a task and is killed by the test. */
    static final class Node {
        private Node() { }

        public static void main(String[] args) throws Exception {
            Sandboxes boxes = new Sandboxes(Path.of(args[0]));
            Container c = boxes.start();
            Thread.ofPlatform().start(() -> {
                try {
                    c.run(task());
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            while (c.usage().get(org.zennet.api.value.Counter.CPU) < 30_000) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            Files.writeString(Path.of(args[0], "running"), "yes");
            TimeUnit.HOURS.sleep(1);
        }
    }

    private static TaskSpec task() {
        return new TaskSpec("work", List.of("-c", "i=0; while [ $i -lt 1500000 ]; do i=$((i+1)); done; echo $i > left; echo $i"),
                Map.of("PATH", "/usr/bin:/bin"), new byte[0], 60_000, 1000, new byte[0], List.of("left"));
    }

    private Process node() throws Exception {
        new Sandboxes(directory).close();
        List<String> paths = new ArrayList<>();
        for (Class<?> c : List.of(Node.class, SandboxBackend.class, Container.class, Test.class, TempDir.class, org.slf4j.Logger.class,
                org.opentest4j.TestAbortedException.class, org.junit.platform.commons.util.ExceptionUtils.class, org.apiguardian.api.API.class,
                org.osgi.service.component.annotations.Component.class, com.fasterxml.jackson.databind.ObjectMapper.class,
                com.fasterxml.jackson.core.JsonFactory.class, com.fasterxml.jackson.annotation.JsonProperty.class,
                org.zennet.services.node.NodeContext.class, org.zennet.virtualization.keeper.Wire.class)) {
            String p = Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
            if (!paths.contains(p)) {
                paths.add(p);
            }
        }
        Process p = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                String.join(File.pathSeparator, paths), Node.class.getName(), directory.toString()).inheritIO().start();
        while (!Files.exists(directory.resolve("running")) && p.isAlive()) {
            Thread.onSpinWait();
        }
        assertTrue(p.isAlive(), "the node runs its task");
        return p;
    }

    private long keeper() throws Exception {
        return Long.parseLong(Files.readString(directory.resolve("sandbox/keeper/keeper.pid")).strip());
    }

    @Test
    void aTaskThatEndsAfterTheNodeWasKilledIsToldOnceAndBilledOnce() throws Exception {
        Process node = node();
        node.destroyForcibly().waitFor();
        try (Sandboxes boxes = new Sandboxes(directory)) {
            List<Container> survivors = boxes.backend.survivors();
            assertEquals(1, survivors.size());
            Container c = survivors.getFirst();
            assertEquals("lease-1", c.leaseId());
            assertTrue(c.ended().isEmpty());
            UsageVector before = c.usage();
            Outcome o = c.run(task());
            assertEquals("1500000\n", Sandboxes.out(o), o.detail());
            assertTrue(o.files().length > 0);
            UsageVector after = c.usage();
            assertTrue(after.get(org.zennet.api.value.Counter.CPU) >= before.get(org.zennet.api.value.Counter.CPU));
            Outcome again = c.run(task());
            assertEquals(o.usage(), again.usage());
            c.stop();
            assertEquals(List.of(), boxes.left("lease-1"));
        }
    }

    @Test
    void withTheKeeperDieItsChildrenAndTheNextOneTellsSo() throws Exception {
        try (Sandboxes boxes = new Sandboxes(directory)) {
            Container c = boxes.start();
            assertTrue(Sandboxes.sh(c, "a", "echo kept").succeeded());
            Outcome a = Sandboxes.sh(c, "a", "echo kept");
            ProcessHandle keeper = ProcessHandle.of(keeper()).orElseThrow();
            keeper.destroyForcibly();
            keeper.onExit().get();
            List<Container> survivors = boxes.backend.survivors();
            assertEquals(1, survivors.size());
            assertTrue(survivors.getFirst().ended().orElse("").contains("keeper"), survivors.getFirst().ended().toString());
            assertEquals(List.of(), boxes.left("lease-1"));
            assertEquals(Sandboxes.out(a), Sandboxes.out(Sandboxes.sh(survivors.getFirst(), "a", "echo kept")));
            survivors.getFirst().stop();
            assertTrue(boxes.backend.survivors().isEmpty());
        }
    }
}
