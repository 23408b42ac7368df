package org.zennet.workbench.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {
    private static void sorted(String... cells) {
        List<String> mixed = new ArrayList<>(List.of(cells));
        Collections.shuffle(mixed, new Random(7));
        mixed.sort(NaturalOrder.INSTANCE);
        assertEquals(List.of(cells), mixed);
    }

    @Test
    void amountsSortByTheirNumber() {
        sorted("-12.5 XEN", "-0.5 XEN", "+0.00000001 XEN", "+0.5 XEN", "2 XEN", "10 XEN");
    }

    @Test
    void idsWithNumbersSortAsPeopleCount() {
        sorted("seed-1", "seed-2", "seed-10", "seed-10b");
    }

    @Test
    void progressSortsByWhatIsDoneAndThenByWhatThereIs() {
        sorted("3 of 9", "3 of 12", "10 of 12");
    }

    @Test
    void wordsSortWithoutRegardToCaseAndNothingComesFirst() {
        sorted("", "alpha", "Beta", "gamma");
    }

    @Test
    void theOrderIsTotalOverMixedCells() {
        List<String> cells = List.of("", "-", "+", "waits", "12", "12a", "a12", "-3", "3.5.7", "3.50", "a", "0x1f", "1 XEN");
        for (String a : cells) {
            for (String b : cells) {
                assertEquals(Integer.signum(NaturalOrder.INSTANCE.compare(a, b)), -Integer.signum(NaturalOrder.INSTANCE.compare(b, a)), a + " and " + b);
                for (String c : cells) {
                    if (NaturalOrder.INSTANCE.compare(a, b) < 0 && NaturalOrder.INSTANCE.compare(b, c) < 0) {
                        assertEquals(-1, Integer.signum(NaturalOrder.INSTANCE.compare(a, c)), a + ", " + b + ", " + c);
                    }
                }
            }
        }
    }
}
