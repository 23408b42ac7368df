package org.zennet.publisher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Amount;
import org.zennet.publisher.internal.buyer.Settings;
import org.zennet.publisher.machine.JobPlan;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.ForecastService.Forecast;
import org.zennet.services.publisher.ForecastService.Outline;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;

/** Probes over real messages, in virtual time. */
class ForecastTest {
    @TempDir
    Path directory;
    private World w;

    @BeforeEach
    void world() {
        w = new World(directory);
    }

    @Test
    void whatIsSubmittedNextFollowsOtherSettings() throws Exception {
        int before = w.publisher.outline(w.job(12, "")).machines();
        assertTrue(before > 1, "" + before);
        w.publisher.change(new Settings(Optional.empty(), 1, "ceiling", Amount.ofXen(1), 1 << 20, 0, true, new JobPlan.Waits(60_000, 15_000, 30_000, 2_000)));
        assertEquals(1, w.publisher.outline(w.job(12, "")).machines());
    }

    @Test
    void theOutlineOfAFileCostsNothing() throws Exception {
        Outline o = w.publisher.outline(w.job(12, ""));
        assertEquals("echo", o.name());
        assertEquals(26, o.runs());
        assertEquals(Amount.ofXen(5), o.budget());
        assertTrue(o.readers().contains("can read the program"), o.readers());
        assertTrue(w.publisher.jobs().isEmpty() && w.money.announcements.isEmpty());
    }

    @Test
    void aProbeRunsAPrefixOnceAndIsPaidAndTheForecastIsTheLaterBill() throws Exception {
        w.honest(3);
        Path file = w.job(12, "");
        String probe = w.publisher.probe(file, 2, directory.resolve("probe"));
        assertThrows(Rejected.class, () -> w.publisher.forecast(file, probe), "it is not over");
        JobInfo ran = w.finish(probe);
        assertEquals(JobState.DONE, ran.state(), ran.phase() + ran.problem());
        assertEquals(5, ran.tasksTotal());
        assertTrue(ran.spent().compareTo(Amount.ZERO) > 0 && ran.budget().compareTo(Amount.ofXen(5)) < 0, ran.budget() + " " + ran.spent());
        Forecast f = w.publisher.forecast(file, probe);
        assertEquals(ran.spent(), f.probeCost());
        assertEquals(3, f.offers().size(), "who was not hired was asked for its price");
        assertEquals(2, f.offers().stream().filter(o -> o.probed()).count(), f.offers().toString());
        // the same market again: these providers work once
        World later = new World(java.nio.file.Files.createDirectory(directory.resolve("later")));
        later.honest(3);
        JobInfo whole = later.finish(later.submit(12));
        assertEquals(JobState.DONE, whole.state());
        double error = Math.abs(f.expected().zen() - whole.spent().zen()) / (double) whole.spent().zen();
        assertTrue(error <= 0.15, "forecast " + f.expected() + ", bill " + whole.spent());
        assertTrue(f.low().compareTo(whole.spent()) <= 0 && whole.spent().compareTo(f.high()) <= 0, f + " " + whole.spent());
    }

    @Test
    void onlyProbesOfThisProcessAreForecastFrom() throws Exception {
        Path file = w.job(2, "");
        assertThrows(Rejected.class, () -> w.publisher.forecast(file, "none"));
        assertThrows(Rejected.class, () -> w.publisher.probe(file, 0, directory.resolve("probe")));
        assertThrows(Rejected.class, () -> w.publisher.probe(file, 9, directory.resolve("probe")));
    }
}
