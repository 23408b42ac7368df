package org.zennet.headless.internal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.zennet.services.Rejected;

class LoggingTest {
    @TempDir
    private Path directory;

    @AfterEach
    void silence() {
        Logging.silent();
    }

    private List<String> lines(Map<String, Object> settings) throws Exception {
        Logging.start(directory, "x", settings);
        LoggerFactory.getLogger("org.zennet.some.Place").info("paid {} to {}", 3, "Ada \"of\" Example");
        LoggerFactory.getLogger("org.zennet.some.Place").debug("not this");
        return Files.readAllLines(directory.resolve("x.log"));
    }

    @Test
    void withoutSettingsALineOfTextGoesToAFile() throws Exception {
        List<String> lines = lines(Map.of());
        assertEquals(1, lines.size());
        assertTrue(lines.getFirst().endsWith("Place - paid 3 to Ada \"of\" Example"), lines.getFirst());
    }

    @Test
    void asJsonEachLineIsAnObject() throws Exception {
        JsonNode line = new ObjectMapper().readTree(lines(Map.of("format", "json")).getFirst());
        assertEquals("paid 3 to Ada \"of\" Example", line.path("formattedMessage").asText());
        assertEquals("INFO", line.path("level").asText());
        assertEquals("org.zennet.some.Place", line.path("loggerName").asText());
        assertTrue(line.path("timestamp").asLong() > 0);
    }

    @Test
    void whatIsNoChoiceIsRefusedWithTheChoices() {
        assertEquals("logging.format in config.yaml is one of text, json, not 'xml'",
                assertThrows(Rejected.class, () -> Logging.start(directory, "x", Map.of("format", "xml"))).getMessage());
    }
}
