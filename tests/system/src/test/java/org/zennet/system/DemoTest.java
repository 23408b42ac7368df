package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo with faults. The demo without them is run by itself, after the tests. */
class DemoTest {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    /** What the job of examples/folding gives on any machine: the reduce step's output. */
    private static final Path RESULT = Zennet.ROOT.resolve("examples/folding/golden/job.tar.sha256");

    @TempDir
    Path directory;

    private JsonNode demo(String... words) throws Exception {
        String[] all = new String[words.length + 4];
        all[0] = "demo";
        all[1] = "--json";
        all[2] = "--results";
        all[3] = directory.resolve("result").toString();
        System.arraycopy(words, 0, all, 4, words.length);
        Zennet.Result r = Zennet.run(LIMIT, all);
        assertEquals(0, r.code(), r.err() + r.out());
        JsonNode d = r.json();
        assertTrue(d.path("ok").asBoolean(), r.out());
        assertTrue(d.path("verified").asBoolean());
        assertTrue(d.path("conserved").asBoolean());
        assertEquals(d.path("tasks").path("total").asInt(), d.path("tasks").path("done").asInt());
        assertTrue(d.path("negotiationRounds").asInt() >= 1, "at least one counter-offer: " + r.out());
        assertTrue(d.path("processesLeft").isEmpty(), r.out());
        for (String file : new String[] {"summary.txt", "fold.pdb", "fold.png"}) {
            assertTrue(Files.size(directory.resolve("result").resolve(file)) > 0, file);
        }
        assertEquals(Files.readString(RESULT).split(" ")[0], d.path("result").path("sha256").asText(), "same seeds, same bytes");
        return d;
    }

    /** One market for all of it: each would cost the tests a minute. */
    @Test
    void aLiarIsCaughtAMeterThatLiesGainsNothingAKilledProviderSettlesFromItsOwnDiskAndTheResultIsTheSame() throws Exception {
        Path job = Files.createDirectory(directory.resolve("job"));
        Files.copy(Zennet.ROOT.resolve("examples/folding/fold.wasm"), job.resolve("fold.wasm"));
        String text = Files.readString(Zennet.ROOT.resolve("examples/folding/job.yaml"));
        Files.writeString(job.resolve("job.yaml"), text + "\nterms: { patience: 0s }    # ResumeTest has a provider that comes back in time\n");
        JsonNode d = demo("--providers", "5", "--liars", "2", "--lie", "both", "--kill-provider", "--job", job.resolve("job.yaml").toString());
        assertTrue(d.path("providerKilled").asBoolean());
        assertEquals("provider-3", d.path("killed").asText(), "the first that does not lie");
        boolean settled = false;
        int caught = 0;
        int drifting = 0;
        for (JsonNode p : d.path("providers")) {
            if (p.path("name").asText().equals(d.path("killed").asText())) {
                settled |= p.path("paid").asLong() > 0 && p.path("settlement").path("height").asInt() > 0;
            }
            if (p.hasNonNull("drift") && p.path("name").asText().equals("provider-2")) {
                drifting++;
                JsonNode drift = p.path("drift");
                assertTrue(drift.path("claimed").asLong() > drift.path("allowed").asLong(), "three times of everything: " + p);
                assertEquals(0, drift.path("gained").asLong(), "paid is what the clock allows: " + p);
                assertTrue(p.path("paid").asLong() <= Math.max(p.path("promised").asLong(), drift.path("allowed").asLong()), p.toString());
            }
            if (p.hasNonNull("caught")) {
                caught++;
                assertFalse(p.path("honest").asBoolean());
                assertTrue(p.path("withheld").asLong() > 0, "withheld: " + p);
                assertNotEquals(p.path("caught").path("signed").asText(), p.path("caught").path("other").asText());
                assertTrue(p.path("caught").path("agreeing").size() >= 2, "two others agree: " + p);
                assertTrue(p.path("paid").asLong() <= p.path("promised").asLong(), "nothing is paid beyond what was promised: " + p);
            } else {
                assertTrue(p.path("honest").asBoolean());
                assertTrue(p.path("paid").asLong() > 0);
                assertTrue(p.path("settlement").path("height").asInt() > 0, "settled: " + p);
            }
        }
        assertTrue(settled, "the killed provider's lease and settlement are shown: " + d.path("providers"));
        assertEquals(1, caught);
        assertEquals(1, drifting, "the meter that lies is shown: " + d.path("providers"));
    }
}
