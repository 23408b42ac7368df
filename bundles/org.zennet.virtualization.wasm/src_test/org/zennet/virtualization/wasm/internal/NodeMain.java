package org.zennet.virtualization.wasm.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.zennet.api.container.Container;

/** Stands in for a node: starts a container and a task and is killed by the test. */
final class NodeMain {
    private NodeMain() { }

    /** Arguments: run directory, rounds to burn, idle limit in milliseconds. */
    public static void main(String[] args) throws Exception {
        Bench bench = new Bench(Path.of(args[0]), 2000);
        Container c = bench.start(bench.spec("survivor", Wasm.burn(Long.parseLong(args[1])), 64 << 20, 600_000,
                Long.parseLong(args[2])));
        Thread.ofPlatform().start(() -> {
            try {
                c.run(Bench.task("work"));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Bench.await("it burns", () -> {
            try {
                return c.usage().get(org.zennet.api.value.Counter.CPU) > 50_000;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Files.writeString(Path.of(args[0], "running"), "yes");
        TimeUnit.HOURS.sleep(1);
    }
}
