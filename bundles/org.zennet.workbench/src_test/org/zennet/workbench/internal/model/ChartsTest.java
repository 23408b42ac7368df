package org.zennet.workbench.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.wallet.WalletService.Balance;
import org.zennet.services.wallet.WalletService.Entry;

class ChartsTest {
    private static final Instant START = Instant.parse("2026-03-01T09:30:00Z");
    private static final Hash TX = Hash.ofHex("ab".repeat(32));

    private static JobInfo job(long spent, long risk) {
        return new JobInfo("job:1", "fold", JobState.RUNNING, "", START, Optional.empty(), 4, 1, Amount.ofXen(2), new Amount(spent), new Amount(risk), List.of(), List.of(),
                Optional.empty(), Optional.empty(), false, Optional.empty());
    }

    @Test
    void spendingIsKnownFromTheSubmissionOnAndOnlyWhereItChanged() {
        JobHistory history = new JobHistory();
        history.note(List.of(job(100_000_000, 0)), START.plusSeconds(1));
        history.note(List.of(job(100_000_000, 0)), START.plusSeconds(2));
        history.note(List.of(job(150_000_000, 50_000_000)), START.plusSeconds(3));
        ChartData data = history.spending(Optional.of(job(0, 0)));
        assertEquals(List.of(START, START.plusSeconds(1), START.plusSeconds(3)), data.times());
        assertEquals(List.of(0.0, 1.0, 1.5), data.series().get(0).values());
        assertEquals(List.of(0.0, 0.0, 0.5), data.series().get(1).values());
        assertTrue(history.spending(Optional.empty()).isEmpty());
    }

    @Test
    void aLongJobKeepsItsBeginningAndItsEnd() {
        JobHistory history = new JobHistory();
        for (int i = 1; i <= 5 * JobHistory.MOST; i++) {
            history.note(List.of(job(i, 0)), START.plusSeconds(i));
        }
        ChartData data = history.spending(Optional.of(job(0, 0)));
        assertTrue(data.times().size() <= JobHistory.MOST && data.times().size() > JobHistory.MOST / 2, () -> String.valueOf(data.times().size()));
        assertEquals(START, data.times().getFirst());
        assertEquals(START.plusSeconds(5L * JobHistory.MOST), data.times().getLast());
    }

    @Test
    void theBalanceIsReckonedBackFromWhatThereIsNow() {
        List<Entry> newestFirst = List.of(new Entry(START.plusSeconds(2), "channel settled", TX, 3, 50_000_000, ""), new Entry(START.plusSeconds(1), "sent", TX, 2, -200_000_000, ""),
                new Entry(START, "received", TX, 1, 1_000_000_000, ""));
        ChartData data = Charts.balance(new Balance(new Amount(850_000_000), Amount.ZERO, Amount.ZERO), newestFirst);
        assertEquals(List.of(10.0, 8.0, 8.5), data.series().get(0).values());
        assertEquals(List.of(0.0, 0.0, 0.5), data.series().get(1).values());
    }

    @Test
    void valuesAreWrittenAsCommaSeparatedText() {
        ChartData bars = new ChartData("t", "s", List.of(), List.of("a,b", "c"), List.of(new ChartData.Series("cpu", List.of(1.5, 0.0))));
        assertEquals("name,cpu (s)\r\n\"a,b\",1.5\r\nc,0\r\n", bars.csv());
        ChartData lines = new ChartData("t", "XEN", List.of(START), List.of(), List.of(new ChartData.Series("x", List.of(0.00000001)), new ChartData.Series("y", List.of(100.0))));
        assertEquals("time,x (XEN),y (XEN)\r\n2026-03-01T09:30:00Z,0.00000001,100\r\n", lines.csv());
        assertThrows(IllegalArgumentException.class, () -> new ChartData("t", "s", List.of(START), List.of(), List.of(new ChartData.Series("x", List.of()))));
    }
}
