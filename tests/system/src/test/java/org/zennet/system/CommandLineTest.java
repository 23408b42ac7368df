package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"--help", "demo --help", "network new --help", "node start --help", "miner start --help", "provider start --help",
        "job submit --help", "wallet send --help", "chain block --help", "offers --help", "plugins install --help", "doctor --help", "test --help"})
    void everyCommandTellsHowItIsUsed(String words) throws Exception {
        Zennet.Result r = Zennet.run(LIMIT, words.split(" "));
        assertEquals(0, r.code(), r.err());
        assertTrue(r.out().contains("Usage:"), r.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "job submit", "demo --providers", "wallet send dxen1x", "chain block x", "node start --port 1"})
    void aMisusedCommandEndsWithTwoAndOneLine(String words) throws Exception {
        Zennet.Result r = Zennet.run(LIMIT, words.split(" "));
        assertEquals(2, r.code(), r.out() + r.err());
        Zennet.assertOneLine(r);
    }

    @Test
    void whatFailsEndsWithOneAndSaysWhatToDo() throws Exception {
        String data = directory.resolve("none").toString();
        for (List<String> words : List.of(List.of("wallet", "balance", "--data", data), List.of("node", "start", "--data", data),
                List.of("node", "start", "--data", data, "--join", "zennet:dev:zz"), List.of("job", "submit", "no-such-file.yaml", "--data", data),
                List.of("demo", "--providers", "1"), List.of("demo", "--liars", "2"))) {
            Zennet.Result r = Zennet.run(LIMIT, words.toArray(String[]::new));
            assertEquals(1, r.code(), words + ": " + r.out() + r.err());
            Zennet.assertOneLine(r);
        }
    }

    @Test
    void aNewNetworkPrintsOneJoinLineAndIsNotMadeTwice() throws Exception {
        String data = directory.resolve("n").toString();
        Zennet.Result made = Zennet.run(LIMIT, "network", "new", "--network", "mine", "--data", data);
        assertEquals(0, made.code(), made.err());
        assertTrue(made.out().strip().matches("zennet:dev:[0-9a-f]{64}@127\\.0\\.0\\.1:\\d+#[0-9a-f]{64}"), made.out());
        Zennet.Result again = Zennet.run(LIMIT, "network", "new", "--network", "mine", "--data", data);
        assertEquals(1, again.code());
        Zennet.assertOneLine(again);
        Zennet.Result status = Zennet.run(LIMIT, "network", "status", "--json", "--data", data);
        assertEquals(made.out().strip(), status.json().path("join").asText());
        assertEquals("rwx------", java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(data, "mine"))));
    }
}
