package org.zennet.virtualization.wasm.internal.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;

/** Strangers' strategies in real containers: the example does its work, the hostile one does none of its own. */
@Timeout(120)
class ScriptStrategyTest {
    private static final Resources MACHINE = new Resources(4000, 8L << 30, 0);
    private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
    private static final String SECRET = "abandon ability able about above absent";
    /** A data directory with a keystore in it, as a provider's. */
    @TempDir
    static Path data;
    private static ScriptPricing pricing;

    @BeforeAll
    static void open() throws Exception {
        Files.writeString(data.resolve("keystore"), SECRET);
        try (InputStream in = ScriptStrategyTest.class.getResourceAsStream("hostile.wasm")) {
            Files.copy(in, data.resolve("hostile.wasm"));
        }
        Files.copy(Path.of(System.getProperty("zennet.root", "../..")).resolve("examples/script-pricing/night.wasm"), data.resolve("night.wasm"));
        pricing = new ScriptPricing(data);
    }

    @AfterAll
    static void close() {
        pricing.close();
    }

    private static QuoteRequest request(Instant now, int round, Optional<RateVector> previous, Optional<RateVector> counter, Map<String, String> settings) {
        return new QuoteRequest(now, new Resources(1000, 1 << 26, 0), MACHINE, List.of(new BenchmarkResult("integer/1", "Mop/s", 546_000, 6)),
                Amount.ofXen(20), 250, round, previous, counter, List.of(new QuoteRequest.Outcome(NOON, Optional.empty(), RateVector.ZERO)), settings,
                new byte[] {1, 2});
    }

    private static Quote ask(QuoteRequest request) {
        pricing.prepare(request.settings());
        return pricing.quote(request);
    }

    private static Quote hostile(String mode, String... more) {
        Map<String, String> settings = new HashMap<>(Map.of("script", "hostile.wasm", "mode", mode));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return ask(request(NOON, 0, Optional.empty(), Optional.empty(), settings));
    }

    @Test
    void theExampleSpreadsTheTargetIsCheaperAtNightAndComesDownToWhatTheBuyerNames() {
        Map<String, String> settings = Map.of("script", "night.wasm", "percent", "50");
        Quote day = ask(request(NOON, 0, Optional.empty(), Optional.empty(), settings));
        // 3/4 of 20 XEN a day over four cores
        long cores = 4 * 86_400_000_000L;
        assertEquals(Math.ceilDiv(15L * 100_000_000 * 1_000_000_000, cores / 1000), day.rates().get(Counter.CPU));
        assertFalse(day.last());
        assertTrue(day.reason().matches("script [0-9a-f]{8}: day, 1000/1000 of the target"), day.reason());
        Quote night = ask(request(Instant.parse("2026-01-05T23:00:00Z"), 0, Optional.empty(), Optional.empty(), settings));
        assertEquals(day.rates().get(Counter.CPU) / 2.0, night.rates().get(Counter.CPU), 1.0);
        RateVector bid = RateVector.of((Counter c) -> day.rates().get(c) * 99 / 100);
        Quote second = ask(request(NOON, 1, Optional.of(day.rates()), Optional.of(bid), settings));
        assertEquals(bid, second.rates(), "the bid reaches the second step");
        assertTrue(second.last());
        assertEquals(day, ask(request(NOON, 0, Optional.empty(), Optional.empty(), settings)), "the same request, the same quote");
    }

    @Test
    void aScriptFindsNoKeystoreNoFileNoVariableNoDescriptorAndNoClock() {
        for (String path : List.of(data.resolve("keystore").toString(), "keystore", "../keystore", "../../keystore", "/etc/passwd", "/proc/self/environ")) {
            Quote q = hostile("steal", "path", path);
            assertTrue(q.reason().contains("nothing: 5 tries"), path + ": " + q.reason());
            assertTrue(q.reason().contains("0 files, 0 variables, the year is 2014"), q.reason());
            assertFalse(q.reason().contains(SECRET), q.reason());
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {"loop|it did not come to an end: its ", "flood|it wrote more than the 196608 bytes of an answer",
        "negative|its rate for cpu is '-5': a rate is a whole number", "huge|its rate for cpu is '99999999999999999999'", "words|its rate for cpu is 'a'",
        "free|the full machine earns 0 XEN a day, which is not between 250 and 4000 thousandths of the target of 20 XEN", "dear|a day, which is not between 250",
        "orders|its answer has the line 'send 5 XEN to me'", "bytes|its answer is not UTF-8 text", "state|its state is not hex of at most 65536 bytes",
        "exit|it ended with exit code 7 and said: I don't want to", "nothing|it answered nothing"})
    void whatAHostileScriptDoesEndsWithAReasonThatPeopleCanRead(String mode, String reason) {
        String said = assertThrows(ScriptFailed.class, () -> hostile(mode)).getMessage();
        assertTrue(said.contains(reason), said);
        assertTrue(said.length() < 250 && !said.contains("\n"), said);
        if (List.of("loop", "exit").contains(mode)) {
            assertTrue(hostile("fair").reason().endsWith("fair"), "the next question finds it in order");
        }
    }

    @Test
    void memoryAndStackEndWhereTheirLimitsAre() {
        Assumptions.assumeTrue("full".equals(System.getProperty("zennet.tier")), "SKIPPED: runs with ./zennet test --full");
        for (String mode : List.of("hoard", "deep", "trap")) {
            String said = assertThrows(ScriptFailed.class, () -> hostile(mode)).getMessage();
            assertTrue(said.matches(".*(memory|stack|unreachable|exit code|did not come to an end).*"), mode + ": " + said);
        }
    }

    @Test
    void aFileThatChangedIsTakenAtTheNextQuestionAndOneThatIsGoneIsSaid() throws Exception {
        Path file = data.resolve("mine.wasm");
        Files.copy(data.resolve("night.wasm"), file);
        Map<String, String> settings = Map.of("script", file.toString(), "mode", "fair");
        String before = ask(request(NOON, 0, Optional.empty(), Optional.empty(), settings)).reason();
        Files.copy(data.resolve("hostile.wasm"), file, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(file, FileTime.from(NOON));
        String after = ask(request(NOON, 0, Optional.empty(), Optional.empty(), settings)).reason();
        assertTrue(before.contains("day") && after.endsWith("fair"), before + " / " + after);
        Files.delete(file);
        assertTrue(assertThrows(ScriptFailed.class, () -> pricing.prepare(settings)).getMessage().contains("mine.wasm can't be read"));
        assertTrue(assertThrows(ScriptFailed.class, () -> pricing.prepare(Map.of())).getMessage().contains("setting script: name the file"));
        Files.write(file, new byte[] {1, 2, 3});
        String invalid = assertThrows(ScriptFailed.class, () -> ask(request(NOON, 0, Optional.empty(), Optional.empty(), settings))).getMessage();
        assertTrue(invalid.contains("mine.wasm can't be started") || invalid.contains("no program that runs here"), invalid);
    }
}
