package org.zennet.headless.internal.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zennet.headless.internal.cli.Misused;

class PerfCommandTest {
    @Test
    void programsRunInTheirUsualOrderAndAnUnknownOneIsNamedWithThoseThatThereAre() throws Exception {
        assertEquals(List.of("xz", "perl"), PerfCommand.programs(List.of("perl", "xz")));
        assertEquals(List.of(), PerfCommand.programs(List.of("none")));
        assertTrue(PerfCommand.programs(null).size() >= 8);
        String said = assertThrows(Misused.class, () -> PerfCommand.programs(List.of("xz", "doom"))).getMessage();
        assertTrue(said.contains("'doom'") && said.contains("sqlite3"), said);
    }

    @Test
    void theScriptKnowsEveryProgram() throws Exception {
        try (InputStream in = PerfCommand.class.getResourceAsStream("metering.sh")) {
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String program : PerfCommand.programs(null)) {
                assertTrue(script.contains("\n  " + program + ")"), program);
            }
        }
    }
}
