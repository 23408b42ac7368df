package org.zennet.workbench.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.market.MarketJournal.Negotiation;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.publisher.JobService.Caught;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.Result;
import org.zennet.services.publisher.JobService.TaskInfo;
import org.zennet.services.publisher.JobService.TaskState;
import org.zennet.services.wallet.ChannelService.ChannelInfo;
import org.zennet.services.wallet.ChannelService.Role;
import org.zennet.services.wallet.ChannelService.State;
import org.zennet.services.wallet.WalletService.Entry;

class RowsTest {
    private static final Instant AT = Instant.EPOCH;
    private static final Hash TX = Hash.ofHex("ab".repeat(32));
    private static final PublicKey KEY = PublicKey.ofHex("cd".repeat(32));

    private static JobInfo job(Optional<Result> result, Optional<String> problem, List<TaskInfo> tasks, List<HiredInfo> providers) {
        return new JobInfo("job:1", "fold", JobState.RUNNING, "hiring", AT, Optional.empty(), 4, 1, Amount.ofXen(2), Amount.ofXen(1), Amount.ZERO, tasks, providers,
                result, Optional.empty(), false, problem);
    }

    private static HiredInfo provider(Optional<Caught> caught, Optional<String> settlement, int height) {
        return new HiredInfo("ef".repeat(32), "lease:1", "running", 1, "fixed 1", 2, UsageVector.ZERO, RateVector.ZERO, Amount.ZERO, Amount.ZERO, Amount.ZERO, Amount.ZERO, true,
                caught, "", settlement, height);
    }

    private static String details(HiredInfo p) {
        return JobRows.of(List.of(job(Optional.empty(), Optional.empty(), List.of(), List.of(p)))).getFirst().children().getFirst().children().getFirst().cell(5);
    }

    @Test
    void aJobTellsItsProblemBeforeItsResultAndItsResultBeforeItsPhase() {
        Result result = new Result(Path.of("/r"), "", "");
        assertEquals("hiring", JobRows.of(List.of(job(Optional.empty(), Optional.empty(), List.of(), List.of()))).getFirst().cell(5));
        assertEquals("/r", JobRows.of(List.of(job(Optional.of(result), Optional.empty(), List.of(), List.of()))).getFirst().cell(5));
        assertEquals("no funds", JobRows.of(List.of(job(Optional.of(result), Optional.of("no funds"), List.of(), List.of()))).getFirst().cell(5));
    }

    @Test
    void aResultTellsItsHashAndWhatItSaysOfItselfButStaysClosed() {
        Row row = JobRows.of(List.of(job(Optional.of(new Result(Path.of("/r"), "abc", "energy -32\n\nseed 1\n")), Optional.empty(), List.of(), List.of())))
                .getFirst().children().getFirst();
        assertEquals("Result", row.cell(0));
        assertEquals(List.of("abc", "energy -32", "seed 1"), row.children().stream().map(r -> r.cell(5)).toList());
        assertFalse(row.opens());
    }

    @Test
    void aProviderTellsHowItWasCaughtBeforeHowItSettled() {
        Caught caught = new Caught("t", "11".repeat(32), "22".repeat(32), List.of("a", "b"));
        assertEquals("fixed 1, 1 round", details(provider(Optional.empty(), Optional.empty(), 0)));
        assertEquals("settled by abababababab, waits for a block", details(provider(Optional.empty(), Optional.of(TX.toHex()), 0)));
        assertEquals("settled by abababababab in block 9", details(provider(Optional.empty(), Optional.of(TX.toHex()), 9)));
        assertEquals("caught at t: signed 111111111111, 2 others 222222222222", details(provider(Optional.of(caught), Optional.of(TX.toHex()), 9)));
    }

    @Test
    void aTaskTellsItsNoteAndWhereItRuns() {
        List<TaskInfo> tasks = List.of(new TaskInfo("a", TaskState.WAITING, List.of(), Optional.empty(), 0, ""),
                new TaskInfo("b", TaskState.RUNNING, List.of("p", "q"), Optional.empty(), 1, "again"));
        Row group = JobRows.of(List.of(job(Optional.empty(), Optional.empty(), tasks, List.of()))).getFirst().children().getFirst();
        assertEquals("Tasks (2)", group.cell(0));
        assertEquals(List.of("a", "waiting", "0 attempts", "", "", ""), group.children().get(0).cells());
        assertEquals(List.of("b", "running", "1 attempt", "", "", "again (p, q)"), group.children().get(1).cells());
    }

    @Test
    void moneyInAndOutCarriesItsSign() {
        List<Row> rows = WalletRows.history(List.of(new Entry(AT, "sent", TX, 0, -150_000_000, "n"), new Entry(AT, "received", TX, 3, 1, "")));
        assertEquals("-1.5 XEN", rows.get(0).cell(2));
        assertEquals("waits", rows.get(0).cell(3));
        assertEquals("+0.00000001 XEN", rows.get(1).cell(2));
        assertFalse(rows.get(0).equals(rows.get(1)));
    }

    @Test
    void aChannelTellsItsProblem() {
        ChannelInfo c = new ChannelInfo(new OutPoint(TX, 0), Role.PAYEE, State.FAILED, "lease:1", KEY, KEY, Amount.ofXen(1), Amount.ZERO, 7, 0, 0, Optional.empty(), 0,
                Optional.of("double-spent"));
        assertEquals(List.of("abababababab", "payee", "failed", "1 XEN", "0 XEN", "0", "7", "lease:1: double-spent"), WalletRows.channels(List.of(c)).getFirst().cells());
    }

    @Test
    void aLeaseTellsWhereItSettled() {
        LeaseInfo l = new LeaseInfo("lease:123456789", "ef".repeat(32), LeaseState.SETTLED, AT, "wasm", RateVector.ZERO, "fixed 1", UsageVector.ZERO, 3, Amount.ZERO, Amount.ZERO,
                Amount.ZERO, Amount.ZERO, Optional.of(TX.toHex()), 12, "");
        assertEquals("abababababab in block 12", LeaseRows.of(List.of(l)).getFirst().cell(9));
    }

    @Test
    void aNegotiationWithoutLinesIsLeftOut() {
        assertEquals(List.of(), MarketRows.negotiations(List.of(new Negotiation("n", List.of()))));
    }

    @Test
    void rowsAreTheSameThingByIdAndShowTheSameByContent() {
        Row a = new Row("1", List.of("x"), List.of(Row.of("1/1", "y")));
        Row b = new Row("1", List.of("x"), List.of(Row.of("1/1", "z")));
        assertEquals(a, b);
        assertFalse(a.showsSame(b));
        assertTrue(Row.showSame(List.of(a), List.of(new Row("1", List.of("x"), List.of(Row.of("1/1", "y"))))));
        assertFalse(Row.showSame(List.of(a), List.of()));
        assertEquals("x\n\ty\n", a.text());
        assertEquals("", a.cell(7));
    }
}
