package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Terms;

/** The witness of a rented machine, in virtual time: readings once a second, statements every two, over ways that take their time. */
class ObservationsTest {
    private static final Instant START = Instant.ofEpochMilli(1_800_000_000_000L);
    private static final Resources SIZE = new Resources(2000, 256 << 20, 1 << 30);
    private static final Terms TERMS = new Terms(2000, 10_000, new Amount(5000), new Amount(10), new Amount(1_000_000), 600, 1, 0, new Amount(50_000),
            new Amount(50_000), 3_600_000, "none");
    private static final int LIMIT = 3;


    /**
     * A lease of so many seconds.
     *
     * @param load   in per cent of all cores, by the second
     * @param claims thousandths of what was used, by the second
     * @return how many statements there had been when the contract's limit was reached, or nothing
     */
    private static Optional<Integer> lease(int seconds, LongUnaryOperator load, LongUnaryOperator claims, Random way, boolean sees, Observations[] end) {
        Observations o = Observations.NOTHING;
        UsageVector truth = UsageVector.ZERO;
        UsageVector claimed = UsageVector.ZERO;
        long worked = 0;
        for (int s = 1; s <= seconds; s++) {
            UsageVector before = truth;
            worked += load.applyAsLong(s);
            truth = UsageVector.ZERO.with(Counter.CPU, worked * 20_000).with(Counter.MEMORY, worked * (1L << 20)).with(Counter.DISK_WRITTEN, worked * 100_000)
                    .with(Counter.WALL, s * 1000L);
            UsageVector step = truth.since(before);
            long share = claims.applyAsLong(s);
            claimed = claimed.plus(UsageVector.of(c -> c == Counter.WALL ? step.get(c) : step.get(c) * share / 1000));
            Instant now = START.plusMillis(s * 1000L);
            if (s % 2 == 0) { // the meter is read now and its statement arrives a little later
                o = o.stated(claimed, now.plusMillis(way.nextInt(400)), TERMS);
            }
            if (sees) {
                WitnessReading r = new WitnessReading(s * 1000L, Set.of(Counter.CPU, Counter.MEMORY, Counter.DISK_WRITTEN), truth, load.applyAsLong(s) << 20);
                o = o.read(r, now.plusMillis(500 + way.nextInt(100)), SIZE, TERMS);
            }
            end[0] = o;
            if (o.contradiction(LIMIT).isPresent()) {
                return Optional.of(s / 2);
            }
        }
        return Optional.empty();
    }

    @Test
    void anHonestMeterIsNeverFoundTooHighWhateverTheMachineDoes() {
        for (int seed = 0; seed < 200; seed++) {
            Random r = new Random(seed);
            int[] loads = r.ints(601, 0, 100).map(l -> r.nextInt(3) == 0 ? 0 : l).toArray();
            int burst = 1 + r.nextInt(7);
            Observations[] end = new Observations[1];
            assertEquals(Optional.empty(), lease(600, s -> (s / burst) % 2 == 0 ? 100 : loads[(int) s], s -> 1000, r, true, end), "seed " + seed + ": " + end[0]);
            assertEquals(0, end[0].farInAll(), "seed " + seed);
            assertTrue(end[0].judged() > 290, end[0].toString());
        }
    }

    @Test
    void whoClaimsHalfAsMuchAgainIsFoundWithinTwelveStatements() {
        for (int load : new int[] {50, 100}) {
            Observations[] end = new Observations[1];
            int statements = lease(600, s -> load, s -> 1500, new Random(load), true, end).orElseThrow();
            assertTrue(statements <= 12, load + " % of the machine: " + statements + " statements");
            assertTrue(end[0].contradiction(LIMIT).orElseThrow().contains("where the witness in the guest saw"), end[0].contradiction(LIMIT).orElseThrow());
        }
        Observations[] end = new Observations[1];
        assertTrue(lease(600, s -> 5, s -> 1500, new Random(5), true, end).isPresent(), "a machine that does little: later");
    }

    @Test
    void whoBeginsToLieAfterAnHonestHourHasNoCreditByIt() {
        Observations[] end = new Observations[1];
        int statements = lease(4000, s -> 100, s -> s <= 3600 ? 1000 : 1500, new Random(7), true, end).orElseThrow();
        assertTrue(statements <= 1800 + 20, "at statement " + statements);
    }

    @Test
    void oneCounterIsEnough() {
        Observations o = Observations.NOTHING;
        for (int s = 1; s <= 60; s++) {
            Instant now = START.plusSeconds(s);
            UsageVector truth = UsageVector.ZERO.with(Counter.MEMORY, s * 100L << 20);
            if (s % 2 == 0) {
                o = o.stated(UsageVector.ZERO.with(Counter.MEMORY, s * 150L << 20).with(Counter.WALL, s * 1000L), now, TERMS);
            }
            o = o.read(new WitnessReading(s * 1000L, Set.of(Counter.MEMORY), truth, 100 << 20), now.plusMillis(100), SIZE, TERMS);
        }
        assertEquals(Set.of(Counter.MEMORY), o.beyond());
        assertTrue(o.contradiction(LIMIT).orElseThrow().contains("MiB s of memory"), o.toString());
        assertEquals(Optional.empty(), o.contradiction(0), "without a limit it is shown only");
    }

    @Test
    void withoutReadingsNothingIsSaid() {
        Observations[] end = new Observations[1];
        assertEquals(Optional.empty(), lease(100, s -> 100, s -> 3000, new Random(1), false, end));
        assertEquals(0, end[0].judged());
        assertEquals(49, end[0].unjudged());
    }

    @Test
    void anotherWitnessIsNotComparedWithTheOneBefore() {
        Observations o = Observations.NOTHING;
        for (int s = 1; s <= 40; s++) {
            Instant now = START.plusSeconds(s);
            if (s % 2 == 0) {
                o = o.stated(UsageVector.ZERO.with(Counter.CPU, s * 1_000_000L), now, TERMS);
            }
            long since = s % 10; // every ten seconds it is started anew and counts from nothing
            o = o.read(new WitnessReading(since * 1000, Set.of(Counter.CPU), UsageVector.ZERO.with(Counter.CPU, since * 1_000_000), 1), now.plusMillis(50), SIZE, TERMS);
        }
        assertEquals(0, o.farInAll());
        assertTrue(o.judged() > 0 && o.unjudged() > 0, o.toString());
        o = o.silent("the connection was lost");
        assertEquals("the connection was lost", o.problem());
        assertEquals(Set.of(), o.seen());
    }

    @Test
    void aBacklogOfReadingsIsBounded() {
        Observations o = Observations.NOTHING;
        for (int i = 0; i < 1000; i++) {
            o = o.read(new WitnessReading(i, Set.of(), UsageVector.ZERO, 0), START.plusMillis(i), SIZE, TERMS);
        }
        assertEquals(Observations.KEPT, o.recent().size());
        for (int i = 0; i < 1000; i++) {
            Instant now = START.plusSeconds(10 + i);
            o = o.stated(UsageVector.ZERO.with(Counter.WALL, i), now, TERMS).read(new WitnessReading(10_000 + i, Set.of(), UsageVector.ZERO, 0), now.plusMillis(1), SIZE, TERMS);
        }
        assertEquals(Observations.WINDOW + 1, o.marks().size());
    }
}
