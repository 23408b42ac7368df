package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a process. Every command and every way to misuse one stand in the unit tests of the headless bundle. */
class CommandLineTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"--help", "demo --help", "provider start --help", "ssh --help", "doctor --help", "test --help"})
    void aCommandTellsHowItIsUsed(String words) throws Exception {
        Zennet.Result r = Zennet.run(LIMIT, words.split(" "));
        assertEquals(0, r.code(), r.err());
        assertTrue(r.out().contains("Usage:"), r.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "job submit", "demo --providers 1", "ssh", "provider start --share 0"})
    void aMisusedCommandEndsWithTwoAndOneLine(String words) throws Exception {
        Zennet.Result r = Zennet.run(LIMIT, words.split(" "));
        assertEquals(2, r.code(), r.out() + r.err());
        Zennet.assertOneLine(r);
    }

    @Test
    void whatFailsEndsWithOneAndSaysWhatToDo() throws Exception {
        String data = directory.resolve("none").toString();
        for (List<String> words : List.of(List.of("wallet", "balance", "--data", data), List.of("node", "start", "--data", data),
                List.of("job", "submit", "no-such-file.yaml", "--data", data), List.of("job", "list", "--data", data))) {
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
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(data, "mine"))));
    }

    @Test
    void aWalletIsMadeBackedUpAndMadeAgainFromItsWordsWithoutAProcess() throws Exception {
        String data = directory.resolve("w").toString();
        assertEquals(0, Zennet.run(LIMIT, "network", "new", "--network", "a", "--data", data).code());
        Zennet.Result made = Zennet.run(LIMIT, "wallet", "new", "--json", "--words", "12", "--data", data);
        assertEquals(0, made.code(), made.err());
        List<String> words = new ArrayList<>();
        made.json().path("words").forEach(w -> words.add(w.asText()));
        assertEquals(12, words.size());
        Path keystore = Path.of(made.json().path("keystore").asText());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(keystore)));
        for (List<String> refused : List.of(List.of("wallet", "new"), List.of("wallet", "words"))) {
            List<String> all = new ArrayList<>(refused);
            all.addAll(List.of("--data", data));
            Zennet.Result r = Zennet.run(LIMIT, all.toArray(String[]::new));
            assertEquals(1, r.code(), refused + " a second time: " + r.out());
            Zennet.assertOneLine(r);
        }
        Path copy = directory.resolve("copy");
        assertEquals(0, Zennet.run(LIMIT, "wallet", "backup", copy.toString(), "--data", data).code());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));

        assertEquals(0, Zennet.run(LIMIT, "network", "new", "--network", "b", "--data", data).code());
        List<String> restore = new ArrayList<>(List.of("wallet", "restore", "--network", "b", "--data", data));
        restore.addAll(words);
        Zennet.Result restored = Zennet.run(LIMIT, restore.toArray(String[]::new));
        assertEquals(0, restored.code(), restored.err());
        for (String w : words) {
            assertFalse((restored.out() + restored.err()).matches("(?s).*\\b" + w + "\\b.*"), "restored words are not shown: " + restored.out());
        }
    }

    @Test
    void theTemplateOfAJobIsAJobAndWithoutCoinsItIsRefusedWithTheAmounts() throws Exception {
        String data = directory.resolve("j").toString();
        Path file = directory.resolve("job.yaml");
        assertEquals(0, Zennet.run(LIMIT, "network", "new", "--data", data).code());
        assertEquals(0, Zennet.run(LIMIT, "job", "template", file.toString()).code());
        Zennet.Result missing = Zennet.run(LIMIT, "job", "submit", file.toString(), "--data", data);
        assertEquals(1, missing.code());
        assertTrue(missing.err().contains("my-module.wasm"), missing.err());
        Files.copy(Zennet.ROOT.resolve("examples/folding/fold.wasm"), directory.resolve("my-module.wasm"));
        Zennet.Result good = Zennet.run(LIMIT, "job", "check", "--json", file.toString());
        assertEquals(0, good.code(), good.err());
        assertEquals(8, good.json().path("tasks").asInt(), good.out());
        Zennet.Result poor = Zennet.run(LIMIT, "job", "submit", file.toString(), "--data", data);
        assertEquals(1, poor.code());
        assertTrue(poor.err().contains("not enough coins") && poor.err().contains("missing 5.02 XEN"), poor.err());
        assertFalse(poor.err().contains("Exception"), poor.err());
        Zennet.Result list = Zennet.run(LIMIT, "job", "list", "--json", "--data", data);
        assertEquals(0, list.code(), list.err());
        assertTrue(list.json().isArray() && list.json().isEmpty(), list.out());
    }
}
