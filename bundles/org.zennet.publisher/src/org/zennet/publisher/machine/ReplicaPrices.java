package org.zennet.publisher.machine;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.api.value.PublicKey;

/**
 * What the same tasks cost with different providers, by the usage that each signed for its result and its own rates: pure. It needs no time to
 * pass and no usage statement, so it tells who is dear also in a short job, whether its machine is slow or its meter runs fast; which of both it
 * is, it can't tell. Nothing is taken back by it.
 */
final class ReplicaPrices {
    /** So many tasks in common with others make a comparison. */
    static final int SHARED = 3;
    /** At least so many others have to be cheaper, each in what both did: one against one says nothing. */
    static final int OTHERS = 2;
    /** What is dear, in thousandths of what it costs with each of the others. */
    static final long DEAR_PER_MILLE = 1500;

    private final Map<PublicKey, Map<Integer, Amount>> costs = new LinkedHashMap<>();

    /**
     * A provider.
     *
     * @param share  in thousandths: what it costs of the tasks that both did
     * @param others who did tasks of its and cost less
     */
    record Dear(PublicKey provider, long share, int others) { }

    /** A result that passed. The first one of a provider for a task counts. */
    void add(PublicKey provider, int task, Amount cost) {
        costs.computeIfAbsent(provider, _ -> new LinkedHashMap<>()).putIfAbsent(task, cost);
    }

    /** Whether a provider is dear beside every other one that did some of the same tasks, and beside how many. */
    Optional<Dear> dear(PublicKey provider) {
        Map<Integer, Amount> own = costs.getOrDefault(provider, Map.of());
        long least = Long.MAX_VALUE;
        int others = 0;
        int all = 0;
        for (Map.Entry<PublicKey, Map<Integer, Amount>> e : costs.entrySet()) {
            if (e.getKey().equals(provider)) {
                continue;
            }
            Amount mine = Amount.ZERO;
            Amount theirs = Amount.ZERO;
            int shared = 0;
            for (Map.Entry<Integer, Amount> t : own.entrySet()) {
                Amount other = e.getValue().get(t.getKey());
                if (other != null) {
                    shared++;
                    mine = mine.plus(t.getValue());
                    theirs = theirs.plus(other);
                }
            }
            if (shared > 0) {
                long share = share(mine, theirs);
                if (share <= DEAR_PER_MILLE) {
                    return Optional.empty();
                }
                others++;
                all += shared;
                least = Math.min(least, share);
            }
        }
        return others >= OTHERS && all >= SHARED ? Optional.of(new Dear(provider, least, others)) : Optional.empty();
    }

    /** In thousandths, at most a million. */
    private static long share(Amount mine, Amount theirs) {
        if (theirs.isZero()) {
            return mine.isZero() ? 1000 : 1_000_000;
        }
        return BigInteger.valueOf(mine.zen()).multiply(BigInteger.valueOf(1000)).divide(BigInteger.valueOf(theirs.zen()))
                .min(BigInteger.valueOf(1_000_000)).longValue();
    }
}
