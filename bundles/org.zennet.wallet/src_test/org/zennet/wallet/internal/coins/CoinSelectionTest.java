package org.zennet.wallet.internal.coins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.wallet.internal.coins.CoinSelection.Choice;
import org.zennet.wallet.internal.coins.CoinSelection.Need;

class CoinSelectionTest {
    @Test
    void theLargestCoinPaysWhereOneDoes() {
        Choice c = CoinSelection.choose(List.of(10L, 5_000L, 900L), new Need(100, 40, 99, 41, 300)).orElseThrow();
        assertEquals(List.of(1), c.chosen());
        assertEquals(5_000 - 100 - 40 - 99 - 41, c.change());
    }

    @Test
    void threeAndMoreCoinsAreChosenToNeedNoChangeWhereThatWorks() {
        List<Long> coins = List.of(1_000L, 1_000L, 700L, 650L, 50L);
        Choice c = CoinSelection.choose(coins, new Need(2_350, 0, 0, 10, 5)).orElseThrow();
        assertEquals(0, c.change());
        assertEquals(2_350, c.chosen().stream().mapToLong(coins::get).sum());
    }

    @Test
    void aChoiceAlwaysBalancesAndIsEmptyOnlyWhenAllCoinsAreTooLittle() {
        Random random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            List<Long> coins = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                coins.add(1L + random.nextInt(5_000));
            }
            Need need = new Need(1 + random.nextInt(9_000), random.nextInt(50), random.nextInt(100), random.nextInt(60), 300);
            Optional<Choice> choice = CoinSelection.choose(coins, need);
            long useful = coins.stream().filter(c -> c > need.inputFee()).mapToLong(c -> c - need.inputFee()).sum();
            assertEquals(useful >= need.target() + need.baseFee(), choice.isPresent());
            choice.ifPresent(c -> {
                assertEquals(c.chosen().size(), new HashSet<>(c.chosen()).size());
                assertEquals(c.chosen().stream().mapToLong(coins::get).sum(), need.target() + c.fee() + c.change());
                assertTrue(c.fee() >= need.feeOf(c.chosen().size()) + (c.change() > 0 ? need.changeFee() : 0));
                assertTrue(c.change() == 0 || c.change() >= need.dust());
                assertTrue(c.fee() <= need.feeOf(c.chosen().size()) + need.changeFee() + need.dust());
            });
        }
    }
}
