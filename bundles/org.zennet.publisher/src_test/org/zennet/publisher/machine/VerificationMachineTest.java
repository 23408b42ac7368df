package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.zennet.api.container.Fuel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.publisher.machine.VerificationMachine.Entry;
import org.zennet.publisher.machine.VerificationMachine.Key;
import org.zennet.publisher.machine.VerificationMachine.Standing;

class VerificationMachineTest {
    /** A, B, C: good results; x, y: exit codes; T: a time-out; P: a trap; M: out of memory. */
    private static VerificationMachine of(int replicas, int limit, String results) {
        VerificationMachine v = VerificationMachine.start(replicas, Math.min(2, replicas), limit);
        for (int i = 0; i < results.length(); i++) {
            v = v.with(new Entry(Market.key(i + 1), "lease-" + i, key(results.charAt(i))));
        }
        return v;
    }

    private static Key key(char c) {
        return switch (c) {
            case 'T' -> Key.of(Reason.TIMEOUT, 0, Market.hash("partial"));
            case 'P' -> Key.of(Reason.TRAPPED, 0, Market.hash("partial"));
            case 'M' -> Key.of(Reason.OUT_OF_MEMORY, 0, Market.hash("partial"));
            case 'x' -> Key.of(Reason.EXITED, 1, Market.hash("partial"));
            case 'y' -> Key.of(Reason.EXITED, 2, Market.hash("partial"));
            default -> Key.of(Reason.EXITED, 0, Market.hash("" + c));
        };
    }

    @ParameterizedTest(name = "{1} with {0} replicas: {2}, {3} more wanted")
    @CsvSource({
        "2, '', OPEN, 2", "2, A, OPEN, 1", "2, AA, VERIFIED, 0", "2, AB, OPEN, 1", "2, ABA, VERIFIED, 0", "2, ABB, VERIFIED, 0",
        "2, ABC, HOPELESS, 0", "1, A, VERIFIED, 0", "1, x, FAILED, 0", "2, xx, FAILED, 0", "2, xy, OPEN, 1", "2, xA, OPEN, 1",
        "2, xAA, VERIFIED, 0", "2, xAx, FAILED, 0", "2, PP, FAILED, 0", "2, TT, FAILED, 0", "2, TA, OPEN, 1", "2, TAT, OPEN, 1",
        "2, TATA, VERIFIED, 0", "2, TATT, FAILED, 0", "2, TATB, OPEN, 1", "2, TMA, OPEN, 1", "3, AA, VERIFIED, 0", "3, AB, OPEN, 1", "3, A, OPEN, 2",
        "2, xyP, HOPELESS, 0"
    })
    void standings(int replicas, String results, Standing standing, int wanted) {
        VerificationMachine v = of(replicas, 3, results);
        assertEquals(standing, v.standing());
        assertEquals(wanted, v.wanted());
    }

    @ParameterizedTest(name = "{0}: passed {1}, refused {2}, liars {3}")
    @CsvSource({"AA, 2, 0, 0", "ABA, 2, 1, 1", "xAA, 2, 1, 0", "TATA, 2, 2, 0", "xAx, 2, 1, 0", "PAA, 2, 1, 0", "ABC, 0, 0, 0", "AB, 0, 0, 0", "xx, 2, 0, 0"})
    void rulings(String results, int passed, int refused, int liars) {
        VerificationMachine.Ruling r = of(2, 3, results).ruling();
        assertEquals(List.of(passed, refused, liars), List.of(r.passed().size(), r.refused().size(), r.liars().size()));
    }

    @Test
    void oneReplicaAloneNeverConvicts() {
        VerificationMachine v = of(1, 3, "A").with(new Entry(Market.key(9), "late", key('B')));
        assertTrue(v.ruling().liars().isEmpty());
        assertTrue(v.ruling().refused().isEmpty());
    }

    @Test
    void aProviderCountsOnceHoweverOftenItAnswers() {
        VerificationMachine v = of(2, 3, "A").with(new Entry(Market.key(1), "another-lease", key('A')));
        assertEquals(Standing.OPEN, v.standing());
        assertEquals(1, v.entries().size());
    }

    @Test
    void withoutACaughtProviderTheTieIsOpenAgain() {
        VerificationMachine v = of(2, 3, "AB").without(Market.key(2));
        assertEquals(1, v.wanted());
        assertEquals(Standing.VERIFIED, v.with(new Entry(Market.key(3), "c", key('A'))).standing());
    }

    @Test
    void failuresCompareByReasonAndCodeAloneAndSuccessesByBytes() {
        assertEquals(Key.of(Reason.TRAPPED, 0, Market.hash("1")), Key.of(Reason.TRAPPED, 5, Market.hash("2")));
        assertEquals(Optional.of(Market.hash("1")), Key.of(Reason.EXITED, 0, Market.hash("1")).output());
        assertTrue(!Key.of(Reason.EXITED, 0, Market.hash("1")).equals(Key.of(Reason.EXITED, 0, Market.hash("2"))));
    }

    @Test
    void withOneLiarAmongAnyNumberTheWinnerIsAlwaysRightAndOnlyTheLiarIsConvicted() {
        for (int seed = 0; seed < 500; seed++) {
            Random r = new Random(seed);
            int liar = r.nextInt(5);
            VerificationMachine v = VerificationMachine.start(2, 2, 3 + r.nextInt(3));
            for (int i = 0; i < 5 && v.standing() == Standing.OPEN; i++) {
                v = v.with(new Entry(Market.key(i + 1), "l" + i, key(i == liar ? 'B' : r.nextInt(6) == 0 ? 'T' : 'A')));
            }
            assertTrue(v.winner().isEmpty() || !v.winner().get().equals(key('B')), "seed " + seed);
            v.ruling().liars().forEach(e -> assertEquals(Market.key(liar + 1), e.provider()));
        }
    }

    private static VerificationMachine compared(VerificationMachine v, String like) {
        VerificationMachine said = v;
        for (VerificationMachine.Pair p : v.unasked()) {
            boolean same = java.util.Arrays.stream(like.split(" ")).anyMatch(two -> two.length() == 2
                    && VerificationMachine.Pair.of(Market.hash("" + two.charAt(0)), Market.hash("" + two.charAt(1))).equals(p));
            said = said.said(p, same ? VerificationMachine.Answer.SAME : like.contains("?") ? VerificationMachine.Answer.UNKNOWN : VerificationMachine.Answer.DIFFERENT);
        }
        return said;
    }

    @ParameterizedTest(name = "{0}, the same are {1}: {2}, passed {3}, refused {4}, liars {5}")
    @CsvSource({"AB, AB, VERIFIED, 2, 0, 0", "AB, '', OPEN, 0, 0, 0", "ABC, AC, VERIFIED, 2, 1, 1", "ABC, AB BC, VERIFIED, 3, 0, 0",
        "ABCD, AB BC, VERIFIED, 3, 1, 1", "ABC, '', HOPELESS, 0, 0, 0", "AB, ?, OPEN, 0, 0, 0", "ABC, AB ?, VERIFIED, 3, 0, 0", "AAB, ?, VERIFIED, 3, 0, 0",
        "xAB, AB, VERIFIED, 2, 1, 0", "ABC, ?, HOPELESS, 0, 0, 0"})
    void withAComparerOtherBytesMayBeTheSameAndOnlyWhatItFoundDifferentIsRefused(String results, String like, Standing standing, int passed, int refused, int liars) {
        VerificationMachine v = VerificationMachine.start(2, 2, 3, true);
        for (int i = 0; i < results.length(); i++) {
            v = v.with(new Entry(Market.key(i + 1), "lease-" + i, key(results.charAt(i))));
        }
        if (results.chars().filter(Character::isUpperCase).distinct().count() > 1) {
            assertEquals(Standing.OPEN, v.standing(), "nothing is decided before the comparer spoke");
            assertEquals(0, v.wanted());
            assertTrue(v.winner().isEmpty());
        }
        v = compared(v, like);
        VerificationMachine.Ruling r = v.ruling();
        assertEquals(standing, v.standing());
        assertEquals(List.of(passed, refused, liars), List.of(r.passed().size(), r.refused().size(), r.liars().size()));
    }

    private static VerificationMachine counted(long... counts) {
        VerificationMachine v = VerificationMachine.start(2, 2, 5);
        for (int i = 0; i < counts.length; i++) {
            v = v.with(new Entry(Market.key(i + 1), "lease-" + i, key('A'),
                    counts[i] < 0 ? Optional.empty() : Optional.of(new Fuel("wasm/1", counts[i]))));
        }
        return v;
    }

    @Test
    void whoCountsOtherwiseThanTwoThatAgreeIsToldAndNobodyElse() {
        assertEquals(List.of("lease-2"), counted(7, 7, 8).miscounted().stream().map(Entry::lease).toList());
        assertEquals(Optional.of(new Fuel("wasm/1", 7)), counted(7, 7, 8).fuel());
        assertTrue(counted(7, 7, -1).miscounted().isEmpty(), "not to count is no lie");
        assertTrue(counted(7, 8).miscounted().isEmpty() && counted(7, 8).fuelDisputed(), "one against one");
        assertTrue(counted(7, 7, 8, 8).miscounted().isEmpty() && counted(7, 7, 8, 8).fuelDisputed(), "two against two");
        assertTrue(counted(7, 8, 9).miscounted().isEmpty());
        assertFalse(counted(7, 7).fuelDisputed() || counted(7, -1).fuelDisputed() || counted(-1, -1).fuelDisputed());
        VerificationMachine other = counted(7, 7).with(new Entry(Market.key(9), "other", key('A'), Optional.of(new Fuel("wasm/2", 8))));
        assertTrue(other.miscounted().isEmpty(), "another table is no contradiction");
        VerificationMachine wrong = counted(7, 7).with(new Entry(Market.key(9), "liar", key('B'), Optional.of(new Fuel("wasm/1", 8))));
        assertTrue(wrong.miscounted().isEmpty(), "other bytes are the greater lie");
        assertEquals(1, wrong.ruling().liars().size());
    }
}
