package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of the demo leaves no process behind. */
class InterruptedDemoTest {
    @TempDir
    Path directory;

    @Test
    void interruptingTheDemoEndsAllItsProcesses() throws Exception {
        // the demo's own directory lies in this one, so that its processes are told from all others
        Path log = directory.resolve("demo.log");
        Process demo = Zennet.start(log, Map.of("ZENNET_JAVA_OPTS", "-Djava.io.tmpdir=" + directory),
                List.of("env", "--default-signal=INT"), "demo"); // also where the tests run in the background of a script, which ignores it
        Zennet.await("the job runs", Duration.ofSeconds(120), () -> {
            if (!demo.isAlive()) {
                throw new AssertionError(MarketProcesses.text(log));
            }
            return MarketProcesses.text(log).contains("tasks verified");
        });
        assertTrue(demoProcesses().size() >= 7, "node, miner, three providers, publisher, demo");
        assertEquals(0, new ProcessBuilder("kill", "-INT", String.valueOf(demo.pid())).start().waitFor());
        assertTrue(demo.waitFor(30, TimeUnit.SECONDS), "it ends");
        assertEquals(Set.of(), demoProcesses());
        try (java.util.stream.Stream<Path> left = java.nio.file.Files.list(directory)) {
            assertEquals(List.of(), left.filter(f -> f.getFileName().toString().startsWith("zennet-demo-")).toList(), "nothing is left on the disk");
        }
    }

    private Set<Long> demoProcesses() {
        return ProcessHandle.allProcesses().filter(h -> MarketProcesses.commandLine(h).contains("-Dzennet.role=")
                && MarketProcesses.commandLine(h).contains(directory.toString())).map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }
}
