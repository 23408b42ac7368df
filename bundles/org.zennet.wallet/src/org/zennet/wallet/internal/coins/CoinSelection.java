package org.zennet.wallet.internal.coins;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which coins pay for something. Largest first where one or two coins do, because fewer inputs are cheaper; else a
 * branch-and-bound search for a set that needs no change, as in Erhardt's "An Evaluation of Coin Selection Strategies"
 * (2016); where there is none, largest first again. Pure.
 */
final class CoinSelection {
    private static final int FEW_INPUTS = 2;
    private static final int MOST_TRIES = 20_000;
    /** More inputs would not fit into one transaction. */
    static final int MOST_INPUTS = 900;

    private CoinSelection() { }

    /**
     * What was chosen.
     *
     * @param chosen indices into the list of coins
     * @param change what comes back, 0 when there is no change output
     * @param fee    all of the fee
     */
    record Choice(List<Integer> chosen, long change, long fee) { }

    /**
     * What a payment costs, in zen.
     *
     * @param target    what the outputs hold
     * @param baseFee   the fee without inputs and without change; rent included
     * @param inputFee  for each input
     * @param changeFee for a change output
     * @param dust      the least that a change output may hold
     */
    record Need(long target, long baseFee, long inputFee, long changeFee, long dust) {
        long feeOf(int inputs) {
            return baseFee + inputFee * inputs;
        }
    }

    /** Chooses; empty when the coins don't suffice. */
    static Optional<Choice> choose(List<Long> coins, Need need) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < coins.size(); i++) {
            if (coins.get(i) > need.inputFee()) {
                order.add(i);
            }
        }
        order.sort(Comparator.comparing((Integer i) -> coins.get(i)).reversed());
        Optional<Choice> largest = largestFirst(coins, order, need);
        if (largest.isEmpty() || largest.get().chosen().size() <= FEW_INPUTS) {
            return largest;
        }
        return new Search(coins, order, need).run().or(() -> largest);
    }

    private static Optional<Choice> largestFirst(List<Long> coins, List<Integer> order, Need need) {
        List<Integer> chosen = new ArrayList<>();
        long sum = 0;
        for (int i : order.subList(0, Math.min(order.size(), MOST_INPUTS))) {
            chosen.add(i);
            sum = Math.addExact(sum, coins.get(i));
            long rest = sum - need.target() - need.feeOf(chosen.size());
            if (rest >= 0) {
                return Optional.of(withRest(chosen, rest, need));
            }
        }
        return Optional.empty();
    }

    private static Choice withRest(List<Integer> chosen, long rest, Need need) {
        long change = rest - need.changeFee();
        if (change < need.dust()) {
            return new Choice(List.copyOf(chosen), 0, need.feeOf(chosen.size()) + rest);
        }
        return new Choice(List.copyOf(chosen), change, need.feeOf(chosen.size()) + need.changeFee());
    }

    /** Looks for a sum between what is needed and that plus what a change output would cost. */
    private static final class Search {
        private final List<Long> coins;
        private final List<Integer> order;
        private final Need need;
        private final long[] left;
        private final List<Integer> chosen = new ArrayList<>();
        private int tries;

        Search(List<Long> coins, List<Integer> order, Need need) {
            this.coins = coins;
            this.order = order.subList(0, Math.min(order.size(), MOST_INPUTS));
            this.need = need;
            this.left = new long[this.order.size() + 1];
            for (int i = this.order.size() - 1; i >= 0; i--) {
                left[i] = Math.addExact(left[i + 1], worth(i));
            }
        }

        Optional<Choice> run() {
            long target = need.target() + need.baseFee();
            return descend(0, 0, target, target + need.changeFee() + need.dust() - 1);
        }

        private long worth(int i) {
            return coins.get(order.get(i)) - need.inputFee();
        }

        private Optional<Choice> descend(int i, long sum, long low, long high) {
            if (sum >= low) {
                return Optional.of(new Choice(List.copyOf(chosen), 0, need.feeOf(chosen.size()) + sum - low));
            }
            if (i == order.size() || sum + left[i] < low || ++tries > MOST_TRIES) {
                return Optional.empty();
            }
            if (sum + worth(i) <= high) {
                chosen.add(order.get(i));
                Optional<Choice> found = descend(i + 1, sum + worth(i), low, high);
                if (found.isPresent()) {
                    return found;
                }
                chosen.removeLast();
            }
            return descend(i + 1, sum, low, high);
        }
    }
}
