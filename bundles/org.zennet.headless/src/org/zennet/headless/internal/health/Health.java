package org.zennet.headless.internal.health;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a process does its work, judged from one reading. Pure.
 *
 * @param healthy  whether every check passes
 * @param problems what is wrong, one line each, with the values and what to do; empty when healthy
 */
public record Health(boolean healthy, List<String> problems) {
    /** The newest block may be so many times the chain's spacing old before that is a problem, and never less than {@link #LEAST_AGE}. */
    static final int BLOCKS_LATE = 20;
    /** In seconds. */
    static final long LEAST_AGE = 60;
    /** Free bytes below which nothing new should be taken on. */
    static final long LEAST_DISK = 200L << 20;

    /** Copies the list. */
    public Health {
        problems = List.copyOf(problems);
    }

    /**
     * What is looked at.
     *
     * @param chain           whether the chain's service is there
     * @param synced          whether the chain is level with its peers
     * @param tipAgeSeconds   the age of the newest block by this machine's clock
     * @param spacingSeconds  the chain's time between blocks
     * @param peers           connections
     * @param seed            whether this process is the network's first node, which may be alone
     * @param freeDisk        bytes that are free where the data lies
     * @param providerProblem what keeps a provider from working, or empty
     * @param minerProblem    what keeps a miner from mining, or empty
     */
    public record Reading(boolean chain, boolean synced, long tipAgeSeconds, int spacingSeconds, int peers, boolean seed, long freeDisk,
            String providerProblem, String minerProblem) { }

    /** Judges a reading. */
    public static Health of(Reading r) {
        List<String> problems = new ArrayList<>();
        if (!r.chain()) {
            problems.add("the chain is not open: the log tells why");
        } else {
            if (r.peers() == 0 && !r.seed()) {
                problems.add("no peer is connected: does the node of the join line answer?");
            }
            if (!r.synced() && !r.seed()) {
                problems.add("the chain is not level with its peers yet");
            }
            long oldest = Math.max(LEAST_AGE, (long) BLOCKS_LATE * r.spacingSeconds());
            if (r.tipAgeSeconds() > oldest) {
                problems.add("the newest block is " + r.tipAgeSeconds() + " s old, more than " + oldest + " s: does anybody mine, is this machine's clock right?");
            }
        }
        if (r.freeDisk() < LEAST_DISK) {
            problems.add((r.freeDisk() >> 20) + " MiB are free where the data lies, needed are " + (LEAST_DISK >> 20) + " MiB");
        }
        if (!r.providerProblem().isEmpty()) {
            problems.add("the provider takes no work: " + r.providerProblem());
        }
        if (!r.minerProblem().isEmpty()) {
            problems.add("the miner makes no blocks: " + r.minerProblem());
        }
        return new Health(problems.isEmpty(), problems);
    }
}
