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

/**
 * A calibration over real containers: that it fills the machine and judges itself. How far its held-out mixes are off is measured on a quiet
 * machine and not here, where other tests run.
 */
class CalibrationTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Test
    void aCalibrationFillsTheMachineWithContainersOfWasmAndJudgesItselfByMixesAtFullLoad() throws Exception {
        calibrate("wasm");
    }

    @Test
    void aCalibrationFillsTheMachineWithSandboxesAndJudgesItselfByMixesAtFullLoad() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")) && Files.isExecutable(Path.of("/usr/bin/bwrap")), "sandboxes need root and bubblewrap");
        calibrate("sandbox");
    }

    private static void calibrate(String backend) throws Exception {
        assumeTrue(List.of("full", "soak").contains(System.getProperty("zennet.tier")), "fills the machine in the full tier");
        Zennet.Result r = Zennet.run(LIMIT, "benchmark", "--calibrate", "--suite", "quick", "--backend", backend, "--json");
        assertEquals(0, r.code(), r.err());
        JsonNode d = r.json();
        long rent = d.path("memory").asLong();
        long held = d.path("heldMemory").asLong();
        assertTrue(held <= rent, d::toString);
        assertTrue(held >= 0.98 * rent || d.path("warnings").toString().contains("MiB for rent were held"), d::toString);
        assertTrue(d.path("condition").asDouble() < 30 && d.path("fullLoadPerMille").isNumber() && d.path("partLoadPerMille").isNumber(), d::toString);
        List<JsonNode> full = new ArrayList<>();
        for (JsonNode run : d.path("runs")) {
            double seconds = run.path("wallMillis").asLong() / 1000.0;
            String load = run.path("load").asText();
            if (load.equals("HOLDING") || load.equals("FULL")) {
                // the meter shows what the holders hold; on a busy machine its readings lie apart by some of so short a window
                assertTrue(run.path("usage").path("memory").asDouble() >= 0.5 * held * seconds, run::toString);
            }
            if (!load.equals("HOLDING")) {
                assertTrue(run.path("usage").path("cpu").asLong() > 0, run::toString);
            }
            if (load.equals("FULL") && run.path("heldOut").asBoolean()) {
                full.add(run);
            }
        }
        assertEquals(4, full.size(), d::toString);
        double earned = full.stream().mapToDouble(m -> m.path("fitted").asLong()).sum();
        double meant = full.stream().mapToDouble(m -> m.path("price").asLong()).sum();
        assertEquals(1000 * (earned / meant - 1), d.path("fullLoadPerMille").asDouble(), 0.1, d::toString);
    }
}
