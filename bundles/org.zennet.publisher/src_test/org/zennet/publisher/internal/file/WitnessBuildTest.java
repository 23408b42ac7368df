package org.zennet.publisher.internal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class WitnessBuildTest {
    private static final int LACKS_TOOLS = 77;

    @Test
    void theCommittedWitnessIsWhatTheSourceGives() throws Exception {
        String root = System.getProperty("zennet.root", "");
        Assumptions.assumeTrue(!root.isEmpty(), "SKIPPED: zennet.root names no checkout");
        Process p = new ProcessBuilder(Path.of(root, "bundles/org.zennet.publisher/witness/build.sh").toString(), "--check")
                .redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = p.waitFor();
        Assumptions.assumeTrue(code != LACKS_TOOLS, "SKIPPED: " + said.strip());
        assertEquals(0, code, said);
    }
}
