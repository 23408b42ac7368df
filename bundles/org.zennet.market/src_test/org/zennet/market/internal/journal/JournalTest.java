package org.zennet.market.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.market.MarketJournal.Line;
import org.zennet.services.market.MarketJournal.Side;
import org.zennet.store.DurableStore;

class JournalTest {
    @TempDir
    Path directory;
    private final List<Runnable> later = new ArrayList<>();

    private Journal open() {
        return new Journal(DurableStore.open(directory.resolve("journal.db"), 1), later::add, Runnable::run);
    }

    private static Line line(String text) {
        return new Line(Instant.ofEpochMilli(1234), "aa", "bb", Side.PROVIDER, "offer", text);
    }

    @Test
    void transcriptsComeNewestFirstAndSurviveARestart() {
        Journal j = open();
        j.record("one", line("first"));
        j.record("two", line("other"));
        j.record("one", line("second"));
        assertEquals(List.of("two", "one"), j.newest(10).stream().map(MarketJournal.Negotiation::id).toList());
        assertEquals(List.of("two"), j.newest(1).stream().map(MarketJournal.Negotiation::id).toList());
        j.close();
        j.record("three", line("late"));
        Journal again = open();
        assertEquals(List.of("two", "one"), again.newest(10).stream().map(MarketJournal.Negotiation::id).toList());
        assertEquals(List.of(line("first"), line("second")), again.newest(10).get(1).lines());
        again.close();
    }

    @Test
    void onlyTheNewestAreKept() {
        Journal j = open();
        for (int i = 0; i < MarketJournal.MAX_NEGOTIATIONS + 5; i++) {
            j.record("n" + i, line("x"));
        }
        assertEquals(MarketJournal.MAX_NEGOTIATIONS, j.newest(5000).size());
        assertEquals("n5", j.newest(5000).getLast().id());
        j.close();
        Journal again = open();
        assertEquals(MarketJournal.MAX_NEGOTIATIONS, again.newest(5000).size());
        again.close();
    }

    @Test
    void watchersAreToldOnceForManyLinesAndLongTextIsCut() {
        Journal j = open();
        List<String> told = new ArrayList<>();
        var registration = j.watch(() -> told.add("x"));
        for (int i = 0; i < 100; i++) {
            j.record("a", line("y".repeat(5000)));
        }
        assertEquals(1, later.size());
        later.removeFirst().run();
        assertEquals(1, told.size());
        assertTrue(j.newest(1).getFirst().lines().size() <= 64);
        assertEquals(1000, j.newest(1).getFirst().lines().getFirst().text().length());
        registration.close();
        j.record("b", line("z"));
        later.removeFirst().run();
        assertEquals(1, told.size());
        j.close();
    }
}
