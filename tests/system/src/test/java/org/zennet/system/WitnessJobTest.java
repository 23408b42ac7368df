package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job with a witness on real providers: an image without anything but its program, in real sandboxes, over the whole road. */
class WitnessJobTest {
    @TempDir
    Path directory;

    @Test
    void theWitnessOfARealJobAgreesWithHonestMeters() throws Exception {
        assumeTrue(List.of("full", "soak").contains(System.getProperty("zennet.tier")), "runs the demo in the full tier");
        assumeTrue(System.getProperty("user.name").equals("root"), "the sandbox of the demo is tried as root");
        Files.copy(Zennet.ROOT.resolve("examples/noise/noise.tar"), directory.resolve("noise.tar"));
        String job = Files.readString(Zennet.ROOT.resolve("examples/noise/job.yaml"));
        Path file = Files.writeString(directory.resolve("job.yaml"),
                job.replace("  args:", "  command: [/bin/noise]\n  args:").replace("replicas: 2,", "replicas: 2, witness: true,"));
        Zennet.Result demo = Zennet.run(Duration.ofMinutes(6), "demo", "--backend", "sandbox", "--providers", "3", "--job", file.toString(), "--json");
        assertEquals(0, demo.code(), demo.err());
        int reports = 0;
        for (JsonNode p : demo.json().path("providers")) {
            JsonNode w = p.path("witness");
            reports += w.path("reports").asInt();
            long seen = w.path("cpuSeen").asLong();
            long billed = w.path("cpuBilled").asLong();
            long around = 150_000L * w.path("reports").asInt() + 1_000_000;
            assertEquals(0, w.path("silent").asInt() + w.path("far").asInt(), p.toString());
            assertTrue(billed >= seen * 9 / 10 && billed <= seen * 5 / 4 + around, p.toString());
        }
        assertTrue(reports >= 12, "six tasks on two providers each: " + demo.out());
    }
}
