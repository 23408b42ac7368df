package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A job whose results differ by the noise of floating point, on real providers: a comparer verifies it, bytes don't. */
class NoiseExampleTest {
    private static final Duration LIMIT = Duration.ofMinutes(6);

    private static void inFullTier() {
        assumeTrue(List.of("full", "soak").contains(System.getProperty("zennet.tier")), "runs the demo twice in the full tier");
        assumeTrue(System.getProperty("user.name").equals("root"), "the sandbox of the demo is tried as root");
    }

    @Test
    void numericVerifiesItAndPaysEverybody() throws Exception {
        inFullTier();
        Zennet.Result demo = Zennet.run(LIMIT, "demo", "--backend", "sandbox", "--providers", "4", "--job", Zennet.ROOT.resolve("examples/noise/job.yaml").toString(), "--json");
        assertEquals(0, demo.code(), demo.err());
        assertEquals(6, demo.json().path("tasks").path("done").asInt());
        for (JsonNode p : demo.json().path("providers")) {
            assertEquals(0, p.path("withheld").asLong(), p.toString());
        }
    }

    @Test
    void exactFailsItWithoutBlame() throws Exception {
        inFullTier();
        Zennet.Result demo = Zennet.run(LIMIT, "demo", "--backend", "sandbox", "--providers", "3", "--job", Zennet.ROOT.resolve("examples/noise/job-exact.yaml").toString());
        assertEquals(1, demo.code(), demo.out());
        assertTrue((demo.out() + demo.err()).contains("gave different results"), demo.out() + demo.err());
    }

    /** What is committed is what the sources build, where the tools are those that built it. */
    @Test
    void theExamplesAreBuiltFromTheirSources() throws Exception {
        for (List<String> command : List.of(List.of("noise/image.sh", "--check"), List.of("script-pricing/build.sh", "--check"), List.of("script-pricing/test.sh"))) {
            Process p = new ProcessBuilder(java.util.stream.Stream.concat(java.util.stream.Stream.of("sh", Zennet.ROOT.resolve("examples").resolve(command.getFirst()).toString()),
                    command.stream().skip(1)).toList()).redirectErrorStream(true).start();
            String said = new String(p.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertTrue(p.waitFor(60, TimeUnit.SECONDS), said);
            assertTrue(List.of(0, 77).contains(p.exitValue()), said);
        }
    }
}
