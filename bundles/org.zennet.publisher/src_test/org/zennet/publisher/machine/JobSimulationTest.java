package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zennet.publisher.machine.Market.Kind;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.TaskState;

/** Hundreds of seeded markets with all sorts of providers: the invariants hold in every one, at every tick. */
class JobSimulationTest {
    private static final int SEEDS = 100;

    private static void allRight(Market m) {
        for (int i = 0; i < m.job.tasks().size(); i++) {
            TaskRun t = m.job.tasks().get(i);
            if (t.state() == TaskState.VERIFIED) {
                assertEquals(Optional.of(Market.right(i)), t.verification().winner().orElseThrow().output(), "task " + i);
            }
        }
    }

    private static void holdBacksEnd(Market m) {
        for (LeaseRun l : m.job.leases().values()) {
            var b = l.ledger().bill();
            var all = b.released().plus(b.withheld()).plus(b.pending());
            assertTrue(!all.isZero() || l.results() == 0, l.id());
        }
    }

    @Test
    void honestProvidersFinishEveryJob() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random r = new Random(seed);
            Market m = new Market(Market.plan(1 + r.nextInt(30), r.nextBoolean(), 1 + r.nextInt(3), 3, 8), seed, 1500);
            for (int i = 0; i < 3 + r.nextInt(6); i++) {
                m.with(Kind.HONEST);
            }
            assertEquals(JobState.DONE, m.run(), "seed " + seed + ": " + m.job.text());
            m.check();
            allRight(m);
            assertEquals(0, m.caughtCount());
            m.job.leases().values().stream().filter(l -> l.ledger().started().isPresent()).forEach(l -> {
                assertTrue(l.ledger().bill().withheld().isZero());
                assertTrue(l.ledger().bill().pending().isZero(), l.toString());
                assertEquals(l.ledger().bill().due(), l.ledger().paid(), "paid in full");
            });
        }
    }

    @Test
    void oneLiarAmongThreeOrMoreNeverGetsAWrongResultAccepted() {
        int caught = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random r = new Random(seed);
            Market m = new Market(Market.plan(4 + r.nextInt(20), true, 2, 3, 8), seed, 1500).with(Kind.LIAR);
            for (int i = 0; i < 2 + r.nextInt(4); i++) {
                m.with(Kind.HONEST);
            }
            assertEquals(JobState.DONE, m.run(), "seed " + seed + ": " + m.job.text());
            allRight(m);
            holdBacksEnd(m);
            caught += m.caughtCount();
            m.job.leases().values().forEach(l -> assertTrue(l.caught().isEmpty() || l.provider().equals(Market.key(1)), "only the liar"));
        }
        assertTrue(caught > SEEDS * 8 / 10, "caught in " + caught + " of " + SEEDS + " runs");
    }

    @Test
    void anyMixWithOneLiarKeepsTheInvariants() {
        Kind[] kinds = java.util.Arrays.stream(Kind.values()).filter(k -> k != Kind.NOISY).toArray(Kind[]::new); // that needs a comparer
        int done = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random r = new Random(seed);
            Market m = new Market(Market.plan(1 + r.nextInt(25), r.nextBoolean(), 2, 3 + r.nextInt(3), 3 + r.nextInt(8)), seed, 1200);
            List<Kind> mix = new ArrayList<>(List.of(Kind.HONEST, Kind.HONEST));
            boolean liar = false;
            for (int i = 0; i < 1 + r.nextInt(8); i++) {
                Kind k = kinds[r.nextInt(kinds.length)];
                mix.add(k == Kind.LIAR && liar ? Kind.HONEST : k);
                liar |= k == Kind.LIAR;
            }
            m.with(mix.toArray(Kind[]::new));
            JobState end = m.run();
            m.check();
            allRight(m);
            holdBacksEnd(m);
            done += end == JobState.DONE ? 1 : 0;
            assertTrue(end == JobState.DONE || end == JobState.FAILED && m.job.note().contains("deadline"), "seed " + seed + ": " + m.job.text());
        }
        assertTrue(done > SEEDS * 8 / 10, done + " of " + SEEDS + " jobs were done");
    }

    @Test
    void providersThatComeBackGoOnWithTheirLeaseAndAreBilledOnce() {
        int resumed = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Market m = new Market(Market.plan(12, true, 2, 3, 6), seed, 1500).with(Kind.RETURNING, Kind.RETURNING, Kind.HONEST, Kind.HONEST);
            assertEquals(JobState.DONE, m.run(), "seed " + seed + ": " + m.job.text());
            m.check();
            allRight(m);
            assertEquals(0, m.caughtCount());
            m.job.leases().values().forEach(l -> assertTrue(l.ledger().bill().withheld().isZero(), "nobody loses a hold-back by a cut wire"));
            resumed += m.resumed;
        }
        assertTrue(resumed > SEEDS, resumed + " times a lease went on");
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"CRASHING", "RETURNING", "STALLING", "GREEDY", "WITHHOLDING", "QUITTING", "SLOW", "LIAR"})
    void oneBadProviderDoesNotStopThreeGoodOnes(Kind bad) {
        for (int seed = 0; seed < 40; seed++) {
            Market m = new Market(Market.plan(12, true, 2, 3, 6), seed, 1500).with(bad, Kind.HONEST, Kind.HONEST, Kind.HONEST);
            assertEquals(JobState.DONE, m.run(), bad + " seed " + seed + ": " + m.job.text());
            allRight(m);
        }
    }

    @Test
    void withAComparerNoiseIsPaidAndALieIsNot() {
        int caught = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Market m = new Market(Market.plan(12, true, 2, 4, 8).comparing(), seed, 1500);
            m.comparerFails = seed % 2 == 1;
            m.with(Kind.NOISY, seed % 4 < 2 ? Kind.LIAR : Kind.NOISY, Kind.NOISY, Kind.HONEST, Kind.NOISY, Kind.RETURNING);
            JobState end = m.run();
            assertTrue(end == JobState.DONE || m.comparerFails && m.job.note().contains("could not be compared"), "seed " + seed + ": " + m.job.text());
            m.check();
            for (int i = 0; i < m.job.tasks().size(); i++) {
                int task = i;
                m.job.tasks().get(i).verification().winner().flatMap(VerificationMachine.Key::output).ifPresent(w -> assertTrue(
                        w.equals(Market.right(task)) || m.sellers.stream().anyMatch(s -> w.equals(Market.noisy(task, s.key))), "task " + task));
            }
            for (LeaseRun l : m.job.leases().values()) {
                boolean liar = m.byLease.get(l.id()).kind == Kind.LIAR;
                assertTrue(liar || l.caught().isEmpty() && l.ledger().bill().withheld().isZero(), "seed " + seed + ": " + l);
                caught += l.caught().isPresent() ? 1 : 0;
            }
        }
        assertTrue(caught >= 25, "only " + caught + " liars were caught");
    }

    @Test
    void aThousandTasksAreNoBurden() {
        JobPlan p = Market.plan(1000, true, 2, 3, 16);
        Market m = new Market(new JobPlan(p.tasks(), 0, true, 2, 3, 16, p.budget().times(100), p.capacity(), p.taskMillis(), p.reduceMillis(),
                p.deadline().plusSeconds(7200), p.waits()), 3, 1500);
        for (int i = 0; i < 16; i++) {
            m.with(i == 5 ? Kind.LIAR : Kind.HONEST);
        }
        long before = System.nanoTime();
        assertEquals(JobState.DONE, m.run());
        allRight(m);
        assertTrue(System.nanoTime() - before < 60_000_000_000L, "took more than a minute");
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Market a = new Market(Market.plan(12, true, 2, 3, 6), 7, 1500).with(Kind.LIAR, Kind.HONEST, Kind.HONEST, Kind.SLOW);
        Market b = new Market(Market.plan(12, true, 2, 3, 6), 7, 1500).with(Kind.LIAR, Kind.HONEST, Kind.HONEST, Kind.SLOW);
        a.run();
        b.run();
        assertEquals(a.job, b.job);
        assertEquals(a.verdicts, b.verdicts);
    }

    @Test
    void tooFewProvidersWaitUntilTheDeadlineAndSaySo() {
        Market m = new Market(Market.plan(4, true, 2, 3, 6), 1, 1500).with(Kind.HONEST);
        assertEquals(JobState.FAILED, m.run());
        assertTrue(m.job.note().startsWith("the deadline passed with 0 of 5 tasks verified"), m.job.note());
        assertEquals(600, m.seconds(), 40);
        m.job.leases().values().forEach(l -> assertTrue(l.ledger().bill().withheld().isZero(), "nothing is withheld without evidence"));
    }
}
