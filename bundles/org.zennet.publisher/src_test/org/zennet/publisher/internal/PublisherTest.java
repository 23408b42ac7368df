package org.zennet.publisher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.StartTimes;
import org.zennet.services.publisher.JobService.TaskState;
import org.zennet.services.publisher.JobService.Witness;

/** Whole jobs over real messages, with a network, a chain and providers in memory and in virtual time. */
class PublisherTest {
    @TempDir
    Path directory;
    private World w;

    @BeforeEach
    void world() {
        w = new World(directory);
    }

    @Test
    void aJobIsAnnouncedRunVerifiedPaidAndSettled() throws Exception {
        w.honest(3);
        JobInfo job = w.finish(w.submit(12));
        assertEquals(JobState.DONE, job.state(), job.phase() + " " + job.problem());
        assertEquals(13, job.tasksDone());
        assertTrue(job.recomputed(), String.valueOf(job.problem()));
        assertTrue(job.tasks().stream().allMatch(t -> t.state() == TaskState.VERIFIED && t.outputHash().isPresent()));
        assertEquals(3, job.providers().size());
        for (HiredInfo h : job.providers()) {
            assertEquals("settled", h.state());
            assertTrue(h.settlementHeight() > 0);
            assertEquals(h.promised(), h.paid());
            assertEquals(2, h.rounds());
            assertTrue(h.honest());
            assertTrue(h.withheld().isZero());
            assertFalse(h.released().isZero());
            StartTimes start = h.start().orElseThrow();
            assertEquals(List.of(1000, 7, 300), List.of(start.channel(), start.image(), start.start()));
            assertTrue(start.up() > 0 && start.match() >= 0, start.toString());
        }
        assertEquals(job.spent(), job.providers().stream().map(HiredInfo::paid).reduce(Amount.ZERO, Amount::plus));
        assertTrue(w.money.announcements.isEmpty(), "the announcement was revoked");
        String summary = Files.readString(job.result().orElseThrow().path().resolve("summary.txt"));
        assertTrue(summary.startsWith("reduced\nresult of say 1\nresult of say 2\n") && summary.endsWith("result of say 12\n"), summary);
        assertEquals(ContentStore.sha256(Files.readAllBytes(job.result().get().path().resolve("result.tar"))).toHex(), job.result().get().sha256());
        w.providers.forEach(p -> assertEquals(p.paid, w.money.ledger.get(p.channel.orElseThrow()).paid, "every promise arrived"));
        w.providers.forEach(p -> assertFalse(p.countersigned.isEmpty()));
        assertTrue(w.network.violations.isEmpty(), w.network.violations.toString());
    }

    @Test
    void aLiarIsCaughtByTwoOthersAndTheResultIsTheSame() throws Exception {
        w.honest(3);
        FakeProvider liar = w.provider();
        liar.lies = true;
        JobInfo job = w.finish(w.submit(12));
        assertEquals(JobState.DONE, job.state(), job.phase());
        HiredInfo h = job.providers().stream().filter(p -> p.id().equals(liar.identity.identity().toHex())).findFirst().orElseThrow();
        assertFalse(h.honest());
        assertTrue(h.caught().orElseThrow().agreeing().size() >= 2);
        assertFalse(h.caught().get().signedHash().equals(h.caught().get().otherHash()));
        assertFalse(h.withheld().isZero());
        assertTrue(h.paid().compareTo(h.promised()) <= 0);
        assertTrue(liar.verdicts.stream().anyMatch(v -> !v.passed() && v.evidence().size() >= 2));
        String summary = Files.readString(job.result().orElseThrow().path().resolve("summary.txt"));
        assertFalse(summary.contains("rxsult"), summary);
        assertEquals(1, job.providers().stream().filter(p -> !p.honest()).count());
    }

    @Test
    void theWorkOfAProviderThatDiesMovesAndItsSettlementIsStillSeen() throws Exception {
        w.honest(3);
        w.providers.getFirst().diesAfter = 2;
        String id = w.submit(12);
        assertTrue(w.loop.until(() -> w.info(id).providers().stream().anyMatch(p -> p.state().equals("lost")), 60), w.info(id).phase());
        JobInfo job = w.finish(id);
        assertEquals(JobState.DONE, job.state(), job.phase());
        FakeProvider dead = w.providers.getFirst();
        w.money.settle(dead.channel.orElseThrow());
        w.loop.run(3);
        HiredInfo h = w.info(id).providers().stream().filter(p -> p.id().equals(dead.identity.identity().toHex())).findFirst().orElseThrow();
        assertEquals("settled", h.state());
        assertTrue(h.settlementHeight() > 0);
    }

    @Test
    void aProviderWhoseConnectionIsCutGoesOnWithItsLeaseAndIsBilledOnce() throws Exception {
        w.honest(3);
        FakeProvider cut = w.providers.getFirst();
        cut.cutAfter = 1;
        String id = w.submit(12);
        assertTrue(w.loop.until(() -> w.info(id).providers().stream().anyMatch(p -> p.state().equals("away")), 60), w.info(id).phase());
        assertTrue(w.info(id).phase().contains("waiting for 1 whose connection was lost"), w.info(id).phase());
        JobInfo job = w.finish(id);
        assertEquals(JobState.DONE, job.state(), job.phase());
        assertEquals(1, cut.resumptions);
        List<HiredInfo> own = job.providers().stream().filter(p -> p.id().equals(cut.identity.identity().toHex())).toList();
        assertEquals(1, own.size(), "the same lease");
        assertEquals(cut.contract.orElseThrow().leaseId(), own.getFirst().lease());
        assertTrue(own.getFirst().tasks() > 2, own.toString());
        assertEquals(own.getFirst().promised(), own.getFirst().paid());
        assertEquals(cut.paid, own.getFirst().paid());
        assertEquals("settled", own.getFirst().state());
        assertTrue(job.tasks().stream().allMatch(t -> t.attempts() == 2), "no replica was made twice: " + job.tasks());
        assertEquals(3, w.money.ledger.size(), "no further channel");
        assertEquals(1, w.money.synced, "its newest payment was looked at");
        assertTrue(w.network.violations.isEmpty(), w.network.violations.toString());
    }

    @Test
    void aProviderThatComesTooLateIsPaidForWhatItDidAndItsWorkHasMoved() throws Exception {
        w.honest(3);
        FakeProvider late = w.providers.getFirst();
        late.cutAfter = 1;
        late.awayMillis = 25_000;
        String id = w.submit(40);
        JobInfo job = w.finish(id);
        assertEquals(JobState.DONE, job.state(), job.phase());
        assertEquals(0, late.resumptions);
        assertTrue(late.ended, "it was told to close");
        HiredInfo own = job.providers().stream().filter(p -> p.lease().equals(late.contract.orElseThrow().leaseId())).findFirst().orElseThrow();
        assertEquals("settled", own.state());
        assertEquals(late.paid, own.paid());
    }

    @Test
    void whoShowsAPaymentThatWasNeverMadeIsNotTakenBack() throws Exception {
        w.honest(3);
        FakeProvider forger = w.providers.getFirst();
        forger.cutAfter = 1;
        forger.shows = java.util.Optional.of(Amount.ofXen(1));
        JobInfo job = w.finish(w.submit(12));
        assertEquals(JobState.DONE, job.state(), job.phase());
        assertEquals(0, forger.resumptions);
        assertEquals(List.of("that was not promised here"), forger.refusals);
    }

    @Test
    void nobodyTakesUpALeaseOfAnother() throws Exception {
        w.honest(3);
        String id = w.submit(12);
        assertTrue(w.loop.until(() -> w.info(id).tasksDone() > 1, 60));
        FakeNetwork stranger = new FakeNetwork(w.loop, w.keys.identity(77).identity());
        List<String> answers = new java.util.ArrayList<>();
        var stream = stranger.dial(w.network).open("resume/1", org.zennet.services.network.MessageStream.Priority.CONTROL, new Silent() {
            @Override
            public void message(byte[] message) {
                answers.add(new String(message, java.nio.charset.StandardCharsets.UTF_8));
            }
        });
        w.loop.after(5, () -> stream.send(org.zennet.api.encoding.Records.encode(new org.zennet.market.message.Resume(
                w.providers.getFirst().contract.orElseThrow().hash(), 1, org.zennet.api.value.UsageVector.ZERO, Amount.ZERO, false, List.of(), new byte[0]))));
        w.loop.run(1);
        assertEquals(1, answers.size());
        assertTrue(answers.getFirst().contains("this lease is not at work here"), answers.toString());
        assertEquals(JobState.DONE, w.finish(id).state());
    }

    @Test
    void aMeterThatTheWitnessInTheGuestContradictsIsShownAndLeft() throws Exception {
        w.honest(3);
        FakeProvider liar = w.provider();
        liar.witnessed = 200; // it claims four times what its guest used, and no more than its clock allows
        JobInfo job = w.finish(w.publisher.submit(w.programs(30, "", "verification: { witness: true }"), directory.resolve("results")));
        assertEquals(JobState.DONE, job.state(), job.phase() + " " + job.problem());
        for (HiredInfo h : job.providers()) {
            boolean lied = h.id().equals(liar.identity.identity().toHex());
            Witness seen = h.witness().orElseThrow();
            assertEquals(0, seen.silent());
            assertTrue(seen.reports() > 2 && seen.cpuSeen() == seen.reports() * 1500L * (lied ? 200 : 800), seen.toString());
            assertEquals(h.usage().get(Counter.CPU), seen.cpuBilled());
            assertEquals(lied ? 3 : 0, seen.far(), seen.toString());
            assertTrue(h.honest(), "nobody is called a liar by it");
            assertEquals(h.promised(), h.paid());
        }
        long most = job.providers().stream().mapToInt(HiredInfo::tasks).max().orElseThrow();
        HiredInfo left = job.providers().stream().filter(h -> h.id().equals(liar.identity.identity().toHex())).reduce((a, b) -> {
            throw new AssertionError("it was hired again");
        }).orElseThrow();
        assertTrue(left.tasks() < most / 2, left.tasks() + " of " + most);
        assertTrue(w.network.violations.isEmpty(), w.network.violations.toString());
    }

    @Test
    void aProgramStartedByTheWitnessGetsItsFilesAndItsMessagesAreItsOwn() throws Exception {
        w.honest(3);
        JobInfo job = w.finish(w.publisher.submit(w.programs(2, "outputs: [out/told]", "verification: { witness: true }"), directory.resolve("results")));
        assertEquals(JobState.DONE, job.state(), job.phase() + " " + job.problem());
        String told = Files.readString(job.result().orElseThrow().path().resolve("task-1/out/told"));
        assertTrue(told.startsWith("[./zennet-witness, /bin/other, 1] {LANG=C, WHO=1}\n") && told.contains("zennet-witness*"), told.substring(0, Math.min(300, told.length())));
        assertEquals(List.of("files", "programs"), w.providers.getFirst().descriptor.features());
    }

    @Test
    void programsOfAnImageGetFilesAndLeaveFiles() throws Exception {
        w.honest(3);
        Path file = w.programs(2, "outputs: [out/told]", "reduce: { args: [reduce], timeout: 60s, inputs: [data/common], outputs: [all] }");
        String id = w.publisher.submit(file, directory.resolve("results"));
        Files.delete(directory.resolve("part-1"));
        JobInfo job = w.finish(id);
        assertEquals(JobState.DONE, job.state(), job.phase() + " " + job.problem());
        assertTrue(job.recomputed(), String.valueOf(job.problem()));
        org.zennet.services.chain.Announcement a = w.money.announced;
        assertEquals("DOCKER x86_64", a.isolation() + " " + a.architecture());
        Path results = job.result().orElseThrow().path();
        String seen = "data/\ndata/common=same\ndata/deep/\ndata/deep/run*\n";
        String told = "[/bin/other, %d] {LANG=C, WHO=%d}\n" + seen + "part=part %d\n";
        assertEquals("[] {}\ntask-1/\ntask-1/out/told=" + told.formatted(1, 1, 1) + "\ntask-2/\ntask-2/out/told=" + told.formatted(2, 2, 2)
                + "\ncommon=same\n", Files.readString(results.resolve("all")));
        assertTrue(Files.readString(results.resolve("stdout")).contains("reduced\nresult of say 1\nresult of say 2\n"));
        assertEquals(ContentStore.sha256(Files.readAllBytes(results.resolve("result.tar"))).toHex(), job.result().get().sha256());
        assertEquals(List.of("files", "programs"), w.providers.getFirst().descriptor.features());
    }

    @Test
    void withoutAReduceStepEachTaskHasADirectoryOfItsOutputs() throws Exception {
        w.honest(3);
        JobInfo job = w.finish(w.publisher.submit(w.programs(2, "outputs: [out/told, second]", ""), directory.resolve("results")));
        assertEquals(JobState.DONE, job.state(), job.phase() + " " + job.problem());
        Path results = job.result().orElseThrow().path();
        assertEquals("result of say 2\n", Files.readString(results.resolve("task-2/stdout")));
        assertTrue(Files.readString(results.resolve("task-2/out/told")).startsWith("[/bin/other, 2]"));
        assertTrue(Files.exists(results.resolve("task-1/second")));
    }

    @Test
    void whoDeliversWhatIsNoResultIsReplaced() throws Exception {
        w.honest(4);
        w.providers.getFirst().garbles = true;
        JobInfo job = w.finish(w.publisher.submit(w.programs(2, "outputs: [told]", ""), directory.resolve("results")));
        assertEquals(JobState.DONE, job.state(), job.phase() + " " + job.problem());
        assertTrue(w.providers.getFirst().ended);
        assertTrue(Files.readString(job.result().orElseThrow().path().resolve("task-1/told")).startsWith("[/bin/other, 1]"));
    }

    @Test
    void aForgedResultEndsTheProvider() throws Exception {
        w.honest(3);
        w.providers.getFirst().forges = true;
        JobInfo job = w.finish(w.submit(6));
        assertEquals(JobState.DONE, job.state(), job.phase());
        assertEquals(List.of("a result that does not belong to a task of this lease, or without a valid signature"), w.network.violations);
        assertTrue(job.providers().stream().allMatch(HiredInfo::honest), "no evidence, no liar");
    }

    @Test
    void aProviderThatKeepsItsOutputsIsReplaced() throws Exception {
        w.honest(4);
        w.providers.getFirst().keepsOutputs = true;
        JobInfo job = w.finish(w.submit(6));
        assertEquals(JobState.DONE, job.state(), job.phase());
    }

    @Test
    void aProgramThatFailsOnTwoProvidersFailsTheJobWithItsLog() throws Exception {
        w.honest(3);
        w.providers.forEach(p -> p.fails = true);
        JobInfo job = w.finish(w.submit(6));
        assertEquals(JobState.FAILED, job.state());
        assertTrue(job.problem().orElseThrow().contains("exit code 3: the log / of it"), job.problem().get());
        assertTrue(job.providers().stream().allMatch(h -> h.withheld().isZero() && !h.paid().isZero()), "the metered part is paid");
    }

    @Test
    void anOverclaimIsPaidUpToTheOwnClockAndThenEndsTheLease() throws Exception {
        w.honest(3);
        FakeProvider greedy = w.providers.getFirst();
        greedy.overclaims = 10;
        String id = w.submit(12);
        JobInfo job = w.finish(id);
        assertEquals(JobState.DONE, job.state(), job.phase());
        assertTrue(greedy.ended);
        assertTrue(greedy.paid.zen() < 20_000, "paid " + greedy.paid);
        assertTrue(greedy.countersigned.isEmpty());
        HiredInfo shown = job.providers().stream().filter(p -> p.id().equals(greedy.identity.identity().toHex())).findFirst().orElseThrow();
        assertEquals(3, shown.drift().orElseThrow().statements(), shown.toString());
        assertTrue(shown.drift().get().claimed().isMoreThan(shown.drift().get().allowed()));
        assertEquals(Amount.max(greedy.contract.orElseThrow().terms().prepaid(), shown.promised()), shown.paid(), "the first payment, or the clock's: " + shown);
        assertTrue(shown.promised().compareTo(Amount.max(greedy.contract.get().terms().prepaid(), shown.drift().get().allowed())) <= 0);
        assertEquals(1, job.providers().stream().filter(p -> p.drift().isPresent()).count());
    }

    @Test
    void withoutABackendTheResultIsThereButNotRecomputed() throws Exception {
        w.honest(3);
        w.registries.backend = false;
        JobInfo job = w.finish(w.submit(4));
        assertEquals(JobState.DONE, job.state());
        assertFalse(job.recomputed());
        assertTrue(job.problem().orElseThrow().contains("not installed"), job.problem().get());
    }

    private World noisy(String... noise) {
        for (String n : noise) {
            w.provider().noise = n;
        }
        return w;
    }

    @Test
    void resultsThatDifferByTheNoiseOfFloatingPointAreNotVerifiedWithExact() throws Exception {
        noisy("0.30000000000000004", "0.3", "0.29999999999999999", "0.30000000000000010");
        JobInfo exact = w.finish(w.submit(4));
        assertEquals(JobState.FAILED, exact.state());
        assertTrue(exact.problem().orElseThrow().contains("not deterministic"), exact.problem().get());
        assertTrue(exact.providers().stream().allMatch(p -> p.caught().isEmpty()), "one against one convicts nobody");
        assertEquals(0, w.registries.compared);
    }

    @Test
    void resultsThatDifferByTheNoiseOfFloatingPointAreVerifiedWithTheComparerNumeric() throws Exception {
        noisy("0.30000000000000004", "0.3", "0.29999999999999999", "0.30000000000000010");
        w.registries.backend = false;
        JobInfo numeric = w.finish(w.publisher.submit(w.job(4, "verification: { comparer: numeric, settings: { relative: 1e-12 } }"),
                w.directory.resolve("results")));
        assertEquals(JobState.DONE, numeric.state(), numeric.phase());
        assertTrue(w.registries.compared > 0);
        assertTrue(numeric.providers().stream().allMatch(p -> p.withheld().isZero() && p.caught().isEmpty()));
        assertTrue(w.providers.stream().flatMap(p -> p.contract.stream()).anyMatch(c -> c.terms().comparer().equals("numeric relative=1e-12")),
                "the contract names the comparer");
    }

    @Test
    void aLiarIsCaughtThoughNoTwoOfTheOthersGaveTheSameBytes() throws Exception {
        noisy("0.30000000000000004", "0.3", "0.29999999999999999");
        FakeProvider liar = w.provider();
        liar.noise = "0.31";
        JobInfo job = w.finish(w.publisher.submit(w.job(12, "verification: { comparer: numeric }"), w.directory.resolve("results")));
        assertEquals(JobState.DONE, job.state(), job.phase());
        HiredInfo caught = job.providers().stream().filter(p -> p.caught().isPresent()).findFirst().orElseThrow();
        assertEquals(liar.identity.identity().toHex(), caught.id());
        assertEquals(2, caught.caught().get().agreeing().size());
        assertFalse(caught.withheld().isZero());
        assertTrue(job.providers().stream().filter(p -> !p.id().equals(caught.id())).allMatch(p -> p.withheld().isZero()));
    }

    @Test
    void aComparerThatFailsConvictsNobodyAndTheJobSaysWhy() throws Exception {
        noisy("1", "2", "3", "4");
        w.registries.comparerFails = Optional.of("comparer 'numeric' of org.example 1.0: it took longer than 5000 ms");
        JobInfo job = w.finish(w.publisher.submit(w.job(2, "verification: { comparer: numeric }"), w.directory.resolve("results")));
        assertEquals(JobState.FAILED, job.state());
        assertTrue(job.problem().orElseThrow().contains("could not be compared: comparer 'numeric' of org.example 1.0: it took longer"), job.problem().get());
        assertTrue(job.providers().stream().allMatch(p -> p.withheld().isZero() && p.caught().isEmpty()));
    }

    @Test
    void aComparerThatIsMissingOrItsSettingsAreToldBeforeTheJobBegins() throws Exception {
        Path results = w.directory.resolve("results");
        Path unknown = w.job(2, "verification: { comparer: fuzzy }");
        assertTrue(assertThrows(Rejected.class, () -> w.publisher.submit(unknown, results)).getMessage().contains("no comparer 'fuzzy'"));
        Path wrong = w.job(2, "verification: { comparer: numeric, settings: { relative: 2 } }");
        assertTrue(assertThrows(Rejected.class, () -> w.publisher.submit(wrong, results)).getMessage().contains("setting relative: '2'"));
        assertTrue(w.publisher.jobs().isEmpty());
    }

    @Test
    void aRecomputationWithOtherBytesIsTold() throws Exception {
        w.honest(3);
        w.registries.otherBytes = true;
        JobInfo job = w.finish(w.submit(4));
        assertFalse(job.recomputed());
        assertTrue(job.problem().orElseThrow().contains("do not trust this result"), job.problem().get());
    }

    @Test
    void fundsThatAreMissingAreNamed() throws Exception {
        w.money.available = Amount.ofXen(2);
        Rejected r = assertThrows(Rejected.class, () -> w.submit(4));
        assertEquals("not enough coins: the job needs 5.02 XEN (its budget of 5 XEN, fees and the announcement), available are 2 XEN, "
                + "missing 3.02 XEN", r.getMessage());
        assertTrue(w.publisher.jobs().isEmpty());
        w.money.available = Amount.ofXen(8);
        w.submit(4);
        assertTrue(assertThrows(Rejected.class, () -> w.submit(4)).getMessage().contains("5 XEN of them kept for running jobs"));
    }

    @Test
    void aChannelThatCanNotBeFundedIsToldAndTheJobWaits() throws Exception {
        w.honest(2);
        w.money.fundingFails = java.util.Optional.of("no coins are left");
        String id = w.submit(4);
        w.loop.run(20);
        assertEquals(JobState.HIRING, w.info(id).state());
        assertTrue(w.info(id).phase().contains("no coins are left"), w.info(id).phase());
        assertTrue(w.providers.stream().allMatch(p -> p.paid.isZero()));
    }

    @Test
    void cancellingEndsLeasesInOrderAndPaysForWhatWasUsed() throws Exception {
        w.honest(3);
        String id = w.submit(100);
        assertTrue(w.loop.until(() -> w.info(id).tasksDone() > 10, 120));
        w.publisher.cancel(id);
        JobInfo job = w.finish(id);
        assertEquals(JobState.CANCELLED, job.state());
        job.providers().forEach(h -> {
            assertEquals(h.promised(), h.paid());
            assertEquals("settled", h.state());
        });
        assertThrows(Rejected.class, () -> w.publisher.cancel(id));
        assertThrows(Rejected.class, () -> w.publisher.cancel("nothing"));
    }

    @Test
    void oneProviderAloneIsNotEnoughAndThePhaseSaysSo() throws Exception {
        w.honest(1);
        String id = w.submit(3);
        w.loop.run(30);
        assertTrue(w.info(id).phase().contains("waiting for another provider: task-1 needs 2 different ones"), w.info(id).phase());
        JobInfo job = w.finish(id);
        assertEquals(JobState.FAILED, job.state());
        assertTrue(job.problem().orElseThrow().startsWith("the deadline passed with 0 of 4 tasks verified"), job.problem().get());
        assertTrue(job.providers().getFirst().withheld().isZero());
    }

    @Test
    void afterACrashJobsAreKnownAsInterruptedAndChannelsComeBack() throws Exception {
        w.honest(3);
        w.providers.forEach(p -> p.unsettled = true);
        String id = w.submit(50);
        assertTrue(w.loop.until(() -> w.info(id).tasksDone() > 3, 120));
        w.publisher.close();
        w.providers.forEach(p -> {
            p.ended = true;
            p.wire.close();
        });
        Publisher second = w.open();
        JobInfo job = second.job(id).orElseThrow();
        assertEquals(JobState.FAILED, job.state());
        assertTrue(job.problem().orElseThrow().startsWith("interrupted"), job.problem().get());
        assertEquals(3, job.providers().size());
        assertTrue(job.tasksDone() > 3);
        w.money.settle(w.providers.getFirst().channel.orElseThrow());
        w.loop.run(5);
        assertEquals(1, second.job(id).orElseThrow().providers().stream().filter(h -> h.settlementHeight() > 0).count());
        assertTrue(w.money.announcements.isEmpty());
        w.loop.run(3000);
        assertEquals(2, w.money.ledger.values().stream().filter(e -> e.refunded).count(), "what nobody settled comes back");
    }

    @Test
    void neverMoreThanTheBudgetIsBound() throws Exception {
        w.honest(12);
        String id = w.submit(60);
        JobInfo job = w.finish(id);
        assertEquals(JobState.DONE, job.state(), job.phase());
        Amount bound = w.money.ledger.values().stream().map(e -> e.capacity).reduce(Amount.ZERO, Amount::plus);
        assertFalse(bound.isMoreThan(job.budget()), bound + " of " + job.budget());
    }

    @Test
    void garbageOnEveryStreamEndsThePeerOnly() throws Exception {
        w.honest(3);
        FakeNetwork stranger = new FakeNetwork(w.loop, w.keys.identity(77).identity());
        String id = w.submit(6);
        w.loop.run(1);
        for (String protocol : List.of("market/1", "payment/1", "content/1", "resume/1")) {
            FakeNetwork.Wire wire = stranger.dial(w.network);
            var stream = wire.open(protocol, org.zennet.services.network.MessageStream.Priority.CONTROL, new Silent());
            w.loop.after(10, () -> stream.send(new byte[] {4, 2, 0, 0, 1, 2, 3}));
        }
        assertEquals(JobState.DONE, w.finish(id).state());
        assertEquals(4, w.network.violations.size(), w.network.violations.toString());
    }

    @Test
    void onePeerTakesOnePlaceAtTheTableHoweverOftenItCalls() throws Exception {
        FakeNetwork stranger = new FakeNetwork(w.loop, w.keys.identity(77).identity());
        String id = w.submit(6);
        w.loop.run(1);
        FakeNetwork.Wire wire = stranger.dial(w.network);
        for (int i = 0; i < 30; i++) {
            wire.open("market/1", org.zennet.services.network.MessageStream.Priority.CONTROL, new Silent());
        }
        w.loop.run(1);
        w.honest(3);
        w.loop.run(10);
        assertTrue(w.info(id).providers().size() >= 2, w.info(id).phase() + " while a stranger keeps " + 30 + " calls open");
        JobInfo job = w.finish(id);
        assertEquals(JobState.DONE, job.state(), job.toString());
    }

    /** Hears nothing. */
    private static class Silent implements org.zennet.services.network.MessageStream.Receiver {
        @Override
        public void message(byte[] message) { }

        @Override
        public void closed(String reason) { }
    }
}
