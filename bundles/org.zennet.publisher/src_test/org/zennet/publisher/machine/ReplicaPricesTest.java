package org.zennet.publisher.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;

class ReplicaPricesTest {
    private final ReplicaPrices prices = new ReplicaPrices();

    private void both(int a, int b, int firstTask, int tasks, long costA, long costB) {
        for (int t = firstTask; t < firstTask + tasks; t++) {
            prices.add(Market.key(a), t, new Amount(costA));
            prices.add(Market.key(b), t, new Amount(costB));
        }
    }

    @Test
    void whoCostsTwiceAsMuchAsEachOfTwoOthersForTheSameTasksIsDear() {
        both(1, 2, 0, 3, 200, 100);
        assertEquals(Optional.empty(), prices.dear(Market.key(1)), "one against one says nothing");
        both(1, 3, 3, 3, 210, 100);
        ReplicaPrices.Dear d = prices.dear(Market.key(1)).orElseThrow();
        assertEquals(new ReplicaPrices.Dear(Market.key(1), 2000, 2), d);
        assertEquals(Optional.empty(), prices.dear(Market.key(2)));
        assertEquals(Optional.empty(), prices.dear(Market.key(9)), "nobody knows it");
    }

    @Test
    void fewerTasksOrOneWhoCostsAsMuchMakeNobodyDear() {
        both(1, 2, 0, 1, 900, 100);
        both(1, 3, 2, 1, 900, 100);
        assertEquals(Optional.empty(), prices.dear(Market.key(1)), "two tasks in all");
        both(1, 2, 5, 1, 900, 100);
        assertTrue(prices.dear(Market.key(1)).isPresent());
        both(1, 4, 6, 1, 900, 800);
        assertEquals(Optional.empty(), prices.dear(Market.key(1)), "a third one costs about as much");
    }

    @Test
    void tasksThatDifferAmongEachOtherAreComparedWithThemselvesOnly() {
        Random r = new Random(5);
        for (int t = 0; t < 40; t++) {
            long size = 10 + r.nextInt(10_000); // the first provider got the large ones
            int other = 2 + t % 3;
            prices.add(Market.key(1), t, new Amount(size * (95 + r.nextInt(10))));
            prices.add(Market.key(other), t, new Amount(size * (95 + r.nextInt(10))));
        }
        for (int p = 1; p <= 4; p++) {
            assertEquals(Optional.empty(), prices.dear(Market.key(p)));
        }
    }

    @Test
    void whatCostsNothingWithOthersIsDearAndAResultCountsOnce() {
        both(1, 2, 0, 3, 5, 0);
        both(1, 3, 3, 3, 5, 0);
        prices.add(Market.key(1), 0, Amount.ZERO);
        assertEquals(1_000_000, prices.dear(Market.key(1)).orElseThrow().share());
        both(4, 5, 10, 3, 0, 0);
        both(4, 6, 13, 3, 0, 0);
        assertEquals(Optional.empty(), prices.dear(Market.key(4)), "nothing is not more than nothing");
    }
}
