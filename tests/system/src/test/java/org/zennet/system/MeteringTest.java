package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The meters of sandboxes against what else is known of real programs. */
class MeteringTest {
    /** Processor time below which the start of a task is more than a fiftieth of it, in microseconds. */
    private static final long LEAST = 300_000;
    /** Bytes of what is moved for its own sake; acknowledgements are less. */
    private static final long MOVED = 10_000_000;

    @Test
    void processorTimeMemoryDiskAndNetworkOfEightRealProgramsEachAreWithinTwoPercent() throws Exception {
        assumeTrue(List.of("full", "soak").contains(System.getProperty("zennet.tier")), "runs twenty-one programs in the full tier");
        assumeTrue("root".equals(System.getProperty("user.name")) && Files.isExecutable(Path.of("/usr/bin/bwrap")), "sandboxes need root and bubblewrap");
        Zennet.Result r = Zennet.run(Duration.ofMinutes(6), "perf", "metering", "--containers", "10", "--json");
        assertEquals(0, r.code(), r.err());
        JsonNode d = r.json();
        List<String> compared = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        List<String> moved = new ArrayList<>();
        int remembered = 0;
        for (JsonNode p : d.path("programs")) {
            String name = p.path("program").asText();
            if (p.path("truth").path("cpu").asLong() >= LEAST) {
                compared.add(name);
                check(wrong, name, "cpu", p.path("error").path("cpu").asDouble(), 0.02);
            }
            check(wrong, name, "disk-read", p.path("error").path("disk-read").asDouble(0), 0.02);
            check(wrong, name, "disk-written", p.path("error").path("disk-written").asDouble(0), 0.02);
            for (String way : List.of("network-in", "network-out")) {
                if (p.path("truth").path(way).asLong() >= MOVED) {
                    moved.add(name);
                    check(wrong, name, way, p.path("error").path(way).asDouble(1), 0.02);
                }
            }
            if (p.path("truth").has("memory")) {
                double memory = p.path("error").path("memory").asDouble(1);
                remembered += Math.abs(memory) <= 0.02 ? 1 : 0;
                // what changes faster than anybody looks, or is less than what the kernel's own counters may lag by
                check(wrong, name, "memory", memory, 0.05);
            }
        }
        assertTrue(remembered >= 8, "memory of " + remembered + " programs within 2 %: " + d.path("programs"));
        assertTrue(moved.size() >= 8, "over the network " + moved + ", skipped " + d.path("skipped"));
        assertTrue(compared.size() >= 8, "compared " + compared + ", skipped " + d.path("skipped"));
        assertTrue(wrong.isEmpty(), wrong + " at a load of " + d.path("loadBefore") + " to " + d.path("loadAfter"));
        assertTrue(d.path("microsPerReading").asDouble() > 0);
    }

    private static void check(List<String> wrong, String program, String counter, double error, double most) {
        if (Math.abs(error) > most) {
            wrong.add(program + " " + counter + " " + error);
        }
    }
}
