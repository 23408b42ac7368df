package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WitnessReportTest {
    private static final String LINE = "zennet-witness 1 cpu=1250000 memory=33554432 wall=1300\n";

    @Test
    void theLineAtTheEndOfTheMessagesIsTheReport() {
        assertEquals(Optional.of(new WitnessReport(1_250_000, 33_554_432, 1300)), WitnessReport.in("reading\nno newline" + LINE));
        assertEquals("reading\nno newline", WitnessReport.without("reading\nno newline" + LINE));
    }

    @Test
    void theLastOneCounts() {
        assertEquals(5, WitnessReport.in("zennet-witness 1 cpu=9 memory=9 wall=9\nzennet-witness 1 cpu=5 memory=6 wall=7\n").orElseThrow().cpu());
    }

    @Test
    void whatTheWitnessDoesNotWriteIsNoReport() {
        for (String bad : List.of("", "done\n", LINE + "more\n", LINE.strip(), LINE.replace("1 cpu", "2 cpu"), LINE.replace("1250000", "-1"), LINE.replace("1250000", ""),
                LINE.replace("1250000", "9".repeat(16)), LINE.replace("33554432", "9".repeat(60)), LINE.replace("cpu=1250000 ", ""), LINE.replace(" wall", "  wall"),
                LINE.replace("1300", "1e3"))) {
            assertEquals(Optional.empty(), WitnessReport.in(bad), bad);
            assertEquals(bad, WitnessReport.without(bad));
        }
    }
}
